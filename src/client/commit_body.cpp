#include "client/commit_body.h"

#include <algorithm>
#include <cstring>

namespace hfhub::client {
namespace {

constexpr uint64_t kRawStep = 48 << 10;  // bytes encoded at a time; a multiple of three

uint64_t encoded_size(uint64_t raw) { return (raw + 2) / 3 * 4; }

}  // namespace

void CommitBody::add_text(std::string text) {
  if (!parts_.empty() && parts_.back().source == nullptr) {
    parts_.back().text += text;
    size_ += text.size();
    return;
  }
  const uint64_t size = text.size();
  parts_.push_back({size_, std::move(text)});
  size_ += size;
}

void CommitBody::add_base64(const UploadSource& source, std::string* oid) {
  if (source.size() == 0) return;
  parts_.push_back({size_, "", &source, oid});
  size_ += encoded_size(source.size());
}

Done CommitBody::read(uint64_t offset, std::span<uint8_t> out) {
  for (size_t filled = 0; filled < out.size();) {
    const uint64_t at = offset + filled;
    const auto after = std::upper_bound(parts_.begin(), parts_.end(), at,
                                        [](uint64_t place, const Part& part) { return place < part.begin; });
    const auto part = static_cast<size_t>(after - parts_.begin()) - 1;
    HFHUB_TRY(const size_t got, read_part(part, at - parts_[part].begin, out.subspan(filled)));
    filled += got;
  }
  return {};
}

Result<size_t> CommitBody::read_part(size_t part, uint64_t from, std::span<uint8_t> out) {
  if (parts_[part].source != nullptr) return read_base64(part, from, out);
  const std::string& text = parts_[part].text;
  const size_t size = static_cast<size_t>(std::min<uint64_t>(out.size(), text.size() - from));
  std::memcpy(out.data(), text.data() + from, size);
  return size;
}

Result<size_t> CommitBody::read_base64(size_t part, uint64_t from, std::span<uint8_t> out) {
  const UploadSource& source = *parts_[part].source;
  if (!reader_ || reader_part_ != part) {
    reader_.reset();
    HFHUB_TRY(auto opened, source.open());
    reader_.emplace(std::move(opened));
    reader_part_ = part;
    digested_ = 0;
    digest_.emplace(digest::Algorithm::kGitSha1, source.size());
  }
  const uint64_t raw_at = from / 4 * 3;
  const uint64_t wanted = (from % 4 + out.size() + 3) / 4 * 3;
  std::vector<uint8_t> raw(static_cast<size_t>(std::min({kRawStep, wanted, source.size() - raw_at})));
  HFHUB_TRY(const size_t got, reader_->read_at(raw_at, raw));
  note_digest(raw_at, {raw.data(), got});
  const std::string text = to_base64({raw.data(), got});
  const size_t skip = static_cast<size_t>(from % 4);
  const size_t size = std::min(out.size(), text.size() - skip);
  std::memcpy(out.data(), text.data() + skip, size);
  // Whole: what was sent is one version of the file, or the commit is broken off.
  if (parts_[part].begin + from + size == end_of(part)) {
    HFHUB_CHECK(reader_->check_unchanged());
    std::string* oid = parts_[part].oid;
    if (oid != nullptr && oid->empty() && digested_ == source.size()) *oid = digest_->finish_hex();
    reader_.reset();
  }
  return size;
}

// Pieces may overlap, since a step of the encoding is more than the reader may have asked for.
void CommitBody::note_digest(uint64_t raw_at, ByteView raw) {
  if (raw_at > digested_ || raw_at + raw.size() <= digested_) return;
  digest_->update(raw.subspan(digested_ - raw_at));
  digested_ = raw_at + raw.size();
}

}  // namespace hfhub::client
