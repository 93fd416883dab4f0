#include "body_log.h"

#include "json.h"

namespace localhub {

void BodyLog::add(const Request& request) {
  if (request.body.size() > kMostBytes) return;
  std::lock_guard lock(mutex_);
  entries_.push_back({next_++, request.method, request.path, request.raw_query,
                      std::string(request.header("content-type")), request.body});
  bytes_ += request.body.size();
  while (bytes_ > kMostBytes || entries_.size() > kMostBodies) {
    bytes_ -= entries_.front().body.size();
    entries_.pop_front();
  }
}

std::string BodyLog::since(int64_t n) const {
  std::lock_guard lock(mutex_);
  Json out;
  out.begin_object().put("next", next_).key("bodies").begin_array();
  for (const Entry& entry : entries_) {
    if (entry.n < n) continue;
    out.begin_object().put("n", entry.n).put("method", entry.method).put("path", entry.path);
    out.put("query", entry.query).put("content_type", entry.content_type);
    bool text = utf8_prefix(entry.body) == entry.body.size();
    out.put(text ? "body" : "body_base64", text ? entry.body : base64_encode(entry.body)).end_object();
  }
  return out.end_array().end_object().str();
}

void BodyLog::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
}

}  // namespace localhub
