// Files and folders: positional I/O, atomic replacement, links, listings. Every call passes a fault point and
// returns errors that name the path. Paths are UTF-8.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace hfhub::platform {

enum class Kind { kFile, kFolder, kLink, kOther };

struct Stat {
  Kind kind = Kind::kOther;
  uint64_t size = 0;
  uint64_t inode = 0;
  uint64_t device = 0;
  uint32_t mode = 0;    // permission, setgid and sticky bits only
  double modified = 0;  // seconds since 1970
  double accessed = 0;
  uint64_t allocated = 0;  // bytes of disk space that it occupies, reserved ones included
};

// An open file; closes itself. Not shared between threads, except read_at/write_at, which are positional.
class File {
 public:
  File() = default;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  static Result<File> open_read(const std::string& path);
  static Result<File> open_write(const std::string& path);  // existing or new, not truncated; readable too
  static Result<File> create_new(const std::string& path);  // fails when it exists, links included; readable too

  bool is_open() const { return fd_ >= 0; }
  const std::string& path() const { return path_; }
  // Reads until `out` is full or the file ends; returns the bytes read.
  Result<size_t> read_at(uint64_t offset, std::span<uint8_t> out) const;
  Done write_at(uint64_t offset, ByteView data) { return write_at(offset, {&data, 1}); }
  Done write_at(uint64_t offset, std::span<const ByteView> pieces);  // one behind the other
  // Lets the disk begin with what was written, so that sync() finds little to wait for. A hint.
  void start_writeback();
  Result<uint64_t> size() const;
  Done truncate(uint64_t size);
  // Reserves disk blocks for `size` bytes without changing the size; no error where the file system cannot.
  Done preallocate(uint64_t size);
  Done sync();
  Result<Stat> stat() const;
  bool is_at(const std::string& path) const;  // the path leads to this very file
  Done set_mode(uint32_t mode);
  Done close();  // reports what the destructor would swallow
  int native() const { return fd_; }

 private:
  friend class FileLock;
  friend Done append_text(const std::string& path, std::string_view text, uint32_t mode);
  int fd_ = -1;
  std::string path_;
};

// An exclusive flock on `path`, created when missing and never deleted; compatible with Python's `filelock`.
class FileLock {
 public:
  // nullopt: somebody else holds it.
  static Result<std::optional<FileLock>> try_acquire(const std::string& path);
  FileLock(FileLock&&) = default;
  FileLock& operator=(FileLock&&) = default;

 private:
  FileLock() = default;
  File file_;
};

// nullopt: nothing is there. `follow`: look at what a link points to.
Result<std::optional<Stat>> stat_path(const std::string& path, bool follow = true);
bool exists(const std::string& path);  // follows links; false on any error
bool is_folder(const std::string& path);
Done make_folders(const std::string& path);                          // like mkdir -p
Done remove_file(const std::string& path);                           // no error when it is gone already; never a folder
Done remove_tree(const std::string& path);                           // never follows links
Done rename_path(const std::string& from, const std::string& to);    // replaces `to` atomically
Done sync_folder(const std::string& path);                           // makes renames inside it durable
Done make_link(const std::string& target, const std::string& link);  // symbolic
Result<std::string> read_link(const std::string& path);
Result<std::string> real_path(const std::string& path);
Done set_modified(const std::string& path, double seconds);
Done set_mode(const std::string& path, uint32_t mode);
Done match_group(const std::string& path, const std::string& folder);  // gives `path` the group that `folder` has
// Appends by a single write and flushes. Creates the file when missing, which is all that an empty text does. The file gets
// `mode` whatever the umask, as far as it is ours; never through a link, and only to a regular file.
Done append_text(const std::string& path, std::string_view text, uint32_t mode);
Done copy_contents(const std::string& from, const std::string& to);  // `to` is created or truncated
// Does the file system take "a" and "A" for one name? Looks with a temporary file in the nearest existing ancestor.
Result<bool> ignores_case(const std::string& folder);
Result<uint64_t> free_space(const std::string& path);  // of the file system of the nearest existing ancestor

struct Entry {
  std::string name;
  Kind kind = Kind::kOther;
};
Result<std::vector<Entry>> list_folder(const std::string& path);  // sorted by name, without . and ..

// The whole content; refuses files over `limit` bytes.
Result<std::string> read_text(const std::string& path, uint64_t limit = 64u << 20);
// Writes a temporary name beside `path` and renames it. `mode` 0: what the umask gives. `durable`: flushed first, so that
// a power cut leaves the old content or the new; without it the file may be empty then, which its readers must tolerate.
Done write_text_atomically(const std::string& path, std::string_view content, uint32_t mode = 0, bool durable = false);

std::string join_path(std::string_view folder, std::string_view name);
std::string parent_path(std::string_view path);  // "" when there is none
std::string base_name(std::string_view path);

}  // namespace hfhub::platform
