// Fault points: every fallible system call asks here first, so that a torture test can fail the Nth of them.
// Compiled to nothing unless HFHUB_FAULT_POINTS is defined (the torture build).
#pragma once

#include <cstdint>

namespace hfhub::fault {

#ifdef HFHUB_FAULT_POINTS
// Counts this point; true when it is the one that must fail. `name` is for the report.
bool hit(const char* name);
void arm(int64_t nth);    // fail the nth point from now (1 = the next); 0 disarms
int64_t count();          // points passed since arm()
const char* failed_at();  // name of the point that failed, or nullptr
#else
inline constexpr bool hit(const char*) { return false; }
#endif

}  // namespace hfhub::fault
