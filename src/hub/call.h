// Any operation of the Hub's REST API from one table (operations.inc): parameters in, the Hub's JSON out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hub/api.h"

namespace hfhub::hub {

struct OperationRow {
  // What comes back, and whether asking twice does any harm; operations.inc explains each.
  enum class Answer { kOne, kLink, kAny, kOnce };
  const char* name;
  net::Method method;
  const char* path;
  const char* query;
  const char* body;
  Answer answer;
  const char* help;
};

const OperationRow* operation_at(size_t index);  // nullptr past the end
// The error names the nearest known operation.
Result<const OperationRow*> find_operation(std::string_view name);
// "repo_id! revision blobs expand": every parameter of a row, required ones marked.
std::string operation_parameters(const OperationRow& row);

// A request made from parameters, before anything is sent; refuses unknown, missing and malformed ones by name.
struct PreparedCall {
  const OperationRow* row = nullptr;
  std::string path;  // below the endpoint
  Query query;
  std::string body;  // JSON, "" when the operation has none
  RepoRef repo;      // id is "" when the call is about no repository
  std::string revision;
  uint64_t limit = UINT64_MAX;  // most elements of a paged answer
};
Result<PreparedCall> prepare_call(std::string_view operation, json::View parameters);

Result<std::shared_ptr<const json::Value>> run_call(const Api& api, const PreparedCall& call,
                                                    const runtime::Cancel& cancel);

}  // namespace hfhub::hub
