// Allocations as fault points: this program's operator new fails the Nth one after arm_allocations(N).
#pragma once

#include <cstdint>

namespace hfhub::test {

void arm_allocations(int64_t nth);  // 0: off
int64_t allocations_since_arming();

}  // namespace hfhub::test
