// What can be changed while the server runs (POST /_admin/settings) or on the command line.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace localhub {

struct Settings {
  std::string public_url;  // "" = from the Host header
  std::string cdn_url;
  int64_t page_size = 1000;  // files of a tree, repositories of a listing
  int64_t commit_page_size = 50;
  int64_t url_ttl_s = 3600;  // life of a signed CDN URL
  int64_t rate_limit = 0;    // requests a window and client; 0 = headers only, no 429
  int64_t rate_window_s = 300;
  bool resolve_cache = false;  // small files by a relative 307, as huggingface.co does
  bool accept_unknown_tokens = false;
  bool offline_listing = false;  // listings and info answer 503
  bool xet_enabled = true;       // false: no Xet hashes, no Xet tokens
  int64_t xet_token_ttl_s = 3600;
  std::string xet_cas_url;                              // another CAS; "" = our own
  std::string xet_access_token = "localhub-xet-token";  // for that other CAS

  int64_t preupload_max_files = 256;  // of a preupload; of these limits, 0 = none
  int64_t commit_max_files = 25000;   // operations of a commit
  int64_t commit_max_bytes = 0;       // of its body
  int64_t max_file_bytes = 0;
  int64_t quota_bytes = 0;                     // all files on all main branches of a namespace
  int64_t lfs_multipart_over = 5'000'000'000;  // larger objects come in parts
  int64_t lfs_chunk_size = 64 << 20;
  int64_t lfs_max_bytes = 0;    // of one object; 0 = any
  int64_t lfs_quota_bytes = 0;  // of the new objects of one batch; 0 = any
  bool lfs_xet = true;          // batches offer Xet to clients that know it
  bool lfs_verify = true;       // batches ask for a verification
  bool lfs_resume = false;      // a repeated batch goes on with the parts that came; storage as S3 begins anew

  std::string cas_url;            // "" = the CAS listener's own address
  bool cas_open = false;          // no token needed
  std::string cas_grants = "on";  // "off": 404; "unreachable": the URL leads nowhere
  bool cas_multirange = false;    // one entry a xorb, its ranges in one multipart answer
  bool cas_v2 = true;             // false: /v2/ answers 404
  bool cas_dedup = true;          // false: /v1/chunks answers 404
  std::string cas_shard_error;    // "frame": refusals as error frames; "fatal", "retryable": always one
};

class SettingsBox {
 public:
  explicit SettingsBox(Settings first) : now_(std::make_shared<const Settings>(std::move(first))) {}
  std::shared_ptr<const Settings> get() const {
    std::lock_guard lock(mutex_);
    return now_;
  }
  void put(Settings next) {
    auto fresh = std::make_shared<const Settings>(std::move(next));
    std::lock_guard lock(mutex_);
    now_ = std::move(fresh);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Settings> now_;
};

}  // namespace localhub
