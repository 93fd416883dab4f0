#include "request_log.h"

#include "json.h"

namespace localhub {
namespace {

/// Signed URLs need no token; the Hub's are not for the CAS, nor the other way round.
bool is_leak(const Request& request) {
  if (request.origin == Origin::kCdn) return request.viewer.sent_token;
  return request.auth_kind == (request.origin == Origin::kCas ? "hub" : "cas");
}

}  // namespace

std::string LogEntry::to_json() const {
  Json out;
  out.begin_object().put("n", n).put("t_ms", t_ms);
  out.put("origin", name_of(origin));
  out.put("method", method).put("path", path).put("query", query).put("status", status.load());
  out.key("range");
  range.empty() ? out.null() : out.value(range);
  out.put("bytes", bytes.load()).put("done", done.load()).put("aborted", aborted.load());
  out.put("auth", auth).key("auth_token_sha");
  token_sha.empty() ? out.null() : out.value(token_sha);
  out.key("auth_kind");
  auth_kind.empty() ? out.null() : out.value(auth_kind);
  out.key("user");
  user.empty() ? out.null() : out.value(user);
  if (token_leak) out.put("token_leak", true);
  out.key("counter");
  counter.empty() ? out.null() : out.value(counter);
  out.put("user_agent", user_agent).key("headers").raw(headers_json).key("fault");
  fault.empty() ? out.null() : out.value(fault);
  return out.end_object().str();
}

RequestLog::~RequestLog() {
  if (file_) std::fclose(file_);
}

bool RequestLog::open_file(const std::string& path) {
  file_ = std::fopen(path.c_str(), "a");
  return file_ != nullptr;
}

LogEntryPtr RequestLog::begin(const Request& request, const std::string& fault_id) {
  auto entry = std::make_shared<LogEntry>();
  entry->t_ms = now_ms();
  entry->origin = request.origin;
  entry->fault = fault_id;
  entry->method = request.method;
  entry->path = request.path;
  entry->query = request.raw_query;
  entry->range = request.header("range");
  entry->auth = request.viewer.sent_token;
  entry->token_sha = request.viewer.token_sha;
  entry->user = request.viewer.user;
  entry->counter = request.header("x-hf-download-counter");
  entry->user_agent = request.header("user-agent");
  entry->auth_kind = request.auth_kind;
  entry->token_leak = is_leak(request);
  std::string& json = entry->headers_json;
  json = "{";
  for (const auto& [name, value] : request.headers) {
    if (json.size() > 1) json += ',';
    json += json_quote(name) + ':';
    json += name == "authorization" ? "\"<redacted>\"" : json_quote(value);
  }
  json += '}';
  std::lock_guard lock(mutex_);
  entry->n = next_++;
  entries_.push_back(entry);
  if (entries_.size() > kKeptEntries) entries_.pop_front();
  return entry;
}

void RequestLog::finish(const LogEntry& entry) {
  if (!file_) return;
  std::string line = entry.to_json() + "\n";
  std::lock_guard lock(file_mutex_);
  std::fwrite(line.data(), 1, line.size(), file_);
}

void RequestLog::flush() {
  if (!file_) return;
  std::lock_guard lock(file_mutex_);
  std::fflush(file_);
}

std::string RequestLog::since(int64_t n) const {
  std::lock_guard lock(mutex_);
  std::string out = "{\"next\":" + std::to_string(next_) + ",\"entries\":[";
  bool first = true;
  for (const LogEntryPtr& entry : entries_) {
    if (entry->n < n) continue;
    if (!first) out += ',';
    first = false;
    out += entry->to_json();
  }
  return out + "]}";
}

void RequestLog::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace localhub
