#include "xet/format/shard.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "digest/digest.h"
#include "unit/xet/format/sample_data.h"
#include "xet/format/shard_layout.h"

namespace hfhub::xet {
namespace {

using testing::HasSubstr;

struct Contents {
  std::vector<FileRecord> files;
  std::vector<XorbRecord> xorbs;
  std::optional<ShardFooter> footer;
};

Result<Contents> read(ByteView shard) {
  Contents contents;
  ShardView view;
  view.on_file = [&](const FileRecord& file) -> Done {
    contents.files.push_back(file);
    return {};
  };
  view.on_xorb = [&](const XorbRecord& xorb) -> Done {
    contents.xorbs.push_back(xorb);
    return {};
  };
  HFHUB_CHECK(read_shard(shard, &view));
  contents.footer = view.footer;
  return contents;
}

const char* const kGolden = R"(
    48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9 0200000000000000 0000000000000000
    fd5ce8b743dd5ef19fb913fe8f75e225f6d9e817a8df09dd7fdb26a1a7228754 000000c0 01000000 0000000000000000
    119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c 00000000 0b000000 00000000 01000000
    30ea5cffdc2fef220c8aed157ead426e5846c32e7d9e785eda47689458270dc1 00000000000000000000000000000000
    083e4d93b9274db9faab7ddad7522ea5ee80537ae3ef84c4e9cdefe2acf78890 00000000000000000000000000000000
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff 00000000000000000000000000000000
    119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c 00000000 01000000 0b000000 00000000
    119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c 00000000 0b000000 00000000 00000000
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff 00000000000000000000000000000000)";

FileRecord hello_file(bool sha256) {
  const std::vector<Chunk> chunks = {{chunk_hash(as_bytes("hello world")), 11}};
  FileRecord file;
  file.hash = file_hash(chunks);
  file.terms = {{xorb_hash(chunks), 11, 0, 1}};
  file.verification = {range_hash(chunks)};
  digest::Sha256 sha;
  sha.update(as_bytes("hello world"));
  if (sha256) file.sha256 = Hash::from_sha256(sha.finish());
  return file;
}

XorbRecord hello_xorb() {
  const Hash hash = chunk_hash(as_bytes("hello world"));
  return {hash, 11, 0, {{hash, 0, 11, 0}}};
}

// What hf_xet 1.8.0 and the JavaScript client upload for "hello world".
TEST(Shard, GoldenBytes) {
  ShardWriter writer;
  EXPECT_TRUE(writer.empty());
  writer.add_file(hello_file(true));
  writer.add_xorb(hello_xorb());
  EXPECT_FALSE(writer.empty());
  EXPECT_EQ(writer.file_count(), 1u);
  EXPECT_EQ(writer.size_bytes(), 432u);
  const Bytes shard = writer.finish();
  EXPECT_EQ(shard, from_hex(kGolden));
  EXPECT_EQ(digest::sha256_hex(shard), "e524ecb3f186ce5c28bb5d63338fa0f2f5d8b5311069ab23de7b4ea2c59ee11e");
  ShardWriter without;
  without.add_file(hello_file(false));
  without.add_xorb(hello_xorb());
  EXPECT_EQ(digest::sha256_hex(without.finish()), "9c4fa5bdc01d1243dacea197f80e177a1a60bbb46b80e94817d363942dbbf7bb");
}

// As local_cas_server 1.8.0 stores it: no tables, which our own footer has, so the footer is made here.
TEST(Shard, GoldenBytesOfAServer) {
  Bytes shard = from_hex(kGolden);
  shard[40] = 200;
  shard[48 * 7 + 43] = 0x80;
  for (const uint64_t number :
       {1, 48, 288, 432, 0, 432, 0, 432, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 11, 432}) {
    shard.insert(shard.end(), 8, 0);
    store_little(number, shard.data() + shard.size() - 8);
  }
  EXPECT_EQ(digest::sha256_hex(shard), "4c79ad7d0d005cdf28e6c36f266c710324dd925b1dbb3914dc32307503bbc539");
  const Contents contents = read(shard).value();
  EXPECT_EQ(contents.xorbs.at(0).chunks.at(0).flags, kGlobalDedupFlag);
  EXPECT_EQ(contents.footer->materialized_bytes, 11u);
  EXPECT_EQ(contents.footer->expires_s, 0u);
}

TEST(Shard, AnswerOfTheProductionServer) {
  std::ifstream file(std::string(HFHUB_UNIT_TESTS) + "/xet/format/data/gpt2-64-8bits.tflite.shard", std::ios::binary);
  const Bytes shard{std::istreambuf_iterator<char>(file), {}};
  ASSERT_EQ(shard.size(), 102104u);
  const Contents contents = read(shard).value();
  EXPECT_TRUE(contents.files.empty());
  ASSERT_EQ(contents.xorbs.size(), 3u);
  const struct {
    std::string hash;
    size_t chunks;
    uint32_t bytes;
  } rows[] = {{"16fe54ff57e667703a42fee0714b243eabd2d219773fb88446da2795c901dc0d", 933, 57955412},
              {"213031765f0b4d7bc826ccd5bdda3261f624187e2997a2de61111652d31b081c", 1062, 67076012},
              {"9ef98552e37030376ff099dde26b14ecb6327bdf4635c20f341bd4746c458fdf", 122, 10179582}};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(contents.xorbs[i].hash.text(), rows[i].hash);
    EXPECT_EQ(contents.xorbs[i].chunks.size(), rows[i].chunks);
    EXPECT_EQ(contents.xorbs[i].bytes, rows[i].bytes);
    EXPECT_EQ(contents.xorbs[i].stored_bytes, 0u);
    EXPECT_TRUE(std::ranges::all_of(contents.xorbs[i].chunks, [](const XorbChunk& chunk) { return chunk.flags == 0; }));
  }
  EXPECT_EQ(contents.xorbs[0].chunks[0].hash.text(),
            "2d35ee5d16461ade43e53cf039a35ed65ee18d0ef37eb0142c0399efcf0f99ea");
  // A chunk that is known by its plain hash is found by the keyed one.
  EXPECT_EQ(
      contents.xorbs[1].chunks[0].hash,
      keyed_hash(contents.footer->key, hash_of("9502eec19d4b0c9f7b389228fa801f68ecdf15d69ccd1da2f9ddbd0219898335")));
  EXPECT_EQ(contents.footer->key.text(), "d6834b04843aaf16f29903e2428a99be635099f9ea5056cc4e95e7ec8a41509f");
  EXPECT_EQ(contents.footer->created_s, 1754059905u);
  EXPECT_EQ(contents.footer->expires_s, 1754664705u);
  EXPECT_EQ(contents.footer->stored_bytes_on_disk, 0u);
  EXPECT_EQ(contents.footer->materialized_bytes, 0u);
  EXPECT_EQ(contents.footer->stored_bytes, 135211006u);
}

