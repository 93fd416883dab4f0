#include "xet/format/xorb.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "codec/lz4.h"
#include "digest/digest.h"
#include "unit/xet/format/sample_data.h"

namespace hfhub::xet {
namespace {

using testing::HasSubstr;

// The file "hello world" as hf_xet 1.8.0 uploads it, and as its local server stores it.
const Bytes kUploaded = from_hex("000b0000000b0000 68656c6c6f20776f726c64");
const Bytes kStored = from_hex(R"(000b0000000b000068656c6c6f20776f726c64
    584554424c4f4201 119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c
    58424c4248534800 01000000 119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c
    58424c42424e4401 01000000 13000000 0b000000
    01000000 5c000000 30000000 00000000000000000000000000000000 84000000)");

Bytes encoded(ByteView chunk, ChunkEncoder* encoder) {
  Bytes out(kChunkHeaderBytes + chunk.size());
  bool stored = false;
  out.resize(encoder->encode(chunk, out, &stored));
  if (stored) out.insert(out.end(), chunk.begin(), chunk.end());
  return out;
}

std::span<const uint8_t, kChunkHeaderBytes> start_of(ByteView record) { return record.first<kChunkHeaderBytes>(); }

Bytes decoded(ByteView record) {
  const ChunkHeader header = parse_chunk_header(start_of(record)).value();
  Bytes out(header.bytes), scratch;
  const auto done = decode_chunk(header, record.subspan(kChunkHeaderBytes), out, &scratch);
  EXPECT_TRUE(done.ok()) << done.error().message;
  EXPECT_LE(scratch.size(), kMaxChunkBytes);
  return out;
}

Scheme scheme_of(ByteView record) { return parse_chunk_header(start_of(record)).value().scheme; }

TEST(Xorb, GoldenBytes) {
  ChunkEncoder encoder;
  EXPECT_EQ(encoded(as_bytes("hello world"), &encoder), kUploaded);
  const XorbInfo info = inspect_xorb(kUploaded).value();
  EXPECT_EQ(info.hash.text(), "4e39378b9d359f118190557a1f44130219a54e5fcfa07bd96cf50b466fe651b1");
  EXPECT_EQ(info.stored_ends, std::vector<uint32_t>{19});
  Bytes stored = kUploaded;
  const Bytes footer = encode_footer(info);
  stored.insert(stored.end(), footer.begin(), footer.end());
  EXPECT_EQ(stored, kStored);
  EXPECT_EQ(digest::sha256_hex(stored), "d4a56e2f45361d82535d6c4474897757ecb9c3cdcea5249b375299564fe948bc");
}

void expect_same(const XorbInfo& a, const XorbInfo& b) {
  EXPECT_EQ(a.hash, b.hash);
  EXPECT_EQ(a.stored_ends, b.stored_ends);
  ASSERT_EQ(a.chunks.size(), b.chunks.size());
  for (size_t i = 0; i < a.chunks.size(); ++i) {
    EXPECT_EQ(a.chunks[i].hash, b.chunks[i].hash);
    EXPECT_EQ(a.chunks[i].size, b.chunks[i].size);
  }
}

Bytes xorb_of(const std::vector<Bytes>& chunks) {
  ChunkEncoder encoder;
  Bytes xorb;
  for (const Bytes& chunk : chunks) {
    const Bytes record = encoded(chunk, &encoder);
    xorb.insert(xorb.end(), record.begin(), record.end());
  }
  return xorb;
}

TEST(Xorb, FooterRoundTrip) {
  Bytes xorb = xorb_of({splitmix(9000, 1), gaussian_bf16(70001, 2), Bytes(131072, 7), Bytes(1, 'x')});
  const XorbInfo info = inspect_xorb(xorb).value();
  ASSERT_EQ(info.chunks.size(), 4u);
  EXPECT_EQ(info.chunks[1].hash, chunk_hash(gaussian_bf16(70001, 2)));
  EXPECT_EQ(info.hash, xorb_hash(info.chunks));
  const Bytes footer = encode_footer(info);
  EXPECT_EQ(footer.size(), 92 + 40 * info.chunks.size() + 4);
  xorb.insert(xorb.end(), footer.begin(), footer.end());
  expect_same(parse_footer(xorb).value(), info);
  expect_same(inspect_xorb(xorb).value(), info);
  xorb[xorb.size() - 20] = 0xAB;  // the first byte of the nonce, which means nothing
  expect_same(parse_footer(xorb).value(), info);
  EXPECT_EQ(encode_footer(XorbInfo{}).size(), 96u);
  EXPECT_TRUE(parse_footer(encode_footer(XorbInfo{})).value().chunks.empty());
}

TEST(Xorb, FooterOfVersion0) {
  Bytes xorb = kUploaded;
  const Bytes footer =
      from_hex(R"(584554424c4f4200 119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c 01000000
      13000000 119f359d8b37394e0213441f7a559081d97ba0cf5f4ea519b151e66f460bf56c 00000000000000000000000000000000 60000000)");
  xorb.insert(xorb.end(), footer.begin(), footer.end());
  const XorbInfo info = parse_footer(xorb).value();
  EXPECT_EQ(info.chunks.at(0).hash, info.hash);
  EXPECT_EQ(info.chunks.at(0).size, 0u);
  EXPECT_EQ(info.stored_ends, std::vector<uint32_t>{19});
}

std::string footer_error(const Bytes& xorb) {
  const auto info = parse_footer(xorb);
  if (info.ok()) return "no error";
  EXPECT_EQ(info.error().code, Code::kProtocol);
  return info.error().message;
}

Bytes changed(Bytes xorb, size_t at, uint8_t value) {
  xorb.at(at) = value;
  return xorb;
}

TEST(Xorb, BrokenFooters) {
  const size_t begin = kUploaded.size(), hashes = begin + 40, bounds = hashes + 44;
  EXPECT_THAT(footer_error({}), HasSubstr("ends at byte 0"));
  EXPECT_THAT(footer_error(changed(kStored, kStored.size() - 1, 1)), HasSubstr("impossible length"));
  EXPECT_THAT(footer_error(changed(kStored, kStored.size() - 4, 1)), HasSubstr("impossible length"));
  EXPECT_THAT(footer_error(changed(kStored, kStored.size() - 4, 0x83)), HasSubstr("no XETBLOB at byte 20"));
  EXPECT_THAT(footer_error(changed(kStored, begin, 'Y')), HasSubstr("no XETBLOB at byte 19"));
  EXPECT_THAT(footer_error(changed(kStored, begin + 7, 2)), HasSubstr("unknown version 2"));
  EXPECT_THAT(footer_error(changed(kStored, begin + 7, 0)), HasSubstr("number of chunks"));
  EXPECT_THAT(footer_error(changed(kStored, hashes, 'Y')), HasSubstr("no XBLBHSH"));
  EXPECT_THAT(footer_error(changed(kStored, hashes + 7, 1)), HasSubstr("XBLBHSH of version 1"));
  EXPECT_THAT(footer_error(changed(kStored, hashes + 8, 2)), HasSubstr("disagree"));
  EXPECT_THAT(footer_error(changed(kStored, bounds, 'Y')), HasSubstr("no XBLBBND"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 7, 0)), HasSubstr("XBLBBND of version 0"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 8, 2)), HasSubstr("disagree"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 12, 18)), HasSubstr("chunks end at byte 18, the footer begins"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 12, 7)), HasSubstr("chunk 0 cannot end at byte 7"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 19, 1)), HasSubstr("impossible chunk size"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 20, 2)), HasSubstr("disagree"));
  EXPECT_THAT(footer_error(changed(kStored, bounds + 24, 2)), HasSubstr("section offsets"));
  Bytes many(60 + 36 * 9000 + 4);
  const uint32_t length = 60 + 36 * 9000;
  std::ranges::copy(as_bytes("XETBLOB"), many.begin());
  store_little(length, many.data() + length);
  EXPECT_THAT(footer_error(many), HasSubstr("9000 chunks"));
}

