// /_admin/repos/...: create, rename, commit, refs.
#include <algorithm>

#include "hub.h"
#include "ingest.h"
#include "json.h"

namespace localhub {
namespace {

struct Named {
  RepoType type = RepoType::kModel;
  std::string id;
  std::string verb;  // "", "commit", "refs" or "rename"
};

/// "<type>/<ns>/<name>[/<verb>]"; canonical ids have no namespace.
Named parse_name(const std::string& path) {
  auto parts = split(path, '/');
  auto type = repo_type_from(parts[0]);
  if (!type) throw CatalogError(400, "unknown repository type " + std::string(parts[0]));
  Named out{*type, std::string(parts[1]), ""};
  size_t at = 2;
  bool verb_next = parts.size() == 3 && (parts[2] == "commit" || parts[2] == "refs" || parts[2] == "rename");
  if (parts.size() > 2 && !verb_next) out.id += "/" + std::string(parts[at++]);
  if (at < parts.size()) out.verb = parts[at];
  return out;
}

void edit_repo(const rapidjson::Value& json, Repo& repo) {
  repo.is_private = get_bool(json, "private", repo.is_private);
  repo.disabled = get_bool(json, "disabled", repo.disabled);
  repo.downloads = get_int(json, "downloads", repo.downloads);
  repo.likes = get_int(json, "likes", repo.likes);
  if (json.IsObject() && json.HasMember("gated")) repo.gated = get_string(json, "gated");
  if (json.IsObject() && json.HasMember("allowed_users")) repo.allowed_users = get_strings(json, "allowed_users");
}

Response save_repo(const Call& call, const Named& named, const rapidjson::Value& json) {
  RepoPtr repo = ensure_repo(call.hub.catalog, named.type, named.id, get_int(json, "date_ms", 0),
                             [&](Repo& fresh) { edit_repo(json, fresh); });
  CommitPtr head = repo->find_revision("main");
  Json out;
  out.begin_object().put("id", repo->name).put("sha", head ? head->oid : std::string());
  return json_response(out.end_object().str());
}

/// A name no honest Hub would accept; clients must survive it, but only tests that say so get it.
bool is_hostile(const std::string& path) {
  if (path.empty() || path.find('\\') != std::string::npos) return true;
  for (std::string_view part : split(path, '/'))
    if (part.empty() || part == "." || part == ".." || part == ".git") return true;
  return false;
}

FileEntry ingest_json(Hub& hub, const rapidjson::Value& json) {
  Objects& objects = hub.objects;
  std::string path = get_string(json, "path");
  FileOptions options;
  if (const rapidjson::Value* lfs = member(json, "lfs"); lfs && lfs->IsBool()) options.lfs = lfs->GetBool();
  options.xet = get_bool(json, "xet", false) || member(json, "xet_hash") != nullptr;
  options.xet_hash = get_string(json, "xet_hash");
  options.cas = &hub.cas;
  if (const rapidjson::Value* made = member(json, "generate")) {
    int64_t size = get_int(*made, "size", 0);
    Producer producer =
        generate(get_string(*made, "kind", "random"), static_cast<uint64_t>(get_int(*made, "seed", 1)), size);
    if (!producer) throw CatalogError(400, "unknown kind of generated content");
    return ingest_stream(objects, path, size, producer, options);
  }
  if (member(json, "from_file")) return ingest_file(objects, path, get_string(json, "from_file"), options);
  if (member(json, "base64")) {
    auto bytes = base64_decode(get_string(json, "base64"));
    if (!bytes) throw CatalogError(400, "bad base64 for " + path);
    return ingest_bytes(objects, path, *bytes, options);
  }
  return ingest_bytes(objects, path, get_string(json, "text"), options);
}

Response make_commit(const Call& call, const Named& named, const rapidjson::Value& json) {
  CommitInput input;
  input.revision = get_string(json, "revision", "main");
  input.title = get_string(json, "summary", "commit");
  input.message = get_string(json, "description");
  input.author = get_string(json, "author", "localhub");
  input.expected_parent = get_string(json, "parent");
  input.date_ms = get_int(json, "date_ms", 0);
  input.deletes = get_strings(json, "delete");
  bool hostile = get_bool(json, "hostile", false);
  if (const rapidjson::Value* files = member(json, "files"); files && files->IsArray()) {
    for (const auto& file : files->GetArray()) {
      if (!hostile && is_hostile(get_string(file, "path")))
        throw CatalogError(400, "bad path \"" + get_string(file, "path") + "\" (say \"hostile\": true to mean it)");
      input.files.push_back(ingest_json(call.hub, file));
    }
  }
  ensure_repo(call.hub.catalog, named.type, named.id, 0, [](Repo&) {});
  CommitPtr commit = call.hub.catalog.commit(named.type, named.id, input);
  return json_response("{\"commit\":\"" + commit->oid + "\"}");
}

Response make_ref(const Call& call, const Named& named, const rapidjson::Value& json) {
  auto kind = ref_kind_from(get_string(json, "kind", "branch"));
  std::string name = get_string(json, "name");
  if (!kind || name.empty()) throw CatalogError(400, "kind and name are needed");
  call.hub.catalog.set_ref(named.type, named.id, *kind, name, get_string(json, "commit", "main"));
  return json_response("{}");
}

}  // namespace

Response answer_admin_repo(const Call& call, const std::string& path) {
  Named named = parse_name(path);
  rapidjson::Document json;
  json.SetObject();
  if (!call.request.body.empty()) {
    json.Parse(call.request.body.data(), call.request.body.size());
    if (json.HasParseError()) throw CatalogError(400, "the body is not JSON");
  }
  if (named.verb == "commit") return make_commit(call, named, json);
  if (named.verb == "refs") return make_ref(call, named, json);
  if (named.verb == "rename") {
    call.hub.catalog.rename(named.type, named.id, get_string(json, "to"));
    return json_response("{}");
  }
  if (call.request.method != "PUT" && call.request.method != "POST") throw CatalogError(405, "PUT is expected");
  return save_repo(call, named, json);
}

}  // namespace localhub
