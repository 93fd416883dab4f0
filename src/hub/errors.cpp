#include "hub/errors.h"

#include <algorithm>

#include "base/text.h"

namespace hfhub::hub {
namespace {

constexpr std::string_view kDisabled = "Access to this resource is disabled.";
constexpr std::string_view kBadCredentials = "Invalid credentials in Authorization header";
constexpr size_t kLongestMessage = 600;

void add_message(std::vector<std::string>* messages, std::string_view text) {
  const std::string clean = to_valid_utf8(trim(text).substr(0, kLongestMessage));
  if (!clean.empty() && std::find(messages->begin(), messages->end(), clean) == messages->end()) {
    messages->push_back(clean);
  }
}

void add_json_messages(std::vector<std::string>* messages, json::View body) {
  const json::View error = body["error"];
  const std::string_view description = body["error_description"].string_or("");
  if (error.is_string() && !description.empty()) {
    add_message(messages, std::string(error.string_or("")) + ": " + std::string(description));
  } else if (error.is_string()) {
    add_message(messages, error.string_or(""));
  } else if (!description.empty()) {
    add_message(messages, description);
  }
  for (size_t i = 0; i < error.size() && error.is_array(); ++i) add_message(messages, error[i].string_or(""));
  const json::View errors = body["errors"];
  for (size_t i = 0; i < errors.size() && errors.is_array(); ++i)
    add_message(messages, errors[i]["message"].string_or(""));
}

// X-Error-Message, then what the body says; one message a line.
std::string server_message(const net::Response& response) {
  std::vector<std::string> messages;
  add_message(&messages, response.headers.get("x-error-message"));
  const std::string_view type = response.headers.get("content-type");
  if (auto body = json::Value::parse(response.body); body.ok()) {
    add_json_messages(&messages, body->root());
  } else if (type.find("html") == std::string_view::npos && !response.body.starts_with("<")) {
    add_message(&messages, response.body);
  }
  std::string out;
  for (const std::string& message : messages) out += (out.empty() ? "" : "\n") + message;
  return out;
}

std::string request_id(const net::Headers& headers) {
  for (const char* name : {"x-request-id", "x-amzn-trace-id", "x-amz-cf-id"}) {
    if (const auto value = headers.get(name); !value.empty()) return printable(value);
  }
  return "";
}

std::string repo_text(const About& about) {
  if (about.repo == nullptr) return "the repository";
  return std::string(repo_type_name(about.repo->type)) + " '" + about.repo->id + "'";
}

struct Meaning {
  Code code;
  std::string text;
};

Meaning client_error(const net::Response& response, const About& about) {
  const std::string url = redacted(response.url.str());
  switch (response.status) {
    case 401: return {Code::kAuth, "the Hub did not accept the token for " + url};
    case 403: return {Code::kForbidden, "access to " + url + " is not allowed"};
    case 404: return {Code::kHttp, "nothing found at " + url};
    case 409: return {Code::kConflict, "the request is in conflict with what is there at " + url};
    case 412: return {Code::kConflict, repo_text(about) + " was changed by somebody else"};
    case 416: return {Code::kHttp, "the byte range asked for does not exist at " + url};
    case 429: return {Code::kRateLimited, "too many requests to " + response.url.host};
    default: return {Code::kHttp, "the server refused " + url};
  }
}

Meaning meaning_of(const net::Response& response, const About& about, std::string_view code) {
  const std::string_view message = response.headers.get("x-error-message");
  if (code == "RevisionNotFound") {
    return {Code::kRevisionNotFound, "revision '" + printable(about.revision) + "' not found in " + repo_text(about)};
  }
  if (code == "EntryNotFound") {
    const std::string what = about.path.empty() ? "a file or folder" : "file '" + printable(about.path) + "'";
    return {Code::kEntryNotFound,
            what + " not found in " + repo_text(about) + " at revision '" + printable(about.revision) + "'"};
  }
  if (code == "GatedRepo") return {Code::kGated, repo_text(about) + " is gated and your access is not granted"};
  if (message == kDisabled) return {Code::kDisabled, repo_text(about) + " is disabled"};
  // The Hub answers 401 for what does not exist or is private, so that names cannot be probed.
  const bool hidden = response.status == 401 && about.repo != nullptr && about.in_url && message != kBadCredentials;
  if (code == "RepoNotFound" || hidden) {
    return {Code::kRepoNotFound, repo_text(about) + " not found, or private without a token that may read it"};
  }
  if (response.status < 500) return client_error(response, about);
  return {Code::kHttp, "the server failed for " + redacted(response.url.str())};
}

}  // namespace

Error error_of(const net::Response& response, const About& about) {
  auto detail = std::make_shared<HttpDetail>();
  detail->http_status = response.status;
  detail->url = redacted(response.url.str());
  detail->hub_code = printable(response.headers.get("x-error-code"));
  detail->request_id = request_id(response.headers);
  detail->server_message = server_message(response);
  detail->retry_after_ms = net::retry_after_ms(response.headers);
  if (about.repo != nullptr) {
    detail->repo_type = repo_type_name(about.repo->type);
    detail->repo_id = about.repo->id;
  }
  Meaning meaning = meaning_of(response, about, detail->hub_code);
  std::string text = std::move(meaning.text) + " (HTTP " + std::to_string(response.status);
  if (!detail->request_id.empty()) text += ", request id " + detail->request_id;
  text += ")";
  if (meaning.code == Code::kRateLimited && detail->retry_after_ms >= 0) {
    text += ", retry in " + std::to_string((detail->retry_after_ms + 999) / 1000) + " s";
  }
  if (!detail->server_message.empty()) text += ": " + printable(replace_all(detail->server_message, "\n", "; "));
  Error error = Error::make(meaning.code, std::move(text));
  error.retriable = response.status == 408 || response.status == 429 || response.status >= 500;
  error.http = std::move(detail);
  return error;
}

}  // namespace hfhub::hub
