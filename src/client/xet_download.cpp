// Files by hash to paths, and streams.
#include "cache/leftovers.h"
#include "client/xet.h"
#include "platform/file.h"
#include "platform/system.h"

namespace hfhub::client {
namespace {

using runtime::OpResult;

cache::PartialSpec partial_spec(const XetGroup::Item& item, bool durable) {
  cache::PartialSpec spec;
  const std::string folder = platform::parent_path(item.path);
  spec.folder = folder.empty() ? "." : folder;
  spec.etag = item.hash.text();
  spec.durable = durable;
  spec.stem = platform::base_name(item.path) + "." + spec.etag;
  spec.size = item.size;
  return spec;
}

Done publish(cache::PartialFile partial, const std::string& path, bool durable) {
  HFHUB_CHECK(partial.finish(durable));
  const std::string from = partial.path();
  HFHUB_CHECK(platform::rename_path(from, path));
  return durable ? platform::sync_folder(platform::parent_path(path).empty() ? "." : platform::parent_path(path))
                 : Done();
}

Result<OpResult> report(const std::vector<XetGroup::Item>& items) {
  json::Writer out;
  out.begin_object().key("items").begin_array();
  for (const XetGroup::Item& item : items) {
    out.begin_object().key("path").string(item.path).key("hash").string(item.hash.text());
    out.key("size").unsigned_integer(item.size).end_object();
  }
  out.end_array().end_object();
  return OpResult{"", out.finish()};
}

}  // namespace

Result<std::shared_ptr<XetGroup>> XetGroup::make(std::shared_ptr<Session> session, XetOptions options) {
  std::shared_ptr<XetGroup> group(new XetGroup());
  group->session_ = std::move(session);
  group->options_ = std::move(options);
  return group;
}

Result<size_t> XetGroup::add(Item item) {
  const std::lock_guard lock(mutex_);
  if (started_) return Error::make(Code::kState, "this group has started already");
  if (item.path.empty()) return Error::make(Code::kArgument, "the path of a download is empty");
  if (item.hash.is_zero() != (item.size == 0)) {
    return Error::make(Code::kArgument, "the all-zero hash is that of an empty file, and of no other");
  }
  items_.push_back(std::move(item));
  const std::lock_guard results(results_->mutex);
  results_->done.resize(items_.size());  // nothing yet
  return items_.size() - 1;
}

Done XetGroup::add_seed(size_t index, xet::Seed seed) {
  const std::lock_guard lock(mutex_);
  if (started_) return Error::make(Code::kState, "this group has started already");
  if (index >= items_.size()) return Error::make(Code::kArgument, "there is no item " + std::to_string(index));
  items_[index].seeds.push_back(std::move(seed));
  return {};
}

Result<std::shared_ptr<runtime::Op>> XetGroup::start() {
  if (started_.exchange(true)) return Error::make(Code::kState, "this group has started already");
  const auto items = std::make_shared<const std::vector<Item>>(std::move(items_));
  const auto run = [session = session_, options = options_, items,
                    results = results_](Story& story) -> Result<OpResult> {
    HFHUB_TRY(const auto cas, connect_xet(*session, story.machinery, options, XetUse::kRead));
    const bool durable = story.config.flag(runtime::Option::kXetSync);
    cache::LeftoverIndex leftovers;
    std::vector<xet::FileJob> jobs;
    for (const Item& item : *items) {
      xet::FileJob job;
      job.hash = item.hash;
      job.size = item.size;
      job.name = item.path;
      job.seeds = item.seeds;
      job.item = &story.op.progress().add_item(item.path, item.size);
      job.open = [&item, &leftovers, durable] {
        cache::PartialSpec spec = partial_spec(item, durable);
        spec.may_have_leftovers = leftovers.may_have(spec.folder, spec.stem);
        return cache::PartialFile::open(spec);
      };
      job.publish = [&item, durable](cache::PartialFile file) { return publish(std::move(file), item.path, durable); };
      jobs.push_back(std::move(job));
    }
    const std::vector<Done> done = xet::download_files(*story.machinery.xet(), *cas, std::move(jobs), story.cancel);
    const std::lock_guard lock(results->mutex);
    const Error* first = nullptr;
    for (size_t i = 0; i < done.size(); ++i) {
      results->done[i] = done[i];
      if (!done[i].ok() && (first == nullptr || first->code == Code::kCancelled)) first = &done[i].error();
    }
    if (first != nullptr) return *first;
    return report(*items);
  };
  return session_->start(run);
}

std::optional<Done> XetGroup::result(size_t index) const {
  const std::lock_guard lock(results_->mutex);
  if (index >= results_->done.size()) return Error::make(Code::kArgument, "there is no item " + std::to_string(index));
  return results_->done[index];
}

Result<std::unique_ptr<XetStream>> open_xet_stream(const Session& session, const XetOptions& options,
                                                   const xet::StreamRequest& request) {
  auto out = std::make_unique<XetStream>();
  out->machinery = session.machinery();
  HFHUB_TRY(auto cas, connect_xet(session, *out->machinery, options, XetUse::kRead));
  HFHUB_TRY(out->stream,
            xet::open_stream(out->machinery->xet(), std::move(cas), request, out->machinery->new_cancel()));
  return out;
}

Result<OpResult> hash_file(Story& story, const std::string& path) {
  HFHUB_TRY(const platform::File file, platform::File::open_read(path));
  HFHUB_TRY(const uint64_t size, file.size());
  runtime::ItemProgress& item = story.op.progress().add_item(path, size);
  constexpr size_t kRead = 256u << 10;
  Bytes data(kRead + xet::kMaxChunkBytes);
  HFHUB_TRY(const auto ticket, story.machinery.budget->acquire(data.size(), story.cancel));
  xet::Chunker chunker;
  xet::MerkleBuilder tree;
  digest::Sha256 sha;
  std::vector<uint32_t> lengths;
  size_t held = 0;
  for (uint64_t at = 0;;) {
    HFHUB_TRY(const size_t got, file.read_at(at, std::span(data).subspan(held, kRead)));
    lengths.clear();
    chunker.feed(ByteView(data).subspan(held, got), sha, &lengths);
    if (got == 0) {
      if (const uint32_t rest = chunker.finish(); rest > 0) lengths.push_back(rest);
    }
    at += got;
    held += got;
    size_t begin = 0;
    for (const uint32_t length : lengths) {
      tree.add(xet::chunk_hash(ByteView(data).subspan(begin, length)), length);
      begin += length;
    }
    std::copy(data.begin() + static_cast<ptrdiff_t>(begin), data.begin() + static_cast<ptrdiff_t>(held), data.begin());
    held -= begin;
    item.bytes_done += got;
    HFHUB_CHECK(story.cancel.check());
    if (got == 0) break;
  }
  json::Writer out;
  out.begin_object().key("hash").string(tree.file_root().text()).key("size").unsigned_integer(tree.total_bytes());
  out.key("sha256").string(to_hex(sha.finish())).end_object();
  return OpResult{"", out.finish()};
}

}  // namespace hfhub::client
