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

Result<std::string> fetch_and_publish(Story& story, FileStore& store, const FetchSource& source,
                                      const RemoteFile& file, bool force, runtime::ItemProgress& item,
                                      const runtime::Cancel& cancel) {
  // Opening reserves the space on disk, so that a full disk shows now and not in the middle.
  HFHUB_TRY(cache::PartialFile partial, cache::PartialFile::open(store.partial_spec(file, force)));
  Done fetched = fetch_http(story, source, file, partial, item, cancel);
  if (!fetched.ok()) {
    // Wrong bytes are of no use to anybody; all else is what the next call continues from.
    if (fetched.error().code == Code::kIntegrity) (void)partial.discard();
    return std::move(fetched).error();
  }
  HFHUB_CHECK(partial.finish());
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
  auto path = fetch_and_publish(story, store, source, file, force, item, cancel);
  if (path.ok()) return finish(*std::move(path), false);
  item.state = ItemState::kFailed;
  return std::move(path).error();
}

}  // namespace hfhub::client
