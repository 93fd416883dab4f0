// URLs: parsing, joining, percent-encoding, origins. A URL here is always absolute http or https.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hfhub {

struct Url {
  std::string scheme;  // lower case: "http" or "https"
  std::string host;    // lower case, IPv6 in brackets
  int port = 0;        // never 0 after parse: the scheme's default when the text names none
  std::string target;  // path, query; starts with '/'; no fragment

  std::string origin() const;  // "https://huggingface.co", port only when it is not the default
  std::string str() const;
  std::string path() const;   // target without query
  std::string query() const;  // without '?'
  bool same_origin(const Url& other) const;
};

// Refuses other schemes, missing hosts, user info, control characters and white space, naming the text.
Result<Url> parse_url(std::string_view text);
// RFC 3986 reference resolution, as a redirect's Location needs it.
Result<Url> join_url(const Url& base, std::string_view reference);

// Percent-encodes all but unreserved characters (A-Z a-z 0-9 - . _ ~) and those in `safe`.
std::string percent_encode(std::string_view text, std::string_view safe = "");
std::string percent_decode(std::string_view text);  // invalid escapes stay as they are

// Scheme, host and path only: user information, presigned queries and fragments are secrets and never reach an error or a
// log. Takes any text.
std::string redacted(std::string_view url);

}  // namespace hfhub
