#include "xet/format/hash.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "digest/blake3.h"
#include "digest/digest.h"
#include "unit/xet/format/sample_data.h"
#include "xet/format/chunker.h"

namespace hfhub::xet {
namespace {

const Chunk A{hash_of("cfc5d07f6f03c29bbf424132963fe08d19a37d5757aaf520bf08119f05cd56d6"), 100};
const Chunk B{hash_of("c3e67584b5c4fc2a89837ec39e40f2c8a6bb0b2987ac94cd4b31e5fbdd210a72"), 200};
const Chunk C{hash_of("0d2beb91b9196929a5ddec9f6e306924ddf4a24268e3e59fd8464738d525af37"), 300};
const Chunk D{hash_of("adf8773496a9b7319b2e50dc98093f344053b17d8ad37100b9c07d9805988784"), 400};
const Chunk E{hash_of("4ac202caf347fc1e9c874b1ef6a1c5e619141eb775a6f43f0f0124ccd0060d9e"), 500};
const Chunk Z{Hash{}, 0};
const std::string kZero(64, '0');

// The 32-byte value printed by Rust's and JavaScript's tests for the same lists.
TEST(XetHash, PublishedTrees) {
  const struct {
    std::vector<Chunk> list;
    std::string xorb, file;
  } rows[] = {
      {{}, kZero, kZero},
      {{Z}, kZero, "638a6bc391964a85939d48f008e8bdbae6a7975e7ca2d87a3ce2492f4e4d8a4c"},
      {{A}, A.hash.text(), "8e16257caa3fe079d484d872a8975264b2ff683b0d6db9028cc7c0f968a45661"},
      {{A, B, C},
       "71ec1275fca074724e2dd666921b3277c7cee603e4d025bcab2d4050015be2bc",
       "54e55dccc6653c612bdb5576c5d3cb34bb31bc4e100248abccf4c908b3ef7715"},
      {{A, A, A, A},
       "89f2ada89ff8c96763c6b25010e6dd76a4c05b1466207633ea559acf2093211b",
       "2cdba690d0e09563596e0cda626d43eb4c96ef1e994fe72d9b2f5a83cfcd36dd"},
      {{A, B, A, B},
       "90f8313ef12df385d237a067aded02562c35ded12116e32eba401dbc86c38031",
       "284ea045e5a579e99c21ec597c20de1fc0c09e7168162aac00db8f61b3d82dbb"},
      {{A, B, A, B, C, D},
       "52c826f99507aa05d0b45e9837fa1709e0485425cfbcb1e80db3905cf98b3ee9",
       "91d21684db364c8883ab8209fa5eb2e781cf07f37e1fa43e731c30839afe422f"},
      {{Z, A, Z, A},
       "e1755c85be07fd6b7a8d7becc85e6d8c5f507f2a3d38b316bcb6f97855e72188",
       "207caf24fce045ac6d873b4c6186a5a435d600d103e1ae345e55ddf1f4b7f7ef"},
      {{Z, A, Z, A, Z},
       "f36c6a6374a567efd36ed087aeb680b57e3af4e0b5b8e7be2593df4cb647a2de",
       "ab2f46d31855e1133b3b5b70e78f841394a648710a208923b221c1a8a0572a1f"},
      {{A, Z},
       "e8660f81494ca836a58e395c1395ef97870ed71e2b113eec1fab6b3361f46dd6",
       "274d92f7e2acebaa2b8d63c0b5e7a4fc15814a606e3e3825d55609e671bcc5d9"},
      {{C, D, E, C},
       "73b9dc802ab03a0855c66823a18d95c2a785af594535756abf405038b6270cb8",
       "c7d5be75ef5ec12888027ad305141e4109e599494477661177475c84e12de48b"},
      {{C, D, E, E, E},
       "2c1fd1eca47e284512fcb40fcf45a1874939f9b91c774d46aeba5d004d9d263d",
       "0799ba7ee2c3fed173a8e8d832cd13970ddc16070ffbc8aa6dcd77476f66dc73"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(xorb_hash(row.list).text(), row.xorb);
    EXPECT_EQ(file_hash(row.list).text(), row.file);
  }
}

TEST(XetHash, TextFormTurnsGroupsOfEight) {
  const Bytes raw = {22,  175, 58, 132, 4,   75,  131, 214, 190, 153, 138, 66,  226, 3,   153, 242,
                     204, 86,  80, 234, 249, 153, 80,  99,  159, 80,  65,  138, 236, 231, 149, 78};
  Hash hash;
  std::ranges::copy(raw, hash.bytes.begin());
  EXPECT_EQ(hash.text(), "d6834b04843aaf16f29903e2428a99be635099f9ea5056cc4e95e7ec8a41509f");
  EXPECT_EQ(Hash::parse(hash.text()), hash);
  EXPECT_EQ(Hash::parse("D6834B04843AAF16f29903e2428a99be635099f9ea5056cc4e95e7ec8a41509f"), hash);
  EXPECT_EQ(hash.word(0), 0xd6834b04843aaf16u);
  EXPECT_EQ(hash.word(3), 0x4e95e7ec8a41509fu);
  EXPECT_EQ(hash.modulo(1024), 0x4e95e7ec8a41509fu % 1024);
}

TEST(XetHash, WhatIsNoTextForm) {
  const std::string good(64, 'a');
  EXPECT_TRUE(Hash::parse(good));
  for (const std::string& bad : {std::string(), good.substr(1), good + "a", "g" + good.substr(1), good.substr(1) + " ",
                                 "0x" + good.substr(2), good.substr(1) + std::string(1, '\0')}) {
    EXPECT_FALSE(Hash::parse(bad)) << bad;
  }
}

TEST(XetHash, ASha256KeepsItsHex) {
  digest::Sha256 sha;
  sha.update(as_bytes("some data"));
  const Hash hash = Hash::from_sha256(sha.finish());
  EXPECT_EQ(hash.text(), "1307990e6ba5ca145eb35e99182a9bec46531bc54ddf656a602c780fa0240dee");
  EXPECT_EQ(to_hex(hash.bytes), "14caa56b0e990713ec9b2a18995eb35e6a65df4dc51b5346ee0d24a00f782c60");
}

TEST(XetHash, OrderIsThatOfTheTexts) {
  std::mt19937_64 random(7);
  std::vector<Hash> hashes(200);
  for (Hash& hash : hashes) {
    for (size_t i = 0; i < 32; ++i) hash.bytes[i] = static_cast<uint8_t>(random() % 3);
  }
  for (size_t i = 1; i < hashes.size(); ++i) {
    EXPECT_EQ(hashes[i - 1] < hashes[i], hashes[i - 1].text() < hashes[i].text());
    EXPECT_EQ(hashes[i - 1] == hashes[i], hashes[i - 1].text() == hashes[i].text());
  }
}

TEST(XetHash, KeyedAndRange) {
  const Hash key = hash_of("abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789");
  const Hash one = hash_of("118bbac5c38b2bca9c2b7ae8307786de066696b91b2b5ccb7dbbd4608c966882");
  const Hash two = hash_of("7884d4de4bcc904767362a91e97eb6c2b6bc5f3a61b640d0cad8bb1129ff0827");
  EXPECT_EQ(keyed_hash(key, one).text(), "1e1f5ae2bae99fe030647a14a8c5fe6cdce57826387a7552236dfbebed533e04");
  const std::vector<Chunk> range = {{one, 1}, {two, 2}};
  EXPECT_EQ(range_hash(range).text(), "82d580dd3896919ef870af78b2c7bd21e67e79777922bbc8cef1fc21630c308c");
  EXPECT_EQ(range_hash({}).text(), "b81ce0cc7ce434c719c5f31801bc0825ead2a9ebae7419605afc00726961e5d9");
  EXPECT_EQ(keyed_hash(hash_of("d6834b04843aaf16f29903e2428a99be635099f9ea5056cc4e95e7ec8a41509f"),
                       hash_of("9502eec19d4b0c9f7b389228fa801f68ecdf15d69ccd1da2f9ddbd0219898335"))
                .text(),
            "81b34a5179857460a1a5ba079fcf7231c307a19940ccb769e49240df5ec6c466");
}

std::vector<Chunk> chunks_of(ByteView data) {
  Chunker chunker;
  std::vector<uint32_t> lengths;
  chunker.feed(data, &lengths);
  if (const uint32_t last = chunker.finish(); last > 0) lengths.push_back(last);
  std::vector<Chunk> chunks;
  size_t at = 0;
  for (const uint32_t length : lengths) {
    chunks.push_back({chunk_hash(data.subspan(at, length)), length});
    at += length;
  }
  return chunks;
}

// From the tests of xetchunk-wasm, and values computed with the hash function of hf_xet 1.8.0.
TEST(XetHash, WholeFiles) {
  const struct {
    Bytes data;
    size_t chunks;
    std::string xorb, file;
  } rows[] = {
      {linear(200000, 7, 13), 2, "f0755d96ee199d4f01e83da9fe2c38353de7fd38fb79a320a7d50be510026f74",
       "d88d9e0b760f32c90b7c6592b4cb85251c01bb797371e3c637087b96ac578723"},
      {linear(1000000, 13, 37), 8, "7be289d851485c40dcde52dbcf37a7823a5ef0bfcdf1ca1c5a32ad9594c71571",
       "041a50f3639f4a080a89237025d643e2a3e22935ca5d7dbc1a38f5c1e859f859"},
      {{}, 0, kZero, kZero},
      {Bytes(1, 0), 1, "df93298cdbf67cd507aed28d6290c0cf7f9aa0aa88dfa629cffcf98680659410",
       "41f5539a8d8bdd7509fd9a319268aca47ea6d40b33394170182e09fa86345c7e"},
      {Bytes(8192, 0), 1, "d88a3b08a2ac3c73417e59b165220ff5a1975c3d4e2a84b003c40cb7f392c443",
       "711574865581cce65f5d06a1818a37a1dd4cfe3f65e3f4aaae2b1bacbfc253db"},
      {Bytes(131073, 'a'), 2, "c9156afe300b19aaac9cd8b16e3142bd1726e27c97574cdce91b88a904b3b3ec",
       "132d67c14d6af0bb6d7971af86f673511572d1b4e78cfdf55f086372df45cb01"},
      {Bytes(1000000, 59), 8, "a6b5a7f0bb38b6fd5fb39031eb7564e18ea0e7a0b7bea87de54ed1db8bc85884",
       "53f845640fcd1c7440befff65bd93434c83a30c6559a705597d61f2ef64e2f88"},
      {splitmix(1000000, 0), 19, "6f2ce16ca5e317f0100ff0e7e5bf40a0de9032e9ee1ad04b6b8ff4e36cdfbf6c",
       "3d17b2d7d64a0e011b6717a52d9a16bd2c3f05b743fa8adf52a7d75dafab6d89"},
      {splitmix(200000, 4), 5, "6b4260391f596a0083c340fe06fa25703505ac91dd61590d7ea94d76ecd65bd0",
       "d700ef963dc1336e4880bfeaddf589a5d2c4694f11d80c228a42438b68bc7369"},
      {splitmix(5000000, 5), 87, "1e62bddb0ccca3f2e9ff14b3be02c40eedd42f2e5fbf3313559a37cbd3a51090",
       "c51e2742779ce628b005b9f076e5b613ad65e980637214364f7b5a4a4ffa2866"},
  };
  for (const auto& row : rows) {
    const std::vector<Chunk> chunks = chunks_of(row.data);
    EXPECT_EQ(chunks.size(), row.chunks);
    EXPECT_EQ(xorb_hash(chunks).text(), row.xorb);
    EXPECT_EQ(file_hash(chunks).text(), row.file);
  }
}

TEST(XetHash, ChunksOfTheRandomMegabyte) {
  const std::vector<Chunk> chunks = chunks_of(splitmix(1000000, 0));
  ASSERT_EQ(chunks.size(), 19u);
  EXPECT_EQ(chunks[0].hash.text(), "6eca1e7dadaf08cca5d82d318c800f07c2ddcec115a7e8627e5edd9605b94b8d");
  EXPECT_EQ(chunks[1].hash.text(), "624ea34d72a06e5d43a1b8dd10763f0d22f165992c397ed97563899b27fdd88a");
  EXPECT_EQ(chunks[2].hash.text(), "4411d2ec847c6e3f451a7451ff3933adb4f1c31587421b9f730b698a78313b47");
  EXPECT_EQ(chunks[18].hash.text(), "03e5b5f5a088269ec4b329f1e04debfac4cb54b9c0facf038f7e8e0f054be7e2");
  EXPECT_EQ(range_hash(chunks).text(), "6daf15a7ed258b91f607e8f5e6723a8564292d12c8104c156f7bad9c255a0180");
  EXPECT_EQ(range_hash(std::span(chunks).first(3)).text(),
            "9d229909f34de2ef9143bb807ab4862894ff855af45ff18f79063400cb72383a");
  EXPECT_EQ(chunk_hash(as_bytes("hello world")).text(),
            "4e39378b9d359f118190557a1f44130219a54e5fcfa07bd96cf50b466fe651b1");
  EXPECT_EQ(chunk_hash(as_bytes("Hello World!")).text(),
            "d8d408e608fb9ca213b9909a65d86d725f2de4d8d540324be8a363e7a6e228cb");
}

// The rule as the specification words it, over a whole list, with the same node hash.
size_t cut(std::span<const Chunk> rest) {
  if (rest.size() <= 2) return rest.size();
  const size_t end = std::min<size_t>(9, rest.size());
  for (size_t k = 2; k < end; ++k) {
    if (rest[k].hash.modulo(4) == 0) return k + 1;
  }
  return end;
}

Hash root_of_list(std::vector<Chunk> list) {
  constexpr digest::Blake3Key kNodeKey = {0x01, 0x7e, 0xc5, 0xc7, 0xa5, 0x47, 0x29, 0x96, 0xfd, 0x94, 0x66,
                                          0x66, 0xb4, 0x8a, 0x02, 0xe6, 0x5d, 0xdd, 0x53, 0x6f, 0x37, 0xc7,
                                          0x6d, 0xd2, 0xf8, 0x63, 0x52, 0xe6, 0x4a, 0x53, 0x71, 0x3f};
  while (list.size() > 1) {
    std::vector<Chunk> above;
    for (std::span<const Chunk> rest = list; !rest.empty();) {
      const size_t taken = cut(rest);
      std::string text;
      uint32_t size = 0;
      for (const Chunk& child : rest.first(taken)) {
        text += child.hash.text() + " : " + std::to_string(child.size) + "\n";
        size += child.size;
      }
      above.push_back({{digest::blake3_keyed(kNodeKey, as_bytes(text))}, size});
      rest = rest.subspan(taken);
    }
    list = above;
  }
  return list.empty() ? Hash{} : list[0].hash;
}

// After every chunk, so that all lengths are met, with hashes that close groups often, sometimes or never.
TEST(MerkleBuilder, IsTheListVersionAtEveryLength) {
  for (const uint64_t often : {1, 2, 4, 7, 1 << 30}) {
    std::mt19937_64 random(often);
    MerkleBuilder builder;
    std::vector<Chunk> list;
    EXPECT_TRUE(builder.file_root().is_zero());
    const size_t longest = often == 4 ? 700 : 250;
    while (list.size() < longest) {
      Chunk chunk;
      for (uint8_t& byte : chunk.hash.bytes) byte = static_cast<uint8_t>(random());
      const bool closes = random() % often == 0;
      chunk.hash.bytes[24] = static_cast<uint8_t>((chunk.hash.bytes[24] & ~3) | (closes ? 0 : 1));
      chunk.size = static_cast<uint32_t>(random() % 131072 + 1);
      list.push_back(chunk);
      builder.add(chunk.hash, chunk.size);
      ASSERT_EQ(builder.xorb_root(), root_of_list(list)) << list.size() << " chunks, one in " << often << " closes";
    }
  }
}

TEST(MerkleBuilder, LongLists) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 12; ++round) {
    std::vector<Chunk> list(round == 0 ? 5000 : random() % 5001);
    for (Chunk& chunk : list) {
      for (uint8_t& byte : chunk.hash.bytes) byte = static_cast<uint8_t>(random());
      chunk.size = static_cast<uint32_t>(random() % 131072);
    }
    EXPECT_EQ(xorb_hash(list), root_of_list(list));
    EXPECT_EQ(file_hash(list), list.empty() ? Hash{} : keyed_hash({}, root_of_list(list)));
  }
}

}  // namespace
}  // namespace hfhub::xet