Hash numbered(uint64_t number) {
  Hash hash;
  store_little(number * 0x9E3779B97F4A7C15, hash.bytes.data());
  store_little(number, hash.bytes.data() + 24);
  return hash;
}

// Files with and without verification and SHA-256, an empty one, xorbs of several sizes.
ShardWriter sample(std::vector<FileRecord>* files, std::vector<XorbRecord>* xorbs) {
  ShardWriter writer;
  for (uint32_t i = 0; i < 8; ++i) {
    FileRecord file;
    file.hash = numbered(100 + i);
    for (uint32_t k = 0; k < i; ++k) {
      file.terms.push_back({numbered(200 + k), 1000 * k + 1, k, k + 7});
      if (i % 2 == 0) file.verification.push_back(numbered(300 + k));
    }
    if (i % 3 == 0) file.sha256 = numbered(400 + i);
    files->push_back(file);
    const uint64_t before = writer.size_bytes();
    writer.add_file(file);
    EXPECT_EQ(writer.size_bytes() - before, shard_file_bytes(i, i % 2 == 0, i % 3 == 0));
    XorbRecord xorb;
    xorb.hash = numbered(500 + i);
    for (uint32_t k = 0; k < i * 3; ++k) {
      xorb.chunks.push_back({numbered(600 + 100 * i + k), xorb.bytes, k + 8192, k == 0 ? kGlobalDedupFlag : 0});
      xorb.bytes += k + 8192;
    }
    xorb.stored_bytes = xorb.bytes / 2;
    xorbs->push_back(xorb);
    const uint64_t between = writer.size_bytes();
    writer.add_xorb(xorb);
    EXPECT_EQ(writer.size_bytes() - between, shard_xorb_bytes(i * 3));
  }
  return writer;
}

