#include "client/receipts.h"

#include <algorithm>
#include <unordered_map>

#include "base/clock.h"
#include "base/text.h"
#include "client/large_store.h"
#include "client/xet.h"
#include "digest/digest.h"
#include "xet/transfer/engine.h"

namespace hfhub::client {
namespace {

using json::Writer;
using Kind = Operation::Kind;

constexpr size_t kChecksAtOnce = 16;
constexpr uint64_t kLargestInline = 64u << 20;

std::string repo_key(const RepoRef& repo) { return std::string(repo_type_name(repo.type)) + "/" + repo.id; }

Error bad_receipt(size_t line, std::string_view why) {
  return Error::make(Code::kArgument, "receipt " + std::to_string(line) + " " + std::string(why));
}

Done write_receipt(const RepoRef& repo, const Operation& operation, int64_t expires_s, Writer* out) {
  const Addition& addition = *operation.add;
  out->begin_object().key("path").string(operation.path).key("size").unsigned_integer(addition.source.size());
  out->key("storage").string(storage_name(addition.storage));
  if (addition.large) {
    out->key("sha256").string(addition.oid);
  } else {
    HFHUB_TRY(const std::string content, addition.source.read_all());
    HFHUB_TRY(const std::string oid,
              UploadSource::of_bytes(content).digest(digest::Algorithm::kGitSha1, runtime::Cancel()));
    out->key("sha256").string(digest::sha256_hex(as_bytes(content))).key("oid").string(oid);
    out->key("content").string(to_base64(as_bytes(content)));
  }
  if (!addition.xet_hash.empty()) out->key("xet_hash").string(addition.xet_hash);
  out->key("repo").string(repo_key(repo)).key("expires").integer(expires_s).end_object();
  return {};
}

Result<Addition> inline_addition(json::View row, uint64_t size, size_t line) {
  const auto content = from_base64(row["content"].string_or(""));
  if (!content || content->size() != size) return bad_receipt(line, "has no content of its size");
  Addition out;
  out.source = UploadSource::of_bytes(*content);
  out.storage = Storage::kInline;
  HFHUB_TRY(out.oid, out.source.digest(digest::Algorithm::kGitSha1, runtime::Cancel()));
  if (out.oid != row["oid"].string_or("")) return bad_receipt(line, "has content that is not what its oid says");
  return out;
}

Result<Addition> large_addition(json::View row, uint64_t size, Storage storage, size_t line) {
  Addition out;
  out.source = UploadSource::elsewhere(size);
  out.storage = storage;
  out.large = true;
  out.oid = row["sha256"].string_or("");
  out.xet_hash = row["xet_hash"].string_or("");
  if (!is_lower_hex(out.oid, 64)) return bad_receipt(line, "has no sha256");
  if (storage == Storage::kXet && !xet::Hash::parse(out.xet_hash)) return bad_receipt(line, "has no xet_hash");
  return out;
}

Result<Operation> parse_receipt(json::View row, const RepoRef& repo, size_t line) {
  const auto size = row["size"].unsigned_integer();
  const auto expires = row["expires"].integer();
  const std::string_view storage = row["storage"].string_or("");
  if (!size || !expires) return bad_receipt(line, "has no size or no expiry");
  HFHUB_TRY(std::string path, commit_path(row["path"].string_or("")));
  if (row["repo"].string_or("") != repo_key(repo)) {
    return bad_receipt(line,
                       "is for " + printable(row["repo"].string_or("no repository")) + ", not for " + repo_key(repo));
  }
  if (*expires <= static_cast<int64_t>(wall_seconds())) {
    return bad_receipt(line, "('" + printable(path) + "') has expired: upload the file again");
  }
  Operation out{Kind::kAdd, std::move(path)};
  if (storage == "regular") {
    if (*size > kLargestInline) return bad_receipt(line, "is too large for a regular file");
    HFHUB_TRY(out.add, inline_addition(row, *size, line));
  } else if (storage == "xet" || storage == "lfs") {
    HFHUB_TRY(out.add, large_addition(row, *size, storage == "xet" ? Storage::kXet : Storage::kLfs, line));
  } else {
    return bad_receipt(line, "has no storage that is known");
  }
  out.add->classified = true;
  out.add->stored = true;
  out.add->from_receipt = true;
  return out;
}

Error not_there(const Operation& operation) {
  return Error::make(Code::kEntryNotFound, "the Hub does not have the content of '" + printable(operation.path) +
                                               "' that its receipt names: upload the file again");
}

Done check_xet(Story& story, const hub::Api& api, const hub::CommitTarget& target,
               const std::vector<const Operation*>& operations) {
  HFHUB_TRY(const auto cas, story.machinery.xet()->cas(xet_write_target(api, target)));
  return story.machinery.workers.for_each(operations.size(), kChecksAtOnce, story.cancel, [&](size_t i) -> Done {
    const auto hash = xet::Hash::parse(operations[i]->add->xet_hash);
    const auto found = cas->reconstruction(*hash, {0, 1}, story.cancel);
    if (found.ok()) return *found ? Done() : Done(not_there(*operations[i]));
    return found.error().code == Code::kEntryNotFound ? Done(not_there(*operations[i])) : Done(found.error());
  });
}

Done learn_remote(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                  const std::vector<Operation*>& operations) {
  std::vector<std::string> paths;
  std::unordered_map<std::string_view, Operation*> by_path;
  for (Operation* operation : operations) {
    paths.push_back(operation->path);
    by_path.emplace(operation->path, operation);
  }
  HFHUB_TRY(const auto facts, hub::paths_info(api, target.repo, target.revision, paths, story.cancel));
  for (const hub::PathFacts& fact : facts) {
    const auto found = by_path.find(fact.path);
    if (found == by_path.end() || fact.folder) continue;
    found->second->add->remote_oid = fact.sha256.empty() ? fact.oid : fact.sha256;
  }
  return {};
}

}  // namespace

Result<runtime::OpResult> receipts_of(Story&, const RepoRef& repo, const std::vector<Operation>& operations) {
  const int64_t expires_s = static_cast<int64_t>(wall_seconds()) + kReceiptLifeS;
  Writer out;
  out.begin_object().key("receipts").begin_array();
  for (const Operation& operation : operations) {
    if (operation.kind != Kind::kAdd || operation.add->ignored) continue;
    HFHUB_CHECK(write_receipt(repo, operation, expires_s, &out));
  }
  out.end_array().end_object();
  return runtime::OpResult{"", out.finish()};
}

Result<std::vector<Operation>> parse_receipts(std::string_view lines, const RepoRef& repo) {
  std::vector<Operation> operations;
  size_t number = 0;
  for (const std::string_view line : split(lines, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    const auto value = json::Value::parse(line);
    if (!value.ok() || !value->root().is_object()) return bad_receipt(number, "is no JSON object");
    HFHUB_TRY(auto operation, parse_receipt(value->root(), repo, number));
    operations.push_back(std::move(operation));
  }
  return operations;
}

Done check_receipts(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                    std::vector<Operation>& operations) {
  std::vector<Operation*> receipts;
  std::vector<const Operation*> xet, lfs;
  for (Operation& operation : operations) {
    if (operation.kind != Kind::kAdd || !operation.add->from_receipt) continue;
    receipts.push_back(&operation);
    if (operation.add->storage == Storage::kXet) xet.push_back(&operation);
    if (operation.add->storage == Storage::kLfs) lfs.push_back(&operation);
  }
  if (receipts.empty()) return {};
  if (!xet.empty()) HFHUB_CHECK(check_xet(story, api, target, xet));
  return learn_remote(story, api, target, receipts);
}

}  // namespace hfhub::client
