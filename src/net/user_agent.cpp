#include "net/user_agent.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hfhub::net {

std::string make_user_agent(const UserAgentParts& parts) {
  std::string text(trim(parts.caller).empty() ? "unknown/None" : trim(parts.caller));
  text.append("; libhfhub/").append(parts.version);
  if (!parts.origin.empty()) text.append("; origin/").append(parts.origin);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7f; }, ' ');

  std::vector<std::string_view> entries;
  for (std::string_view entry : split(text, ';')) {
    entry = trim(entry);
    if (!entry.empty() && std::find(entries.begin(), entries.end(), entry) == entries.end()) entries.push_back(entry);
  }
  std::string out;
  for (std::string_view entry : entries) out.append(out.empty() ? "" : "; ").append(entry);
  return out;
}

}  // namespace hfhub::net
