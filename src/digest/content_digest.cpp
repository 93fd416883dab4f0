#include <string>

#include "digest/digest.h"

namespace hfhub::digest {

Sha1 start_git_blob(uint64_t size) {
  const std::string header = "blob " + std::to_string(size);
  Sha1 digest;
  digest.update({reinterpret_cast<const uint8_t*>(header.c_str()), header.size() + 1});  // git hashes the NUL too
  return digest;
}

ContentDigest::ContentDigest(Algorithm algorithm, uint64_t size) : algorithm_(algorithm) {
  if (algorithm == Algorithm::kGitSha1) sha1_ = start_git_blob(size);
}

void ContentDigest::update(ByteView data) {
  if (algorithm_ == Algorithm::kGitSha1) sha1_.update(data);
  if (algorithm_ == Algorithm::kSha256) sha256_.update(data);
}

std::string ContentDigest::finish_hex() {
  switch (algorithm_) {
    case Algorithm::kGitSha1: return to_hex(sha1_.finish());
    case Algorithm::kSha256: return to_hex(sha256_.finish());
    case Algorithm::kNone: break;
  }
  return "";
}

std::string sha256_hex(ByteView data) {
  Sha256 digest;
  digest.update(data);
  return to_hex(digest.finish());
}

std::string sha1_base64_url(ByteView data) {
  Sha1 digest;
  digest.update(data);
  return to_base64_url(digest.finish());
}

}  // namespace hfhub::digest
