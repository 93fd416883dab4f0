// The loops that a download spends its time in.
#include <benchmark/benchmark.h>

#include <string>

#include "base/pattern.h"
#include "cache/tree.h"
#include "digest/digest.h"
#include "json/value.h"

namespace hfhub {
namespace {

void sha256(benchmark::State& state) {
  const Bytes data(1 << 20, 0x5a);
  for (auto _ : state) {
    digest::Sha256 digest;
    digest.update(data);
    benchmark::DoNotOptimize(digest.finish());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) << 20);
  state.SetLabel(digest::sha256_implementation());
}
BENCHMARK(sha256);

void git_sha1(benchmark::State& state) {
  const Bytes data(1 << 20, 0x5a);
  for (auto _ : state) {
    digest::Sha1 digest = digest::start_git_blob(data.size());
    digest.update(data);
    benchmark::DoNotOptimize(digest.finish());
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) << 20);
}
BENCHMARK(git_sha1);

std::string listing(int files) {
  std::string text = "[";
  for (int i = 0; i < files; ++i) {
    text += std::string(i == 0 ? "" : ",") + R"({"type":"file","oid":")" + std::string(40, 'a') +
            R"(","size":4096,"path":"data/)" + std::to_string(i) + R"(.json"})";
  }
  return text + "]";
}

void json_listing(benchmark::State& state) {
  const std::string text = listing(1000);
  for (auto _ : state) {
    const auto value = json::Value::parse(text).value();
    uint64_t sum = 0;
    for (size_t i = 0; i < value.root().size(); ++i) sum += value.root()[i]["path"].string()->size();
    benchmark::DoNotOptimize(sum);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(json_listing);

void tree_file(benchmark::State& state) {
  cache::Tree tree;
  for (int i = 0; i < 1000; ++i)
    tree.files.push_back({"data/" + std::to_string(i), 4096, std::string(40, 'a'), "", 0, ""});
  const std::string text = cache::tree_text(tree);
  for (auto _ : state) benchmark::DoNotOptimize(cache::parse_tree(text));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * 1000);
}
BENCHMARK(tree_file);

void pattern(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(fnmatch_like_python("*/model-[0-9]*.safetensors", "a/b/model-00017-of-00030.safetensors"));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(pattern);

}  // namespace
}  // namespace hfhub
