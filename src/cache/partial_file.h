// A file that is being downloaded: unique name, resumable across processes, filled in any order, verified before it is
// published. Written front to back it is simply a prefix of the content. The first write out of order adds a footer
// behind the content's last byte with one bit a finished block; the footer is cut off when the file is complete, so one
// file holds everything and any tool may prune it.
//
// What an adopted file claims was written (kill -9 at any point is covered), but not checked: verify the whole content
// before publishing it, resumed bytes included, and clear() it when that fails.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/file.h"

namespace hfhub::cache {

inline constexpr uint64_t kBlockBytes = 256 * 1024;

struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;  // past the last byte
  uint64_t size() const { return end - begin; }
};

struct PartialSpec {
  std::string folder;  // where partial files lie
  std::string stem;    // "<etag>" (shared cache) or "<28-char hash>.<etag>" (local_dir): "<stem>.<8 hex>.incomplete"
  std::string etag;    // part of the footer: content that the bytes belong to
  bool size_known = true;
  uint64_t size = 0;
  bool fresh = false;  // force_download: adopt nothing
  // False when the etag's lock was not obtained (its holder may be busy): then only leftovers that are surely ours and
  // surely dead are touched, never another client's file.
  bool locked = true;
  bool durable = true;             // finish(true) will follow: the disk starts while bytes still come
  bool may_have_leftovers = true;  // false: the caller knows that there is nothing to adopt or remove
};

class PartialFile {
 public:
  // Adopts the fullest leftover of `stem` that no living process holds (its own or huggingface_hub's, 1.x names
  // included) and removes the other dead ones; otherwise creates a new file. Call it under the etag's lock. Reserves
  // the disk space of a known size: kDiskFull names what is needed and what is free.
  static Result<PartialFile> open(const PartialSpec& spec);
  PartialFile(PartialFile&&) noexcept;
  PartialFile& operator=(PartialFile&&) noexcept;
  ~PartialFile();  // keeps the file, which is what the next call resumes from, unless nothing was written

  uint64_t resumed_bytes() const;          // on disk when opened; 0 after clear()
  bool adopted() const;                    // a leftover: may carry another user's or umask's mode
  std::vector<ByteRange> missing() const;  // in order; empty when complete. Unknown size: {[have, UINT64_MAX)}
  uint64_t contiguous_bytes() const;       // prefix that is on disk; grows while others write
  // Any thread, disjoint ranges of any alignment. Unknown size: in order only.
  Done write(uint64_t offset, ByteView data) { return write(offset, {&data, 1}); }
  Done write(uint64_t offset, std::span<const ByteView> pieces);       // one behind the other
  Result<size_t> read(uint64_t offset, std::span<uint8_t> out) const;  // of the content, as far as it was written
  Done set_size(uint64_t size);                                        // unknown size: the end was reached here
  // Forgets all content (it failed verification), keeps the file. No write may be under way.
  Done clear();
  // Cuts the footer and, when `durable`, flushes to disk. The file is then exactly the content. kState while something is
  // missing.
  Done finish(bool durable = true);
  const std::string& path() const;
  // Gives up the file: deletes it.
  Done discard();

 private:
  struct State;
  explicit PartialFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hfhub::cache
