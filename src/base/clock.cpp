#include "base/clock.h"

namespace hfhub {

double wall_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()) / 1e9;
}

}  // namespace hfhub
