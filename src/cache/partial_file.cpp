#include "cache/partial_file.h"

#include <algorithm>
#include <utility>

#include "cache/block_map.h"
#include "cache/leftovers.h"
#include "cache/partial_footer.h"
#include "platform/system.h"

namespace hfhub::cache {
namespace {

constexpr uint64_t kWritebackBytes = 16u << 20;
constexpr uint64_t kLargestFile = uint64_t{1} << 46;  // 64 TiB: a bitmap of 32 MiB

Error disk_full(const std::string& path, uint64_t needed) {
  std::string message = "not enough disk space for '" + path + "': " + std::to_string(needed) + " bytes are needed";
  if (const auto free = platform::free_space(path); free.ok()) {
    message += ", " + std::to_string(*free) + " bytes are free";
  }
  return Error::at(Code::kDiskFull, std::move(message), path);
}

}  // namespace

struct PartialFile::State {
  State(HeldPartial held_file, const PartialSpec& from)
      : held(std::move(held_file)), spec(from), size_known(from.size_known), map(from.size_known ? from.size : 0) {}
  ~State() {
    const bool worthless = map.present() == 0 && generation == platform::fork_generation();
    if (worthless) (void)platform::remove_file(held.file.path());
  }

  Done load();
  Done reserve();
  Done check_range(uint64_t offset, uint64_t bytes) const;
  Done add_footer();
  Done store_bits(BlockMap::Blocks blocks);
  Done write_bytes(uint64_t offset, std::span<const ByteView> pieces);
  bool writeback_due(uint64_t bytes);

