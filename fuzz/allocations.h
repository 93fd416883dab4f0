// Counts what is allocated with new, so that a target can state that an input of few bytes cannot ask for many. Included
// by one file of a program: it replaces the allocation functions.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#include "require.h"

namespace hfhub::fuzz {

inline size_t allocated_bytes = 0;

// From here to the end of the scope at most `most` bytes are allocated, all together.
class AllocationLimit {
 public:
  explicit AllocationLimit(size_t most) : most_(most), before_(allocated_bytes) {}
  ~AllocationLimit() { REQUIRE(allocated_bytes - before_ <= most_); }

 private:
  size_t most_;
  size_t before_;
};

}  // namespace hfhub::fuzz

// All kinds, because a sanitizer brings its own for those that are left out, and they must match.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  hfhub::fuzz::allocated_bytes += size;
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new(size_t size) {
  void* const block = operator new(size, std::nothrow);
  REQUIRE(block != nullptr);
  return block;
}
void* operator new[](size_t size) { return operator new(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return operator new(size, std::nothrow); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete[](void* block, size_t) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { std::free(block); }
