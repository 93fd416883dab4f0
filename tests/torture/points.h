// The points that are failed in turn: calls (base/fault.h), and allocations, of which this program's operator new fails the
// Nth one after arm_allocations(N).
#pragma once

#include <cstdint>

namespace hfhub::test {

void arm_allocations(int64_t nth);  // 0: off
bool allocation_was_hit(int64_t nth);
void arm_calls(int64_t nth);  // 0: off
bool call_was_hit(int64_t nth);

}  // namespace hfhub::test
