#include "support/memory_cas.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"

namespace hfhub::test {
namespace {

using net::Request;
using net::Response;
using xet::Hash;

constexpr const char* kCas = "http://cas.test";
constexpr const char* kStore = "http://store.test";

Response reply(const Request& request, int status, std::string body = "") {
  Response out;
  out.status = status;
  out.body = std::move(body);
  out.url = request.url;
  return out;
}

// "bytes=a-b", past-the-end.
std::optional<std::pair<uint64_t, uint64_t>> wanted_range(const Request& request) {
  unsigned long long first = 0, last = 0;
  if (std::sscanf(std::string(request.headers.get("range")).c_str(), "bytes=%llu-%llu", &first, &last) != 2) {
    return std::nullopt;
  }
  return std::pair<uint64_t, uint64_t>(first, last + 1);
}

std::optional<Hash> hash_after(const std::string& path, const std::string& prefix) {
  return path.starts_with(prefix) ? Hash::parse(std::string_view(path).substr(prefix.size(), 64)) : std::nullopt;
}

std::string span_json(uint64_t begin, uint64_t end) {
  return "{\"start\":" + std::to_string(begin) + ",\"end\":" + std::to_string(end) + "}";
}

}  // namespace

// ---- content ----

Hash MemoryCas::add_xorb(const std::vector<Bytes>& chunks) {
  std::string body;
  xet::ChunkEncoder encoder;
  for (const Bytes& chunk : chunks) {
    Bytes out(xet::kChunkHeaderBytes + chunk.size());
    bool stored = false;
    const size_t size = encoder.encode(chunk, out, &stored);
    body.append(as_text(ByteView(out).first(size)));
    if (stored) body.append(as_text(chunk));
  }
  return store(body).value();
}

std::optional<Hash> MemoryCas::store(const std::string& body) {
  auto info = xet::inspect_xorb(as_bytes(body));
  if (!info.ok()) return std::nullopt;
  const Hash hash = info->hash;
  auto xorb = std::make_shared<Xorb>();
  xorb->stored.assign(body.begin(), body.end());
  xorb->info = *std::move(info);
  const std::lock_guard lock(mutex_);
  xorbs_.try_emplace(hash, std::move(xorb));
  return hash;
}

Hash MemoryCas::add_file(std::vector<xet::Term> terms) {
  const std::lock_guard lock(mutex_);
  std::vector<xet::Chunk> chunks;
  for (xet::Term& term : terms) {
    const auto& all = xorbs_.at(term.xorb)->info.chunks;
    term.bytes = 0;
    for (uint32_t i = term.chunk_begin; i < term.chunk_end; ++i) {
      chunks.push_back(all.at(i));
      term.bytes += all[i].size;
    }
  }
  const Hash hash = xet::file_hash(chunks);
  files_[hash] = std::move(terms);
  return hash;
}

Bytes MemoryCas::content(const Hash& file) const {
  const std::lock_guard lock(mutex_);
  Bytes out, scratch;
  for (const xet::Term& term : files_.at(file)) {
    const Xorb& xorb = *xorbs_.at(term.xorb);
    for (uint32_t i = term.chunk_begin; i < term.chunk_end; ++i) {
      const ByteView record = ByteView(xorb.stored).subspan(i == 0 ? 0 : xorb.info.stored_ends[i - 1]);
      const auto header = xet::parse_chunk_header(record.first<xet::kChunkHeaderBytes>()).value();
      const size_t at = out.size();
      out.resize(at + header.bytes);
      (void)xet::decode_chunk(header, record.subspan(xet::kChunkHeaderBytes, header.stored_bytes),
                              std::span(out).subspan(at), &scratch);
    }
  }
  return out;
}

uint64_t MemoryCas::size(const Hash& file) const {
  const std::lock_guard lock(mutex_);
  uint64_t sum = 0;
  for (const xet::Term& term : files_.at(file)) sum += term.bytes;
  return sum;
}

uint64_t MemoryCas::stored_bytes(const Hash& xorb) const {
  const std::lock_guard lock(mutex_);
  return xorbs_.at(xorb)->stored.size();
}

bool MemoryCas::has_xorb(const Hash& xorb) const {
  const std::lock_guard lock(mutex_);
  return xorbs_.contains(xorb);
}

bool MemoryCas::has_file(const Hash& file) const {
  const std::lock_guard lock(mutex_);
  return files_.contains(file);
}

void MemoryCas::expire_urls() {
  const std::lock_guard lock(mutex_);
  ++signature_;
}

// ---- what was asked ----

uint64_t MemoryCas::count(const std::string& method_and_path_prefix) const {
  const std::lock_guard lock(mutex_);
  return static_cast<uint64_t>(std::count_if(requests_.begin(), requests_.end(), [&](const Request& request) {
    return (net::method_name(request.method) + (" " + request.url.target)).starts_with(method_and_path_prefix);
  }));
}

uint64_t MemoryCas::data_bytes() const {
  const std::lock_guard lock(mutex_);
  return data_bytes_;
}

uint64_t MemoryCas::data_requests() const {
  const std::lock_guard lock(mutex_);
  return data_requests_;
}

uint64_t MemoryCas::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_at_once_;
}

