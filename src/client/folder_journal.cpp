#include "client/folder_journal.h"

#include "base/clock.h"
#include "base/text.h"
#include "cache/local_dir.h"
#include "client/receipts.h"
#include "digest/digest.h"
#include "json/value.h"

namespace hfhub::client {
namespace {

constexpr uint64_t kLargestJournal = 1u << 30;
constexpr size_t kStaleLines = 1000;  // more than these, and the journal is written anew

Storage storage_of(std::string_view name) {
  for (const Storage storage : {Storage::kInline, Storage::kXet, Storage::kLfs}) {
    if (name == storage_name(storage)) return storage;
  }
  return Storage::kUnknown;
}

}  // namespace

FolderJournal::FolderJournal(std::string path, platform::FileLock lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

std::unique_ptr<FolderJournal> FolderJournal::open(const std::string& folder, const std::string& endpoint,
                                                   const RepoRef& repo) {
  if (!cache::LocalDir(folder, 0, nullptr).prepare().ok()) return nullptr;
  const std::string place = platform::join_path(folder, ".cache/huggingface/upload");
  if (!platform::make_folders(place).ok()) return nullptr;
  const std::string key = endpoint + "|" + repo_type_name(repo.type) + "|" + repo.id;
  const std::string path = platform::join_path(place, digest::sha256_hex(as_bytes(key)).substr(0, 16) + ".jsonl");
  auto lock = platform::FileLock::try_acquire(path + ".lock");
  if (!lock.ok() || !*lock) return nullptr;
  std::unique_ptr<FolderJournal> journal(new FolderJournal(path, *std::move(*lock)));
  return journal->load().ok() ? std::move(journal) : nullptr;
}

std::optional<FolderJournal::Entry> FolderJournal::parse(std::string_view line, std::string* relative_path) {
  const auto value = json::Value::parse(line);
  if (!value.ok()) return std::nullopt;
  const json::View row = value->root();
  Entry entry;
  *relative_path = row["path"].string_or("");
  entry.size = row["size"].unsigned_integer().value_or(0);
  entry.inode = row["inode"].unsigned_integer().value_or(0);
  entry.device = row["device"].unsigned_integer().value_or(0);
  entry.modified = row["modified"].number().value_or(0);
  entry.oid = row["oid"].string_or("");
  entry.xet_hash = row["xet_hash"].string_or("");
  entry.storage = storage_of(row["storage"].string_or(""));
  entry.stored_s = row["stored"].integer_or(0);
  const bool large = entry.storage != Storage::kInline;
  if (relative_path->empty() || entry.storage == Storage::kUnknown) return std::nullopt;
  if (!is_lower_hex(entry.oid, large ? 64 : 40)) return std::nullopt;
  if (entry.storage == Storage::kXet && !is_lower_hex(entry.xet_hash, 64)) return std::nullopt;
  return entry;
}

std::string FolderJournal::line_of(const std::string& relative_path, const Entry& entry) {
  json::Writer out;
  out.begin_object().key("path").string(relative_path).key("size").unsigned_integer(entry.size);
  out.key("modified").number(entry.modified);
  out.key("inode").unsigned_integer(entry.inode).key("device").unsigned_integer(entry.device);
  out.key("oid").string(entry.oid).key("storage").string(storage_name(entry.storage));
  if (!entry.xet_hash.empty()) out.key("xet_hash").string(entry.xet_hash);
  if (entry.stored_s > 0) out.key("stored").integer(entry.stored_s);
  out.end_object();
  return json::to_compact_text(out.finish()->root()) + "\n";
}

// Later lines say more than earlier ones; one that a killed process did not finish says nothing.
Done FolderJournal::load() {
  if (platform::exists(path_)) {
    HFHUB_TRY(const std::string text, platform::read_text(path_, kLargestJournal));
    size_t lines = 0;
    for (const std::string_view line : split(text, '\n')) {
      if (line.empty()) continue;
      ++lines;
      std::string relative_path;
      if (auto entry = parse(line, &relative_path)) entries_[relative_path] = *std::move(entry);
    }
    const bool torn = !text.empty() && !text.ends_with('\n');
    if (torn || lines > entries_.size() + kStaleLines) {
      std::string fresh;
      for (const auto& [relative_path, entry] : entries_) fresh += line_of(relative_path, entry);
      HFHUB_CHECK(platform::write_text_atomically(path_, fresh));
    }
  }
  HFHUB_TRY(auto file, platform::File::open_write(path_));
  HFHUB_TRY(end_, file.size());
  file_.emplace(std::move(file));
  return {};
}

bool FolderJournal::recall(const std::string& relative_path, Addition* addition) const {
  const auto found = entries_.find(relative_path);
  if (found == entries_.end()) return false;
  const Entry& entry = found->second;
  const platform::Stat& now = addition->source.stat();
  if (entry.size != now.size || entry.modified != now.modified || entry.inode != now.inode ||
      entry.device != now.device) {
    return false;
  }
  addition->oid = entry.oid;
  addition->storage = entry.storage;
  addition->xet_hash = entry.xet_hash;
  const auto now_s = static_cast<int64_t>(wall_seconds());
  addition->stored = entry.stored_s > 0 && entry.stored_s <= now_s && now_s - entry.stored_s < kReceiptLifeS;
  return true;
}

void FolderJournal::note(const std::string& relative_path, const Addition& addition) {
  if (addition.oid.empty() || addition.source.path().empty()) return;
  const platform::Stat& stat = addition.source.stat();
  Entry entry{stat.size, stat.inode, stat.device, stat.modified, addition.oid, addition.xet_hash, addition.storage, 0};
  if (addition.large && addition.stored) entry.stored_s = static_cast<int64_t>(wall_seconds());
  const std::string line = line_of(relative_path, entry);
  const std::lock_guard lock(mutex_);
  if (file_) noted_ += line;
}

void FolderJournal::write() {
  const std::lock_guard lock(mutex_);
  if (!file_ || noted_.empty()) return;
  if (file_->write_at(end_, as_bytes(noted_)).ok()) end_ += noted_.size();
  else file_.reset();
  noted_.clear();
}

}  // namespace hfhub::client
