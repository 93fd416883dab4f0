#include "xet/transfer/engine.h"

#include <algorithm>

#include "base/text.h"
#include "net/requests.h"
#include "platform/file.h"
#include "platform/system.h"
#include "xet/transfer/known_chunks.h"

namespace hfhub::xet {
namespace {

using runtime::Config;
using runtime::Option;

constexpr size_t kMostDownloadThreads = 128;
constexpr uint64_t kTableEntryBytes = 24;

uint64_t count_or(const Config& config, Option option, uint64_t usual, uint64_t high) {
  if (config.is_set(option)) return std::max<uint64_t>(config.count(option), 1);
  return config.flag(Option::kXetHighPerformance) ? high : usual;
}

// "1", "2", and "auto" or anything else for "whatever the server has".
int api_version(const std::string& text) {
  if (text == "1") return 1;
  return text == "2" ? 2 : 0;
}

CompressionPolicy compression_policy(const std::string& text) {
  const std::string name = to_lower_ascii(text);
  if (name == "none") return CompressionPolicy::kNone;
  if (name == "lz4") return CompressionPolicy::kLz4;
  return name == "bg4-lz4" ? CompressionPolicy::kBg4Lz4 : CompressionPolicy::kAuto;
}

// Half of the budget holds xorbs, a quarter blocks of files; the rest is the network's and everybody else's.
void share_budget(const Config& config, uint64_t budget_bytes, EngineSettings* out) {
  const uint64_t xorb = config.is_set(Option::kXetXorbSize) ? config.bytes(Option::kXetXorbSize) : budget_bytes / 16;
  out->xorb_bytes = std::clamp<uint64_t>(std::min(xorb, budget_bytes / 4), 256u << 10, kMaxXorbBytes);
  const uint64_t block = config.is_set(Option::kXetBlockSize) ? config.bytes(Option::kXetBlockSize) : 2u << 20;
  out->block_bytes = std::clamp<uint64_t>(std::min(block, budget_bytes / 64), 2 * kMaxChunkBytes, 8u << 20);
  const auto processors = static_cast<uint64_t>(platform::cpu_count());
  out->blocks = std::clamp<uint64_t>(budget_bytes / 4 / (2 * out->block_bytes), 2, 2 * processors + 6);
  const uint64_t piece = config.is_set(Option::kXetPieceSize) ? config.bytes(Option::kXetPieceSize) : 4u << 20;
  out->piece_bytes = std::clamp<uint64_t>(std::min(piece, budget_bytes / 32), 64u << 10, kMaxXorbBytes);
  out->shard_bytes = std::clamp<uint64_t>(budget_bytes / 8, 1u << 20, kMaxShardBytes);
  out->known_chunks = budget_bytes / 16 / kTableEntryBytes;
}

struct Ineffective {
  const char* name;
  const char* reason;
};
constexpr Ineffective kIneffective[] = {
    {"HF_XET_CLIENT_RETRY_MAX_ATTEMPTS", "net.retries rules all requests"},
    {"HF_XET_CLIENT_RETRY_BASE_DELAY", "net.retry_delay rules all requests"},
    {"HF_XET_CLIENT_RETRY_MAX_DURATION", "net.retry_delay_max rules all requests"},
    {"HF_XET_CLIENT_CONNECT_TIMEOUT", "net.connect_timeout rules all requests"},
    {"HF_XET_CLIENT_READ_TIMEOUT", "net.stall_timeout and net.stall_speed rule all requests"},
    {"HF_XET_CLIENT_MAX_IDLE_CONNECTIONS", "net.max_connections rules all connections"},
    {"HF_XET_CLIENT_IDLE_CONNECTION_TIMEOUT", "idle connections are closed by the network layer"},
    {"HF_XET_CLIENT_UNIX_SOCKET_PATH", "not supported"},
    {"HF_XET_CLIENT_ENABLE_MULTIRANGE_FETCHING", "ranges are always asked for one by one"},
    {"HF_XET_CLIENT_AC_INITIAL_UPLOAD_CONCURRENCY", "requests start at once; xet.parallel_uploads is the limit"},
    {"HF_XET_CLIENT_AC_INITIAL_DOWNLOAD_CONCURRENCY", "requests start at once; xet.parallel_downloads is the limit"},
    {"HF_XET_CLIENT_AC_MIN_UPLOAD_CONCURRENCY", "xet.parallel_uploads is the only limit"},
    {"HF_XET_CLIENT_AC_MIN_DOWNLOAD_CONCURRENCY", "xet.parallel_downloads is the only limit"},
    {"HF_XET_DATA_MAX_CONCURRENT_FILE_DOWNLOADS", "files of a group are planned together"},
    {"HF_XET_DEDUPLICATION_MIN_N_CHUNKS_PER_RANGE_HYSTERESIS_FACTOR", "it is always 0.5"},
    {"HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_SIZE", "memory.budget rules all buffers"},
    {"HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_PERFILE_SIZE", "memory.budget rules all buffers"},
    {"HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_LIMIT", "memory.budget rules all buffers"},
    {"HF_XET_RECONSTRUCTION_MIN_PREFETCH_BUFFER", "memory.budget rules all buffers"},
    {"HF_XET_RECONSTRUCTION_MIN_RECONSTRUCTION_FETCH_SIZE", "plans have a fixed size"},
    {"HF_XET_RECONSTRUCTION_MAX_RECONSTRUCTION_FETCH_SIZE", "plans have a fixed size"},
    {"HF_XET_RECONSTRUCTION_USE_VECTORED_WRITE", "bytes are written to their places as they come"},
    {"HF_XET_CHUNK_CACHE_SIZE_BYTES", "there is no chunk cache"},
    {"HF_XET_SHARD_CHUNK_INDEX_TABLE_MAX_SIZE", "memory.budget rules the chunk index"},
    {"HF_XET_MDB_SHARD_CHUNK_INDEX_TABLE_MAX_SIZE", "memory.budget rules the chunk index"},
    {"HF_XET_LOG_DEST", "log lines go to the log hook"},
    {"HF_XET_LOG_FILE", "log lines go to the log hook"},
    {"HF_XET_LOG_FORMAT", "log lines go to the log hook"},
};

}  // namespace

std::vector<std::string> ineffective_variables(const Config::Environment& environment) {
  std::vector<std::string> out;
  for (const Ineffective& row : kIneffective) {
    const auto value = environment(row.name);
    if (value && !trim(*value).empty()) out.push_back(std::string(row.name) + " has no effect: " + row.reason);
  }
  return out;
}

EngineSettings EngineSettings::from(const Config& config, uint64_t budget_bytes) {
  EngineSettings out;
  out.cas.direct_upload = config.flag(Option::kXetDirectUpload);
  out.cas.grant_attempts = std::max<uint64_t>(config.count(Option::kXetGrantAttempts), 1);
  out.cas.reconstruction_version = api_version(config.text(Option::kXetReconstructionVersion));
  out.cas.shard_version = api_version(config.text(Option::kXetShardVersion));
  out.cas.dedup_deadline_ms = std::max<int64_t>(config.duration_ms(Option::kXetDedupDeadline), 1);
  out.default_endpoint = config.text(Option::kXetEndpoint);
  out.cache_dir = config.xet_dir();
  out.shard_cache_name = config.text(Option::kXetShardCacheDir);
  out.shard_cache_bytes = config.bytes(Option::kXetShardCacheSize);
  out.compression = compression_policy(config.text(Option::kXetCompression));
  out.compression_retest =
      static_cast<uint32_t>(std::min<uint64_t>(config.count(Option::kXetCompressionRetest), 65536));
  out.parallel_uploads = count_or(config, Option::kXetParallelUploads, 16, 64);
  out.parallel_downloads = count_or(config, Option::kXetParallelDownloads, 32, 64);
  out.parallel_files = count_or(config, Option::kXetParallelFiles, 8, 32);
  out.dedup_spacing_chunks = config.count(Option::kXetDedupSpacing);
  out.fragment_window = config.count(Option::kXetFragmentWindow);
  out.fragment_chunks = config.count(Option::kXetFragmentChunks);
  out.global_dedup = config.flag(Option::kXetGlobalDedup);
  share_budget(config, budget_bytes, &out);
  return out;
}

namespace {

EngineSettings with_session_id(EngineSettings settings) {
  settings.cas.session_id = net::random_uuid();
  return settings;
}

}  // namespace

Engine::Engine(const Config& config, std::shared_ptr<net::Client> net, std::shared_ptr<runtime::Budget> budget,
               std::shared_ptr<const runtime::Log> log)
    : settings_(with_session_id(EngineSettings::from(config, budget->total_bytes()))),
      net_(std::move(net)),
      budget_(std::move(budget)),
      log_(std::move(log)),
      pool_(kMostDownloadThreads),
      files_(settings_.parallel_files),
      blocks_(static_cast<size_t>(2 * platform::cpu_count() + 6)),
      sends_(settings_.parallel_uploads),
      xorb_space_(budget_, budget_->total_bytes() / 2),
      block_pool_(budget_, settings_.block_bytes + kMaxChunkBytes, settings_.blocks) {
  for (const std::string& line : ineffective_variables(platform::environment)) {
    log_->write(runtime::LogLevel::kWarning, line);
  }
}

Result<std::shared_ptr<CasClient>> Engine::cas(CasTarget target) {
  if (target.endpoint.empty() && target.refresh_url.empty()) target.endpoint = settings_.default_endpoint;
  const std::string server = target.endpoint.empty() ? target.refresh_url : target.endpoint;
  HFHUB_TRY(auto tokens, tokens_.find(net_, target));
  std::shared_ptr<CasMemory> memory;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = servers_[server];
    if (!slot) slot = std::make_shared<CasMemory>();
    memory = slot;
  }
  return std::make_shared<CasClient>(net_, std::move(tokens), std::move(memory), settings_.cas, log_);
}

std::string Engine::endpoint_dir(const std::string& endpoint) const {
  std::string tag;
  for (const char c : endpoint.substr(0, 16)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    tag += plain ? c : '_';
  }
  tag += '-' + to_base64_url(chunk_hash(as_bytes(endpoint)).bytes).substr(0, 16);
  return platform::join_path(settings_.cache_dir, tag);
}

std::shared_ptr<KnownChunks> Engine::known_chunks(const std::string& endpoint) {
  std::shared_ptr<KnownChunks> known;
  {
    const std::lock_guard lock(mutex_);
    auto& slot = known_[endpoint];
    if (!slot) {
      slot = std::make_shared<KnownChunks>(platform::join_path(endpoint_dir(endpoint), settings_.shard_cache_name),
                                           settings_.known_chunks, settings_.shard_cache_bytes);
    }
    known = slot;
  }
  known->load();
  return known;
}

}  // namespace hfhub::xet
