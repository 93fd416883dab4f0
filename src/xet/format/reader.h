// Reads numbers and hashes from bytes that may end too early.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/little_endian.h"
#include "xet/format/hash.h"

namespace hfhub::xet {

// Fields of fixed size, whose presence is checked with has() first.
class Reader {
 public:
  explicit Reader(ByteView bytes, size_t at = 0) : bytes_(bytes), at_(at) {}

  size_t at() const { return at_; }
  size_t left() const { return bytes_.size() - at_; }
  bool has(uint64_t size) const { return left() >= size; }
  ByteView peek(size_t size) const { return bytes_.subspan(at_, size); }
  void skip(size_t size) { at_ += size; }
  uint32_t u32() { return number<uint32_t>(); }
  uint64_t u64() { return number<uint64_t>(); }
  Hash hash() {
    Hash hash;
    std::memcpy(hash.bytes.data(), bytes_.data() + at_, hash.bytes.size());
    at_ += hash.bytes.size();
    return hash;
  }
  // Whether these bytes come next; passes them if so.
  bool tag(std::string_view tag) {
    if (!has(tag.size()) || as_text(peek(tag.size())) != tag) return false;
    at_ += tag.size();
    return true;
  }

 private:
  template <class Word>
  Word number() {
    const auto value = load_little<Word>(bytes_.data() + at_);
    at_ += sizeof value;
    return value;
  }

  ByteView bytes_;
  size_t at_;
};

inline void append(Bytes* out, ByteView bytes) { out->insert(out->end(), bytes.begin(), bytes.end()); }

template <class Word>
void append_little(Bytes* out, Word value) {
  uint8_t bytes[sizeof value];
  store_little(value, bytes);
  append(out, bytes);
}

}  // namespace hfhub::xet
