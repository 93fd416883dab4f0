// `seed-demo`: a small but lifelike language model, the same bytes on every run.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "ingest.h"
#include "json.h"
#include "offline.h"

namespace localhub {
namespace {

constexpr int64_t kDate = 1714564800000;  // 2024-05-01T12:00:00Z; a fixed date, a fixed commit id

struct Tensor {
  std::string name;
  int64_t rows, columns;
  int64_t bytes() const { return rows * columns * 2; }
};

struct Shape {
  int64_t hidden, layers, vocabulary;
};

/// About a dozen layers; what is left over becomes rows of the embedding.
Shape shape_for(int64_t weight_bytes) {
  Shape shape{64, 1, 1};
  while (2 * shape.hidden * 2 * shape.hidden * 14 * 12 <= weight_bytes) shape.hidden *= 2;
  int64_t layer_bytes = shape.hidden * shape.hidden * 14;
  shape.layers = std::max<int64_t>(1, weight_bytes / layer_bytes - 1);
  shape.vocabulary = std::max<int64_t>(16, (weight_bytes - shape.layers * layer_bytes) / (shape.hidden * 2));
  return shape;
}

std::vector<Tensor> tensors_of(const Shape& shape) {
  std::vector<Tensor> out{{"model.embed_tokens.weight", shape.vocabulary, shape.hidden}};
  for (int64_t layer = 0; layer < shape.layers; ++layer)
    for (const char* part : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                             "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
      out.push_back({"model.layers." + std::to_string(layer) + "." + part + ".weight", shape.hidden, shape.hidden});
  return out;
}

std::string safetensors_header(const std::vector<Tensor>& tensors) {
  Json json;
  json.begin_object().key("__metadata__").begin_object().put("format", "pt").end_object();
  int64_t at = 0;
  for (const Tensor& tensor : tensors) {
    json.key(tensor.name).begin_object().put("dtype", "BF16").key("shape").begin_array();
    json.value(tensor.rows).value(tensor.columns).end_array().key("data_offsets").begin_array();
    json.value(at).value(at + tensor.bytes()).end_array().end_object();
    at += tensor.bytes();
  }
  std::string text = json.end_object().str();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data starts aligned
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(text.size() >> (8 * i) & 255);
  return out + text;
}

FileEntry add_weights(Objects& objects, CasStore& cas, const std::string& path, const std::vector<Tensor>& tensors,
                      uint64_t seed) {
  std::string header = safetensors_header(tensors);
  int64_t data = 0;
  for (const Tensor& tensor : tensors) data += tensor.bytes();
  Producer weights = generate("bf16", seed, data);
  bool header_sent = false;
  FileOptions options;
  options.xet = true;
  options.cas = &cas;
  return ingest_stream(
      objects, path, data + static_cast<int64_t>(header.size()),
      [&]() -> std::string_view {
        if (header_sent) return weights();
        header_sent = true;
        return header;
      },
      options);
}

std::string index_json(const std::vector<Tensor>& tensors, size_t first_of_second) {
  Json json;
  int64_t total = 0;
  for (const Tensor& tensor : tensors) total += tensor.bytes();
  json.begin_object().key("metadata").begin_object().put("total_size", total).end_object();
  json.key("weight_map").begin_object();
  for (size_t i = 0; i < tensors.size(); ++i)
    json.put(tensors[i].name,
             i < first_of_second ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors");
  return json.end_object().end_object().str();
}

std::string config_json(const Shape& shape) {
  Json json;
  json.begin_object().key("architectures").begin_array().value("LlamaForCausalLM").end_array();
  json.put("model_type", "llama").put("hidden_size", shape.hidden);
  json.put("intermediate_size", shape.hidden).put("num_hidden_layers", shape.layers);
  json.put("num_attention_heads", 8).put("num_key_value_heads", 8).put("hidden_act", "silu");
  json.put("vocab_size", shape.vocabulary).put("torch_dtype", "bfloat16");
  json.put("bos_token_id", 1).put("eos_token_id", 2).put("tie_word_embeddings", true);
  return json.end_object().str();
}

/// About 2 MB, the size real tokenizers have.
std::string tokenizer_json() {
  Json json;
  json.begin_object().put("version", "1.0").key("truncation").null().key("padding").null();
  json.key("added_tokens").begin_array().end_array().key("model").begin_object().put("type", "BPE");
  json.key("vocab").begin_object();
  constexpr int kEntries = 64000;
  for (int i = 0; i < kEntries; ++i) json.put("tok_" + std::to_string(i * 7919LL % 1000003), i);
  json.end_object().key("merges").begin_array();
  for (int i = 0; i < 32000; ++i)
    json.value("t" + std::to_string(i * 31 % 65521) + " k" + std::to_string(i * 17 % 65519));
  return json.end_array().end_object().end_object().str();
}

constexpr char kGenerationConfig[] = R"({"bos_token_id":1,"eos_token_id":2,"do_sample":true,"temperature":0.7})";
constexpr char kTokenizerConfig[] =
    R"({"model_max_length":4096,"tokenizer_class":"LlamaTokenizer","padding_side":"left"})";
constexpr char kReadme[] = R"(---
license: apache-2.0
language:
- en
library_name: transformers
pipeline_tag: text-generation
tags:
- llama
- demo
base_model: demo/none
---

# A demonstration model

Made by `hfhub-localhub seed-demo`. Its weights are noise of the right shape and distribution: good
for downloading, no good for talking.
)";

}  // namespace

std::string seed_demo(const std::string& data_dir, const std::string& repo, int64_t size) {
  size_t colon = repo.find(':');
  auto type = colon == std::string::npos ? std::nullopt : repo_type_from(repo.substr(0, colon));
  if (!type) throw std::runtime_error("--repo wants TYPE:ns/name");
  std::string name = repo.substr(colon + 1);
  Catalog catalog(data_dir);
  Objects objects(data_dir);
  CasStore cas(data_dir);
  std::string tokenizer = tokenizer_json();
  int64_t weight_bytes = size - static_cast<int64_t>(tokenizer.size());
  Shape shape = shape_for(std::max<int64_t>(1 << 20, weight_bytes));
  std::vector<Tensor> tensors = tensors_of(shape);
  size_t half = (tensors.size() + 1) / 2;
  auto middle = tensors.begin() + static_cast<std::ptrdiff_t>(half);

  CommitInput input;
  input.title = "Add the demonstration model";
  input.date_ms = kDate;
  auto text = [&](const char* path, const std::string& content) {
    input.files.push_back(ingest_bytes(objects, path, content, {}));
  };
  text("README.md", kReadme);
  text("config.json", config_json(shape));
  text("generation_config.json", kGenerationConfig);
  text("tokenizer.json", tokenizer);
  text("tokenizer_config.json", kTokenizerConfig);
  text("model.safetensors.index.json", index_json(tensors, half));
  input.files.push_back(add_weights(objects, cas, "model-00001-of-00002.safetensors", {tensors.begin(), middle}, 1));
  input.files.push_back(add_weights(objects, cas, "model-00002-of-00002.safetensors", {middle, tensors.end()}, 2));
  RepoPtr made = ensure_repo(catalog, *type, name, kDate, [](Repo&) {});
  CommitPtr head = made->find_revision("main");
  if (made->commits.size() > 1) return head->oid;  // seeded before: the same content again
  return catalog.commit(*type, name, input)->oid;
}

}  // namespace localhub
