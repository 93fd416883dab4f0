// Who may talk to CAS: a short-lived token, where it comes from, and when it is renewed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "net/client.h"
#include "runtime/cancel.h"

namespace hfhub::xet {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// What a caller knows about a CAS. At least one of endpoint and refresh_url is needed.
struct CasTarget {
  std::string endpoint;  // "": what the refresh route says
  std::string token;     // seeded; "" for none
  int64_t token_expires_s = 0;
  std::string refresh_url;  // GET -> {"accessToken", "exp", "casUrl"} or the same three as headers; "" for none
  std::string hub_token;    // sent to the refresh URL by the client's own token rules
  // Sent to the refresh URL and to no other host; an Authorization among them goes to its origin alone.
  HeaderList refresh_headers;
  HeaderList custom_headers;  // sent to CAS and to no third host; an Authorization among them is refused
  // The caller has another way: who was never heard of (for a while, CAS) is asked at most twice, and not waited for.
  bool impatient = false;
};

// {HF_ENDPOINT}/api/{models|datasets|spaces|kernels}/{id}/xet-{read|write}-token/{revision}, or
// {HF_ENDPOINT}/api/buckets/{id}/xet-{read|write}-token. The revision is one encoded path segment; `create_pr` appends
// ?create_pr=1.
std::string refresh_url(std::string_view endpoint, std::string_view kind_plural, std::string_view id, bool write,
                        std::string_view revision, bool create_pr);

struct Access {
  std::string endpoint;  // no trailing slash
  std::string token;     // "" when the server needs none
  int64_t expires_s = 0;
};

// One identity at one refresh route. Thread-safe; one request serves all who wait.
class TokenSource {
 public:
  static Result<std::shared_ptr<TokenSource>> make(std::shared_ptr<net::Client> net, CasTarget target);

  // A token that is good for at least another half minute. Nearer than two minutes (or a fifth of its life) to its end,
  // it is renewed by whoever comes first while the others go on with the old one.
  Result<Access> get(const runtime::Cancel& cancel);
  // CAS said 401 to `rejected`: a new token, asked for once however many report the same one. kAuth when there is no
  // refresh route, or when the fresh token is rejected, too.
  Result<Access> renew(const std::string& rejected, const runtime::Cancel& cancel);
  const CasTarget& target() const { return target_; }

 private:
  friend class TokenCache;
  class Refresh;
  struct State;
  enum class Why { kNeeded, kAhead, kRejected };
  TokenSource(std::shared_ptr<net::Client> net, CasTarget target, std::shared_ptr<State> state);
  // Both with the state's lock held; refresh() gives it back.
  Done wait(std::unique_lock<std::mutex>* lock, const runtime::Cancel& cancel);
  Result<Access> refresh(std::unique_lock<std::mutex>* lock, Why why, const runtime::Cancel& cancel);
  void join(const TokenSource& other);  // before anybody else has this one

  const std::shared_ptr<net::Client> net_;
  const CasTarget target_;
  std::shared_ptr<State> state_;  // shared by all sources of one identity
};

// Sources by (refresh URL, identity), so that a token serves every operation of a session. At most 1,000 are kept.
class TokenCache {
 public:
  Result<std::shared_ptr<TokenSource>> find(const std::shared_ptr<net::Client>& net, const CasTarget& target);

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::shared_ptr<TokenSource>>> sources_;  // guarded by mutex_; newest last
};

}  // namespace hfhub::xet