std::vector<Request> MemoryCas::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::shared_ptr<xet::CasClient> MemoryCas::client() {
  xet::CasTarget target;
  target.endpoint = kCas;
  target.token = "token";
  target.token_expires_s = INT64_MAX / 2;
  auto tokens = xet::TokenSource::make(shared_from_this(), target).value();
  return std::make_shared<xet::CasClient>(shared_from_this(), std::move(tokens), std::make_shared<xet::CasMemory>(),
                                          xet::CasSettings(), std::make_shared<runtime::Log>());
}

// ---- CAS ----

Result<Response> MemoryCas::send(const Request& asked, const runtime::Cancel& cancel, uint64_t limit) {
  HFHUB_CHECK(cancel.check());
  Request request = asked;
  request.body = std::string(asked.content());  // the caller's memory is the caller's again when this returns
  request.lent_body = {};
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  Response response = answer(request);
  if (response.body.size() > limit) return Error::make(Code::kProtocol, "the answer is too large");
  return response;
}

Response MemoryCas::answer(const Request& request) {
  const std::string path = request.url.path();
  const bool get = request.method == net::Method::kGet, post = request.method == net::Method::kPost;
  if (get) {
    if (const auto file = hash_after(path, "/v2/reconstructions/")) return reconstruct(request, *file);
    return reply(request, 404);
  }
  if (request.method == net::Method::kPut && path.starts_with("/put/")) {
    const std::lock_guard lock(mutex_);
    uploads_[path.substr(5)] = request.body;
    return reply(request, 200);
  }
  if (!post) return reply(request, 405);
  if (const auto xorb = hash_after(path, "/v1/xorb-grants/default/")) {
    return grants ? offer_grant(*xorb) : reply(request, 404);
  }
  if (const auto xorb = hash_after(path, "/v1/xorb-commits/default/")) {
    return commit_grant(*xorb, path.substr(path.rfind('/') + 1));
  }
  if (const auto xorb = hash_after(path, "/v1/xorbs/default/")) return take_xorb(*xorb, request.body);
  if (path == "/v1/shards") return take_shard(request.body);
  return reply(request, 404);
}

std::string MemoryCas::ranges_json(const Hash& hash, std::vector<std::pair<uint32_t, uint32_t>> stretches) const {
  std::sort(stretches.begin(), stretches.end());
  std::vector<std::pair<uint32_t, uint32_t>> merged;
  for (const auto& [begin, end] : stretches) {
    const uint32_t touch = merge_ranges ? begin : begin + 1;
    if (!merged.empty() && merged.back().second >= touch) merged.back().second = std::max(merged.back().second, end);
    else merged.emplace_back(begin, end);
  }
  const Xorb& xorb = *xorbs_.at(hash);
  const auto offset = [&](uint32_t chunk) { return chunk == 0 ? 0 : xorb.info.stored_ends[chunk - 1]; };
  std::string out;
  for (const auto& [begin, end] : merged) {
    const std::string url = std::string(kStore) + "/xorb/" + hash.text() + "?signed=" + std::to_string(offset(begin)) +
                            "-" + std::to_string(offset(end)) + "&signature=" + std::to_string(signature_);
    out += (out.empty() ? "" : ",") + ("{\"url\":\"" + url) + "\",\"ranges\":[{\"chunks\":" + span_json(begin, end) +
           ",\"bytes\":" + span_json(offset(begin), offset(end) - 1) + "}]}";
  }
  return "[" + out + "]";
}

