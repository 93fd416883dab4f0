// git's credential helpers: where `git push` finds the token of a login. Runs git, so only when a caller asks for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hfhub::client {

// Names of the helpers that `git config --list` shows, sorted; none when there is no git.
std::vector<std::string> git_credential_helpers();
std::vector<std::string> parse_git_helpers(std::string_view config);  // pure

// Gives the token to all of them, or makes them forget it. `endpoint` is the Hub's URL.
Done approve_git_credential(const std::string& endpoint, const std::string& token);
Done reject_git_credential(const std::string& endpoint);

}  // namespace hfhub::client