std::string header_error(std::string_view hex) {
  const Bytes bytes = from_hex(hex);
  const auto header = parse_chunk_header(start_of(bytes));
  if (header.ok()) return "no error";
  EXPECT_EQ(header.error().code, Code::kProtocol);
  return header.error().message;
}

TEST(ChunkHeader, BoundsComeFirst) {
  EXPECT_EQ(header_error("00 000004 01 000002"), "no error");
  EXPECT_THAT(header_error("00 010004 01 000002"), HasSubstr("262145 stored bytes"));
  EXPECT_THAT(header_error("00 000004 01 010002"), HasSubstr("131073 bytes"));
  EXPECT_THAT(header_error("01 000001 01 000002"), HasSubstr("version 1"));
  EXPECT_THAT(header_error("00 000001 03 000002"), HasSubstr("scheme 3"));
  EXPECT_THAT(header_error("00 000001 63 000002"), HasSubstr("scheme 99"));
  EXPECT_THAT(header_error("00 000001 00 000002"), HasSubstr("uncompressed"));
  EXPECT_THAT(header_error("58 45544f 42 4c4f42"), HasSubstr("version 88"));
  EXPECT_THAT(header_error("58 455442 4c 4f4201"), HasSubstr("footer"));
}

TEST(ChunkHeader, RoundTrip) {
  for (const ChunkHeader header : {ChunkHeader{}, ChunkHeader{Scheme::kBg4Lz4, 262144, 131072},
                                   ChunkHeader{Scheme::kLz4, 0x010203, 1}, ChunkHeader{Scheme::kNone, 5, 5}}) {
    const auto back = parse_chunk_header(header.encoded()).value();
    EXPECT_EQ(back.scheme, header.scheme);
    EXPECT_EQ(back.stored_bytes, header.stored_bytes);
    EXPECT_EQ(back.bytes, header.bytes);
  }
}