void expect_same(const FileRecord& a, const FileRecord& b) {
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(a.verification, b.verification);
  EXPECT_EQ(a.sha256, b.sha256);
  ASSERT_EQ(a.terms.size(), b.terms.size());
  for (size_t i = 0; i < a.terms.size(); ++i) {
    EXPECT_EQ(a.terms[i].xorb, b.terms[i].xorb);
    EXPECT_EQ(a.terms[i].bytes, b.terms[i].bytes);
    EXPECT_EQ(a.terms[i].chunk_begin, b.terms[i].chunk_begin);
    EXPECT_EQ(a.terms[i].chunk_end, b.terms[i].chunk_end);
  }
}

void expect_same(const XorbRecord& a, const XorbRecord& b) {
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.stored_bytes, b.stored_bytes);
  ASSERT_EQ(a.chunks.size(), b.chunks.size());
  for (size_t i = 0; i < a.chunks.size(); ++i) {
    EXPECT_EQ(a.chunks[i].hash, b.chunks[i].hash);
    EXPECT_EQ(a.chunks[i].offset, b.chunks[i].offset);
    EXPECT_EQ(a.chunks[i].bytes, b.chunks[i].bytes);
    EXPECT_EQ(a.chunks[i].flags, b.chunks[i].flags);
  }
}

TEST(Shard, RoundTripWithAndWithoutFooter) {
  std::vector<FileRecord> files;
  std::vector<XorbRecord> xorbs;
  const ShardWriter writer = sample(&files, &xorbs);
  ShardFooter footer;
  footer.key = numbered(1);
  footer.created_s = 11;
  footer.expires_s = ~uint64_t{0};
  EXPECT_EQ(writer.finish().size(), writer.size_bytes());
  for (const Bytes& shard : {writer.finish(), writer.finish(footer)}) {
    const Contents contents = read(shard).value();
    ASSERT_EQ(contents.files.size(), files.size());
    ASSERT_EQ(contents.xorbs.size(), xorbs.size());
    for (size_t i = 0; i < files.size(); ++i) expect_same(contents.files[i], files[i]);
    for (size_t i = 0; i < xorbs.size(); ++i) expect_same(contents.xorbs[i], xorbs[i]);
  }
  EXPECT_FALSE(read(writer.finish())->footer);
  const auto back = read(writer.finish(footer))->footer;
  uint64_t file_bytes = 0, stored = 0, on_disk = 0;
  for (const FileRecord& file : files) {
    for (const Term& term : file.terms) file_bytes += term.bytes;
  }
  for (const XorbRecord& xorb : xorbs) stored += xorb.bytes, on_disk += xorb.stored_bytes;
  EXPECT_EQ(back->key, footer.key);
  EXPECT_EQ(back->created_s, 11u);
  EXPECT_EQ(back->expires_s, footer.expires_s);
  EXPECT_EQ(back->materialized_bytes, file_bytes);
  EXPECT_EQ(back->stored_bytes, stored);
  EXPECT_EQ(back->stored_bytes_on_disk, on_disk);
}

uint64_t u64_at(const Bytes& shard, size_t at) { return load_little<uint64_t>(shard.data() + at); }

// Every entry of the tables points to the record whose hash begins with its key, and keys ascend.
TEST(Shard, LookupTables) {
  std::vector<FileRecord> files;
  std::vector<XorbRecord> xorbs;
  const Bytes shard = sample(&files, &xorbs).finish(ShardFooter{});
  const size_t footer = shard.size() - kShardFooterBytes;
  EXPECT_EQ(u64_at(shard, 40), 200u);
  const size_t sections[] = {u64_at(shard, footer + 8), u64_at(shard, footer + 16)};
  size_t chunks = 0;
  for (const XorbRecord& xorb : xorbs) chunks += xorb.chunks.size();
  const size_t counts[] = {files.size(), xorbs.size(), chunks};
  const size_t entry_bytes[] = {12, 12, 16};
  for (size_t table = 0; table < 3; ++table) {
    ASSERT_EQ(u64_at(shard, footer + 32 + 16 * table), counts[table]);
    uint64_t before = 0;
    for (size_t i = 0; i < counts[table]; ++i) {
      const uint8_t* const entry = shard.data() + u64_at(shard, footer + 24 + 16 * table) + i * entry_bytes[table];
      const auto key = load_little<uint64_t>(entry);
      size_t record = load_little<uint32_t>(entry + 8);
      if (table == 2) record += 1 + load_little<uint32_t>(entry + 12);
      EXPECT_EQ(u64_at(shard, sections[table > 0] + 48 * record), key);
      EXPECT_LE(before, key);
      before = key;
    }
  }
}

