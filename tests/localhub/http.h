// One request and one response, free of the HTTP library's types.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth.h"
#include "cas_token.h"
#include "text.h"

namespace localhub {

class Spool;

enum class Origin { kHub, kCdn, kCas };

std::string_view name_of(Origin origin);

struct Request {
  Origin origin = Origin::kHub;
  std::string method;
  std::string raw_path;  // still percent-encoded: an encoded slash is part of a name
  std::string path;      // decoded, for logs and fault rules
  std::string raw_query;
  std::vector<std::string> segments;  // decoded one by one
  Pairs query;
  Pairs headers;  // names in lower case
  std::string body;
  std::shared_ptr<Spool> spool;  // instead of `body`: what is meant for a file
  bool from_loopback = false;
  Viewer viewer;
  std::optional<CasPass> cas_pass;  // a token of our CAS came; it may have expired
  std::string auth_kind;            // of the token: "hub", "cas", "other"; "" for none

  std::string_view header(std::string_view lower_name) const;
  std::string_view arg(std::string_view name) const;
  bool flag(std::string_view name) const;  // present and not "false" or "0"
  /// Values of `name` and of `name[]`.
  std::vector<std::string> args(std::string_view name) const;
  bool is_head() const { return method == "HEAD"; }
};

struct Body {
  enum class Kind { kText, kShared, kFile };
  Kind kind = Kind::kText;
  std::string text;
  std::shared_ptr<const std::string> shared;
  std::string file;
  int64_t offset = 0;  // into the whole object
  int64_t length = 0;
};

struct Response {
  int status = 200;
  Pairs headers;
  Body body;
  bool ranged = false;  // byte ranges and preconditions apply

  Response& set(std::string name, std::string value);
  std::string_view header(std::string_view name) const;
  void drop(std::string_view name);
  int64_t length() const;
};

Response text_response(int status, std::string text, std::string type = "text/plain; charset=utf-8");
Response json_response(std::string json, int status = 200);
/// The Hub's way to say no: X-Error-Code, X-Error-Message and {"error": ...}.
Response error_response(int status, const std::string& code, const std::string& message);

/// Thrown by handlers, answered with error_response().
struct HttpError {
  int status;
  std::string code;
  std::string message;
  Pairs headers = {};
};

/// Turns a full 200 into 206, 304 or 416 as the request's headers ask.
void apply_range(const Request& request, Response& response);

std::string content_type_of(std::string_view path);
std::string content_disposition(std::string_view path);
std::string json_quote(std::string_view text);

}  // namespace localhub
