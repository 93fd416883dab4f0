// The loops that an upload or a download through Xet spends its time in.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "codec/lz4.h"
#include "digest/blake3.h"
#include "digest/crc64.h"
#include "digest/crc64_kernels.h"
#include "digest/gear.h"
#include "xet/format/xorb.h"

namespace hfhub {
namespace {

constexpr size_t kBytes = 32 << 20;
constexpr size_t kChunk = (64 << 10) + 1;  // odd: chunks begin anywhere within an element

// Weights: every tensor of 4 Mi elements has its own standard deviation.
template <class Store>
Bytes gaussian(size_t element_bytes, Store store) {
  std::mt19937_64 random(1);
  Bytes out(kBytes);
  std::normal_distribution<float> normal;
  float sigma = 0;
  for (size_t i = 0; i < kBytes / element_bytes; ++i) {
    if (i % (4 << 20) == 0) sigma = std::uniform_real_distribution<float>(0.008f, 0.08f)(random);
    const float value = normal(random) * sigma;
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    store(bits, out.data() + i * element_bytes);
  }
  return out;
}

Bytes make(const std::string& kind) {
  if (kind == "bf16") {
    return gaussian(2, [](uint32_t bits, uint8_t* to) { std::memcpy(to, reinterpret_cast<char*>(&bits) + 2, 2); });
  }
  if (kind == "fp32") return gaussian(4, [](uint32_t bits, uint8_t* to) { std::memcpy(to, &bits, 4); });
  if (kind == "fp32-from-bf16") {
    return gaussian(4, [](uint32_t bits, uint8_t* to) {
      bits &= 0xFFFF0000;
      std::memcpy(to, &bits, 4);
    });
  }
  std::mt19937_64 random(1);
  Bytes out;
  out.reserve(kBytes + 64);
  if (kind == "text") {  // like the vocabulary of a tokenizer
    while (out.size() < kBytes) {
      std::string line = "      \"";
      for (uint64_t letters = 2 + random() % 8; letters > 0; --letters)
        line += "etaoinshrdlucmfwypvbgkjqxz"[random() % (1 + random() % 26)];
      line += "\": " + std::to_string(random() % 150000) + ",\n";
      out.insert(out.end(), line.begin(), line.end());
    }
    out.resize(kBytes);
    return out;
  }
  out.resize(kBytes);
  for (size_t i = 0; i < kBytes; i += 8) {
    const uint64_t word = random();
    std::memcpy(out.data() + i, &word, 8);
  }
  return out;
}

const Bytes& data_of(const std::string& kind) {
  static std::map<std::string, Bytes> made;
  auto found = made.find(kind);
  if (found == made.end()) found = made.emplace(kind, make(kind)).first;
  return found->second;
}

void report(benchmark::State& state) {
  const double bytes = static_cast<double>(state.iterations()) * kBytes;
  state.counters["GB/s"] = benchmark::Counter(bytes / 1e9, benchmark::Counter::kIsRate);
}

// Runs `each` over the pieces of `kind`.
void pieces(benchmark::State& state, const std::string& kind, size_t size, const std::function<void(ByteView)>& each) {
  const Bytes& data = data_of(kind);
  for (auto _ : state) {
    for (size_t at = 0; at < kBytes; at += size) each(ByteView(data).subspan(at, std::min(size, kBytes - at)));
  }
  report(state);
}

void gear_scan(benchmark::State& state) {
  digest::Gear gear;
  std::vector<uint64_t> candidates;
  pieces(state, "random", 1 << 20, [&](ByteView piece) {
    candidates.clear();
    digest::gear_scan(gear, piece, 0, &candidates);
  });
}
BENCHMARK(gear_scan);

void chunker(benchmark::State& state) {
  xet::Chunker chunker;
  std::vector<uint32_t> lengths;
  pieces(state, "random", 1 << 20, [&](ByteView piece) {
    lengths.clear();
    chunker.feed(piece, &lengths);
  });
}
BENCHMARK(chunker);

void sha256_alone(benchmark::State& state) {
  digest::Sha256 sha;
  pieces(state, "random", 1 << 20, [&](ByteView piece) { sha.update(piece); });
}
BENCHMARK(sha256_alone);

void sha256_fused_with_gear(benchmark::State& state) {
  digest::Gear gear;
  digest::Sha256 sha;
  std::vector<uint64_t> candidates;
  pieces(state, "random", 1 << 20, [&](ByteView piece) {
    candidates.clear();
    digest::gear_scan_sha256(gear, sha, piece, 0, &candidates);
  });
}
BENCHMARK(sha256_fused_with_gear);

void sha256_then_gear(benchmark::State& state) {
  digest::Gear gear;
  digest::Sha256 sha;
  std::vector<uint64_t> candidates;
  pieces(state, "random", 1 << 20, [&](ByteView piece) {
    candidates.clear();
    digest::gear_scan_sha256_portable(gear, sha, piece, 0, &candidates);
  });
}
BENCHMARK(sha256_then_gear);

void blake3_chunk_hash(benchmark::State& state) {
  pieces(state, "random", kChunk, [](ByteView piece) { benchmark::DoNotOptimize(xet::chunk_hash(piece)); });
}
BENCHMARK(blake3_chunk_hash);

void crc64(benchmark::State& state) {
  uint64_t crc = 0;
  pieces(state, "random", 1 << 20, [&](ByteView piece) { crc = digest::crc64_nvme(crc, piece); });
}
BENCHMARK(crc64);

void crc64_by_table(benchmark::State& state) {
  uint64_t crc = 0;
  pieces(state, "random", 1 << 20,
         [&](ByteView piece) { crc = digest::crc64_portable(crc, piece.data(), piece.size()); });
  benchmark::DoNotOptimize(crc);
}
BENCHMARK(crc64_by_table);

void group_bytes4(benchmark::State& state) {
  Bytes out(kChunk);
  pieces(state, "random", kChunk,
         [&](ByteView piece) { codec::group_bytes4(piece, std::span(out).first(piece.size())); });
}
BENCHMARK(group_bytes4);

void ungroup_bytes4(benchmark::State& state) {
  Bytes out(kChunk);
  pieces(state, "random", kChunk,
         [&](ByteView piece) { codec::ungroup_bytes4(piece, std::span(out).first(piece.size())); });
}
BENCHMARK(ungroup_bytes4);

struct Stored {
  Bytes bytes;
  xet::ChunkHeader header;
};

std::vector<Stored> encode_all(const std::string& kind) {
  std::vector<Stored> all;
  xet::ChunkEncoder encoder;
  for (size_t at = 0; at < kBytes; at += kChunk) {
    const ByteView chunk = ByteView(data_of(kind)).subspan(at, std::min(kChunk, kBytes - at));
    Bytes out(xet::kChunkHeaderBytes + chunk.size());
    bool stored = false;
    out.resize(encoder.encode(chunk, out, &stored));
    if (stored) out.insert(out.end(), chunk.begin(), chunk.end());
    const auto header = xet::parse_chunk_header(ByteView(out).first<xet::kChunkHeaderBytes>()).value();
    all.push_back({Bytes(out.begin() + xet::kChunkHeaderBytes, out.end()), header});
  }
  return all;
}

void encode(benchmark::State& state, const std::string& kind) {
  xet::ChunkEncoder encoder;
  Bytes out(xet::kChunkHeaderBytes + kChunk);
  uint64_t made = 0, taken = 0;
  pieces(state, kind, kChunk, [&](ByteView piece) {
    bool stored = false;
    made += encoder.encode(piece, out, &stored) + (stored ? piece.size() : 0);
    taken += piece.size();
  });
  state.counters["ratio"] = static_cast<double>(made) / static_cast<double>(taken);
}

// LZ4 as it comes, of the bytes as they are or in planes: what `encode` is measured against.
void plain_lz4(benchmark::State& state, const std::string& kind, bool planes) {
  Bytes out(codec::lz4_frame_bound(kChunk)), grouped(kChunk);
  uint64_t made = 0, taken = 0;
  pieces(state, kind, kChunk, [&](ByteView piece) {
    if (planes) codec::group_bytes4(piece, std::span(grouped).first(piece.size()));
    const ByteView input = planes ? ByteView(grouped).first(piece.size()) : piece;
    const size_t size = *codec::lz4_frame_compress(input, {}, 0, out);
    made += xet::kChunkHeaderBytes + std::min(size, piece.size());
    taken += piece.size();
  });
  state.counters["ratio"] = static_cast<double>(made) / static_cast<double>(taken);
}

void decode(benchmark::State& state, const std::string& kind, bool hash) {
  const std::vector<Stored> all = encode_all(kind);
  Bytes out(kChunk), scratch;
  for (auto _ : state) {
    for (const Stored& chunk : all) {
      const auto raw = std::span(out).first(chunk.header.bytes);
      if (!xet::decode_chunk(chunk.header, chunk.bytes, raw, &scratch).ok()) state.SkipWithError("does not decode");
      if (hash) benchmark::DoNotOptimize(xet::chunk_hash(raw));
    }
  }
  report(state);
}

const bool registered = [] {
  for (const std::string kind : {"random", "bf16", "fp32", "fp32-from-bf16", "text"}) {
    const auto add = [&](const std::string& name, auto run) {
      benchmark::RegisterBenchmark((name + "/" + kind).c_str(),
                                   [run, kind](benchmark::State& state) { run(state, kind); });
    };
    add("encode", encode);
    add("plain_lz4", [](auto& state, const std::string& which) { plain_lz4(state, which, false); });
    add("plain_bg4_lz4", [](auto& state, const std::string& which) { plain_lz4(state, which, true); });
    add("decode", [](auto& state, const std::string& which) { decode(state, which, false); });
    add("decode_and_hash", [](auto& state, const std::string& which) { decode(state, which, true); });
  }
  return true;
}();

}  // namespace
}  // namespace hfhub