TEST(Shard, ErrorsOfTheCallerEndTheReading) {
  int calls = 0;
  ShardView view;
  view.on_file = [&](const FileRecord&) -> Done {
    ++calls;
    return Error::make(Code::kCancelled, "enough");
  };
  EXPECT_EQ(read_shard(from_hex(kGolden), &view).error().code, Code::kCancelled);
  EXPECT_EQ(calls, 1);
  ShardView nobody;
  EXPECT_TRUE(read_shard(from_hex(kGolden), &nobody).ok());
}

std::string error_of(const Bytes& shard) {
  const auto contents = read(shard);
  if (contents.ok()) return "no error";
  EXPECT_EQ(contents.error().code, Code::kProtocol);
  return contents.error().message;
}

TEST(Shard, EveryTruncationIsNoticed) {
  std::vector<FileRecord> files;
  std::vector<XorbRecord> xorbs;
  const ShardWriter writer = sample(&files, &xorbs);
  for (const Bytes& whole : {writer.finish(), writer.finish(ShardFooter{})}) {
    for (size_t size = 0; size < whole.size(); size += 1 + (size % 48 == 1 ? 46 : 0)) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_THAT(error_of(part), testing::StartsWith("shard: ")) << size;
    }
  }
}

Bytes with_u32(Bytes shard, size_t at, uint32_t value) {
  store_little(value, shard.data() + at);
  return shard;
}

TEST(Shard, LiesAreNoticed) {
  const Bytes golden = from_hex(kGolden);
  EXPECT_THAT(error_of(with_u32(golden, 0, 1)), HasSubstr("does not begin like one at byte 0"));
  EXPECT_EQ(error_of(with_u32(golden, 32, 77)), "no error");  // the version
  EXPECT_THAT(error_of(with_u32(golden, 84, 0xFFFFFFFF)), HasSubstr("ends within a file: 8589934591 records"));
  EXPECT_THAT(error_of(with_u32(golden, 84, 9)),
              HasSubstr("ends within a file: 19 records do not fit in 336 bytes at byte 96"));
  EXPECT_THAT(error_of(with_u32(golden, 140, 0)), HasSubstr("a term without chunks at byte 96"));
  EXPECT_THAT(error_of(with_u32(golden, 324, 0xFFFFFFFF)), HasSubstr("ends within a xorb: 4294967295 records"));
  EXPECT_THAT(error_of(with_u32(golden, 328, 12)), HasSubstr("do not add up to their xorb at byte 288"));
  EXPECT_THAT(error_of(with_u32(golden, 328, 1 << 30)), HasSubstr("a xorb of 1073741824 bytes"));
  EXPECT_THAT(error_of(with_u32(golden, 368, 1)), HasSubstr("does not begin where the one before ends at byte 336"));
  EXPECT_THAT(error_of(with_u32(golden, 372, 131073)), HasSubstr("a chunk of 131073 bytes"));
  EXPECT_THAT(error_of(with_u32(golden, 40, 200)), HasSubstr("ends within the footer: 0 bytes at byte 432"));
  Bytes trailing = golden;
  trailing.push_back(0);
  EXPECT_THAT(error_of(trailing), HasSubstr("ends within the footer: 1 bytes"));
  Bytes many = golden;
  many.insert(many.begin() + 336, 48 * 8192, 0);
  EXPECT_THAT(error_of(with_u32(many, 324, 8193)), HasSubstr("a xorb of 8193 chunks at byte 288"));
}

TEST(Shard, LiesInTheFooterAreNoticed) {
  ShardWriter writer;
  writer.add_file(hello_file(true));
  writer.add_xorb(hello_xorb());
  const Bytes shard = writer.finish(ShardFooter{});
  const size_t footer = shard.size() - kShardFooterBytes;
  EXPECT_EQ(footer, 432u + 12 + 12 + 16);
  EXPECT_THAT(error_of(with_u32(shard, footer, 2)), HasSubstr("a footer of version 2 at byte 472"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 8, 0)), HasSubstr("wrong section offsets"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 16, 240)), HasSubstr("wrong section offsets"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 24, 431)), HasSubstr("the file table lies outside"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 32, 5)), HasSubstr("the file table lies outside"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 40, 473)), HasSubstr("the xorb table lies outside"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 68, 0x80000000)), HasSubstr("the chunk table lies outside"));
  EXPECT_THAT(error_of(with_u32(shard, footer + 192, 471)), HasSubstr("claims to be elsewhere"));
  EXPECT_EQ(error_of(with_u32(shard, footer + 188, 471)), "no error");
}

}  // namespace
}  // namespace hfhub::xet
