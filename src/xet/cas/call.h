// One request to CAS: base URL, token, headers, the renewal after a 401, errors that say what was asked.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/client.h"
#include "runtime/log.h"
#include "xet/cas/client.h"
#include "xet/cas/errors.h"

namespace hfhub::xet {

struct Question {
  net::Method method = net::Method::kGet;
  std::string path;       // "/v1/..."
  std::string what;       // for errors: "the reconstruction of file <hash>"
  net::Headers headers;   // besides those that every request to CAS has
  std::string_view body;  // the caller's
  SentCounter sent;
  bool retry = true;       // by the client's policy
  bool impatient = false;  // send_impatiently()
  bool identity = false;
  int64_t deadline_ms = 0;  // these three as in net::Request
  int64_t silence_ms = 0;
  int64_t total_ms = 0;
  uint64_t limit = 1u << 20;  // of the answer's body
};

// For a caller who has another way: an answer must begin soon; what fails is tried a second time after a moment, but not
// when nothing at all was heard.
Result<net::Response> send_impatiently(net::Client& net, net::Request request, const runtime::Cancel& cancel,
                                       uint64_t limit);

struct Call {
  net::Client& net;
  TokenSource& tokens;
  const CasSettings& settings;
  const runtime::Log* log;

  // The answer, whatever its status; a 401 comes back only when a fresh token was refused, too, or there is none.
  Result<net::Response> send(const Question& question, const runtime::Cancel& cancel) const;
  Result<std::unique_ptr<net::BodyStream>> open(const Question& question, const runtime::Cancel& cancel) const;
  void warn(const std::string& message) const;

 private:
  Result<net::Request> request(const Question& question, const Access& access) const;
  template <class Answer, class Send>
  Result<Answer> authorized(const Question& question, const runtime::Cancel& cancel, Send send) const;
};

inline bool is_success(int status) { return status >= 200 && status < 300; }

}  // namespace hfhub::xet
