// The User-Agent line: who calls, and who we are.
#pragma once

#include <string>
#include <string_view>

namespace hfhub::net {

struct UserAgentParts {
  std::string_view caller;   // "transformers/4.50; torch/2.6"; empty: unknown/None
  std::string_view version;  // ours
  std::string_view origin;   // empty: none
};
// Entries joined by "; ", each once, in order, without characters that a header cannot carry.
std::string make_user_agent(const UserAgentParts& parts);

}  // namespace hfhub::net
