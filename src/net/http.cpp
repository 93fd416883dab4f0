#include "net/http.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hfhub::net {
namespace {

bool is_token_character(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || kMarks.find(c) != std::string_view::npos;
}

bool is_header_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character);
}

// A tab is the one control character that a value may hold.
bool is_header_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

}  // namespace

bool is_message_header(std::string_view name) {
  constexpr std::array<std::string_view, 12> kOurs = {
      "host", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "proxy-authorization",
      "te",   "trailer",           "upgrade",    "expect",     "content-length",   "accept-encoding"};
  return std::any_of(kOurs.begin(), kOurs.end(), [&](auto ours) { return equal_ignoring_case(ours, name); });
}

const char* method_name(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kDelete: return "DELETE";
  }
  return "GET";
}

Done Headers::set(std::string_view name, std::string_view value) {
  if (!is_header_name(name)) {
    return Error::make(Code::kArgument, "'" + printable(name) + "' is not a usable header name");
  }
  if (!is_header_value(value)) {
    return Error::make(Code::kArgument, "the value of header '" + std::string(name) + "' holds a control character");
  }
  const auto same = [&](const auto& entry) { return equal_ignoring_case(entry.first, name); };
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), same), entries_.end());
  entries_.emplace_back(name, trim(value));
  return {};
}

void Headers::add_received(std::string_view name, std::string_view value) {
  entries_.emplace_back(trim(name), trim(value));
}

const std::string* Headers::find(std::string_view name) const {
  for (const auto& [key, value] : entries_) {
    if (equal_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

std::string_view Headers::get(std::string_view name) const {
  const std::string* value = find(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

}  // namespace hfhub::net