  HeldPartial held;
  const PartialSpec spec;
  const uint64_t generation = platform::fork_generation();
  bool adopted = false;
  std::mutex write_turn;  // a kernel that has several write to one file lets all but one of them spin
  mutable std::mutex mutex;
  bool size_known;  // guarded by mutex, as all below
  bool has_footer = false;
  uint64_t resumed = 0;
  uint64_t unannounced = 0;  // bytes written since the disk was last told to start
  BlockMap map;
};

// Takes over what the file claims to hold.
Done PartialFile::State::load() {
  resumed = held.have;
  if (!held.bits.empty()) {
    const bool readable = map.load_bits(held.bits);
    has_footer = readable;
    resumed = map.present();
    return readable ? Done() : held.file.truncate(0);  // damaged: worth nothing
  }
  map.grow(resumed);
  (void)map.add({0, resumed});
  return {};
}

// Reserving too much would fill the disk before it fails, so the free space is asked first; not for a leftover, which
// may own its blocks already.
Done PartialFile::State::reserve() {
  if (!size_known || spec.size <= kBlockBytes) return {};  // a small file's write says it soon enough
  const auto full = [&] { return disk_full(held.file.path(), spec.size - map.present()); };
  const uint64_t free = adopted ? 0 : platform::free_space(held.file.path()).value_or(0);  // 0: nothing is known
  if (free != 0 && free < spec.size) return full();
  auto reserved = held.file.preallocate(spec.size);
  if (reserved.ok() || reserved.error().code != Code::kDiskFull) return reserved;
  if (const auto length = held.file.size(); length.ok()) (void)held.file.truncate(*length);  // gives back what it got
  return full();
}

Done PartialFile::State::check_range(uint64_t offset, uint64_t bytes) const {
  if (!size_known && offset == map.size()) return {};
  if (size_known && offset <= map.size() && bytes <= map.size() - offset) return {};
  return Error::at(Code::kState,
                   size_known ? "bytes past the announced end of '" + held.file.path() + "'"
                              : "a file of unknown size is written in order: '" + held.file.path() + "'",
                   held.file.path());
}

// From now on the file's length says nothing and the bits say everything.
Done PartialFile::State::add_footer() {
  HFHUB_CHECK(held.file.write_at(map.size(), encode_footer(spec.etag, map.size(), map.bits())));
  has_footer = true;
  return {};
}

Done PartialFile::State::store_bits(BlockMap::Blocks blocks) {
  if (!has_footer || blocks.empty()) return {};
  const uint64_t first = blocks.first / 8, last = (blocks.last + 7) / 8;
  return held.file.write_at(map.size() + first, map.bits().subspan(first, last - first));
}

Result<PartialFile> PartialFile::open(const PartialSpec& spec) {
  if (spec.size_known && spec.size > kLargestFile) {
    return Error::make(Code::kUnsupported, "a file of " + std::to_string(spec.size) + " bytes is too large");
  }
  HFHUB_CHECK(platform::make_folders(spec.folder));
  std::optional<HeldPartial> leftover;
  if (spec.may_have_leftovers) {
    HFHUB_TRY(leftover, adopt_leftover(spec));
  }
  const bool adopted = leftover.has_value();
  if (!adopted) {
    HFHUB_TRY(leftover, create_partial(spec));
  }
  auto state = std::make_unique<State>(std::move(*leftover), spec);
  state->adopted = adopted;
  HFHUB_CHECK(state->load());
  HFHUB_CHECK(state->reserve());
  return PartialFile(std::move(state));
}

PartialFile::PartialFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
PartialFile::PartialFile(PartialFile&&) noexcept = default;
PartialFile& PartialFile::operator=(PartialFile&&) noexcept = default;
PartialFile::~PartialFile() = default;

uint64_t PartialFile::resumed_bytes() const {
  std::lock_guard hold(state_->mutex);
  return state_->resumed;
}

bool PartialFile::adopted() const { return state_->adopted; }

std::vector<ByteRange> PartialFile::missing() const {
  std::lock_guard hold(state_->mutex);
  if (!state_->size_known) return {{state_->map.size(), UINT64_MAX}};
  return state_->map.missing();
}

uint64_t PartialFile::contiguous_bytes() const {
  std::lock_guard hold(state_->mutex);
  return state_->map.prefix();
}

bool PartialFile::State::writeback_due(uint64_t bytes) {
  unannounced += bytes;
  if (!spec.durable || unannounced < kWritebackBytes) return false;
  unannounced = 0;
  return true;
}

Done PartialFile::State::write_bytes(uint64_t offset, std::span<const ByteView> pieces) {
  std::lock_guard hold(write_turn);
  return held.file.write_at(offset, pieces);
}

Done PartialFile::write(uint64_t offset, std::span<const ByteView> pieces) {
  uint64_t bytes = 0;
  for (const ByteView& piece : pieces) bytes += piece.size();
  if (bytes == 0) return {};
  State& state = *state_;
  {
    std::lock_guard hold(state.mutex);
    HFHUB_CHECK(state.check_range(offset, bytes));
    // Without a footer the length is the claim, so only the next bytes in order may be written.
    if (!state.has_footer && offset != state.map.prefix()) HFHUB_CHECK(state.add_footer());
  }
  if (auto written = state.write_bytes(offset, pieces); !written.ok()) {
    if (written.error().code == Code::kDiskFull) return disk_full(path(), bytes);
    return written;
  }
  bool writeback = false;
  {
    std::lock_guard hold(state.mutex);
    if (!state.size_known) state.map.grow(offset + bytes);
    HFHUB_CHECK(state.store_bits(state.map.add({offset, offset + bytes})));
    writeback = state.writeback_due(bytes);
  }
  if (writeback) state.held.file.start_writeback();
  return {};
}

Result<size_t> PartialFile::read(uint64_t offset, std::span<uint8_t> out) const {
  uint64_t end = UINT64_MAX;
  {
    std::lock_guard hold(state_->mutex);
    if (state_->size_known) end = state_->map.size();
  }
  if (offset >= end) return size_t{0};
  return state_->held.file.read_at(offset,
                                   out.first(static_cast<size_t>(std::min<uint64_t>(out.size(), end - offset))));
}

Done PartialFile::set_size(uint64_t size) {
  std::lock_guard hold(state_->mutex);
  if (size < state_->map.size() || (state_->size_known && size != state_->map.size())) {
    return Error::at(Code::kState, "the size of '" + path() + "' is known to be different", path());
  }
  state_->map.grow(size);
  state_->size_known = true;
  return {};
}

Done PartialFile::clear() {
  std::lock_guard hold(state_->mutex);
  HFHUB_CHECK(state_->held.file.truncate(0));
  state_->has_footer = false;
  state_->resumed = 0;
  state_->size_known = state_->spec.size_known;
  state_->map.reset(state_->size_known ? state_->spec.size : 0);
  return state_->reserve();
}

Done PartialFile::finish(bool durable) {
  std::lock_guard hold(state_->mutex);
  State& state = *state_;
  if (!state.size_known || state.map.present() != state.map.size()) {
    return Error::at(Code::kState, "'" + path() + "' is not complete", path());
  }
  HFHUB_TRY(const uint64_t length, state.held.file.size());
  if (length < state.map.size()) {
    return Error::at(Code::kIo, "'" + path() + "' was cut short by somebody else", path());
  }
  // Also without a footer: this gives back what was reserved beyond the end.
  HFHUB_CHECK(state.held.file.truncate(state.map.size()));
  state.has_footer = false;
  return durable ? state.held.file.sync() : Done();
}

const std::string& PartialFile::path() const { return state_->held.file.path(); }

Done PartialFile::discard() {
  const std::string gone = path();
  {
    std::lock_guard hold(state_->mutex);
    state_->map.reset(0);
  }
  return platform::remove_file(gone);
}

}  // namespace hfhub::cache
