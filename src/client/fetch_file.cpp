#include "client/fetch_file.h"

namespace hfhub::client {
namespace {

using runtime::ItemState;

// What is there already is settled without the network; nullopt: it has to be fetched.
Result<std::optional<std::string>> settle_if_present(FileStore& store, const RemoteFile& file, bool force,
                                                     const runtime::Cancel& cancel) {
  HFHUB_TRY(const FileState state, store.state(file, cancel));
  const Step step = plan_step(state, force);
  if (step == Step::kFetch) return std::optional<std::string>();
  HFHUB_TRY(std::string path, store.settle(step, file));
  return std::optional<std::string>(std::move(path));
}

Result<std::string> fetch_and_publish(Story& story, FileStore& store, const FetchSource& source, const RemoteFile& file,
                                      cache::PartialSpec spec, runtime::ItemProgress& item,
                                      const runtime::Cancel& cancel) {
  // Opening reserves the space on disk, so that a full disk shows now and not in the middle.
  HFHUB_TRY(cache::PartialFile partial, cache::PartialFile::open(spec));
  HFHUB_CHECK(fetch_http(story, source, file, partial, item, cancel));
  return store.publish(std::move(partial), file);
}

}  // namespace

Result<FetchedFile> fetch_file(Story& story, FileStore& store, const FetchSource& source, const RemoteFile& file,
                               bool force, runtime::ItemProgress& item, const runtime::Cancel& cancel) {
  HFHUB_CHECK(cancel.check());
  const auto finish = [&](std::string path, bool cached) -> Result<FetchedFile> {
    if (cached) item.bytes_done = item.bytes_total.load();
    item.state = cached ? ItemState::kCached : ItemState::kDone;
    return FetchedFile{std::move(path), cached};
  };
  HFHUB_TRY(auto present, settle_if_present(store, file, force, cancel));
  if (present) return finish(*std::move(present), true);
  HFHUB_CHECK(store.prepare());
  HFHUB_TRY(const auto lock, store.lock(file, cancel));
  HFHUB_TRY(present, settle_if_present(store, file, force, cancel));  // somebody else may have fetched it meanwhile
  if (present) return finish(*std::move(present), true);
  item.state = ItemState::kRunning;
  cache::PartialSpec spec = store.partial_spec(file, force);
  spec.locked = lock.has_value();
  spec.may_have_leftovers = store.may_have_leftovers(spec);
  auto path = fetch_and_publish(story, store, source, file, std::move(spec), item, cancel);
  if (path.ok()) return finish(*std::move(path), false);
  item.state = ItemState::kFailed;
  return std::move(path).error();
}

}  // namespace hfhub::client
