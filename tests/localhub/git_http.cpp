// `git clone http://host/<id>` by git's oldest ("dumb") HTTP protocol: a list of refs, and every object by its name.
// A client that asks for the smart protocol takes this answer, too. Objects are made from the catalog when asked for:
// its ids are real git ids, so the bytes they name can be told again.
#include <zlib.h>

#include <algorithm>

#include "digest.h"
#include "git_index.h"
#include "hub.h"

namespace localhub {
namespace {

std::string deflated(const std::string& plain) {
  uLongf size = compressBound(static_cast<uLong>(plain.size()));
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
            static_cast<uLong>(plain.size()), Z_BEST_SPEED);
  out.resize(size);
  return out;
}

Response list_refs(const Repo& repo) {
  std::vector<std::string> lines;
  for (const Ref& ref : repo.refs)
    lines.push_back(repo.commits[static_cast<size_t>(ref.commit)]->oid + "\t" + std::string(ref_prefix(ref.kind)) +
                    ref.name + "\n");
  std::sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return a.compare(41, a.npos, b, 41, b.npos) < 0;  // by name, which follows 40 digits and a tab
  });
  std::string text;
  for (const std::string& line : lines) text += line;
  return text_response(200, text);
}

Response loose_object(const Call& call, const RepoPtr& repo, const std::string& oid) {
  GitIndexPtr index = call.hub.git.of(repo, call.hub.catalog);
  auto found = index->find(oid);
  if (found == index->end()) return error_response(404, "", "Not found");
  const GitObject& object = found->second;
  std::string content;
  std::string kind = object.kind == GitObject::Kind::kCommit ? "commit"
                     : object.kind == GitObject::Kind::kTree ? "tree"
                                                             : "blob";
  if (object.kind == GitObject::Kind::kCommit) {
    const Commit& commit = *repo->commits[object.place];
    const Commit* parent = repo->parent_of(commit);
    content = commit_text(commit, object.tree->root_oid(), parent ? parent->oid : "");
  } else if (object.kind == GitObject::Kind::kTree) {
    content = object.tree->git_text(object.tree->dir_at(object.place).path);
  } else {
    const FileEntry& file = object.tree->file_at(object.place);
    content = file.lfs ? lfs_pointer(file.sha256, file.size) : call.hub.objects.read(file.sha256);
  }
  std::string head = kind + " " + std::to_string(content.size());
  return text_response(200, deflated(head + '\0' + content), "application/x-git-loose-object");
}

Response answer_from(const Call& call, const Target& target) {
  RepoPtr repo = open_repo(call, target, true);
  const auto& rest = target.rest;
  if (rest[0] == "HEAD") return text_response(200, "ref: refs/heads/main\n");
  if (rest[0] == "info") return list_refs(*repo);
  // What else may be below objects/ (packs, alternates) is not here, and a client goes on without.
  std::string oid = rest.size() == 3 ? rest[1] + rest[2] : "";
  if (oid.size() != 40 || !is_hex(oid)) return error_response(404, "", "Not found");
  return loose_object(call, repo, oid);
}

/// What follows a repository's id in the URLs that git asks for.
bool is_git_path(const std::vector<std::string>& rest) {
  if (rest.size() == 1) return rest[0] == "HEAD";
  return (rest.size() == 2 && rest[0] == "info" && rest[1] == "refs") || (rest.size() == 3 && rest[0] == "objects");
}

}  // namespace

std::optional<Response> answer_git(const Call& call, RepoType type, size_t at) {
  const auto& segments = call.request.segments;
  for (size_t names = 1; names <= 2; ++names) {
    if (segments.size() <= at + names) break;
    Target target{type, segments[at], {}};
    if (names == 2) target.id += "/" + segments[at + 1];
    target.rest.assign(segments.begin() + static_cast<std::ptrdiff_t>(at + names), segments.end());
    if (!is_git_path(target.rest)) continue;
    std::string_view id = target.id;
    if (id.size() > 4 && id.substr(id.size() - 4) == ".git") target.id.resize(id.size() - 4);
    try {
      return answer_from(call, target);
    } catch (HttpError& error) {
      // git gives a name and a token only when it is asked for them in this way.
      if (error.status == 401) error.headers.emplace_back("WWW-Authenticate", "Basic realm=\"localhub\"");
      throw;
    }
  }
  return std::nullopt;
}

}  // namespace localhub
