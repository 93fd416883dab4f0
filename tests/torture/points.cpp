#include "torture/points.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/fault.h"

namespace hfhub::test {
namespace {

std::atomic<int64_t> passed{0};
std::atomic<int64_t> target{0};

void* allocate(std::size_t size) {
  if (target.load(std::memory_order_relaxed) != 0 && passed.fetch_add(1) + 1 == target.load()) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void arm_allocations(int64_t nth) {
  passed.store(0);
  target.store(nth);
}

bool allocation_was_hit(int64_t nth) { return passed.load() >= nth; }
void arm_calls(int64_t nth) { fault::arm(nth); }
bool call_was_hit(int64_t) { return fault::failed_at() != nullptr; }

}  // namespace hfhub::test

void* operator new(std::size_t size) {
  if (void* memory = hfhub::test::allocate(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return hfhub::test::allocate(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return hfhub::test::allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
