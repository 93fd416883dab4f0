#include "client/fetch_file.h"

#include "client/xet_fetch.h"

namespace hfhub::client {
namespace {

using runtime::ItemState;

class FileFetch {
 public:
  FileFetch(Story& story, FileStore& store, const FetchSource& source, const RemoteFile& file, bool force,
            runtime::ItemProgress& item, const runtime::Cancel& cancel)
      : story_(story), store_(store), source_(source), file_(file), force_(force), item_(item), cancel_(cancel) {}

  Result<FetchedFile> run();

 private:
  Result<std::optional<std::string>> settle_if_present(bool locked);
  Result<std::string> fetch_and_publish(cache::PartialSpec spec);
  Result<std::string> fetch_by_xet(const cache::PartialSpec& spec);
  FetchedFile finish(std::string path, bool cached);

  Story& story_;
  FileStore& store_;
  const FetchSource& source_;
  const RemoteFile& file_;
  const bool force_;
  runtime::ItemProgress& item_;
  const runtime::Cancel& cancel_;
};

Result<FetchedFile> FileFetch::run() {
  HFHUB_CHECK(cancel_.check());
  HFHUB_TRY(auto present, settle_if_present(false));
  if (present) return finish(*std::move(present), true);
  HFHUB_CHECK(store_.prepare());
  HFHUB_TRY(const auto lock, store_.lock(file_, cancel_));
  HFHUB_TRY(present, settle_if_present(true));  // somebody else may have fetched it meanwhile
  if (present) return finish(*std::move(present), true);
  item_.state = ItemState::kRunning;
  cache::PartialSpec spec = store_.partial_spec(file_, force_);
  spec.locked = lock.has_value();
  spec.may_have_leftovers = store_.may_have_leftovers(spec);
  auto path = fetch_and_publish(std::move(spec));
  if (path.ok()) return finish(*std::move(path), false);
  item_.state = ItemState::kFailed;
  return std::move(path).error();
}

// What is there already is settled without the network; nullopt: it has to be fetched. The shared store is written to under
// the lock only.
Result<std::optional<std::string>> FileFetch::settle_if_present(bool locked) {
  const std::optional<std::string> none;
  HFHUB_TRY(const FileState state, store_.state(file_, cancel_));
  Step step = plan_step(state, force_);
  if (step == Step::kFetch || (step == Step::kShare && !locked)) return none;
  if (step == Step::kShare) {
    HFHUB_TRY(const bool taken, store_.take_shared(file_, cancel_));
    if (!taken) return none;
    step = Step::kLink;
  }
  HFHUB_TRY(std::string path, store_.settle(step, file_));
  return std::optional<std::string>(std::move(path));
}

Result<std::string> FileFetch::fetch_and_publish(cache::PartialSpec spec) {
  if (source_.xet != nullptr && source_.xet->carries(file_)) {
    auto path = fetch_by_xet(spec);
    if (path.ok() || !source_.xet->falls_back(path.error())) return path;
    // HTTP goes on with the bytes that Xet has left; they are ours, even where nothing older may be used.
    spec.fresh = spec.fresh && item_.bytes_done == 0;
    spec.may_have_leftovers = true;
    item_.state = ItemState::kRunning;
  }
  // Opening reserves the space on disk, so that a full disk shows now and not in the middle.
  HFHUB_TRY(cache::PartialFile partial, cache::PartialFile::open(spec));
  HFHUB_CHECK(fetch_http(story_, source_, file_, partial, item_, cancel_));
  return store_.publish(std::move(partial), file_, {false, force_});
}

Result<std::string> FileFetch::fetch_by_xet(const cache::PartialSpec& spec) {
  std::string path;
  std::vector<xet::FileJob> jobs;
  jobs.push_back(xet_job(store_, file_, item_));
  jobs[0].open = [&spec] { return cache::PartialFile::open(spec); };
  jobs[0].publish = [&](cache::PartialFile partial) -> Done {
    HFHUB_TRY(path, store_.publish(std::move(partial), file_, {true, force_}));
    return {};
  };
  const std::vector<Done> results = source_.xet->fetch(std::move(jobs), cancel_);
  if (!results[0].ok()) return results[0].error();
  return path;
}

FetchedFile FileFetch::finish(std::string path, bool cached) {
  if (cached) item_.bytes_done = item_.bytes_total.load();
  item_.state = cached ? ItemState::kCached : ItemState::kDone;
  return {std::move(path), cached};
}

}  // namespace

Result<FetchedFile> fetch_file(Story& story, FileStore& store, const FetchSource& source, const RemoteFile& file,
                               bool force, runtime::ItemProgress& item, const runtime::Cancel& cancel) {
  return FileFetch(story, store, source, file, force, item, cancel).run();
}

}  // namespace hfhub::client
