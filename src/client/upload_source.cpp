#include "client/upload_source.h"

#include <algorithm>
#include <cstring>

#include "platform/system.h"

namespace hfhub::client {
namespace {

bool same_file(const platform::Stat& a, const platform::Stat& b) { return a.inode == b.inode && a.device == b.device; }

}  // namespace

Result<UploadSource> UploadSource::of_file(const std::string& path) {
  HFHUB_TRY(const auto stat, platform::stat_path(path));
  if (!stat) return Error::at(Code::kIo, "there is no file '" + path + "'", path);
  if (stat->kind != platform::Kind::kFile) return Error::at(Code::kIo, "'" + path + "' is not a file", path);
  if (path.starts_with('/')) return of_known_file(path, *stat);
  HFHUB_TRY(const std::string folder, platform::current_folder());
  return of_known_file(platform::join_path(folder, path), *stat);
}

UploadSource UploadSource::of_known_file(std::string path, const platform::Stat& stat) {
  UploadSource source;
  source.path_ = std::move(path);
  source.stat_ = stat;
  source.size_ = stat.size;
  return source;
}

Result<UploadSource> UploadSource::of_growing_file(const std::string& path, uint64_t size) {
  HFHUB_TRY(UploadSource source, of_file(path));
  source.size_ = std::min(size, source.size_);
  source.grows_ = true;
  return source;
}

UploadSource UploadSource::of_bytes(std::string bytes) {
  UploadSource source;
  source.size_ = bytes.size();
  source.bytes_ = std::make_shared<const std::string>(std::move(bytes));
  return source;
}

UploadSource UploadSource::elsewhere(uint64_t size) {
  UploadSource source;
  source.size_ = size;
  source.elsewhere_ = true;
  return source;
}

Result<UploadSource::Reader> UploadSource::open() const {
  if (elsewhere_) return Error::make(Code::kState, "the bytes of a receipt are not here");
  Reader reader(*this);
  if (path_.empty()) return reader;
  HFHUB_TRY(reader.file_, platform::File::open_read(path_));
  HFHUB_CHECK(reader.check_unchanged());
  return reader;
}

Done UploadSource::Reader::check_unchanged() const {
  if (source_.path_.empty()) return {};
  HFHUB_TRY(const platform::Stat now, file_.stat());
  const platform::Stat& then = source_.stat_;
  if (!same_file(now, then)) return source_.changed();
  const bool as_before =
      source_.grows_ ? now.size >= source_.size_ : now.size == then.size && now.modified == then.modified;
  return as_before ? Done() : Done(source_.changed());
}

Result<size_t> UploadSource::Reader::read_at(uint64_t offset, std::span<uint8_t> out) const {
  if (offset >= source_.size_) return size_t{0};
  const size_t wanted = static_cast<size_t>(std::min<uint64_t>(out.size(), source_.size_ - offset));
  if (source_.path_.empty()) {
    std::memcpy(out.data(), source_.bytes_->data() + offset, wanted);
    return wanted;
  }
  HFHUB_TRY(const size_t got, file_.read_at(offset, out.first(wanted)));
  if (got < wanted) return source_.changed();
  return got;
}

Result<std::string> UploadSource::read_all() const {
  HFHUB_TRY(const Reader reader, open());
  std::string text(size_, '\0');
  HFHUB_TRY(const size_t got, reader.read_at(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()}));
  text.resize(got);
  HFHUB_CHECK(reader.check_unchanged());
  return text;
}

Result<std::string> UploadSource::digest(digest::Algorithm algorithm, const runtime::Cancel& cancel) const {
  HFHUB_TRY(const Reader reader, open());
  digest::ContentDigest digest(algorithm, size_);
  std::vector<uint8_t> buffer(static_cast<size_t>(std::min<uint64_t>(kDigestBytes, size_)));
  for (uint64_t at = 0; at < size_;) {
    HFHUB_CHECK(cancel.check());
    HFHUB_TRY(const size_t got, reader.read_at(at, buffer));
    digest.update({buffer.data(), got});
    at += got;
  }
  HFHUB_CHECK(reader.check_unchanged());
  return digest.finish_hex();
}

Error UploadSource::changed() const {
  return Error::at(Code::kIo, "'" + path_ + "' changed while it was read; it was not uploaded", path_);
}

}  // namespace hfhub::client
