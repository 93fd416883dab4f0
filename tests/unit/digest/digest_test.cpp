#include "digest/digest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "digest/sha256_blocks.h"

namespace hfhub::digest {
namespace {

constexpr size_t kLongest = 300;  // several blocks, every place of the padding

Bytes sample(size_t size) {
  Bytes out(size);
  for (size_t i = 0; i < size; ++i) out[i] = static_cast<uint8_t>(i * 7 + 3);
  return out;
}

template <class Digest>
auto hash_of(ByteView data) {
  Digest digest;
  digest.update(data);
  return digest.finish();
}

template <class Digest>
std::string hash_of_all_lengths() {
  const Bytes data = sample(kLongest);
  Digest digests;
  for (size_t n = 0; n <= kLongest; ++n) digests.update(hash_of<Digest>(ByteView(data).first(n)));
  return to_hex(digests.finish());
}

template <class Digest>
void expect_same_in_two_pieces(size_t size) {
  const Bytes data = sample(size);
  const auto expected = hash_of<Digest>(data);
  for (size_t cut = 0; cut <= size; ++cut) {
    Digest digest;
    digest.update(ByteView(data).first(cut));
    digest.update({});
    digest.update(ByteView(data).subspan(cut));
    EXPECT_EQ(digest.finish(), expected) << "cut at " << cut << " of " << size;
  }
}

// FIPS 180-4 examples and the one-million-a message of the NIST test set.
TEST(Sha256, NistVectors) {
  EXPECT_EQ(sha256_hex({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(as_bytes("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(as_bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(sha256_hex(Bytes(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha1, NistVectors) {
  EXPECT_EQ(to_hex(hash_of<Sha1>({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(hash_of<Sha1>(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(to_hex(hash_of<Sha1>(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(to_hex(hash_of<Sha1>(Bytes(1000000, 'a'))), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

// The hash over the hashes of all prefixes of sample(300), as Python's hashlib computes it.
TEST(Sha256, EveryLengthUpTo300) {
  EXPECT_EQ(hash_of_all_lengths<Sha256>(), "7d917fbd2cf49ddff9ad0a8706bba32d204e92e71d2e369c5a03d6af29278c9f");
}

TEST(Sha1, EveryLengthUpTo300) { EXPECT_EQ(hash_of_all_lengths<Sha1>(), "43debf5006166594c976375f1c06253e43d53ddf"); }

TEST(Sha256, PiecesDoNotMatter) {
  for (size_t size : {1, 63, 64, 65, 128, 200}) expect_same_in_two_pieces<Sha256>(size);
  Sha256 bytewise;
  const Bytes data = sample(kLongest);
  for (uint8_t byte : data) bytewise.update({&byte, 1});
  EXPECT_EQ(bytewise.finish(), hash_of<Sha256>(data));
}

TEST(Sha1, PiecesDoNotMatter) {
  for (size_t size : {1, 63, 64, 65, 128, 200}) expect_same_in_two_pieces<Sha1>(size);
}

TEST(Sha256, ACopyGoesItsOwnWay) {
  Sha256 first;
  first.update(as_bytes("a"));
  Sha256 second = first;
  first.update(as_bytes("bc"));
  second.update(as_bytes("bd"));
  EXPECT_EQ(to_hex(first.finish()), sha256_hex(as_bytes("abc")));
  EXPECT_EQ(to_hex(second.finish()), sha256_hex(as_bytes("abd")));
}

TEST(Sha1, ACopyGoesItsOwnWay) {
  Sha1 first;
  first.update(as_bytes("a"));
  Sha1 second = first;
  first.update(as_bytes("bc"));
  second.update(as_bytes("bd"));
  EXPECT_EQ(first.finish(), hash_of<Sha1>(as_bytes("abc")));
  EXPECT_EQ(second.finish(), hash_of<Sha1>(as_bytes("abd")));
}

TEST(Sha256Kernel, TheChosenOneAgreesWithThePortableOne) {
  const Sha256Kernel chosen = choose_sha256_kernel();
  EXPECT_STREQ(chosen.name, sha256_implementation());
  Bytes blocks = sample(64 * 17 + 1);
  std::array<uint32_t, 8> one{1, 2, 3, 4, 0xffffffff, 0x80000000, 7, 8}, other = one;
  for (size_t count = 0; count <= 17; ++count) {
    for (size_t misaligned : {0, 1}) {
      chosen.blocks(one.data(), blocks.data() + misaligned, count);
      sha256_blocks_portable(other.data(), blocks.data() + misaligned, count);
      ASSERT_EQ(one, other) << count << " blocks";
    }
    std::rotate(blocks.begin(), blocks.begin() + 5, blocks.end());
  }
}

std::string git_blob_id(std::string_view content) {
  ContentDigest digest(Algorithm::kGitSha1, content.size());
  digest.update(as_bytes(content));
  return digest.finish_hex();
}

// As `git hash-object` prints them.
TEST(ContentDigest, GitBlobIds) {
  EXPECT_EQ(git_blob_id(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(git_blob_id("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(git_blob_id("what is up, doc?"), "bd9dbf5aae1a3862dd1526723246b20206e5fc37");
  EXPECT_EQ(git_blob_id(std::string_view("abc\0def", 7)), "96db3e1c616a9650209b6a2491a6a663261c7edf");
}

TEST(ContentDigest, Sha256AndNone) {
  ContentDigest sha(Algorithm::kSha256, 3);
  sha.update(as_bytes("abc"));
  EXPECT_EQ(sha.finish_hex(), sha256_hex(as_bytes("abc")));
  ContentDigest none(Algorithm::kNone, 3);
  none.update(as_bytes("abc"));
  EXPECT_EQ(none.finish_hex(), "");
}

TEST(Sha1, Base64ForFileNames) { EXPECT_EQ(sha1_base64_url(as_bytes("abc")), "qZk-NkcGgWq6PiVxeFDCbJzQ2J0="); }

}  // namespace
}  // namespace hfhub::digest