Response MemoryCas::reconstruct(const Request& request, const Hash& file) {
  const std::lock_guard lock(mutex_);
  const auto found = files_.find(file);
  if (found == files_.end()) return reply(request, 404);
  const auto range = wanted_range(request).value_or(std::pair<uint64_t, uint64_t>(0, UINT64_MAX));
  std::map<Hash, std::vector<std::pair<uint32_t, uint32_t>>> stretches;
  std::string terms;
  uint64_t at = 0, skip = 0;
  for (const xet::Term& term : found->second) {
    const auto& chunks = xorbs_.at(term.xorb)->info.chunks;
    uint32_t first = UINT32_MAX, last = 0;
    uint64_t bytes = 0;
    for (uint32_t i = term.chunk_begin; i < term.chunk_end; ++i) {
      const bool inside = at < range.second && at + chunks[i].size > range.first;
      if (inside && terms.empty() && first == UINT32_MAX) skip = range.first - std::min(range.first, at);
      if (inside) {
        first = std::min(first, i);
        last = i + 1;
        bytes += chunks[i].size;
      }
      at += chunks[i].size;
    }
    if (first == UINT32_MAX) continue;
    terms += (terms.empty() ? "" : ",") + ("{\"hash\":\"" + term.xorb.text()) +
             "\",\"unpacked_length\":" + std::to_string(bytes) + ",\"range\":" + span_json(first, last) + "}";
    stretches[term.xorb].emplace_back(first, last);
  }
  if (terms.empty()) return reply(request, 416);
  std::string xorbs;
  for (const auto& [xorb, list] : stretches) {
    xorbs += (xorbs.empty() ? "\"" : ",\"") + xorb.text() + "\":" + ranges_json(xorb, list);
  }
  return reply(
      request, 200,
      "{\"offset_into_first_range\":" + std::to_string(skip) + ",\"terms\":[" + terms + "],\"xorbs\":{" + xorbs + "}}");
}

Response MemoryCas::offer_grant(const Hash& xorb) {
  const std::lock_guard lock(mutex_);
  Response out;
  out.url = parse_url(kCas).value();
  out.status = xorbs_.contains(xorb) ? 200 : 201;
  const std::string id = "g" + std::to_string(++next_grant_);
  out.body = "{\"id\":\"" + id + "\",\"method\":\"PUT\",\"url\":\"" + kStore + "/put/" + id + "\",\"headers\":{}}";
  return out;
}

Response MemoryCas::commit_grant(const Hash& xorb, const std::string& id) {
  std::string body;
  Response out;
  out.url = parse_url(kCas).value();
  out.status = 404;
  {
    const std::lock_guard lock(mutex_);
    const auto found = uploads_.find(id);
    if (found == uploads_.end()) return out;
    body = std::move(found->second);
    uploads_.erase(found);
  }
  const auto stored = store(body);
  out.status = stored == xorb ? 200 : 400;
  return out;
}

Response MemoryCas::take_xorb(const Hash& xorb, const std::string& body) {
  const bool known = has_xorb(xorb);
  Response out;
  out.url = parse_url(kCas).value();
  const auto stored = store(body);
  out.status = stored == xorb ? 200 : 400;
  out.body = std::string("{\"was_inserted\":") + (known ? "false" : "true") + "}";
  return out;
}

// A file is taken when its terms lie in stored xorbs and make the file that it claims to be.
Response MemoryCas::take_shard(const std::string& body) {
  Response out;
  out.url = parse_url(kCas).value();
  out.status = 400;
  std::vector<xet::FileRecord> files;
  xet::ShardView view;
  view.on_file = [&](const xet::FileRecord& file) {
    files.push_back(file);
    return Done();
  };
  if (!xet::read_shard(as_bytes(body), &view).ok()) return out;
  for (const xet::FileRecord& file : files) {
    for (const xet::Term& term : file.terms) {
      const std::lock_guard lock(mutex_);
      const auto found = xorbs_.find(term.xorb);
      if (found == xorbs_.end() || term.chunk_end > found->second->info.chunks.size()) return out;
    }
    if (!file.terms.empty() && add_file(file.terms) != file.hash) return out;
    const std::lock_guard lock(mutex_);
    if (file.terms.empty()) files_[file.hash] = {};
  }
  out.status = 200;
  out.body = "{\"result\":1}";
  return out;
}

// ---- data ----

