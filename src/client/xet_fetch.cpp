#include "client/xet_fetch.h"

#include <algorithm>

#include "base/names.h"
#include "xet/transfer/engine.h"

namespace hfhub::client {
namespace {

using runtime::Option;

// Below, finding out what a seed is made of costs as much as it can save.
constexpr uint64_t kSeededFileBytes = 1u << 20;
constexpr size_t kMostSeeds = 2;

xet::CasTarget target_for(const hub::Api& api, std::string refresh_url) {
  xet::CasTarget target;
  const auto route = parse_url(refresh_url);
  if (route.ok() && api.net.is_token_origin(*route)) target.refresh_headers = {{"X-HF-Download-Counter", "1"}};
  target.refresh_url = std::move(refresh_url);
  target.hub_token = api.token;
  target.impatient = true;
  return target;
}

// What came makes no sense, as opposed to an answer of a server that makes none: the bytes in storage are wrong.
bool is_bad_content(const Error& error) { return error.code == Code::kProtocol && error.http == nullptr; }

bool may_use_http_after(const Error& error) {
  switch (error.code) {
    case Code::kNetwork:
    case Code::kTimeout:
    case Code::kTls:
    case Code::kHttp:
    case Code::kAuth:
    case Code::kForbidden:
    case Code::kGated:
    case Code::kRepoNotFound:
    case Code::kRevisionNotFound:
    case Code::kEntryNotFound:
    case Code::kRateLimited:
    case Code::kDisabled:
    case Code::kProtocol:
    case Code::kUnsupported: return true;
    default: return false;
  }
}

}  // namespace

XetSource::XetSource(Story& story, const hub::Api& api, std::string refresh_url)
    : story_(story),
      target_(target_for(api, std::move(refresh_url))),
      enabled_(story.config.flag(Option::kXetEnabled)) {}

bool XetSource::carries(const RemoteFile& file) const {
  return enabled_ && !failed_ && file.size.value_or(0) > 0 && xet::Hash::parse(file.xet_hash).has_value();
}

std::vector<Done> XetSource::fetch(std::vector<xet::FileJob> jobs, const runtime::Cancel& cancel) {
  if (Done connected = connect(jobs, cancel); !connected.ok()) {
    if (may_use_http_after(connected.error())) give_up(connected.error(), true);
    return std::vector<Done>(jobs.size(), connected);
  }
  std::vector<std::string> names;
  for (const xet::FileJob& job : jobs) names.push_back(job.name);
  std::vector<Done> results = xet::download_files(*story_.machinery.xet(), *cas_, std::move(jobs), cancel);
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].ok() || !is_bad_content(results[i].error())) continue;
    results[i] =
        Error::make(Code::kIntegrity, "'" + names[i] + "' cannot be put together: " + results[i].error().message);
  }
  return results;
}

// A group begins many requests at once, each of which would wait for a CAS that is not there; one alone finds that out.
Done XetSource::connect(const std::vector<xet::FileJob>& jobs, const runtime::Cancel& cancel) {
  const std::lock_guard lock(mutex_);
  if (!cas_) {
    HFHUB_TRY(cas_, story_.machinery.xet()->cas(target_));
  }
  HFHUB_CHECK(cas_->tokens().get(cancel));
  if (jobs.size() < 2 || cas_->heard()) return {};
  const auto answer = cas_->reconstruction(jobs[0].hash, {0, 1}, cancel);
  // That it does not have this file says nothing about the others.
  return answer.ok() || answer.error().code == Code::kEntryNotFound ? Done() : Done(answer.error());
}

bool XetSource::falls_back(const Error& error) {
  if (!may_use_http_after(error)) return false;
  give_up(error, error.code != Code::kEntryNotFound);
  return true;
}

void XetSource::give_up(const Error& error, bool for_all) {
  if (for_all) failed_ = true;
  if (!said_.exchange(true)) story_.warn("fetching over HTTP, because Xet is not available: " + error.message);
}

std::string xet_read_route(const hub::Api& api, const RepoRef& repo, std::string_view commit) {
  return xet::refresh_url(api.endpoint.str(), repo_type_plural(repo.type), repo.id, false, commit, false);
}

