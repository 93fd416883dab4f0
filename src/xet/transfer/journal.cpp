#include "xet/transfer/journal.h"

#include <cstring>
#include <utility>

#include "digest/crc64.h"
#include "digest/digest.h"
#include "platform/system.h"

namespace hfhub::xet {
namespace {

constexpr char kMagic[] = "hfhub-journal-1\n";
constexpr size_t kMagicBytes = sizeof kMagic - 1;
constexpr size_t kFrameHead = 16;  // kind u32, size u32, CRC-64 of the payload
constexpr size_t kIdSizeBytes = 4;
constexpr uint32_t kLargestFrame = 128u << 20;
constexpr char kSuffix[] = ".journal";

void put(uint8_t* out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) out[i] = static_cast<uint8_t>(value >> (8 * i));
}

uint64_t get(const uint8_t* in, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value |= static_cast<uint64_t>(in[i]) << (8 * i);
  return value;
}

// Records travel as shards with one entry: one format, one reader.
Bytes shard_of(const XorbRecord& xorb) {
  ShardWriter writer;
  writer.add_xorb(xorb);
  return writer.finish();
}

Bytes shard_of(const FileRecord& file) {
  ShardWriter writer;
  writer.add_file(file);
  return writer.finish();
}

Done read_xorb(ByteView shard, const std::function<Done(const XorbRecord&)>& visit) {
  ShardView view;
  view.on_xorb = visit;
  return read_shard(shard, &view);
}

// The grant's id with its size before it; the xorb follows.
Bytes id_of(const GrantedXorb& granted) {
  Bytes out(kIdSizeBytes);
  put(out.data(), granted.grant_id.size(), kIdSizeBytes);
  const ByteView id = as_bytes(granted.grant_id);
  out.insert(out.end(), id.begin(), id.end());
  return out;
}

Result<GrantedXorb> parse_granted(ByteView payload) {
  GrantedXorb out;
  if (payload.size() < kIdSizeBytes) return Error::make(Code::kProtocol, "a grant without an id");
  const uint64_t id_bytes = get(payload.data(), kIdSizeBytes);
  payload = payload.subspan(kIdSizeBytes);
  if (id_bytes > payload.size()) return Error::make(Code::kProtocol, "a grant with half an id");
  out.grant_id = as_text(payload.first(id_bytes));
  const auto keep = [&](const XorbRecord& xorb) -> Done {
    out.xorb = xorb;
    return {};
  };
  HFHUB_CHECK(read_xorb(payload.subspan(id_bytes), keep));
  return out;
}

std::string digest_of(const std::string& key) { return digest::sha256_hex(as_bytes(key)); }
constexpr size_t kDigestChars = 64;
constexpr int kMostNames = 100;

}  // namespace

std::string SourceStamp::key() const {
  std::string out = path;
  for (const uint64_t part : {stat.size, stat.inode, stat.device}) out += '\0' + std::to_string(part);
  uint64_t modified = 0;
  static_assert(sizeof modified == sizeof stat.modified);
  std::memcpy(&modified, &stat.modified, sizeof modified);
  return out + '\0' + std::to_string(modified);
}

Journal::Journal(platform::File file, platform::FileLock lock) : file_(std::move(file)), lock_(std::move(lock)) {}

Journal::~Journal() {
  if (!removed_ && empty()) (void)platform::remove_file(file_.path());
}

// Between its creation and its lock a new file looks like one that was left, and another commit may take it over: then it
// is the other's to remove, and there is another name.
Result<std::shared_ptr<Journal>> Journal::create(const std::string& folder) {
  std::string path;
  for (int i = 0; i < kMostNames; ++i) {
    path = platform::join_path(folder, "hfhub-" + platform::random_hex(16) + kSuffix);
    HFHUB_TRY(platform::File file, platform::File::create_new(path));
    HFHUB_TRY(auto lock, platform::FileLock::try_acquire(path));
    if (!lock || !file.is_at(path)) continue;
    HFHUB_CHECK(file.write_at(0, as_bytes(std::string_view(kMagic, kMagicBytes))));
    std::shared_ptr<Journal> journal(new Journal(std::move(file), *std::move(lock)));
    journal->end_ = kMagicBytes;
    return journal;
  }
  return Error::at(Code::kIo, "somebody else takes every new file, the last one was '" + path + "'", path);
}

Result<std::shared_ptr<Journal>> Journal::open(const std::string& folder) {
  HFHUB_CHECK(platform::make_folders(folder));
  HFHUB_TRY(const std::shared_ptr<Journal> journal, create(folder));
  const std::string& path = journal->file_.path();
  HFHUB_TRY(const auto entries, platform::list_folder(folder));
  for (const platform::Entry& entry : entries) {
    const std::string other = platform::join_path(folder, entry.name);
    if (entry.kind != platform::Kind::kFile || !entry.name.ends_with(kSuffix) || other == path) continue;
    HFHUB_CHECK(journal->take_over(other));
  }
  return journal;
}

