#include "client/commit_steps.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/pattern.h"
#include "base/text.h"
#include "hub/files.h"

namespace hfhub::client {
namespace {

using json::Writer;
using Kind = Operation::Kind;

constexpr size_t kHashersAtOnce = 8;
constexpr uint64_t kMostCopiedBytes = 100u << 20;  // of regular files, which pass through here

Error missing_source(const Copy& copy, const RepoRef& repo, std::string_view revision) {
  return Error::make(Code::kEntryNotFound, "cannot copy '" + printable(copy.from) + "': it is not in " +
                                               repo_type_name(repo.type) + " '" + repo.id + "' at revision '" +
                                               std::string(revision) + "'");
}

// The copies from one repository at one revision.
struct CopyGroup {
  RepoRef repo;
  std::string revision;
  bool foreign = false;
  std::vector<Copy*> copies;
};

std::vector<CopyGroup> group_copies(const hub::CommitTarget& target, std::vector<Operation>& operations) {
  std::map<std::string, CopyGroup> groups;
  for (Operation& operation : operations) {
    if (operation.kind != Kind::kCopy) continue;
    Copy& copy = *operation.copy;
    const RepoRef& repo = copy.from_repo ? *copy.from_repo : target.repo;
    std::string revision = copy.from_revision;
    if (revision.empty()) revision = copy.from_repo ? "main" : target.revision;
    CopyGroup& group = groups[std::string(repo_type_name(repo.type)) + "/" + repo.id + "@" + revision];
    group.repo = repo;
    group.revision = std::move(revision);
    group.foreign = copy.from_repo.has_value();
    group.copies.push_back(&copy);
  }
  std::vector<CopyGroup> out;
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  return out;
}

Result<UploadSource> fetch_regular(Story& story, const hub::Api& api, const CopyGroup& group, const Copy& copy) {
  HFHUB_TRY(const Url url, hub::file_url(api.endpoint, group.repo, group.revision, copy.from));
  HFHUB_TRY(net::Request request, hub::make_request(api, net::Method::kGet, url));
  request.identity = true;
  HFHUB_TRY(net::Response response, hub::send(api, request, {&group.repo, group.revision, copy.from}, story.cancel));
  UploadSource source = UploadSource::of_bytes(std::move(response.body));
  HFHUB_TRY(const std::string oid, source.digest(digest::Algorithm::kGitSha1, story.cancel));
  if (oid == copy.git_oid) return source;
  return Error::make(Code::kIntegrity, "'" + printable(copy.from) +
                                           "' came with other bytes than the Hub promised: expected " + copy.git_oid +
                                           ", got " + oid);
}

Done resolve_group(Story& story, const hub::Api& api, const hub::CommitTarget& target, const CopyGroup& group,
                   uint64_t* copied_bytes) {
  std::vector<std::string> paths;
  for (const Copy* copy : group.copies) paths.push_back(copy->from);
  HFHUB_TRY(const auto facts, hub::paths_info(api, group.repo, group.revision, paths, story.cancel));
  std::map<std::string_view, const hub::PathFacts*> by_path;
  for (const hub::PathFacts& fact : facts) by_path.emplace(fact.path, &fact);
  std::vector<hub::PathFacts> foreign;
  for (Copy* copy : group.copies) {
    const auto found = by_path.find(copy->from);
    if (found == by_path.end()) return missing_source(*copy, group.repo, group.revision);
    const hub::PathFacts& fact = *found->second;
    if (fact.folder) {
      return Error::make(Code::kArgument, "cannot copy '" + printable(copy->from) + "': it is a folder");
    }
    copy->large = !fact.sha256.empty();
    copy->size = fact.size;
    copy->git_oid = fact.oid;
    copy->oid = copy->large ? fact.sha256 : fact.oid;
    if (copy->large && group.foreign) {
      if (fact.xet_hash.empty()) {
        return Error::make(Code::kUnsupported,
                           "cannot copy '" + printable(copy->from) + "' between repositories: Xet does not store it");
      }
      foreign.push_back(fact);
    }
    if (copy->large) continue;
    if ((*copied_bytes += copy->size) > kMostCopiedBytes) {
      return Error::make(Code::kUnsupported, "one commit copies at most 100 MiB of regular files; make several");
    }
    HFHUB_TRY(copy->content, fetch_regular(story, api, group, *copy));
  }
  return foreign.empty() ? Done() : hub::duplicate_large_files(api, group.repo, target.repo, foreign, story.cancel);
}

}  // namespace

Done check_readme(Story& story, const hub::Api& api, RepoType type, const std::vector<Operation>& operations) {
  for (const Operation& operation : operations) {
    if (operation.kind != Kind::kAdd || operation.path != "README.md" || operation.add->from_receipt) continue;
    HFHUB_TRY(const std::string content, operation.add->source.read_all());
    std::vector<std::string> warnings;
    HFHUB_CHECK(hub::check_card(api, type, content, &warnings, story.cancel));
    for (const std::string& warning : warnings) story.warn("README.md: " + printable(warning));
  }
  return {};
}

Result<hub::PreuploadRules> rules_of(const std::vector<Operation>& operations) {
  hub::PreuploadRules rules;
  for (const Operation& operation : operations) {
    const bool ignores = operation.path == ".gitignore", attributes = operation.path == ".gitattributes";
    if (operation.kind != Kind::kAdd || !(ignores || attributes) || operation.add->from_receipt) continue;
    HFHUB_TRY(const std::string content, operation.add->source.read_all());
    (ignores ? rules.gitignore : rules.gitattributes) = to_valid_utf8(content);
  }
  return rules;
}

Done classify(Story& story, const hub::Api& api, const hub::CommitTarget& target, std::span<Operation* const> page,
              const hub::PreuploadRules& rules) {
  std::vector<std::array<uint8_t, hub::kSampleBytes>> samples(page.size());
  std::vector<hub::PreuploadFile> files;
  for (size_t i = 0; i < page.size(); ++i) {
    const UploadSource& source = page[i]->add->source;
    HFHUB_TRY(const auto reader, source.open());
    HFHUB_TRY(const size_t size, reader.read_at(0, samples[i]));
    files.push_back({page[i]->path, {samples[i].data(), size}, source.size()});
  }
  HFHUB_TRY(const auto verdicts, hub::preupload(api, target, files, rules, story.cancel));
  for (size_t i = 0; i < page.size(); ++i) {
    Addition& addition = *page[i]->add;
    addition.large = verdicts[i].large;
    addition.ignored = verdicts[i].ignored;
    addition.remote_oid = verdicts[i].oid;
    addition.classified = true;
    if (addition.large || addition.ignored) continue;
    addition.storage = Storage::kInline;
  }
  return {};
}

Result<std::vector<Operation>> matching_deletions(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                                                  std::string_view prefix, std::span<const std::string> patterns,
                                                  const std::unordered_set<std::string_view>& written) {
  HFHUB_TRY(const cache::Tree tree, hub::list_files(api, target.repo, target.revision, story.cancel));
  const PathFilter filter{PathFilter::Patterns(patterns), std::nullopt};
  std::vector<Operation> deletions;
  for (const cache::TreeFile& file : tree.files) {
    const std::string_view path = file.path;
    if (!path.starts_with(prefix) || path == ".gitattributes" || written.count(path) > 0) continue;
    if (!filter.accepts(path.substr(prefix.size()))) continue;
    deletions.push_back({Kind::kDeleteFile, file.path});
  }
  return deletions;
}

Done resolve_copies(Story& story, const hub::Api& api, const hub::CommitTarget& target,
                    std::vector<Operation>& operations) {
  const std::vector<CopyGroup> groups = group_copies(target, operations);
  if (groups.empty()) return {};
  std::vector<std::string> destinations;
  for (const Operation& operation : operations) {
    if (operation.kind == Kind::kCopy) destinations.push_back(operation.path);
  }
  HFHUB_TRY(const auto facts, hub::paths_info(api, target.repo, target.revision, destinations, story.cancel));
  for (Operation& operation : operations) {
    if (operation.kind != Kind::kCopy) continue;
    for (const hub::PathFacts& fact : facts) {
      if (!fact.folder && fact.path == operation.path) operation.copy->remote_oid = fact.oid;
    }
  }
  uint64_t copied_bytes = 0;
  for (const CopyGroup& group : groups) HFHUB_CHECK(resolve_group(story, api, target, group, &copied_bytes));
  return {};
}

Done hash_regular(Story& story, std::vector<Operation>& operations) {
  std::vector<Addition*> wanted;
  for (Operation& operation : operations) {
    if (operation.kind != Kind::kAdd) continue;
    Addition& addition = *operation.add;
    const bool compare = addition.storage == Storage::kInline && !addition.remote_oid.empty() && !addition.ignored;
    if (compare && addition.oid.empty()) wanted.push_back(&addition);
  }
  return story.machinery.workers.for_each(wanted.size(), kHashersAtOnce, story.cancel, [&](size_t i) -> Done {
    HFHUB_TRY(wanted[i]->oid, wanted[i]->source.digest(digest::Algorithm::kGitSha1, story.cancel));
    return {};
  });
}

void show_regular(Story& story, Operation* operation) {
  Addition& addition = *operation->add;
  if (addition.large || addition.ignored || addition.item != nullptr) return;
  addition.item = &story.op.progress().add_item(operation->path, addition.source.size());
}

void show_done(const std::vector<Operation>& operations) {
  for (const Operation& operation : operations) {
    if (!operation.add || operation.add->item == nullptr) continue;
    operation.add->item->bytes_done = operation.add->source.size();
    operation.add->item->state = runtime::ItemState::kDone;
  }
}

CommitCounts count_operations(const std::vector<Operation>& operations, const Selection& selection) {
  CommitCounts counts;
  for (const size_t i : selection.operations) {
    const Operation& operation = operations[i];
    if (operation.kind == Kind::kAdd) ++counts.added[static_cast<size_t>(operation.add->storage)];
    else ++(operation.kind == Kind::kCopy ? counts.copied : counts.deleted);
  }
  for (const Operation& operation : operations) counts.files += operation.kind == Kind::kAdd ? 1 : 0;
  counts.unchanged = selection.unchanged;
  counts.commits = selection.operations.empty() ? 0 : 1;
  return counts;
}

runtime::OpResult commit_result(const hub::Api& api, const CommitRequest& request, const hub::CommitAnswer& answer,
                                const CommitCounts& counts, const std::vector<std::string>& ignored,
                                const StoredFigures& figures) {
  const std::string number = answer.pr_url.substr(answer.pr_url.rfind('/') + 1);
  const auto pr = parse_uint64(number);
  Writer out;
  out.begin_object().key("committed").boolean(counts.commits > 0);
  out.key("commit_oid").string(answer.oid).key("commit_url").string(answer.url);
  out.key("commit_message").string(request.text.message);
  out.key("commit_description").string(request.text.description);
  out.key("pr_url");
  answer.pr_url.empty() ? out.null() : out.string(answer.pr_url);
  out.key("pr_num");
  pr.ok() ? out.unsigned_integer(*pr) : out.null();
  out.key("pr_revision");
  pr.ok() ? out.string("refs/pr/" + number) : out.null();
  out.key("repo_url").string(hub::repo_page(api.endpoint, request.target.repo));
  for (const Storage storage : {Storage::kInline, Storage::kXet, Storage::kLfs}) {
    out.key(storage_name(storage)).unsigned_integer(counts.added[static_cast<size_t>(storage)]);
  }
  out.key("copied").unsigned_integer(counts.copied).key("deleted").unsigned_integer(counts.deleted);
  out.key("unchanged").unsigned_integer(counts.unchanged).key("ignored").begin_array();
  for (const std::string& path : ignored) out.string(path);
  out.end_array().key("commits").unsigned_integer(counts.commits).key("files").unsigned_integer(counts.files);
  out.key("reused").unsigned_integer(counts.reused);
  out.key("stored_bytes").unsigned_integer(figures.bytes);
  out.key("deduped_bytes").unsigned_integer(figures.deduped_bytes);
  out.key("sent_bytes").unsigned_integer(figures.sent_bytes).end_object();
  return {"", out.finish()};
}

}  // namespace hfhub::client
