// What a revision holds: tree, paths-info, treesize.
#include <algorithm>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

void write_last_commit(Json& out, const Repo& repo, int64_t seq) {
  const Commit& commit = *repo.commits[static_cast<size_t>(seq)];
  out.key("lastCommit").begin_object().put("id", commit.oid).put("title", commit.title);
  out.put("date", iso_date(commit.date_ms)).end_object();
}

void write_security(Json& out) {
  out.key("securityFileStatus").begin_object().put("status", "safe");
  for (const char* scan : {"jFrogScan", "protectAiScan", "avScan", "pickleImportScan", "virusTotalScan"})
    out.key(scan).begin_object().put("status", "unscanned").end_object();
  out.end_object();
}

struct Shown {
  bool expand = false;
  bool xet = true;
};

void write_file(Json& out, const Repo& repo, const FileEntry& file, Shown shown) {
  out.begin_object().put("type", "file").put("oid", file.oid).put("size", file.size);
  if (file.lfs) {
    int64_t pointer_size = static_cast<int64_t>(lfs_pointer(file.sha256, file.size).size());
    out.key("lfs").begin_object().put("oid", file.sha256).put("size", file.size);
    out.put("pointerSize", pointer_size).end_object();
  }
  if (shown.xet && !file.xet_hash.empty()) out.put("xetHash", file.xet_hash);
  out.put("path", file.path);
  if (shown.expand) {
    write_last_commit(out, repo, file.last_seq);
    write_security(out);
  }
  out.end_object();
}

void write_dir(Json& out, const Repo& repo, const DirEntry& dir, bool expand) {
  out.begin_object().put("type", "directory").put("oid", dir.oid).put("size", int64_t{0});
  out.put("path", dir.path);
  if (expand) write_last_commit(out, repo, dir.last_seq);
  out.end_object();
}

void write_node(Json& out, const Repo& repo, const Tree& tree, Tree::Node node, Shown shown) {
  node.is_dir ? write_dir(out, repo, tree.dir_at(node.index), shown.expand)
              : write_file(out, repo, tree.file_at(node.index), shown);
}

struct Opened {
  RepoPtr repo;
  CommitPtr commit;
  TreePtr tree;
  std::string path;
  std::string revision;
};

Opened open_path(const Call& call, const Target& target) {
  Opened out;
  size_t at = 1;
  out.revision = take_revision(target.rest, at);
  out.path = join_path(target.rest, at);
  while (!out.path.empty() && out.path.back() == '/') out.path.pop_back();
  out.repo = open_repo(call, target, false);
  out.commit = open_revision(*out.repo, out.revision);
  out.tree = call.hub.catalog.tree(*out.repo, *out.commit);
  return out;
}

struct PathsQuery {
  std::vector<std::string> paths;
  bool expand = false;
};

/// The Python client sends a form, the JavaScript one JSON.
PathsQuery read_paths_query(const Request& request) {
  PathsQuery out;
  if (request.header("content-type").find("json") != std::string_view::npos) {
    rapidjson::Document json;
    json.Parse(request.body.data(), request.body.size());
    if (json.HasParseError()) throw HttpError{400, "", "the body is not JSON"};
    out.paths = get_strings(json, "paths");
    out.expand = get_bool(json, "expand", false);
    return out;
  }
  for (auto& [key, value] : parse_query(request.body)) {
    if (key == "paths" || key == "paths[]") out.paths.push_back(value);
    if (key == "expand") out.expand = equals_ignoring_case(value, "true") || value == "1";
  }
  return out;
}

}  // namespace

Response answer_tree(const Call& call, const Target& target) {
  if (call.hub.settings.get()->offline_listing) throw HttpError{503, "", "listing is offline"};
  Opened at = open_path(call, target);
  if (!at.path.empty() && !at.tree->dir(at.path))
    throw HttpError{404,
                    "EntryNotFound",
                    "path \"" + at.path + "\" does not exist on \"" + at.revision + "\"",
                    {{"X-Repo-Commit", at.commit->oid}}};
  Shown shown{call.request.flag("expand"), call.hub.settings.get()->xet_enabled};
  std::vector<Tree::Node> nodes = at.tree->list(at.path, call.request.flag("recursive"));
  size_t from = std::min(page_offset(call.request), nodes.size());
  int64_t limit = page_limit(call.request, call.hub.settings.get()->page_size);
  size_t to = std::min(nodes.size(), from + static_cast<size_t>(limit));
  Json out;
  out.begin_array();
  if (from == 0 && call.fault && !call.fault->tree_patch.empty()) out.raw(call.fault->tree_patch);
  for (size_t i = from; i < to; ++i) write_node(out, *at.repo, *at.tree, nodes[i], shown);
  Response response = json_response(out.end_array().str());
  response.set("X-Repo-Commit", at.commit->oid);
  if (to < nodes.size()) add_next_link(call, response, "cursor", static_cast<int64_t>(to));
  return response;
}

Response answer_paths_info(const Call& call, const Target& target) {
  if (call.request.method != "POST") throw HttpError{405, "", "POST is expected"};
  PathsQuery query = read_paths_query(call.request);
  if (query.paths.size() > 2000) throw HttpError{413, "", "too many paths"};
  Opened at = open_path(call, target);
  Json out;
  out.begin_array();
  for (const std::string& path : query.paths) {
    // Unknown paths are left out, not an error.
    if (const FileEntry* file = at.tree->file(path)) {
      write_file(out, *at.repo, *file, {query.expand, call.hub.settings.get()->xet_enabled});
    } else if (const DirEntry* dir = path.empty() ? nullptr : at.tree->dir(path)) {
      write_dir(out, *at.repo, *dir, query.expand);
    }
  }
  Response response = json_response(out.end_array().str());
  return response.set("X-Repo-Commit", at.commit->oid);
}

Response answer_tree_size(const Call& call, const Target& target) {
  Opened at = open_path(call, target);
  const DirEntry* dir = at.tree->dir(at.path);
  if (!dir) throw HttpError{404, "EntryNotFound", "Entry not found"};
  Json out;
  out.begin_object().put("path", "/" + at.path).put("size", dir->size).end_object();
  return json_response(out.str());
}

}  // namespace localhub
