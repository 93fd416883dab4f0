#include "base/url.h"

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "base/text.h"

namespace hfhub {
namespace {

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

Error bad_url(std::string_view text, std::string_view why) {
  return Error::make(Code::kArgument, "'" + printable(redacted(text)) + "' is not a usable URL: " + std::string(why));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A name or an IPv4 address, or an IPv6 address in brackets.
bool is_host(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (!bracketed) return !host.empty() && host.find_first_of("[]:") == std::string_view::npos;
  return host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
}

// "host:port", "[::1]:80" or "host"; fills host and port.
Done parse_authority(std::string_view authority, std::string_view text, Url* url) {
  if (authority.find('@') != std::string_view::npos) return bad_url(text, "user information is not allowed");
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  url->host = to_lower_ascii(authority.substr(0, has_port ? colon : authority.size()));
  url->port = default_port(url->scheme);
  if (url->host.empty()) return bad_url(text, "it names no host");
  if (!is_host(url->host)) return bad_url(text, "its host is neither a name nor an address");
  if (has_port && colon + 1 < authority.size()) {
    const auto port = parse_uint64(authority.substr(colon + 1));
    if (!port.ok() || *port == 0 || *port > 65535) return bad_url(text, "its port is not between 1 and 65535");
    url->port = static_cast<int>(*port);
  }
  return {};
}

// RFC 3986 5.2.4 on the path part of a target.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  const auto segments = split(path.substr(1), '/');
  for (size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == ".." && !kept.empty()) kept.pop_back();
    if (segments[i] != "." && segments[i] != "..") kept.push_back(segments[i]);
    else if (last) kept.push_back("");
  }
  std::string out;
  for (std::string_view segment : kept) out.append("/").append(segment);
  return out.empty() ? "/" : out;
}

std::string_view until_any(std::string_view text, std::string_view stops) {
  return text.substr(0, text.find_first_of(stops));
}

// Whether a reference is absolute, "mailto:x" included: RFC 3986's scheme and a colon come before anything else.
bool has_scheme(std::string_view reference) {
  const size_t colon = reference.find(':');
  if (colon == std::string_view::npos || colon == 0 || (reference[0] >= '0' && reference[0] <= '9')) return false;
  const std::string scheme = to_lower_ascii(reference.substr(0, colon));
  return scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string::npos;
}

}  // namespace

std::string Url::origin() const {
  std::string out = scheme + "://" + host;
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::str() const { return origin() + target; }
std::string Url::path() const { return std::string(until_any(target, "?")); }

std::string Url::query() const {
  const size_t mark = target.find('?');
  return mark == std::string::npos ? "" : target.substr(mark + 1);
}

bool Url::same_origin(const Url& other) const {
  return scheme == other.scheme && host == other.host && port == other.port;
}

Result<Url> parse_url(std::string_view text) {
  const bool bad_byte = std::any_of(text.begin(), text.end(),
                                    [](char c) { return static_cast<uint8_t>(c) <= 0x20 || c == 0x7f || c == '\\'; });
  if (bad_byte) return bad_url(text, "it holds white space, a backslash or a control character");
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos) return bad_url(text, "it has no scheme such as https://");
  Url url;
  url.scheme = to_lower_ascii(text.substr(0, mark));
  if (url.scheme != "http" && url.scheme != "https") return bad_url(text, "its scheme is neither http nor https");
  const std::string_view rest = text.substr(mark + 3);
  const std::string_view authority = until_any(rest, "/?#");
  HFHUB_CHECK(parse_authority(authority, text, &url));
  std::string_view target = until_any(rest.substr(authority.size()), "#");
  if (target.empty() || target[0] == '?') url.target = "/";
  url.target += target;
  return url;
}

Result<Url> join_url(const Url& base, std::string_view reference) {
  if (has_scheme(reference)) return parse_url(reference);
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  const std::string_view path = until_any(reference, "?#");
  const std::string_view query = until_any(reference.substr(path.size()), "#");
  std::string full;
  if (path.starts_with("/")) {
    full = without_dot_segments(path);
  } else if (path.empty()) {
    full = base.path();
  } else {
    const std::string base_path = base.path();
    full = without_dot_segments(base_path.substr(0, base_path.rfind('/') + 1) + std::string(path));
  }
  if (path.empty() && query.empty() && !base.query().empty()) full += "?" + base.query();
  return parse_url(base.origin() + full + std::string(query));
}

std::string percent_encode(std::string_view text, std::string_view safe) {
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos || safe.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_value(text[i + 1]) : -1;
    const int low = escape ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string redacted(std::string_view url) {
  std::string out(until_any(url, "?#"));
  const size_t mark = out.find("://");
  const size_t begin = mark == std::string::npos ? 0 : mark + 3;
  const size_t at = out.substr(0, out.find('/', begin)).rfind('@');  // a password may hold one, too
  if (at != std::string::npos && at >= begin) out.erase(begin, at + 1 - begin);
  return out;
}

}  // namespace hfhub
