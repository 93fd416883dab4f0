// One HTTP request and its answer, as values. No curl type leaves this folder.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/url.h"

namespace hfhub::net {

enum class Method { kGet, kHead, kPost, kPut, kDelete };
const char* method_name(Method method);

class Headers {
 public:
  // Refuses names and values that a header cannot carry (control characters, CR, LF), naming the header only.
  Done set(std::string_view name, std::string_view value);
  void add_received(std::string_view name, std::string_view value);
  // The first value, nullptr when absent; names ignore case.
  const std::string* find(std::string_view name) const;
  std::string_view get(std::string_view name) const;  // "" when absent
  const std::vector<std::pair<std::string, std::string>>& all() const { return entries_; }

 private:
  std::vector<std::pair<std::string, std::string>> entries_;
};

// Headers that steer a connection or frame a body: the client's own to write, whoever names them.
bool is_message_header(std::string_view name);

enum class Redirects {
  kFollow,        // any host, at most 20; the token goes along only to its own origins
  kSameSiteOnly,  // metadata: followed to the same origin or one of the token's; else the answer itself
  kNever,
};

// A request body that is read while it is sent, through a window that the session's budget pays for. It is called on the
// thread that called send(), so it may block on a disk; never on the net thread.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual uint64_t size() const = 0;
  // Fills all of `out`, which lies inside the body. A request that is sent again begins again at its start.
  virtual Done read(uint64_t offset, std::span<uint8_t> out) = 0;
};

struct Request {
  Method method = Method::kGet;
  Url url;
  Headers headers;
  std::string body;
  std::string_view lent_body;    // instead of `body`: the caller's memory, which it keeps until the call has returned
  BodySource* source = nullptr;  // instead of both: send() alone, and no redirects
  std::string token;             // sent as a bearer token, and only to origins of the client's token policy
  // The whole header value for a server with secrets of its own (CAS, provider, LFS action): goes to the origin of
  // `url` and never along a redirect to another. An "authorization" among `headers` is refused.
  std::string authorization;
  Redirects redirects = Redirects::kFollow;
  bool identity = false;    // refuse content coding: bodies that are stored byte by byte
  int64_t deadline_ms = 0;  // 0: net.request_timeout. For a stream: until the answer's headers are there
  // 0: a body that stays below net.stall_speed for net.stall_timeout is dropped. Else, for a live feed (events, logs):
  // only this long without any byte is.
  int64_t silence_ms = 0;
  int64_t stall_ms = 0;  // at most that instead of net.stall_timeout; 0: that
  // 0: none. The whole answer is there by then or it is a kTimeout, however well the bytes flow.
  int64_t total_ms = 0;
  bool retry = true;  // transient failures before the first body byte are tried again
  // A change that must not be made twice: sent once at most, on a connection of its own, because libcurl by itself repeats
  // a request when one that was used before turns out to be dead.
  bool once = false;
  std::shared_ptr<std::atomic<uint64_t>> sent;  // grows by the bytes of `body` that go out, repeats included

  bool has_body() const { return source != nullptr || !content().empty(); }
  std::string_view content() const { return lent_body.empty() ? std::string_view(body) : lent_body; }
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;  // empty for streams
  Url url;           // that answered, after redirects
};

}  // namespace hfhub::net
