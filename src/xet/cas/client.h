// CAS's HTTP API as functions. Each renews the token on 401 and returns errors that name what was asked; all but
// open_bytes() and find_chunk() retry what is transient. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/client.h"
#include "runtime/log.h"
#include "xet/cas/access.h"
#include "xet/cas/reconstruction.h"
#include "xet/format/hash.h"

namespace hfhub::xet {

struct CasSettings {
  bool direct_upload = false;        // never ask for grants
  uint64_t grant_attempts = 3;       // grants used up by one xorb before it is posted directly
  int reconstruction_version = 0;    // 0: 2, then 1 when the server has no 2
  int shard_version = 0;             // likewise
  int64_t dedup_deadline_ms = 2000;  // of a global query; later is a miss
  std::string user_agent;            // "": the session's
  std::string session_id;            // X-Xet-Session-Id, one a session; "": none
};

// What was learned about a server, shared by all clients of it in a session.
struct CasMemory {
  std::atomic<bool> no_grants{false};  // 404, 405, 501, or a grant host that cannot be reached
  std::atomic<bool> no_v2_reconstruction{false};
  std::atomic<bool> no_v2_shards{false};
  std::atomic<uint32_t> dedup_failures{0};  // queries in a row without an answer
  std::atomic<int64_t> heard_s{0};          // wall clock of the last reconstruction that came; 0: never
  std::atomic<bool> no_dedup{false};        // queries fail or are refused: not asked again for the rest of the session
};

struct ByteSpan {
  uint64_t begin = 0;
  uint64_t end = 0;  // past the last byte
};

// Bytes that went out, repeats included; may be nullptr.
using SentCounter = std::shared_ptr<std::atomic<uint64_t>>;

class CasClient {
 public:
  CasClient(std::shared_ptr<net::Client> net, std::shared_ptr<TokenSource> tokens, std::shared_ptr<CasMemory> memory,
            CasSettings settings, std::shared_ptr<const runtime::Log> log);

  // The terms of bytes [span.begin, span.end) of a file. nullopt: the file ends at or before span.begin (416).
  // kEntryNotFound: no such file.
  Result<std::optional<Reconstruction>> reconstruction(const Hash& file, ByteSpan span, const runtime::Cancel& cancel);

  // Opens the bytes [begin, end) behind a presigned URL. The stream gives exactly these: less is a retriable error of
  // next(), another range or a server that ignores it is kProtocol. No token, no custom header goes there. One attempt,
  // since a caller goes on from where a body broke. 403 is kForbidden with `retriable`: ask for the reconstruction again.
  Result<std::unique_ptr<net::BodyStream>> open_bytes(const std::string& url, ByteSpan span,
                                                      const runtime::Cancel& cancel);
  // Sleeps before attempt `attempt` of the caller's own loop, or returns the error when it is final.
  Done wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel);

  // The keyed shard that knows the chunk; nullopt: nothing known, or the server did not answer in time.
  Result<std::optional<std::string>> find_chunk(const Hash& chunk, const runtime::Cancel& cancel);

  // Stores a xorb's chunk records: grant, PUT, commit, or the direct POST where grants do not work. True: it was new.
  // Nothing of `body` is copied. `granted` (may be empty) hears of each grant before anything is sent under it.
  using Granted = std::function<Done(const std::string& grant_id)>;
  Result<bool> store_xorb(const Hash& xorb, std::string_view body, uint64_t crc64, const SentCounter& sent,
                          const Granted& granted, const runtime::Cancel& cancel);
  // The last of the three requests alone, once: for bytes that a process sent which did not live to see the answer. True:
  // CAS has the xorb now; false: they did not arrive, or it cannot be said.
  Result<bool> commit_xorb(const Hash& xorb, const std::string& grant_id, const runtime::Cancel& cancel);

  struct ShardStages {  // of all shards of a commit; counters only grow
    std::atomic<uint64_t> entries_total{0}, entries_validated{0};
    std::atomic<uint32_t> uploaded{0}, stored{0}, synced{0}, completed{0};
  };
  // Registers a shard (footer-less). After it every file in it can be downloaded.
  Done store_shard(std::string_view body, ShardStages* stages, const SentCounter& sent, const runtime::Cancel& cancel);

  // Has it answered lately? An impatient caller need not find out anew.
  bool heard() const;
  TokenSource& tokens() const { return *tokens_; }

 private:
  const std::shared_ptr<net::Client> net_;
  const std::shared_ptr<TokenSource> tokens_;
  const std::shared_ptr<CasMemory> memory_;
  const CasSettings settings_;
  const std::shared_ptr<const runtime::Log> log_;
};

}  // namespace hfhub::xet
