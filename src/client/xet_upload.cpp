// An upload by itself: items gather from the start, finish() is the operation.
#include "client/xet.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

using json::Writer;

Error forked() { return Error::make(Code::kForked, "this upload belongs to the parent process"); }

void write_figures(Writer& out, const xet::DedupFigures& figures) {
  out.key("total_bytes").unsigned_integer(figures.bytes);
  out.key("new_bytes").unsigned_integer(figures.new_bytes);
  out.key("deduped_bytes").unsigned_integer(figures.bytes - figures.new_bytes);
  out.key("total_chunks").unsigned_integer(figures.chunks);
  out.key("new_chunks").unsigned_integer(figures.new_chunks);
  out.key("deduped_chunks").unsigned_integer(figures.chunks - figures.new_chunks);
  out.key("deduped_bytes_by_global_dedup").unsigned_integer(figures.global_bytes);
  out.key("deduped_chunks_by_global_dedup").unsigned_integer(figures.global_chunks);
  out.key("defrag_prevented_dedup_bytes").unsigned_integer(figures.split_bytes);
  out.key("defrag_prevented_dedup_chunks").unsigned_integer(figures.split_chunks);
}

void write_report(Writer& out, const xet::UploadReport& report, size_t items) {
  out.key("items").unsigned_integer(items);
  write_figures(out, report.dedup);
  out.key("xorbs").unsigned_integer(report.xorbs);
  out.key("xorb_bytes_uploaded").unsigned_integer(report.xorb_bytes);
  out.key("shards").unsigned_integer(report.shards);
  out.key("shard_bytes_uploaded").unsigned_integer(report.shard_bytes);
  out.key("total_bytes_uploaded").unsigned_integer(report.sent_bytes);
}

}  // namespace

std::shared_ptr<const json::Value> uploaded_item_json(const std::string& name, const xet::UploadedItem& item) {
  Writer out;
  out.begin_object().key("name").string(name).key("hash").string(item.hash.text());
  out.key("size").unsigned_integer(item.size).key("sha256");
  if (item.sha256) out.string(item.sha256->text());
  else out.null();
  write_figures(out, item.dedup);
  out.key("reused").boolean(item.reused).end_object();
  return out.finish();
}

Result<std::shared_ptr<XetUpload>> XetUpload::make(std::shared_ptr<Session> session, const XetOptions& options) {
  std::shared_ptr<XetUpload> upload(new XetUpload());
  upload->session_ = std::move(session);
  upload->machinery_ = upload->session_->machinery();
  upload->op_ = upload->session_->new_op();
  HFHUB_TRY(auto cas, connect_xet(*upload->session_, *upload->machinery_, options, XetUse::kWrite));
  const std::shared_ptr<runtime::Progress> progress(upload->op_, &upload->op_->progress());
  upload->commit_ = xet::UploadCommit::make(upload->machinery_->xet(), std::move(cas), progress, upload->op_->cancel());
  return upload;
}

XetUpload::~XetUpload() {
  if (op_ == nullptr || !op_->forked()) return;
  platform::abandon_forever(std::move(commit_));
  platform::abandon_forever(std::move(machinery_));
}

void XetUpload::let_go() {
  if (!op_->forked() && !finishing_) op_->cancel().request();
}

Done XetUpload::check() const { return op_->forked() ? Done(forked()) : Done(); }

void XetUpload::cancel() { op_->cancel().request_from_signal(); }

Result<std::shared_ptr<runtime::Op>> XetUpload::finish() {
  HFHUB_CHECK(check());
  if (finishing_.exchange(true)) return Error::make(Code::kState, "this upload is being finished already");
  commit_->close();
  // The story holds the commit and its machinery, so the handle may go.
  HFHUB_CHECK(session_->run(op_, [commit = commit_](Story&) -> Result<runtime::OpResult> {
    HFHUB_TRY(const xet::UploadReport report, commit->finish());
    Writer out;
    out.begin_object();
    write_report(out, report, commit->item_count());
    out.end_object();
    return runtime::OpResult{"", out.finish()};
  }));
  return op_;
}

Result<std::shared_ptr<const json::Value>> XetUpload::item(size_t index) const {
  HFHUB_CHECK(check());
  const auto item = commit_->item(index);
  if (!item) return std::shared_ptr<const json::Value>();
  if (!item->ok()) return item->error();
  const auto* progress = op_->progress().item(index);
  return uploaded_item_json(progress != nullptr ? progress->name : "", **item);
}

std::shared_ptr<const json::Value> XetUpload::report() const {
  Writer out;
  out.begin_object();
  write_report(out, commit_->report(), commit_->item_count());
  const auto& stages = commit_->shard_stages();
  out.key("shard_entries").unsigned_integer(stages.entries_total);
  out.key("shard_entries_validated").unsigned_integer(stages.entries_validated);
  out.key("shards_stored").unsigned_integer(stages.stored);
  out.key("shards_completed").unsigned_integer(stages.completed);
  out.end_object();
  return out.finish();
}

}  // namespace hfhub::client
