// "Did you mean": the known words nearest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli {

// At most three, nearest first; none that is too far away to be what was meant.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// " Did you mean 'a', 'b'?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

}  // namespace cli
