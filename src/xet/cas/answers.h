// What CAS and the token route answer, as values. Pure: everything a server sends is hostile until it has passed here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"
#include "xet/cas/access.h"

namespace hfhub::xet {

// The JSON body {"accessToken", "exp", "casUrl"}, else the headers X-Xet-*. `endpoint`, when not empty, stands for casUrl.
// kProtocol says what is missing; no text of it quotes the answer.
Result<Access> parse_token_answer(const net::Response& response, std::string_view endpoint);

// Leave to upload one xorb, checked: id, method, URL and headers are safe to use.
struct Grant {
  std::string id;
  net::Method method = net::Method::kPut;
  Url url;
  net::Headers headers;
  std::string authorization;  // goes to the URL's origin only
};
Result<Grant> parse_grant(std::string_view json, const Url& cas, uint64_t body_bytes);

Result<bool> parse_was_inserted(std::string_view json);  // of POST /v1/xorbs
Done parse_shard_result(std::string_view json);          // of POST /v1/shards

// One line of the answer to POST /v2/shards.
struct ShardFrame {
  enum class Kind { kOther, kValidating, kUploading, kSyncing, kResult, kError };
  Kind kind = Kind::kOther;
  uint64_t verified = 0;
  uint64_t total = 0;
  std::string message;
  bool retryable = false;
};
Result<ShardFrame> parse_shard_frame(std::string_view line);

// Cuts a stream into lines of at most 1 MiB; the last one may lack its end.
class LineCutter {
 public:
  static constexpr size_t kLongestLine = 1u << 20;
  void feed(std::string_view bytes);
  // The next line without its end, valid until feed(); nullopt: there is none yet. kProtocol when it is too long.
  Result<std::optional<std::string_view>> next();
  std::string_view rest() const { return std::string_view(pending_).substr(begin_); }

 private:
  std::string pending_;
  size_t begin_ = 0;  // of the next line
  size_t scanned_ =
      0;  // no line ends between begin_ and here: a long line in small pieces is not searched anew each time
};

}  // namespace hfhub::xet
