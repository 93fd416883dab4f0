// commit: what a client posted becomes a commit on a branch, on a pull request, or on a new pull request.
#include "commit_body.h"
#include "digest.h"
#include "hub.h"
#include "ingest.h"
#include "json.h"

namespace localhub {
namespace {

constexpr int64_t kLargestRegular = 10 << 20;

FileEntry regular_entry(const Call& call, const CommitOperation& operation) {
  if (static_cast<int64_t>(operation.content.size()) > kLargestRegular)
    throw HttpError{400, "",
                    "Your push was rejected because it contains files larger than 10 MiB. Please use "
                    "https://huggingface.co/docs/hub/xet to store large files. Offending file: " +
                        operation.path};
  FileOptions options;
  options.lfs = false;
  return ingest_bytes(call.hub.objects, operation.path, operation.content, options);
}

/// Content that the client says is here already: uploaded by Xet or LFS, or in another file of the repository.
FileEntry lfs_entry(const Call& call, const Tree& tree, const CommitOperation& operation) {
  FileEntry out;
  out.path = operation.path;
  out.sha256 = lower(operation.oid);
  out.lfs = true;
  out.size = -1;
  for (const FileEntry& file : tree.files()) {
    if (!file.lfs || file.sha256 != out.sha256) continue;
    out.size = file.size;
    out.xet_hash = file.xet_hash;
    break;
  }
  XetFilePtr xet = out.size < 0 ? call.hub.cas.file_of_sha256(out.sha256) : nullptr;
  if (xet) {
    out.size = static_cast<int64_t>(xet->size());
    out.xet_hash = xet->hash.text();
  } else if (out.size < 0) {
    out.size = call.hub.objects.size(out.sha256);
  }
  if (out.size < 0)
    throw HttpError{
        400, "",
        "Your push was rejected because an LFS pointer pointed to a file that does not exist. For instance, "
        "this can happen if you used git push --no-verify to push your changes. Offending file: " +
            operation.path};
  if (operation.size >= 0 && operation.size != out.size)
    throw HttpError{400, "", "The size of " + operation.path + " is not that of its LFS object"};
  out.oid = git_oid("blob", lfs_pointer(out.sha256, out.size));
  return out;
}

/// The Hub refuses to delete what is not there, so that a mistyped path does not pass for done.
void check_deletions(const std::vector<CommitOperation>& operations, const Tree& before) {
  using Kind = CommitOperation::Kind;
  for (const CommitOperation& operation : operations) {
    bool file = operation.kind == Kind::kDeletedFile, folder = operation.kind == Kind::kDeletedFolder;
    if (file && !before.file(operation.path))
      throw HttpError{404, "EntryNotFound", "A file with this name doesn't exist: " + operation.path};
    if (folder && !before.dir(operation.path))
      throw HttpError{404, "EntryNotFound", "A folder with this name doesn't exist: " + operation.path};
  }
}

CommitInput input_from(const Call& call, const Repo& repo, const CommitBody& body, const std::string& revision) {
  CommitPtr head = open_revision(repo, revision);
  TreePtr tree = call.hub.catalog.tree(repo, *head);
  CommitInput input;
  input.revision = revision;
  input.title = body.summary;
  input.message = body.description;
  input.author = author_of(call);
  input.check = [&body](const Tree& before) { check_deletions(body.operations, before); };
  int64_t most = call.hub.settings.get()->max_file_bytes, fresh_bytes = 0;
  for (const CommitOperation& operation : body.operations) {
    using Kind = CommitOperation::Kind;
    if (operation.kind == Kind::kDeletedFile || operation.kind == Kind::kDeletedFolder) {
      input.deletes.push_back(operation.path);
      continue;
    }
    bool lfs = operation.kind == Kind::kLfsFile;
    FileEntry file = lfs ? lfs_entry(call, *tree, operation) : regular_entry(call, operation);
    if (most > 0 && file.size > most)
      throw HttpError{403, "", "File " + file.path + " exceeds the limit of " + std::to_string(most) + " bytes"};
    if (!lfs && file.path == "README.md") need_valid_card(operation.content);
    const FileEntry* old = tree->file(file.path);
    fresh_bytes += file.size - (old ? old->size : 0);
    input.files.push_back(std::move(file));
  }
  need_room(call, repo, fresh_bytes);
  return input;
}

/// The commit, under the rules of the catalog, with the Hub's codes.
CommitPtr make_commit(const Call& call, const Repo& repo, const CommitInput& input) {
  try {
    return call.hub.catalog.commit(repo.type, repo.name, input);
  } catch (const CatalogError& error) {
    throw HttpError{error.status, error.status == 404 ? "RevisionNotFound" : "", error.what()};
  }
}

}  // namespace

Response answer_commit(const Call& call, const Target& target) {
  size_t at = 1;
  std::string revision = take_revision(target.rest, at);
  RepoPtr repo = open_for_commit(call, target, revision);
  CommitBody body = parse_commit_body(call.request, *call.hub.settings.get());
  bool create_pr = call.request.flag("create_pr");
  CommitInput input = input_from(call, *repo, body, revision);
  CommitPtr commit;
  int64_t number = 0;
  if (create_pr) {
    // Here the parent is where to start, not what to find.
    if (!body.parent.empty()) input.revision = body.parent;
    Discussion pull = call.hub.discussions.open_pull(
        *repo, {author_of(call), body.summary, body.description, "open", revision}, [&](int64_t fresh) {
          input.pull = std::to_string(fresh);
          return commit = make_commit(call, *repo, input);
        });
    number = pull.num;
  } else {
    input.expected_parent = body.parent;
    commit = make_commit(call, *repo, input);
    call.hub.discussions.note_commit(*repo, revision, *commit);
  }
  Json out;
  out.begin_object()
      .put("success", true)
      .put("commitUrl", page_url(call, repo->type, repo->name) + "/commit/" + commit->oid);
  out.put("commitOid", commit->oid).put("hookOutput", "");
  if (create_pr)
    out.put("pullRequestUrl", page_url(call, repo->type, repo->name) + "/discussions/" + std::to_string(number));
  return json_response(out.end_object().str());
}

/// lfs-files/duplicate: another repository of this Hub may refer to these files of ours from now on.
Response answer_lfs_duplicate(const Call& call, const Target& target) {
  if (target.rest.size() != 2 || target.rest[1] != "duplicate") return error_response(404, "", "Not found");
  open_repo(call, target, true);
  rapidjson::Document json = parse_object(call.request.body);
  const rapidjson::Value* to = member(json, "target");
  auto type = to ? repo_type_from(get_string(*to, "type")) : std::nullopt;
  const rapidjson::Value* files = to ? member(json, "files") : nullptr;
  if (!type || !files || !files->IsArray()) throw HttpError{400, "", "\"target\" and \"files\" are needed"};
  need_write(call, open_repo(call, {*type, get_string(*to, "name"), {}}, true)->owner());
  Json out;
  out.begin_object().key("failed").begin_array();
  for (const auto& file : files->GetArray()) {
    std::string sha256 = get_string(file, "sha256");
    auto hash = XetHash::parse(get_string(file, "xetHash"));
    bool known = (hash && call.hub.cas.file(*hash)) || (sha256.size() == 64 && call.hub.objects.exists(sha256));
    if (!known) out.begin_object().put("sha256", sha256).put("error", "File not found").end_object();
  }
  return json_response(out.end_array().end_object().str());
}

}  // namespace localhub