// A journal whose process lives is locked; of a dead one everything up to the first torn frame counts.
Done Journal::take_over(const std::string& path) {
  HFHUB_TRY(const auto lock, platform::FileLock::try_acquire(path));
  if (!lock) return {};
  auto old = platform::File::open_read(path);
  if (!old.ok()) return {};
  // By the xorb's hash: the last grant is the one that may be used.
  std::unordered_map<std::string, GrantedXorb> granted;
  const auto drop = [&](const XorbRecord& stored) -> Done {
    granted.erase(stored.hash.text());
    return {};
  };
  const auto copy = [&](Kind kind, ByteView payload) -> Done {
    Frame frame;
    if (kind == Kind::kGranted) {
      if (auto read = parse_granted(payload); read.ok()) granted[read->xorb.hash.text()] = *std::move(read);
      return {};
    }
    if (kind == Kind::kXorb) {  // it follows its grant
      if (!granted.empty()) HFHUB_CHECK(read_xorb(payload, drop));
      return append(kind, {}, payload, &frame);
    }
    // Files are not part of this commit until somebody adds them again, which shows by their source only.
    const std::string digest(as_text(payload.first(std::min(payload.size(), kDigestChars))));
    if (digest.size() < kDigestChars || digest[0] == '-' || sources_.contains(digest)) return {};
    HFHUB_CHECK(append(Kind::kOldFile, {}, payload, &frame));
    sources_[digest] = frame;
    return {};
  };
  HFHUB_CHECK(scan(*old, copy));
  for (auto& [hash, xorb] : granted) granted_.push_back(std::move(xorb));
  return platform::remove_file(path);
}

std::vector<GrantedXorb> Journal::take_granted() { return std::exchange(granted_, {}); }

Done Journal::scan(const platform::File& file, const std::function<Done(Kind, ByteView)>& visit) {
  uint64_t at = kMagicBytes;
  Bytes payload(kMagicBytes);
  HFHUB_TRY(const size_t magic, file.read_at(0, payload));
  if (magic != kMagicBytes || std::memcmp(payload.data(), kMagic, kMagicBytes) != 0) return {};
  HFHUB_TRY(const uint64_t length, file.size());
  for (;;) {
    uint8_t head[kFrameHead];
    HFHUB_TRY(const size_t got, file.read_at(at, head));
    if (got != kFrameHead) return {};
    const auto kind = static_cast<Kind>(get(head, 4));
    const auto size = static_cast<uint32_t>(get(head + 4, 4));
    if (size > kLargestFrame || size > length - at - kFrameHead) return {};
    payload.resize(size);
    HFHUB_TRY(const size_t body, file.read_at(at + kFrameHead, payload));
    if (body != size || digest::crc64_nvme(0, payload) != get(head + 8, 8)) return {};
    HFHUB_CHECK(visit(kind, payload));
    at += kFrameHead + size;
  }
}

Done Journal::append(Kind kind, ByteView first, ByteView rest, Frame* written) {
  const size_t size = first.size() + rest.size();
  Bytes begin(kFrameHead + first.size());
  put(begin.data(), static_cast<uint64_t>(kind), 4);
  put(begin.data() + 4, size, 4);
  put(begin.data() + 8, digest::crc64_nvme(digest::crc64_nvme(0, first), rest), 8);
  if (!first.empty()) std::memcpy(begin.data() + kFrameHead, first.data(), first.size());
  const std::lock_guard lock(mutex_);
  if (!lock_) return {};
  HFHUB_CHECK(file_.write_at(end_, begin));
  HFHUB_CHECK(file_.write_at(end_ + begin.size(), rest));
  *written = {kind, end_ + kFrameHead, static_cast<uint32_t>(size)};
  end_ += kFrameHead + size;
  return {};
}

Done Journal::add_xorb(const XorbRecord& xorb) {
  Frame frame;
  return append(Kind::kXorb, {}, shard_of(xorb), &frame);
}

Done Journal::add_granted(const GrantedXorb& granted) {
  Frame frame;
  return append(Kind::kGranted, id_of(granted), shard_of(granted.xorb), &frame);
}

Done Journal::add_file(const FileRecord& file, const SourceStamp* source) {
  const std::string digest = source != nullptr ? digest_of(source->key()) : std::string(kDigestChars, '-');
  Frame frame;
  return append(Kind::kFile, as_bytes(digest), shard_of(file), &frame);
}

Result<std::optional<FileRecord>> Journal::find_file(const SourceStamp& source) const {
  const std::string digest = digest_of(source.key());
  Frame frame;
  {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(digest);
    if (found == sources_.end()) return std::optional<FileRecord>();
    frame = found->second;
  }
  Bytes payload(frame.size);
  HFHUB_TRY(const size_t got, file_.read_at(frame.offset, payload));
  std::optional<FileRecord> out;
  if (got != frame.size) return out;
  ShardView view;
  view.on_file = [&](const FileRecord& file) -> Done {
    out = file;
    return {};
  };
  HFHUB_CHECK(read_shard(ByteView(payload).subspan(kDigestChars), &view));
  return out;
}

Done Journal::visit_frames(Kind wanted, const std::function<Done(ByteView)>& visit) const {
  return scan(file_, [&](Kind kind, ByteView payload) { return kind == wanted ? visit(payload) : Done(); });
}

Done Journal::each_xorb(const std::function<Done(const XorbRecord&)>& visit) const {
  return visit_frames(Kind::kXorb, [&](ByteView payload) { return read_xorb(payload, visit); });
}

Done Journal::each_file(const std::function<Done(const FileRecord&)>& visit) const {
  return visit_frames(Kind::kFile, [&](ByteView payload) {
    ShardView view;
    view.on_file = visit;
    return read_shard(payload.subspan(std::min(payload.size(), kDigestChars)), &view);
  });
}

bool Journal::empty() const {
  const std::lock_guard lock(mutex_);
  return end_ == kMagicBytes;
}

void Journal::let_go() {
  if (empty()) remove();
  const std::lock_guard lock(mutex_);
  lock_.reset();
}

void Journal::remove() {
  removed_ = true;
  (void)platform::remove_file(file_.path());
}

}  // namespace hfhub::xet
