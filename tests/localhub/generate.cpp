// Deterministic content: integer arithmetic only, so every machine makes the same bytes.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "ingest.h"

namespace localhub {
namespace {

/// xorshift64*: fast, and good enough to be incompressible.
class Random {
 public:
  explicit Random(uint64_t seed) : state_((seed + 1) * 0x9E3779B97F4A7C15ULL | 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DULL;
  }

 private:
  uint64_t state_;
};

using Filler = std::function<void(std::vector<char>&, Random&)>;

template <typename Map>
void fill_words(std::vector<char>& out, Random& random, Map map) {
  for (size_t at = 0; at + 8 <= out.size(); at += 8) {
    uint64_t word = map(random.next());
    std::memcpy(out.data() + at, &word, 8);
  }
}

void fill_text(std::vector<char>& out, Random& random) {
  static constexpr const char* kWords[] = {"the ",  "hub ",   "keeps ", "files ",  "and ", "models ",
                                           "with ", "small ", "large ", "chunks ", "of ",  "data\n",
                                           "from ", "every ", "node ",  "again "};
  size_t at = 0;
  while (at < out.size()) {
    const char* word = kWords[random.next() >> 60];
    size_t count = std::min(std::strlen(word), out.size() - at);
    std::memcpy(out.data() + at, word, count);
    at += count;
  }
}

/// 65536 samples of a normal distribution (sum of 12 uniforms, deviation 0.02), as bf16.
const std::vector<uint16_t>& bf16_table() {
  static const std::vector<uint16_t> kTable = [] {
    std::vector<uint16_t> table(65536);
    Random random(2024);
    for (uint16_t& entry : table) {
      int64_t sum = 0;
      for (int i = 0; i < 12; ++i) sum += static_cast<int64_t>(random.next() >> 44);  // 20 bits
      float value = static_cast<float>(sum - 6 * (1 << 20)) * (0.02F / (1 << 20));
      uint32_t bits = 0;
      std::memcpy(&bits, &value, 4);
      entry = static_cast<uint16_t>((bits + 0x8000) >> 16);
    }
    return table;
  }();
  return kTable;
}

void fill_bf16(std::vector<char>& out, Random& random) {
  const std::vector<uint16_t>& table = bf16_table();
  fill_words(out, random, [&](uint64_t r) {
    uint64_t low = table[r & 65535] | static_cast<uint64_t>(table[r >> 16 & 65535]) << 16;
    uint64_t high = table[r >> 32 & 65535] | static_cast<uint64_t>(table[r >> 48]) << 16;
    return low | high << 32;
  });
}

Filler filler_of(const std::string& kind) {
  if (kind == "random") return [](auto& out, Random& random) { fill_words(out, random, [](uint64_t r) { return r; }); };
  if (kind == "zeros") return [](auto& out, Random&) { std::fill(out.begin(), out.end(), '\0'); };
  if (kind == "text") return fill_text;
  if (kind == "bf16") return fill_bf16;
  return nullptr;
}

}  // namespace

Producer generate(const std::string& kind, uint64_t seed, int64_t size) {
  Filler fill = filler_of(kind);
  if (!fill) return nullptr;
  struct State {
    Random random;
    std::vector<char> buffer;
    int64_t left;
  };
  auto state = std::make_shared<State>(State{Random(seed), std::vector<char>(1 << 20), size});
  return [fill, state]() -> std::string_view {
    if (state->left <= 0) return {};
    fill(state->buffer, state->random);
    int64_t count = std::min<int64_t>(state->left, static_cast<int64_t>(state->buffer.size()));
    state->left -= count;
    return {state->buffer.data(), static_cast<size_t>(count)};
  };
}

}  // namespace localhub