std::string decode_error(const ChunkHeader& header, ByteView payload, size_t out_bytes) {
  Bytes out(out_bytes), scratch;
  const auto done = decode_chunk(header, payload, out, &scratch);
  EXPECT_LE(scratch.size(), kMaxChunkBytes);
  return done.ok() ? "no error" : done.error().message;
}

TEST(DecodeChunk, Errors) {
  const Bytes garbage = splitmix(100, 1);
  EXPECT_THAT(decode_error({Scheme::kNone, 100, 100}, ByteView(garbage).first(99), 100), HasSubstr("99 payload bytes"));
  EXPECT_THAT(decode_error({Scheme::kNone, 100, 100}, garbage, 99), HasSubstr("payload"));
  EXPECT_THAT(decode_error({Scheme::kNone, 100, 99}, garbage, 99), HasSubstr("uncompressed"));
  EXPECT_THAT(decode_error({Scheme::kLz4, 100, 5000}, garbage, 5000), HasSubstr("LZ4 payload does not decode to 5000"));
  EXPECT_THAT(decode_error({Scheme::kBg4Lz4, 100, 5000}, garbage, 5000), HasSubstr("BG4-LZ4 payload"));
  Bytes frame(1000);
  frame.resize(codec::lz4_frame_compress(Bytes(5000, 1), {}, 0, frame).value());
  const auto size = static_cast<uint32_t>(frame.size());
  EXPECT_EQ(decode_error({Scheme::kLz4, size, 5000}, frame, 5000), "no error");
  EXPECT_THAT(decode_error({Scheme::kLz4, size, 4999}, frame, 4999), HasSubstr("4999 bytes"));
  EXPECT_THAT(decode_error({Scheme::kLz4, size, 5001}, frame, 5001), HasSubstr("5001 bytes"));
}

std::string xorb_error(const Bytes& xorb) {
  const auto info = inspect_xorb(xorb);
  if (info.ok()) return "no error";
  EXPECT_EQ(info.error().code, Code::kProtocol);
  return info.error().message;
}

TEST(InspectXorb, Errors) {
  const Bytes xorb = xorb_of({splitmix(9000, 1), Bytes(9000, 7)});
  EXPECT_EQ(xorb_error(xorb), "no error");
  EXPECT_TRUE(inspect_xorb({}).value().hash.is_zero());
  EXPECT_THAT(xorb_error(Bytes(xorb.begin(), xorb.begin() + 5)),
              HasSubstr("chunk 0 at byte 0: chunk record: ends within its header"));
  EXPECT_THAT(xorb_error(Bytes(xorb.begin(), xorb.end() - 1)),
              HasSubstr("chunk 1 at byte 9008: chunk record: ends within its payload"));
  EXPECT_THAT(xorb_error(changed(xorb, 9008, 3)), HasSubstr("chunk 1 at byte 9008: chunk record: unknown version 3"));
  EXPECT_THAT(xorb_error(changed(xorb, 9016, 3)), HasSubstr("does not decode"));
  Bytes many;
  for (int i = 0; i <= 8192; ++i) many.insert(many.end(), {0, 1, 0, 0, 0, 1, 0, 0, 'x'});
  EXPECT_THAT(xorb_error(many), HasSubstr("more chunks"));
  Bytes big = xorb_of({Bytes(131072, 7)}), bigger;
  for (int i = 0; i <= 512; ++i) bigger.insert(bigger.end(), big.begin(), big.end());
  EXPECT_THAT(xorb_error(bigger), HasSubstr("chunk 512 at byte "));
  EXPECT_THAT(xorb_error(bigger), HasSubstr("more bytes"));
}

Bytes text(size_t size) {
  std::mt19937 random(3);
  Bytes out;
  while (out.size() < size) {
    const std::string word = "word" + std::to_string(random() % 1000) + (random() % 7 == 0 ? "\n" : " ");
    out.insert(out.end(), word.begin(), word.end());
  }
  out.resize(size);
  return out;
}

struct Kind {
  Bytes data;
  Scheme scheme;
};

