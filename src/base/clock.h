// Time: a steady clock for deadlines, the wall clock for files and headers.
#pragma once

#include <chrono>
#include <cstdint>

namespace hfhub {

using SteadyTime = std::chrono::steady_clock::time_point;

inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }
inline SteadyTime after_ms(int64_t ms) { return steady_now() + std::chrono::milliseconds(ms); }
// Milliseconds until `deadline`, never negative.
inline int64_t ms_until(SteadyTime deadline) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_now()).count();
  return left > 0 ? left : 0;
}
inline int64_t ms_since(SteadyTime start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(steady_now() - start).count();
}

double wall_seconds();  // since 1970, with fraction

}  // namespace hfhub
