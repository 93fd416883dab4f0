// resolve: the file itself for small files, a signed CDN address for large ones.
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

constexpr char kXetInfo[] = "application/vnd.xet-fileinfo+json";

HttpError missing_entry(const Commit& commit) {
  return {404, "EntryNotFound", "Entry not found", {{"X-Repo-Commit", commit.oid}}};
}

bool shows_xet(const Call& call, const FileEntry& file) {
  return !file.xet_hash.empty() && call.hub.settings.get()->xet_enabled;
}

Response redirect_to_cdn(const Call& call, const FileEntry& file) {
  std::string url = signed_url(call, file, call.fault && call.fault->expire_url);
  Response out = text_response(302, "Found. Redirecting to " + url);
  out.headers.emplace_back("Location", url);
  out.headers.emplace_back("X-Linked-Size", std::to_string(file.size));
  out.headers.emplace_back("X-Linked-Etag", "\"" + file.sha256 + "\"");
  out.headers.emplace_back("Accept-Ranges", "bytes");
  return out;
}

Response redirect_to_cache_route(const Call& call, const Repo& repo, const Commit& commit, const FileEntry& file) {
  std::string location = "/api/resolve-cache/" + std::string(plural(repo.type)) + "/" + repo.name + "/" + commit.oid +
                         "/" + percent_encode(file.path, "/") + "?" + percent_encode(call.request.raw_path) +
                         "=&etag=" + percent_encode("\"" + file.oid + "\"");
  Response out = text_response(307, "Temporary Redirect. Redirecting to " + location);
  out.set("Location", location);
  out.set("X-Linked-Size", std::to_string(file.size));
  out.set("X-Linked-Etag", "\"" + file.oid + "\"");
  return out;
}

Response serve_here(const Call& call, const FileEntry& file) {
  Response out;
  out.ranged = true;
  out.headers.reserve(12);
  out.headers.emplace_back("Content-Type", content_type_of(file.path));
  out.headers.emplace_back("ETag", "\"" + file.oid + "\"");
  out.headers.emplace_back("Content-Disposition", content_disposition(file.path));
  out.body.length = file.size;
  out.body.shared = call.hub.objects.small(file.sha256, file.size);
  out.body.kind = out.body.shared ? Body::Kind::kShared : Body::Kind::kFile;
  if (!out.body.shared) out.body.file = call.hub.objects.path(file.sha256);
  return out;
}

}  // namespace

bool wants_xet_info(const Request& request) {
  return request.header("accept").find(kXetInfo) != std::string_view::npos;
}

/// What a client needs to fetch from the CAS, and no redirect.
Response xet_info(const FileEntry& file) {
  Json json;
  json.begin_object().put("hash", file.xet_hash).put("size", file.size).put("etag", file.sha256).end_object();
  Response out = text_response(200, json.str(), kXetInfo);
  out.set("X-Linked-Size", std::to_string(file.size)).set("X-Linked-Etag", "\"" + file.sha256 + "\"");
  out.set("Vary", "Accept");
  return out;
}

void add_xet_links(const Call& call, const std::string& token_url, const std::string& xet_hash, Response& out) {
  std::string cas = call.hub.settings.get()->xet_cas_url;
  if (cas.empty()) cas = call.hub.cas_base_url(call.request);
  out.set("X-Xet-Hash", xet_hash);
  out.set("Link", "<" + token_url + ">; rel=\"xet-auth\", <" + cas + "/v1/reconstructions/" + xet_hash +
                      ">; rel=\"xet-reconstruction-info\"");
}

Response answer_resolve(const Call& call, const Target& target, size_t at, bool from_cache_route) {
  std::string revision = take_revision(target.rest, at);
  RepoPtr repo = open_repo(call, target, true);
  CommitPtr commit = open_revision(*repo, revision);
  TreePtr tree = call.hub.catalog.tree(*repo, *commit);
  const FileEntry* file = tree->file(join_path(target.rest, at));
  if (!file) throw missing_entry(*commit);
  Response out;
  if (shows_xet(call, *file) && wants_xet_info(call.request)) {
    out = xet_info(*file);
  } else if (file->lfs) {
    out = redirect_to_cdn(call, *file);
  } else if (!from_cache_route && call.hub.settings.get()->resolve_cache) {
    out = redirect_to_cache_route(call, *repo, *commit, *file);
  } else {
    out = serve_here(call, *file);
  }
  out.headers.emplace_back("X-Repo-Commit", commit->oid);
  if (shows_xet(call, *file))
    add_xet_links(call, api_url(call, *repo) + "/xet-read-token/" + commit->oid, file->xet_hash, out);
  return out;
}

/// The file as git stores it: for a large one its pointer.
Response answer_raw(const Call& call, const Target& target, size_t at) {
  std::string revision = take_revision(target.rest, at);
  RepoPtr repo = open_repo(call, target, true);
  CommitPtr commit = open_revision(*repo, revision);
  TreePtr tree = call.hub.catalog.tree(*repo, *commit);
  const FileEntry* file = tree->file(join_path(target.rest, at));
  if (!file) throw missing_entry(*commit);
  if (!file->lfs) {
    Response out = serve_here(call, *file);
    out.set("X-Repo-Commit", commit->oid);
    return out;
  }
  Response out = text_response(200, lfs_pointer(file->sha256, file->size));
  out.set("ETag", "\"" + file->oid + "\"").set("X-Repo-Commit", commit->oid);
  out.ranged = true;
  return out;
}

}  // namespace localhub
