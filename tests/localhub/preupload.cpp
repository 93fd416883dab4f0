// preupload: how each file of a coming commit is to be sent, whether it is to be left out, what is there now.
#include "git_patterns.h"
#include "hub.h"
#include "ingest.h"
#include "json.h"

namespace localhub {
namespace {

struct Asked {
  std::string path;
  std::string sample;
  int64_t size = 0;

  bool is_whole() const { return size == static_cast<int64_t>(sample.size()); }
};

std::vector<Asked> read_files(const rapidjson::Value& json) {
  const rapidjson::Value* files = member(json, "files");
  if (!files || !files->IsArray()) throw HttpError{400, "", "\"files\" is missing"};
  std::vector<Asked> out;
  for (const auto& file : files->GetArray()) {
    auto sample = base64_decode(get_string(file, "sample"));
    Asked asked{get_string(file, "path"), sample.value_or(""), get_int(file, "size", -1)};
    if (asked.path.empty() || !sample || asked.size < 0)
      throw HttpError{400, "", "A file needs \"path\", \"size\" and a base64 \"sample\""};
    out.push_back(std::move(asked));
  }
  return out;
}

std::optional<std::string> text_at(const Call& call, const Tree& tree, std::string_view path) {
  const FileEntry* file = tree.file(path);
  if (!file || file->lfs) return std::nullopt;
  return call.hub.objects.read(file->sha256);
}

/// A rules file counts as it will be after the commit: said outright, or sent whole as a sample, or as it is now.
std::optional<std::string> rules_text(const Call& call, const rapidjson::Value& json, const char* name,
                                      const std::string& path, const std::vector<Asked>& files, const Tree& tree) {
  if (member(json, name)) return get_string(json, name);
  for (const Asked& file : files)
    if (file.path == path && file.is_whole()) return file.sample;
  return text_at(call, tree, path);
}

bool looks_binary(const Asked& file) {
  if (file.sample.find('\0') != std::string::npos) return true;
  size_t good = utf8_prefix(file.sample);
  // The end of the sample may cut a character in two.
  return good < file.sample.size() && (file.is_whole() || file.sample.size() - good > 3);
}

/// Without any .gitattributes those count that the Hub gives to a new repository: the usual extensions.
bool goes_to_lfs(const Asked& file, const std::optional<GitAttributes>& attributes) {
  if (file.size == 0) return false;
  if (file.size > FileOptions().lfs_over) return true;
  if (!attributes) return wants_lfs(file.path, file.size, {}) || looks_binary(file);
  switch (attributes->filter_of(file.path)) {
    case GitAttributes::Filter::kLfs: return true;
    case GitAttributes::Filter::kOther: return false;
    case GitAttributes::Filter::kUnsaid: break;
  }
  return looks_binary(file);
}

}  // namespace

Response answer_preupload(const Call& call, const Target& target) {
  size_t at = 1;
  std::string revision = take_revision(target.rest, at);
  RepoPtr repo = open_for_commit(call, target, revision);
  CommitPtr head = open_revision(*repo, revision);
  TreePtr tree = call.hub.catalog.tree(*repo, *head);
  rapidjson::Document json = parse_object(call.request.body);
  std::vector<Asked> files = read_files(json);
  int64_t most = call.hub.settings.get()->preupload_max_files;
  if (most > 0 && static_cast<int64_t>(files.size()) > most)
    throw HttpError{413, "", "At most " + std::to_string(most) + " files at a time"};

  std::optional<GitAttributes> attributes;
  if (auto text = rules_text(call, json, "gitAttributes", ".gitattributes", files, *tree)) attributes.emplace(*text);
  GitIgnore ignore(rules_text(call, json, "gitIgnore", ".gitignore", files, *tree).value_or(""));
  Json out;
  out.begin_object().key("files").begin_array();
  for (const Asked& file : files) {
    const FileEntry* now = tree->file(file.path);
    out.begin_object().put("path", file.path);
    out.put("uploadMode", goes_to_lfs(file, attributes) ? "lfs" : "regular");
    out.put("shouldIgnore", ignore.ignores(file.path)).key("oid");
    now ? out.value(now->lfs ? now->sha256 : now->oid) : out.null();
    out.end_object();
  }
  return json_response(out.end_array().put("commitOid", head->oid).end_object().str());
}

}  // namespace localhub
