#include "platform/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/fault.h"
#include "platform/system.h"

namespace hfhub::platform {
namespace {

constexpr size_t kMostPieces = 64;
constexpr size_t kCopyBuffer = 256 * 1024;
constexpr size_t kLongestName = NAME_MAX;

// The fault build makes this call fail as a broken disk would.
bool faulted(const char* point) {
  if (!fault::hit(point)) return false;
  errno = EIO;
  return true;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

template <class Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

Stat to_stat(const struct ::stat& raw) {
  Stat out;
  out.kind = S_ISREG(raw.st_mode)   ? Kind::kFile
             : S_ISDIR(raw.st_mode) ? Kind::kFolder
             : S_ISLNK(raw.st_mode) ? Kind::kLink
                                    : Kind::kOther;
  out.size = static_cast<uint64_t>(raw.st_size);
  out.inode = raw.st_ino;
  out.device = raw.st_dev;
  out.mode = raw.st_mode & 07777;
  out.modified = static_cast<double>(raw.st_mtim.tv_sec) + static_cast<double>(raw.st_mtim.tv_nsec) / 1e9;
  out.allocated = static_cast<uint64_t>(raw.st_blocks) * 512;
  out.accessed = static_cast<double>(raw.st_atim.tv_sec) + static_cast<double>(raw.st_atim.tv_nsec) / 1e9;
  return out;
}

Kind entry_kind(const std::string& folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG: return Kind::kFile;
    case DT_DIR: return Kind::kFolder;
    case DT_LNK: return Kind::kLink;
    case DT_UNKNOWN: break;
    default: return Kind::kOther;
  }
  const auto found = stat_path(join_path(folder, entry.d_name), false);
  return found.ok() && *found ? (*found)->kind : Kind::kOther;
}

std::string existing_ancestor(std::string path) {
  while (!path.empty() && !exists(path)) path = parent_path(path);
  return path.empty() ? "." : path;
}

Result<int> open_fd(const std::string& path, int flags, const char* action) {
  if (faulted("open")) return Error::from_errno(errno, action, path);
  const int fd = retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
  if (fd < 0) return Error::from_errno(errno, action, path);
  return fd;
}

// Pieces that lie behind each other in memory are one for the system. `skip` bytes of the first are written already.
size_t gather(std::span<const ByteView> pieces, size_t skip, std::span<iovec> out) {
  size_t count = 0;
  for (ByteView piece : pieces) {
    piece = piece.subspan(std::exchange(skip, 0));
    if (piece.empty()) continue;
    if (count > 0 && static_cast<const uint8_t*>(out[count - 1].iov_base) + out[count - 1].iov_len == piece.data()) {
      out[count - 1].iov_len += piece.size();
      continue;
    }
    if (count == out.size()) break;
    out[count++] = {const_cast<uint8_t*>(piece.data()), piece.size()};
  }
  return count;
}

bool lies_in_memory(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == TMPFS_MAGIC;
}

}  // namespace

File::File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

Result<File> File::open_read(const std::string& path) {
  File file;
  HFHUB_TRY(file.fd_, open_fd(path, O_RDONLY, "open"));
  file.path_ = path;
  return file;
}

Result<File> File::open_write(const std::string& path) {
  File file;
  HFHUB_TRY(file.fd_, open_fd(path, O_RDWR | O_CREAT, "open for writing"));
  file.path_ = path;
  return file;
}

Result<File> File::create_new(const std::string& path) {
  File file;
  HFHUB_TRY(file.fd_, open_fd(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, "create"));
  file.path_ = path;
  return file;
}

Result<size_t> File::read_at(uint64_t offset, std::span<uint8_t> out) const {
  size_t done = 0;
  while (done < out.size()) {
    if (faulted("pread")) return Error::from_errno(errno, "read", path_);
    const ssize_t got = retry_interrupted(
        [&] { return ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done)); });
    if (got < 0) return Error::from_errno(errno, "read", path_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

Done File::write_at(uint64_t offset, std::span<const ByteView> pieces) {
  std::array<iovec, kMostPieces> vectors;
  for (size_t skip = 0;;) {
    const size_t count = gather(pieces, skip, vectors);
    if (count == 0) return {};
    if (faulted("pwrite")) return Error::from_errno(errno, "write to", path_);
    const ssize_t put = retry_interrupted(
        [&] { return ::pwritev(fd_, vectors.data(), static_cast<int>(count), static_cast<off_t>(offset)); });
    if (put < 0) return Error::from_errno(errno, "write to", path_);
    offset += static_cast<uint64_t>(put);
    for (skip += static_cast<size_t>(put); !pieces.empty() && skip >= pieces[0].size(); pieces = pieces.subspan(1)) {
      skip -= pieces[0].size();
    }
  }
}

void File::start_writeback() { (void)::sync_file_range(fd_, 0, 0, SYNC_FILE_RANGE_WRITE); }

Result<uint64_t> File::size() const {
  HFHUB_TRY(const Stat found, stat());
  return found.size;
}

Done File::truncate(uint64_t size) {
  if (faulted("ftruncate") || retry_interrupted([&] { return ::ftruncate(fd_, static_cast<off_t>(size)); }) != 0) {
    return Error::from_errno(errno, "resize", path_);
  }
  return {};
}

Done File::preallocate(uint64_t size) {
  if (size == 0) return {};
  if (faulted("fallocate")) return Error::from_errno(ENOSPC, "reserve space for", path_);
  if (lies_in_memory(fd_)) return {};  // would be filled with zeros first, for nothing
  const int failed =
      retry_interrupted([&] { return ::fallocate(fd_, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(size)); });
  if (failed != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
    return Error::from_errno(errno, "reserve space for", path_);
  }
  return {};
}

Done File::sync() {
  if (faulted("fsync") || retry_interrupted([&] { return ::fsync(fd_); }) != 0) {
    return Error::from_errno(errno, "flush", path_);
  }
  return {};
}

bool File::is_at(const std::string& path) const {
  const auto open = stat();
  const auto named = stat_path(path, false);
  return open.ok() && named.ok() && *named && (*named)->inode == open->inode && (*named)->device == open->device;
}

Result<Stat> File::stat() const {
  struct ::stat raw {};
  if (faulted("fstat") || ::fstat(fd_, &raw) != 0) return Error::from_errno(errno, "inspect", path_);
  return to_stat(raw);
}

Done File::set_mode(uint32_t mode) {
  if (faulted("fchmod") || ::fchmod(fd_, mode) != 0) return Error::from_errno(errno, "set permissions of", path_);
  return {};
}

Done File::close() {
  const int fd = std::exchange(fd_, -1);
  if (fd >= 0 && (::close(fd) != 0 && errno != EINTR)) return Error::from_errno(errno, "close", path_);
  return {};
}

Result<std::optional<FileLock>> FileLock::try_acquire(const std::string& path) {
  FileLock lock;
  HFHUB_TRY(lock.file_, File::open_write(path));
  if (faulted("flock")) return Error::from_errno(errno, "lock", path);
  if (retry_interrupted([&] { return ::flock(lock.file_.fd_, LOCK_EX | LOCK_NB); }) == 0) {
    // Deleted between open and lock (a cleaned cache): whoever comes next locks another file of this name.
    struct ::stat raw {};
    const bool deleted = ::fstat(lock.file_.fd_, &raw) == 0 && raw.st_nlink == 0;
    return deleted ? std::optional<FileLock>() : std::optional<FileLock>(std::move(lock));
  }
  if (errno == EWOULDBLOCK || errno == EACCES) return std::optional<FileLock>();
  // A file system without flock: a lock only avoids double work (unique temporary names keep the bytes right).
  if (errno == ENOSYS || errno == ENOTSUP || errno == ENOLCK) return std::optional<FileLock>(std::move(lock));
  return Error::from_errno(errno, "lock", path);
}

Result<std::optional<Stat>> stat_path(const std::string& path, bool follow) {
  struct ::stat raw {};
  if (faulted("stat")) return Error::from_errno(errno, "inspect", path);
  const int failed = follow ? ::stat(path.c_str(), &raw) : ::lstat(path.c_str(), &raw);
  if (failed == 0) return std::optional<Stat>(to_stat(raw));
  if (errno == ENOENT || errno == ENOTDIR) return std::optional<Stat>();
  return Error::from_errno(errno, "inspect", path);
}

bool exists(const std::string& path) {
  const auto found = stat_path(path);
  return found.ok() && found->has_value();
}

bool is_folder(const std::string& path) {
  const auto found = stat_path(path);
  return found.ok() && *found && (*found)->kind == Kind::kFolder;
}

Done make_folders(const std::string& path) {
  if (path.empty() || is_folder(path)) return {};
  if (faulted("mkdir")) return Error::from_errno(errno, "create folder", path);
  if (::mkdir(path.c_str(), 0777) == 0) return {};
  if (errno == ENOENT) {
    const std::string parent = parent_path(path);
    if (parent.empty() || parent == path) return Error::from_errno(ENOENT, "create folder", path);
    HFHUB_CHECK(make_folders(parent));
    if (::mkdir(path.c_str(), 0777) == 0) return {};
  }
  const int reason = errno;
  if (reason == EEXIST && is_folder(path)) return {};  // somebody else was faster
  return Error::from_errno(reason == EEXIST ? ENOTDIR : reason, "create folder", path);
}

Done remove_file(const std::string& path) {
  if (!faulted("unlink") && (::unlink(path.c_str()) == 0 || errno == ENOENT)) return {};
  return Error::from_errno(errno, "delete", path);
}

Done remove_tree(const std::string& path) {
  HFHUB_TRY(const auto found, stat_path(path, false));
  if (!found) return {};
  if (found->kind != Kind::kFolder) return remove_file(path);
  HFHUB_TRY(const auto entries, list_folder(path));
  for (const Entry& entry : entries) HFHUB_CHECK(remove_tree(join_path(path, entry.name)));
  if (faulted("rmdir") || (::rmdir(path.c_str()) != 0 && errno != ENOENT)) {
    return Error::from_errno(errno, "delete", path);
  }
  return {};
}

Done rename_path(const std::string& from, const std::string& to) {
  if (faulted("rename") || ::rename(from.c_str(), to.c_str()) != 0) {
    return Error::from_errno(errno, "move '" + from + "' to", to);
  }
  return {};
}

Done sync_folder(const std::string& path) {
  HFHUB_TRY(const int fd, open_fd(path, O_RDONLY | O_DIRECTORY, "open"));
  const bool failed = faulted("fsync folder") || (::fsync(fd) != 0 && errno != EINVAL && errno != EROFS);
  const int reason = errno;
  ::close(fd);
  if (failed) return Error::from_errno(reason, "flush", path);
  return {};
}

Done make_link(const std::string& target, const std::string& link) {
  if (faulted("symlink") || ::symlink(target.c_str(), link.c_str()) != 0) {
    return Error::from_errno(errno, "create link", link);
  }
  return {};
}

Result<std::string> read_link(const std::string& path) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = faulted("readlink") ? -1 : ::readlink(path.c_str(), target.data(), target.size());
  if (length < 0) return Error::from_errno(errno, "read link", path);
  target.resize(static_cast<size_t>(length));
  return target;
}

Result<std::string> real_path(const std::string& path) {
  char* resolved = faulted("realpath") ? nullptr : ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return Error::from_errno(errno, "resolve", path);
  std::string out(resolved);
  std::free(resolved);
  return out;
}

Done set_modified(const std::string& path, double seconds) {
  timespec times[2];
  times[0].tv_sec = 0;
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = static_cast<time_t>(std::floor(seconds));
  times[1].tv_nsec = static_cast<long>((seconds - static_cast<double>(times[1].tv_sec)) * 1e9);
  if (::utimensat(AT_FDCWD, path.c_str(), times, 0) != 0) return Error::from_errno(errno, "set the time of", path);
  return {};
}

Done set_mode(const std::string& path, uint32_t mode) {
  if (faulted("chmod") || ::chmod(path.c_str(), mode) != 0) {
    return Error::from_errno(errno, "set permissions of", path);
  }
  return {};
}

Done match_group(const std::string& path, const std::string& folder) {
  struct ::stat wanted {};
  struct ::stat found {};
  if (faulted("stat") || ::stat(folder.c_str(), &wanted) != 0) return Error::from_errno(errno, "inspect", folder);
  if (::stat(path.c_str(), &found) != 0) return Error::from_errno(errno, "inspect", path);
  if (wanted.st_gid == found.st_gid) return {};
  if (faulted("chown") || ::chown(path.c_str(), static_cast<uid_t>(-1), wanted.st_gid) != 0) {
    return Error::from_errno(errno, "set the group of", path);
  }
  return {};
}

Done append_text(const std::string& path, std::string_view text, uint32_t mode) {
  File file;
  HFHUB_TRY(file.fd_, open_fd(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, "open for appending"));
  file.path_ = path;
  HFHUB_TRY(const Stat found, file.stat());
  if (found.kind != Kind::kFile) return Error::at(Code::kCache, "'" + path + "' is no regular file", path);
  (void)file.set_mode(mode);  // another user's file keeps its own
  if (text.empty()) return {};
  if (faulted("append")) return Error::from_errno(errno, "append to", path);
  const ssize_t put = retry_interrupted([&] { return ::write(file.fd_, text.data(), text.size()); });
  if (put < 0) return Error::from_errno(errno, "append to", path);
  if (static_cast<size_t>(put) != text.size()) {
    return Error::at(Code::kDiskFull, "'" + path + "' took only a part of a line", path);
  }
  return file.sync();
}

Done copy_contents(const std::string& from, const std::string& to) {
  HFHUB_TRY(const File source, File::open_read(from));
  HFHUB_TRY(File target, File::open_write(to));
  HFHUB_CHECK(target.truncate(0));
  Bytes buffer(kCopyBuffer);
  for (uint64_t offset = 0;;) {
    HFHUB_TRY(const size_t got, source.read_at(offset, buffer));
    if (got == 0) break;
    HFHUB_CHECK(target.write_at(offset, ByteView(buffer).first(got)));
    offset += got;
  }
  return target.close();
}

Result<bool> ignores_case(const std::string& folder) {
  const std::string name = ".case-" + random_hex(16);
  const std::string ancestor = existing_ancestor(folder);
  const std::string path = join_path(ancestor, name + "a");
  HFHUB_TRY(const File file, File::create_new(path));
  const bool found = exists(join_path(ancestor, name + "A"));
  HFHUB_CHECK(remove_file(path));
  return found;
}

Result<uint64_t> free_space(const std::string& path) {
  struct statvfs raw {};
  if (::statvfs(existing_ancestor(path).c_str(), &raw) != 0) {
    return Error::from_errno(errno, "inspect the file system of", path);
  }
  return static_cast<uint64_t>(raw.f_bavail) * raw.f_frsize;
}

Result<std::vector<Entry>> list_folder(const std::string& path) {
  const std::unique_ptr<DIR, CloseFolder> folder(faulted("opendir") ? nullptr : ::opendir(path.c_str()));
  if (folder == nullptr) return Error::from_errno(errno, "list", path);
  std::vector<Entry> entries;
  errno = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") entries.push_back({name, entry_kind(path, *entry)});
    errno = 0;
  }
  if (errno != 0) return Error::from_errno(errno, "list", path);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

Result<std::string> read_text(const std::string& path, uint64_t limit) {
  HFHUB_TRY(const File file, File::open_read(path));
  HFHUB_TRY(const Stat found, file.stat());
  if (found.kind == Kind::kFolder) return Error::from_errno(EISDIR, "read", path);
  if (found.size > limit) return Error::at(Code::kIo, "'" + path + "' is larger than expected", path);
  std::string content(static_cast<size_t>(found.size), '\0');
  HFHUB_TRY(const size_t got, file.read_at(0, {reinterpret_cast<uint8_t*>(content.data()), content.size()}));
  content.resize(got);
  return content;
}

Done write_text_atomically(const std::string& path, std::string_view content, uint32_t mode, bool durable) {
  // A name as long as the file system takes leaves no room for more behind it.
  const std::string name = base_name(path).substr(0, kLongestName - 20) + "." + random_hex(8) + ".tmp";
  const std::string temporary = join_path(parent_path(path), name);
  HFHUB_TRY(File file, File::create_new(temporary));
  Done written = mode != 0 ? file.set_mode(mode) : Done();
  if (written.ok()) written = file.write_at(0, as_bytes(content));
  if (written.ok() && durable) written = file.sync();
  if (written.ok()) written = file.close();
  if (written.ok()) written = rename_path(temporary, path);
  if (!written.ok()) (void)remove_file(temporary);
  return written;
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string out(folder);
  if (!out.empty() && out.back() != '/') out += '/';
  out += name;
  return out;
}

std::string parent_path(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  return std::string(slash == 0 ? path.substr(0, 1) : path.substr(0, slash));
}

std::string base_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace hfhub::platform
