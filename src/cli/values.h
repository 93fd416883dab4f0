// What the user gave a command: parsed and checked against the command's row.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

class Values {
 public:
  void set(std::string_view key, std::vector<std::string> texts) { texts_[std::string(key)] = std::move(texts); }

  bool has(std::string_view key) const { return !texts(key).empty(); }
  const std::vector<std::string>& texts(std::string_view key) const {
    static const std::vector<std::string> kNone;
    const auto found = texts_.find(key);
    return found == texts_.end() ? kNone : found->second;
  }
  std::string text(std::string_view key, std::string_view fallback = "") const {
    return has(key) ? texts(key).back() : std::string(fallback);
  }
  bool flag(std::string_view key) const { return has(key) && texts(key).back() == "true"; }
  std::optional<int64_t> integer(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    return std::stoll(texts(key).back());
  }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> texts_;
};

}  // namespace cli
