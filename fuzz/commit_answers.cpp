// What comes back when a commit is made, and what other processes hand over: preupload and commit answers, receipts. The
// first byte says which, the rest is the text.
#include <string>
#include <vector>

#include "base/text.h"
#include "client/receipts.h"
#include "hub/commit.h"
#include "require.h"

using namespace hfhub;

namespace {

void preupload_answer(std::string_view text) {
  const auto value = json::Value::parse(text);
  if (!value.ok()) return;
  const std::vector<hub::PreuploadFile> files{{"a", {}, 5}, {"b/c", {}, 0}};
  const auto verdicts = hub::parse_preupload(value->root(), files);
  if (!verdicts.ok()) {
    REQUIRE(verdicts.error().code == Code::kProtocol);
    return;
  }
  REQUIRE(verdicts->size() == files.size());
  REQUIRE(!(*verdicts)[1].large);
  for (const auto& verdict : *verdicts)
    REQUIRE(verdict.oid.empty() || verdict.oid.size() == 40 || verdict.oid.size() == 64);
}

void commit_answer(std::string_view text) {
  const auto answer =
      hub::parse_commit_answer(text, *parse_url("https://hub.example/api/models/a/b/commit/main?x=s3cr3t"));
  if (answer.ok()) {
    REQUIRE(is_commit_hash(answer->oid));
    return;
  }
  REQUIRE(answer.error().code == Code::kProtocol);
  REQUIRE(answer.error().message.find("s3cr3t") == std::string::npos);
}

void receipts(std::string_view text) {
  const auto operations = client::parse_receipts(text, {RepoType::kModel, "ns/name"});
  if (!operations.ok()) {
    REQUIRE(operations.error().code == Code::kArgument);
    REQUIRE(is_valid_utf8(operations.error().message) && !has_control_characters(operations.error().message));
    return;
  }
  for (const client::Operation& operation : *operations) {
    REQUIRE(operation.add && operation.add->stored && operation.add->from_receipt);
    REQUIRE(client::commit_path(operation.path).ok());
    REQUIRE(operation.add->oid.size() == (operation.add->large ? 64u : 40u));
  }
  (void)client::check_operations(*operations);
  (void)client::select_operations(*operations);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: preupload_answer(text); break;
    case 1: commit_answer(text); break;
    default: receipts(text); break;
  }
  return 0;
}
