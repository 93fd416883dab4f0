// What the Xet operations of one session share: settings, threads, what is known about servers, tokens and chunks, and
// the shares of the session's byte budget.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "net/client.h"
#include "runtime/budget.h"
#include "runtime/config.h"
#include "runtime/log.h"
#include "runtime/pool.h"
#include "xet/cas/client.h"
#include "xet/format/xorb.h"
#include "xet/transfer/block_pool.h"
#include "xet/transfer/xorb_space.h"

namespace hfhub::xet {

class KnownChunks;

struct EngineSettings {
  CasSettings cas;
  std::string default_endpoint;
  std::string cache_dir;  // <xet cache>: shard caches and journals
  std::string shard_cache_name;
  uint64_t shard_cache_bytes = 0;
  CompressionPolicy compression = CompressionPolicy::kAuto;
  uint32_t compression_retest = 32;
  // Requests in flight and files read at the same time, at most.
  uint64_t parallel_uploads = 0;
  uint64_t parallel_downloads = 0;
  uint64_t parallel_files = 0;
  // Shares of the budget.
  uint64_t xorb_bytes = 0;    // largest xorb that is built, at most 64 MiB
  uint64_t block_bytes = 0;   // of a file, read at a time
  uint64_t blocks = 0;        // of all uploads, at a time
  uint64_t piece_bytes = 0;   // asked for by one data request
  uint64_t shard_bytes = 0;   // largest shard that is built
  uint64_t known_chunks = 0;  // remembered for one server
  uint64_t dedup_spacing_chunks = 256;
  uint64_t fragment_window = 128;
  uint64_t fragment_chunks = 8;
  bool global_dedup = true;

  static EngineSettings from(const runtime::Config& config, uint64_t budget_bytes);
};

// HF_XET_ variables of the environment that mean nothing here, each with the reason or what to set instead.
std::vector<std::string> ineffective_variables(const runtime::Config::Environment& environment);

class Engine {
 public:
  Engine(const runtime::Config& config, std::shared_ptr<net::Client> net, std::shared_ptr<runtime::Budget> budget,
         std::shared_ptr<const runtime::Log> log);

  const EngineSettings& settings() const { return settings_; }
  runtime::Budget& budget() { return *budget_; }
  const std::shared_ptr<runtime::Budget>& shared_budget() { return budget_; }
  const runtime::Log& log() const { return *log_; }

  // Threads. A task of one pool waits only for tasks of those below it, never for one queued behind it.
  runtime::Pool& pool() { return pool_; }      // downloads: pieces and files
  runtime::Pool& files() { return files_; }    // uploads: reading files
  runtime::Pool& blocks() { return blocks_; }  // uploads: hashing and compressing
  runtime::Pool& sends() { return sends_; }    // uploads: xorbs and shards on their way
  XorbSpace& xorb_space() { return xorb_space_; }
  BlockPool& block_pool() { return block_pool_; }

  // A client for the target: tokens and server memory are shared with all others of the session.
  Result<std::shared_ptr<CasClient>> cas(CasTarget target);
  // The chunks that a server is known to have; loaded from the shard cache by the first who asks.
  std::shared_ptr<KnownChunks> known_chunks(const std::string& endpoint);
  // <cache_dir>/<endpoint tag>, where huggingface's own client keeps its state for this server, too.
  std::string endpoint_dir(const std::string& endpoint) const;

 private:
  const EngineSettings settings_;
  const std::shared_ptr<net::Client> net_;
  const std::shared_ptr<runtime::Budget> budget_;
  const std::shared_ptr<const runtime::Log> log_;
  runtime::Pool pool_;
  runtime::Pool files_;
  runtime::Pool blocks_;
  runtime::Pool sends_;
  XorbSpace xorb_space_;
  BlockPool block_pool_;
  TokenCache tokens_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<CasMemory>> servers_;  // guarded by mutex_; by endpoint or refresh URL
  std::map<std::string, std::shared_ptr<KnownChunks>> known_;  // guarded by mutex_; by endpoint
};

}  // namespace hfhub::xet
