#include "base/fault.h"

#ifdef HFHUB_FAULT_POINTS
#include <atomic>

namespace hfhub::fault {
namespace {
std::atomic<int64_t> passed{0};
std::atomic<int64_t> target{0};
std::atomic<const char*> failed{nullptr};
}  // namespace

bool hit(const char* name) {
  const int64_t now = passed.fetch_add(1) + 1;
  if (now != target.load()) return false;
  failed.store(name);
  return true;
}

void arm(int64_t nth) {
  failed.store(nullptr);
  passed.store(0);
  target.store(nth);
}

int64_t count() { return passed.load(); }
const char* failed_at() { return failed.load(); }

}  // namespace hfhub::fault
#endif
