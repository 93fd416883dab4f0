// What a document is made of. Only for the files of this folder: this is where the JSON library comes in.
#pragma once

#include <algorithm>
#include <cstddef>

// Its own namespace: a program that links libhfhub.a may carry another version of the same header-only library.
#define RAPIDJSON_NAMESPACE hfhub::json::rapidjson
#define RAPIDJSON_NAMESPACE_BEGIN namespace hfhub::json::rapidjson {
#define RAPIDJSON_NAMESPACE_END }
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "json/value.h"

namespace hfhub::json {

// A pool instead of single allocations: one block for a small answer, and freeing needs no recursion.
struct Value::Document {
  explicit Document(size_t expected_bytes) : pool(std::clamp<size_t>(expected_bytes, 512, 64 * 1024)), tree(&pool) {}

  rapidjson::MemoryPoolAllocator<> pool;
  rapidjson::Document tree;
};

}  // namespace hfhub::json
