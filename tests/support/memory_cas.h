// A CAS in memory, as a net::Client: tests of the transfers need no server. It stores xorbs and files, answers what a CAS
// answers, and spoils what it is told to spoil.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/client.h"
#include "xet/cas/client.h"
#include "xet/format/shard.h"
#include "xet/format/xorb.h"

namespace hfhub::test {

class MemoryCas final : public net::Client, public std::enable_shared_from_this<MemoryCas> {
 public:
  // What happens to one answer with bytes of a xorb.
  struct Spoil {
    int status = 0;                       // instead of the answer
    std::optional<uint64_t> break_after;  // bytes, then a broken connection
    std::optional<uint64_t> stall_after;  // bytes, then nothing until it is cancelled
    std::optional<uint64_t> flip;         // this byte of the xorb is changed
    int64_t delay_ms = 0;                 // before each view
  };
  struct DataRequest {
    xet::Hash xorb;
    uint64_t begin = 0;
    uint64_t end = 0;    // past the last byte
    uint64_t count = 0;  // of data requests before it
  };

  // ---- content ----
  xet::Hash add_xorb(const std::vector<Bytes>& chunks);
  // A file made of terms of stored xorbs; `bytes` of each term may be left 0.
  xet::Hash add_file(std::vector<xet::Term> terms);
  Bytes content(const xet::Hash& file) const;
  uint64_t size(const xet::Hash& file) const;
  uint64_t stored_bytes(const xet::Hash& xorb) const;
  bool has_xorb(const xet::Hash& xorb) const;
  bool has_file(const xet::Hash& file) const;

  // ---- behaviour; set before requests are made ----
  std::function<Spoil(const DataRequest&)> spoil;
  bool grants = true;        // else 404
  bool merge_ranges = true;  // of a xorb, when they touch or overlap
  size_t view_bytes = 256 * 1024;
  uint64_t retries = 5;
  std::shared_ptr<runtime::Budget> window_budget;  // pays a window for each data request, as the real client does
  uint64_t window_bytes = 0;
  void expire_urls();  // those given out so far answer 403

  // ---- what was asked ----
  uint64_t count(const std::string& method_and_path_prefix) const;
  uint64_t data_bytes() const;  // sent
  uint64_t data_requests() const;
  uint64_t most_at_once() const;  // data requests
  std::vector<net::Request> requests() const;

  // A client of it that has a token.
  std::shared_ptr<xet::CasClient> client();

  // ---- net::Client ----
  Result<net::Response> send(const net::Request& request, const runtime::Cancel& cancel, uint64_t limit) override;
  Result<std::unique_ptr<net::BodyStream>> open(const net::Request& request, const runtime::Cancel& cancel) override;
  Done wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel) override;
  bool is_token_origin(const Url&) const override { return false; }

 private:
  struct Xorb {
    Bytes stored;
    xet::XorbInfo info;
  };
  friend class MemoryStream;
  net::Response answer(const net::Request& request);
  net::Response reconstruct(const net::Request& request, const xet::Hash& file);
  net::Response offer_grant(const xet::Hash& xorb);
  net::Response commit_grant(const xet::Hash& xorb, const std::string& id);
  net::Response take_xorb(const xet::Hash& xorb, const std::string& body);
  net::Response take_shard(const std::string& body);
  std::optional<xet::Hash> store(const std::string& body);
  std::string ranges_json(const xet::Hash& xorb, std::vector<std::pair<uint32_t, uint32_t>> stretches) const;
  void left(uint64_t sent);

  mutable std::mutex mutex_;
  // All guarded by mutex_.
  std::map<xet::Hash, std::shared_ptr<const Xorb>> xorbs_;
  std::map<xet::Hash, std::vector<xet::Term>> files_;
  std::map<std::string, std::string> uploads_;  // by grant
  uint64_t next_grant_ = 0;
  uint64_t signature_ = 1;
  std::vector<net::Request> requests_;
  uint64_t data_requests_ = 0;
  uint64_t data_bytes_ = 0;
  uint64_t at_once_ = 0;
  uint64_t most_at_once_ = 0;
};

}  // namespace hfhub::test
