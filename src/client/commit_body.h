// The body of a commit, line by line, read from where its content is: never held as a whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/upload_source.h"
#include "digest/digest.h"
#include "net/http.h"

namespace hfhub::client {

class CommitBody : public net::BodySource {
 public:
  void add_text(std::string text);
  // The source must stay where it is. `oid`, when it is empty, gets the SHA-1 of the git blob once all of it was read.
  void add_base64(const UploadSource& source, std::string* oid);

  uint64_t size() const override { return size_; }
  // Read front to back by one thread; any offset may come, for another attempt.
  Done read(uint64_t offset, std::span<uint8_t> out) override;

 private:
  struct Part {
    uint64_t begin;  // in the body
    std::string text;
    const UploadSource* source = nullptr;  // base64 of it instead of text
    std::string* oid = nullptr;
  };
  uint64_t end_of(size_t part) const { return part + 1 < parts_.size() ? parts_[part + 1].begin : size_; }
  Result<size_t> read_part(size_t part, uint64_t from, std::span<uint8_t> out);
  void note_digest(uint64_t raw_at, ByteView raw);
  Result<size_t> read_base64(size_t part, uint64_t from, std::span<uint8_t> out);

  std::vector<Part> parts_;
  uint64_t size_ = 0;
  // The source being read.
  std::optional<UploadSource::Reader> reader_;
  size_t reader_part_ = 0;
  std::optional<digest::ContentDigest> digest_;
  uint64_t digested_ = 0;  // bytes of the source that digest_ has seen
};

}  // namespace hfhub::client
