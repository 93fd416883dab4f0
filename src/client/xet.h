// Xet by hash: what include/hfhub/xet.h offers, behind its handles. Each handle belongs to the process that made it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/session.h"
#include "xet/transfer/download.h"
#include "xet/transfer/stream.h"
#include "xet/transfer/upload_commit.h"

namespace hfhub::client {

bool is_forked(uint64_t generation);  // of the machinery that something was made with

enum class XetUse { kRead, kWrite, kWriteNewPullRequest };

// Whose token route; `kind` is the plural of the API's paths: "models", ..., "buckets".
struct XetRepo {
  std::string kind;
  std::string id;
  std::string revision;
};
Result<XetRepo> make_xet_repo(std::string_view repo_type, std::string_view repo_id, std::string_view revision);
std::string xet_refresh_url(const Session& session, const XetRepo& repo, XetUse use);

struct XetOptions {
  xet::CasTarget target;
  std::optional<XetRepo> repo;
};
// The CAS that a session's options name.
Result<std::shared_ptr<xet::CasClient>> connect_xet(const Session& session, Machinery& machinery,
                                                    const XetOptions& options, XetUse use);

Done check_xet_header(const std::string& name, const std::string& value);
Result<xet::ShaWish> parse_sha_wish(const char* sha256);  // NULL computes, "" skips, 64 hex digits are given

// ---- upload
class XetUpload {
 public:
  static Result<std::shared_ptr<XetUpload>> make(std::shared_ptr<Session> session, const XetOptions& options);
  ~XetUpload();
  void let_go();       // its handle goes; without finish() nobody can finish it any more
  Done check() const;  // kForked in a child
  xet::UploadCommit& commit() const { return *commit_; }
  const std::shared_ptr<runtime::Op>& op() const { return op_; }
  Result<std::shared_ptr<runtime::Op>> finish();  // once
  void cancel();
  Result<std::shared_ptr<const json::Value>> item(size_t index) const;
  std::shared_ptr<const json::Value> report() const;

 private:
  XetUpload() = default;
  std::shared_ptr<Session> session_;
  std::shared_ptr<Machinery> machinery_;
  std::shared_ptr<runtime::Op> op_;
  std::shared_ptr<xet::UploadCommit> commit_;
  std::atomic<bool> finishing_{false};
};
std::shared_ptr<const json::Value> uploaded_item_json(const std::string& name, const xet::UploadedItem& item);

// ---- download
class XetGroup {
 public:
  struct Item {
    xet::Hash hash;
    uint64_t size = 0;
    std::string path;
    std::vector<xet::Seed> seeds;
  };
  static Result<std::shared_ptr<XetGroup>> make(std::shared_ptr<Session> session, XetOptions options);
  Result<size_t> add(Item item);
  Done add_seed(size_t index, xet::Seed seed);
  Result<std::shared_ptr<runtime::Op>> start();  // once
  std::optional<Done> result(size_t index) const;

 private:
  XetGroup() = default;
  std::shared_ptr<Session> session_;
  std::shared_ptr<Machinery> machinery_;
  XetOptions options_;
  std::atomic<bool> started_{false};
  mutable std::mutex mutex_;
  std::vector<Item> items_;  // guarded by mutex_ until started
  // Written by the running operation, shared with it.
  struct Results {
    std::mutex mutex;
    std::vector<std::optional<Done>> done;  // guarded by mutex
  };
  std::shared_ptr<Results> results_ = std::make_shared<Results>();
};

Result<xet::Hash> parse_xet_hash(std::string_view text);

// ---- streams and local hashing
struct XetStream {
  std::shared_ptr<Machinery> machinery;
  std::unique_ptr<xet::ReadStream> stream;
};
Result<std::unique_ptr<XetStream>> open_xet_stream(const Session& session, const XetOptions& options,
                                                   const xet::StreamRequest& request);
Result<runtime::OpResult> hash_file(Story& story, const std::string& path);

}  // namespace hfhub::client