class MemoryStream final : public net::BodyStream {
 public:
  MemoryStream(std::shared_ptr<MemoryCas> cas, std::shared_ptr<const MemoryCas::Xorb> xorb,
               MemoryCas::DataRequest range, MemoryCas::Spoil spoil, Response head, runtime::Budget::Ticket window,
               runtime::Cancel cancel)
      : cas_(std::move(cas)),
        xorb_(std::move(xorb)),
        range_(range),
        spoil_(std::move(spoil)),
        head_(std::move(head)),
        window_(std::move(window)),
        cancel_(std::move(cancel)) {}
  ~MemoryStream() override { cas_->left(sent_); }
  const Response& head() const override { return head_; }
  Result<ByteView> next() override {
    if (spoil_.delay_ms > 0) HFHUB_CHECK(cancel_.sleep_until(after_ms(spoil_.delay_ms)));
    HFHUB_CHECK(cancel_.check());
    uint64_t room = range_.end - range_.begin - sent_;
    if (spoil_.stall_after && sent_ >= *spoil_.stall_after) {
      HFHUB_CHECK(cancel_.sleep_until(after_ms(30'000)));
      return Error::make(Code::kTimeout, "stalled").with_retry();
    }
    if (spoil_.stall_after) room = std::min(room, *spoil_.stall_after - sent_);
    if (spoil_.break_after && sent_ >= *spoil_.break_after) {
      return Error::make(Code::kNetwork, "the connection broke").with_retry();
    }
    if (spoil_.break_after) room = std::min(room, *spoil_.break_after - sent_);
    const uint64_t from = range_.begin + sent_, size = std::min<uint64_t>(room, cas_->view_bytes);
    sent_ += size;
    if (size == 0) return ByteView();
    view_.assign(xorb_->stored.begin() + static_cast<ptrdiff_t>(from),
                 xorb_->stored.begin() + static_cast<ptrdiff_t>(from + size));
    if (spoil_.flip && *spoil_.flip >= from && *spoil_.flip < from + size) view_[*spoil_.flip - from] ^= 0x10;
    return ByteView(view_);
  }

 private:
  const std::shared_ptr<MemoryCas> cas_;
  const std::shared_ptr<const MemoryCas::Xorb> xorb_;
  const MemoryCas::DataRequest range_;
  const MemoryCas::Spoil spoil_;
  const Response head_;
  const runtime::Budget::Ticket window_;
  const runtime::Cancel cancel_;
  uint64_t sent_ = 0;
  Bytes view_;
};

namespace {

class EmptyStream final : public net::BodyStream {
 public:
  explicit EmptyStream(Response head) : head_(std::move(head)) {}
  const Response& head() const override { return head_; }
  Result<ByteView> next() override { return ByteView(); }

 private:
  const Response head_;
};

}  // namespace

void MemoryCas::left(uint64_t sent) {
  const std::lock_guard lock(mutex_);
  data_bytes_ += sent;
  --at_once_;
}

Result<std::unique_ptr<net::BodyStream>> MemoryCas::open(const Request& request, const runtime::Cancel& cancel) {
  HFHUB_CHECK(cancel.check());
  runtime::Budget::Ticket window;
  if (window_budget) {
    HFHUB_TRY(window, window_budget->acquire(window_bytes, cancel));
  }
  std::unique_lock lock(mutex_);
  requests_.push_back(request);
  requests_.back().lent_body = {};
  const auto hash = hash_after(request.url.path(), "/xorb/");
  const auto range = wanted_range(request);
  const auto found = hash ? xorbs_.find(*hash) : xorbs_.end();
  const auto refuse = [&](int status) {
    return std::unique_ptr<net::BodyStream>(std::make_unique<EmptyStream>(reply(request, status)));
  };
  if (found == xorbs_.end() || !range) return refuse(404);
  unsigned long long begin = 0, end = 0, signature = 0;
  (void)std::sscanf(request.url.query().c_str(), "signed=%llu-%llu&signature=%llu", &begin, &end, &signature);
  if (signature != signature_ || range->first < begin || range->second > end) return refuse(403);
  const DataRequest data{*hash, range->first, range->second, data_requests_++};
  const auto xorb = found->second;
  lock.unlock();
  Spoil how = spoil ? spoil(data) : Spoil();
  if (how.status != 0) return refuse(how.status);
  Response head = reply(request, 206);
  head.headers.add_received("content-range", "bytes " + std::to_string(data.begin) + "-" +
                                                 std::to_string(data.end - 1) + "/" +
                                                 std::to_string(xorb->stored.size()));
  lock.lock();
  most_at_once_ = std::max(most_at_once_, ++at_once_);
  lock.unlock();
  return std::unique_ptr<net::BodyStream>(std::make_unique<MemoryStream>(shared_from_this(), xorb, data, std::move(how),
                                                                         std::move(head), std::move(window), cancel));
}

Done MemoryCas::wait_before_retry(const Error& error, uint64_t attempt, const runtime::Cancel& cancel) {
  if (!error.retriable || attempt > retries) return error;
  return cancel.sleep_until(after_ms(1));
}

}  // namespace hfhub::test