std::vector<Kind> kinds_of_content() {
  return {{splitmix(65536, 1), Scheme::kNone},
          {gaussian_bf16(65536, 1), Scheme::kBg4Lz4},
          {text(65536), Scheme::kLz4},
          {Bytes(65536, 0), Scheme::kLz4},
          {splitmix(65536, 2), Scheme::kNone}};
}

TEST(ChunkEncoder, PicksASchemeForEachKind) {
  const std::vector<Kind> kinds = kinds_of_content();
  ChunkEncoder encoder;
  for (int round = 0; round < 3; ++round) {
    for (const Kind& row : kinds) {
      Bytes record;
      // Another kind of content is noticed with its first chunk, and used from the next.
      for (int i = 0; i < 5; ++i) record = encoded(row.data, &encoder);
      EXPECT_EQ(scheme_of(record), row.scheme);
      EXPECT_EQ(decoded(record), row.data);
    }
  }
}

TEST(ChunkEncoder, EverySizeAndPolicy) {
  for (const auto policy :
       {CompressionPolicy::kAuto, CompressionPolicy::kNone, CompressionPolicy::kLz4, CompressionPolicy::kBg4Lz4}) {
    ChunkEncoder encoder(policy, 3);
    for (size_t size = 0; size < 140; ++size) {
      for (const Bytes& data : {splitmix(size, size), Bytes(size, 'a')}) {
        const Bytes record = encoded(data, &encoder);
        ASSERT_LE(record.size(), kChunkHeaderBytes + size);
        ASSERT_EQ(decoded(record), data);
        ASSERT_TRUE(policy != CompressionPolicy::kNone || scheme_of(record) == Scheme::kNone);
      }
    }
    const Bytes large = gaussian_bf16(131072, 4);
    Bytes record = encoded(large, &encoder);  // which is noticed to be of another kind
    record = encoded(large, &encoder);
    EXPECT_EQ(decoded(record), large);
    EXPECT_EQ(scheme_of(record) == Scheme::kBg4Lz4,
              policy == CompressionPolicy::kAuto || policy == CompressionPolicy::kBg4Lz4);
  }
}

TEST(ChunkEncoder, WritesOnlyTheHeaderOfAStoredChunk) {
  ChunkEncoder encoder;
  const Bytes data = splitmix(20000, 1);
  Bytes out(kChunkHeaderBytes + data.size());
  bool stored = false;
  EXPECT_EQ(encoder.encode(data, out, &stored), kChunkHeaderBytes);
  EXPECT_TRUE(stored);
  const size_t made = encoder.encode(Bytes(20000, 1), out, &stored);
  EXPECT_EQ(made, kChunkHeaderBytes + parse_chunk_header(start_of(out))->stored_bytes);
  EXPECT_FALSE(stored);
}

size_t plain_frame(ByteView data) {
  Bytes out(codec::lz4_frame_bound(data.size()));
  return std::min(data.size(), codec::lz4_frame_compress(data, {}, 0, out).value());
}

// What the choice costs against trying everything on every chunk.
TEST(ChunkEncoder, LosesLittleAgainstTryingEverything) {
  const Bytes kinds[] = {gaussian_bf16(4 << 20, 5), text(4 << 20), splitmix(4 << 20, 5)};
  for (const Bytes& data : kinds) {
    ChunkEncoder encoder;
    size_t total = 0, best = 0;
    std::mt19937 random(6);
    // Chunks begin anywhere, also within an element.
    for (size_t at = 0, size = 0; at < data.size(); at += size) {
      size = std::min<size_t>(data.size() - at, 30000 + random() % 90000);
      const ByteView chunk = ByteView(data).subspan(at, size);
      total += encoded(chunk, &encoder).size();
      Bytes grouped(chunk.size());
      codec::group_bytes4(chunk, grouped);
      best += kChunkHeaderBytes + std::min(plain_frame(chunk), plain_frame(grouped));
    }
    EXPECT_LE(total, best + best / 100) << "of " << data.size();
  }
}

TEST(ChunkEncoder, AFilesFirstChunkGetsItsSchemeWhateverCameBefore) {
  const std::vector<Kind> kinds = kinds_of_content();
  for (const Kind& before : kinds) {
    for (const Kind& row : kinds) {
      ChunkEncoder encoder;
      // Long enough that within one file only every fourth chunk would be looked at.
      for (int i = 0; i < 50; ++i) (void)encoded(before.data, &encoder);
      encoder.begin_file();
      const Bytes record = encoded(row.data, &encoder);
      EXPECT_EQ(scheme_of(record), row.scheme);
      EXPECT_EQ(decoded(record), row.data);
    }
  }
}

}  // namespace
}  // namespace hfhub::xet
