#include "http.h"

#include <algorithm>

namespace localhub {
namespace {

struct Range {
  bool asked = false;
  bool satisfiable = true;
  int64_t first = 0;
  int64_t last = 0;
};

/// Anything but one well-formed range is ignored, as RFC 9110 allows.
Range parse_range(std::string_view text, int64_t total) {
  Range range;
  if (text.substr(0, 6) != "bytes=" || text.find(',') != std::string_view::npos) return range;
  text.remove_prefix(6);
  size_t dash = text.find('-');
  if (dash == std::string_view::npos) return range;
  auto first = parse_int(trim(text.substr(0, dash)));
  auto last = parse_int(trim(text.substr(dash + 1)));
  bool has_first = !trim(text.substr(0, dash)).empty();
  bool has_last = !trim(text.substr(dash + 1)).empty();
  if ((has_first && !first) || (has_last && !last) || (!has_first && !has_last)) return range;
  if (has_first && has_last && *first > *last) return range;
  range.asked = true;
  range.first = has_first ? *first : std::max<int64_t>(0, total - *last);
  range.last = has_first && has_last ? std::min(*last, total - 1) : total - 1;
  range.satisfiable = range.first < total && (has_first || *last > 0);
  return range;
}

bool precondition_holds(const Request& request, const Response& response) {
  std::string_view wanted = request.header("if-range");
  return wanted.empty() || wanted == response.header("ETag") || wanted == response.header("Last-Modified");
}

}  // namespace

std::string_view name_of(Origin origin) {
  return origin == Origin::kHub ? "hub" : origin == Origin::kCdn ? "cdn" : "cas";
}

std::string_view Request::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers)
    if (name == lower_name) return value;
  return {};
}

std::string_view Request::arg(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

bool Request::flag(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return !equals_ignoring_case(value, "false") && value != "0";
  return false;
}

std::vector<std::string> Request::args(std::string_view name) const {
  std::vector<std::string> out;
  std::string brackets = std::string(name) + "[]";
  for (const auto& [key, value] : query)
    if (key == name || key == brackets) out.push_back(value);
  return out;
}

Response& Response::set(std::string name, std::string value) {
  drop(name);
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return value;
  return {};
}

void Response::drop(std::string_view name) {
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const auto& pair) { return equals_ignoring_case(pair.first, name); }),
                headers.end());
}

int64_t Response::length() const {
  return body.kind == Body::Kind::kText ? static_cast<int64_t>(body.text.size()) : body.length;
}

Response text_response(int status, std::string text, std::string type) {
  Response out;
  out.status = status;
  out.body.text = std::move(text);
  out.headers.emplace_back("Content-Type", std::move(type));
  return out;
}

Response json_response(std::string json, int status) {
  return text_response(status, std::move(json), "application/json; charset=utf-8");
}

Response error_response(int status, const std::string& code, const std::string& message) {
  Response out = json_response("{\"error\":" + json_quote(message) + "}", status);
  if (!code.empty()) out.headers.emplace_back("X-Error-Code", code);
  // A header value cannot hold a line break.
  std::string line = message;
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  out.headers.emplace_back("X-Error-Message", line);
  if (status == 401) out.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"Authentication required\"");
  return out;
}

void apply_range(const Request& request, Response& response) {
  if (!response.ranged || response.status != 200) return;
  response.set("Accept-Ranges", "bytes");
  std::string_view etag = response.header("ETag");
  if (!etag.empty() && request.header("if-none-match") == etag) {
    response.status = 304;
    response.body = Body();
    return;
  }
  int64_t total = response.length();
  Range range = parse_range(request.header("range"), total);
  if (!range.asked || !precondition_holds(request, response)) return;
  if (!range.satisfiable) {
    response.status = 416;
    response.body = Body();
    response.set("Content-Range", "bytes */" + std::to_string(total));
    return;
  }
  response.status = 206;
  response.set("Content-Range",
               "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(total));
  int64_t length = range.last - range.first + 1;
  if (response.body.kind == Body::Kind::kText) {
    response.body.text = response.body.text.substr(static_cast<size_t>(range.first), static_cast<size_t>(length));
  }
  response.body.offset = range.first;
  response.body.length = length;
}

std::string content_type_of(std::string_view path) {
  size_t dot = path.rfind('.');
  std::string extension = dot == std::string_view::npos ? "" : lower(path.substr(dot + 1));
  for (std::string_view text : {"txt", "md", "json", "jsonl", "py", "yaml", "yml", "csv", "toml", "gitattributes",
                                "html", "jinja", "cfg", "sh"})
    if (extension == text) return "text/plain; charset=utf-8";
  return "application/octet-stream";
}

std::string content_disposition(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') == std::string_view::npos ? 0 : path.rfind('/') + 1);
  std::string plain;
  for (char c : name) plain += c < ' ' || c > '~' || c == '"' || c == '\\' ? '_' : c;
  return "inline; filename*=UTF-8''" + percent_encode(name) + "; filename=\"" + plain + "\";";
}

std::string json_quote(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < ' ' || c == 0x7f) {
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

}  // namespace localhub
