#include "cache/leftovers.h"

#include <algorithm>
#include <utility>

#include "cache/partial_footer.h"
#include "platform/system.h"

namespace hfhub::cache {
namespace {

constexpr std::string_view kSuffix = ".incomplete";
constexpr size_t kUniqueHex = 8;
constexpr int kCreateAttempts = 8;
constexpr int kUsesOfAList = 100;  // worth of its own time

std::string unique_path(const PartialSpec& spec) {
  return platform::join_path(spec.folder, spec.stem + "." + platform::random_hex(kUniqueHex) + std::string(kSuffix));
}

struct Leftover {
  std::string path;
  HeldPartial held;
  bool ours = false;  // has a valid footer
};

// What the open file claims to hold of the content that `spec` describes.
Done read_claim(const PartialSpec& spec, Leftover* leftover) {
  HeldPartial& held = leftover->held;
  HFHUB_TRY(const uint64_t length, held.file.size());
  Bytes fixed(static_cast<size_t>(std::min(length, kFooterFixedBytes)));
  HFHUB_TRY(const size_t got, held.file.read_at(length - fixed.size(), fixed));
  fixed.resize(got);
  const auto facts = decode_footer(fixed, length);
  if (!facts) {
    held.have = spec.size_known && length > spec.size ? 0 : length;
    return {};
  }
  leftover->ours = true;
  if (!spec.size_known || facts->content_size != spec.size || !footer_is_for(fixed, spec.etag)) return {};
  Bytes bits(static_cast<size_t>(facts->bitmap_bytes));
  HFHUB_TRY(const size_t read, held.file.read_at(facts->content_size, bits));
  const auto count = [](uint64_t sum, uint8_t byte) { return sum + static_cast<uint64_t>(__builtin_popcount(byte)); };
  if (read != bits.size()) return {};
  uint64_t blocks = 0;
  for (uint8_t byte : bits) blocks = count(blocks, byte);
  held.have = std::min(blocks * kBlockBytes, spec.size);
  held.bits = std::move(bits);
  return {};
}

// nullopt: a living process holds it, or it cannot be opened (another user's): not ours to touch.
std::optional<Leftover> take(const PartialSpec& spec, std::string path) {
  auto lock = platform::FileLock::try_acquire(path);
  if (!lock.ok() || !*lock) return std::nullopt;
  auto file = platform::File::open_write(path);
  if (!file.ok()) return std::nullopt;
  Leftover leftover{std::move(path), {std::move(**lock), std::move(*file), 0, {}}, false};
  if (!read_claim(spec, &leftover).ok()) return std::nullopt;
  return leftover;
}

// Gives the leftover a name of our own, so that a client which does not know our locks cannot mistake it for its own.
bool rename_to_unique(const PartialSpec& spec, Leftover* leftover) {
  const std::string path = unique_path(spec);
  if (!platform::rename_path(leftover->path, path).ok()) return false;  // somebody was faster
  auto file = platform::File::open_write(path);
  if (!file.ok() || !leftover->held.file.is_at(path)) return false;
  leftover->held.file = std::move(*file);
  leftover->path = path;
  return true;
}

}  // namespace

bool is_partial_name(std::string_view name, std::string_view stem) {
  if (!name.starts_with(stem) || !name.ends_with(kSuffix) || name.size() < stem.size() + kSuffix.size()) return false;
  const std::string_view middle = name.substr(stem.size(), name.size() - stem.size() - kSuffix.size());
  return middle.empty() ||
         (middle.size() == kUniqueHex + 1 && middle[0] == '.' && is_lower_hex(middle.substr(1), kUniqueHex));
}

Result<std::optional<HeldPartial>> adopt_leftover(const PartialSpec& spec) {
  std::optional<Leftover> best;
  const auto drop = [&](const Leftover& leftover) {
    if (spec.locked || leftover.ours) (void)platform::remove_file(leftover.path);
  };
  HFHUB_TRY(const auto entries, platform::list_folder(spec.folder));
  for (const platform::Entry& entry : entries) {
    if (entry.kind != platform::Kind::kFile || !is_partial_name(entry.name, spec.stem)) continue;
    auto leftover = take(spec, platform::join_path(spec.folder, entry.name));
    if (!leftover) continue;
    const bool usable = !spec.fresh && leftover->held.have > 0 && (spec.locked || leftover->ours);
    if (usable && (!best || leftover->held.have > best->held.have)) std::swap(best, leftover);
    if (leftover) drop(*leftover);
  }
  if (!best || !rename_to_unique(spec, &*best)) return std::optional<HeldPartial>();
  return std::optional<HeldPartial>(std::move(best->held));
}

LeftoverIndex::Listed LeftoverIndex::list(const std::string& folder) {
  Listed listed;
  const SteadyTime begun = steady_now();
  if (const auto entries = platform::list_folder(folder); entries.ok()) {
    listed.names.emplace();
    for (const platform::Entry& entry : *entries) {
      if (entry.name.ends_with(kSuffix)) listed.names->push_back(entry.name);
    }
  } else if (!platform::exists(folder)) {
    listed.names.emplace();
  }
  const SteadyTime ended = steady_now();
  listed.good_until = ended + kUsesOfAList * (ended - begun);
  return listed;
}

bool LeftoverIndex::may_have(const std::string& folder, std::string_view stem) {
  const std::lock_guard lock(mutex_);
  Listed& listed = by_folder_[folder];
  if (listed.good_until < steady_now()) listed = list(folder);
  if (!listed.names) return true;
  return std::any_of(listed.names->begin(), listed.names->end(),
                     [&](const std::string& name) { return is_partial_name(name, stem); });
}

Result<HeldPartial> create_partial(const PartialSpec& spec) {
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    const std::string path = unique_path(spec);
    HFHUB_TRY(platform::File file, platform::File::create_new(path));
    auto lock = platform::FileLock::try_acquire(path);
    if (!lock.ok()) {
      (void)platform::remove_file(path);
      return std::move(lock).error();
    }
    // Until the lock is held, somebody may take the empty file for a dead leftover and remove it.
    if (*lock && file.is_at(path)) return HeldPartial{std::move(**lock), std::move(file), 0, {}};
    if (*lock) (void)platform::remove_file(path);
  }
  return Error::at(Code::kIo, "cannot create a partial file in '" + spec.folder + "'", spec.folder);
}

}  // namespace hfhub::cache