xet::FileJob xet_job(const FileStore& store, const RemoteFile& file, runtime::ItemProgress& item) {
  xet::FileJob job;
  job.hash = *xet::Hash::parse(file.xet_hash);
  job.size = *file.size;
  job.name = file.path;
  job.item = &item;
  if (job.size < kSeededFileBytes) return job;
  for (cache::SharedPayload& other : store.other_versions(file)) {
    const auto hash = xet::Hash::parse(platform::base_name(other.path));
    if (hash && *hash != job.hash) job.seeds.push_back({std::move(other.path), *hash, other.size});
    if (job.seeds.size() == kMostSeeds) break;
  }
  return job;
}

namespace {

// One file's turn in a group.
struct Turn {
  enum class End { kPending, kPublished, kForLater, kFailed };
  End end = End::kPending;
  std::optional<platform::FileLock> lock;
};

class XetGroupFetch {
 public:
  XetGroupFetch(XetSource& xet, FileStore& store, std::vector<XetGroupFile>& files, bool force,
                const runtime::Cancel& cancel)
      : xet_(xet), store_(store), files_(files), force_(force), cancel_(cancel), turns_(files.size()) {}

  Done run();

 private:
  Result<cache::PartialFile> open(size_t index);
  Result<cache::PartialFile> try_open(size_t index);
  Done publish(size_t index, cache::PartialFile partial);

  XetSource& xet_;
  FileStore& store_;
  std::vector<XetGroupFile>& files_;
  const bool force_;
  const runtime::Cancel& cancel_;
  std::vector<Turn> turns_;  // each touched by one thread at a time
};

Done XetGroupFetch::run() {
  std::vector<xet::FileJob> jobs;
  for (size_t i = 0; i < files_.size(); ++i) {
    xet::FileJob job = xet_job(store_, *files_[i].file, *files_[i].item);
    job.open = [this, i] { return open(i); };
    job.publish = [this, i](cache::PartialFile partial) { return publish(i, std::move(partial)); };
    jobs.push_back(std::move(job));
  }
  const std::vector<Done> results = xet_.fetch(std::move(jobs), cancel_);
  std::optional<Error> first;
  for (size_t i = 0; i < files_.size(); ++i) {
    files_[i].done = results[i].ok();
    if (results[i].ok()) continue;
    const Error& error = results[i].error();
    const bool another_way =
        turns_[i].end != Turn::End::kFailed && (turns_[i].end == Turn::End::kForLater || xet_.falls_back(error));
    if (another_way) files_[i].item->state = runtime::ItemState::kWaiting;
    else if (!first || first->code == Code::kCancelled) first = error;
  }
  return first ? Done(*std::move(first)) : Done();
}

Result<cache::PartialFile> XetGroupFetch::open(size_t index) {
  auto opened = try_open(index);
  if (opened.ok() || turns_[index].end == Turn::End::kForLater) return opened;
  turns_[index].end = Turn::End::kFailed;
  cancel_.request();  // a full disk, say: the first failure stops the others
  return opened;
}

Result<cache::PartialFile> XetGroupFetch::try_open(size_t index) {
  const RemoteFile& file = *files_[index].file;
  Turn& turn = turns_[index];
  const auto later = [&](const char* why) {
    turn.end = Turn::End::kForLater;
    turn.lock.reset();
    return Error::make(Code::kState, "'" + file.path + "': " + why);
  };
  auto lock = store_.try_lock(file);
  if (!lock.ok() || !*lock) return later("somebody else is busy with it");
  turn.lock = *std::move(lock);
  HFHUB_TRY(const FileState state, store_.state(file, cancel_));
  if (plan_step(state, force_) != Step::kFetch) return later("somebody else has brought it");
  cache::PartialSpec spec = store_.partial_spec(file, force_);
  spec.may_have_leftovers = store_.may_have_leftovers(spec);
  return cache::PartialFile::open(spec);
}

Done XetGroupFetch::publish(size_t index, cache::PartialFile partial) {
  Turn& turn = turns_[index];
  const auto path = store_.publish(std::move(partial), *files_[index].file, {true, force_});
  turn.lock.reset();
  turn.end = path.ok() ? Turn::End::kPublished : Turn::End::kFailed;
  if (path.ok()) return {};
  cancel_.request();
  return path.error();
}

}  // namespace

Done fetch_xet_group(XetSource& xet, FileStore& store, std::vector<XetGroupFile>& files, bool force,
                     const runtime::Cancel& cancel) {
  if (files.empty()) return {};
  return XetGroupFetch(xet, store, files, force, cancel).run();
}

}  // namespace hfhub::client
