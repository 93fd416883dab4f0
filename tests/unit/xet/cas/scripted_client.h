// A net::Client without a network: answers come from a script, requests are kept to be looked at.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "net/client.h"

namespace hfhub::xet {

struct Scripted {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Error> error;        // instead of an answer
  std::optional<Error> broken_body;  // of a stream, after its bytes
};

inline Scripted failing(Code code, bool retriable = true) {
  Error error = Error::make(code, "scripted failure");
  error.retriable = retriable;
  return {0, "", {}, error, {}};
}

class ScriptedStream final : public net::BodyStream {
 public:
  ScriptedStream(net::Response head, std::string body, std::optional<Error> broken)
      : head_(std::move(head)), body_(std::move(body)), broken_(std::move(broken)) {}
  const net::Response& head() const override { return head_; }
  Result<ByteView> next() override {
    const size_t size = std::min<size_t>(body_.size() - at_, 7);  // small pieces: lines and ranges are cut anywhere
    const ByteView piece = as_bytes(std::string_view(body_).substr(at_, size));
    at_ += size;
    if (piece.empty() && broken_) return *broken_;
    return piece;
  }

 private:
  const net::Response head_;
  const std::string body_;
  const std::optional<Error> broken_;
  size_t at_ = 0;
};

class ScriptedClient final : public net::Client {
 public:
  // Answers to requests "METHOD /path" that begin with `route`, in order; the last one stays. The longest route wins.
  void on(const std::string& route, std::vector<Scripted> answers) {
    const std::lock_guard lock(mutex_);
    script_[route] = {answers.begin(), answers.end()};
  }
  std::function<void(const net::Request&, const runtime::Cancel&)> before_answer;

  Result<net::Response> send(const net::Request& request, const runtime::Cancel& cancel, uint64_t limit) override {
    Scripted answer = play(request, cancel);
    HFHUB_CHECK(cancel.check());
    if (answer.error) return *answer.error;
    if (answer.body.size() > limit) return Error::make(Code::kProtocol, "larger than allowed");
    return response_of(answer, request, answer.body);
  }
  Result<std::unique_ptr<net::BodyStream>> open(const net::Request& request, const runtime::Cancel& cancel) override {
    Scripted answer = play(request, cancel);
    HFHUB_CHECK(cancel.check());
    if (answer.error) return *answer.error;
    return std::unique_ptr<net::BodyStream>(
        std::make_unique<ScriptedStream>(response_of(answer, request, ""), answer.body, answer.broken_body));
  }
  Done wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel) override {
    if (!error.retriable || attempt > 5) return error;
    ++waits;
    return cancel.check();
  }
  bool is_token_origin(const Url&) const override { return false; }

  std::vector<net::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  size_t count(std::string_view route) const {
    const auto all = requests();
    return static_cast<size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& request) { return route_of(request).starts_with(route); }));
  }
  net::Request last(std::string_view route) const {
    net::Request out;
    for (const auto& request : requests()) {
      if (route_of(request).starts_with(route)) out = request;
    }
    return out;
  }
  std::atomic<int> waits{0};

  static std::string route_of(const net::Request& request) {
    return std::string(net::method_name(request.method)) + " " + request.url.target;
  }

 private:
  static net::Response response_of(const Scripted& answer, const net::Request& request, std::string body) {
    net::Response response;
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.headers.add_received(name, value);
    response.body = std::move(body);
    response.url = request.url;
    return response;
  }
  Scripted play(const net::Request& request, const runtime::Cancel& cancel) {
    if (before_answer) before_answer(request, cancel);
    if (request.sent) *request.sent += request.content().size();
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    requests_.back().body = std::string(request.content());
    requests_.back().lent_body = {};
    const std::string route = route_of(request);
    std::deque<Scripted>* best = nullptr;
    for (auto& [prefix, answers] : script_) {  // ascending: a longer prefix of the same route comes later
      if (route.starts_with(prefix)) best = &answers;
    }
    if (best == nullptr || best->empty()) return {404, "not in the script", {}, {}, {}};
    Scripted answer = best->front();
    if (best->size() > 1) best->pop_front();
    return answer;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Scripted>> script_;
  std::vector<net::Request> requests_;
};

}  // namespace hfhub::xet
