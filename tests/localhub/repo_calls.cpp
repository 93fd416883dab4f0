// Making, removing, renaming, copying repositories and changing their settings.
#include <algorithm>
#include <array>
#include <optional>

#include "hub.h"
#include "ingest.h"
#include "json.h"

namespace localhub {
namespace {

constexpr std::array<std::string_view, 4> kSdks = {"gradio", "docker", "static", "streamlit"};
// What is said about a Space or a paying organisation's repository, and only remembered.
constexpr std::array<const char*, 5> kRemembered = {"hardware", "sleepTimeSeconds", "resourceGroupId", "region",
                                                    "template"};

RepoType type_in(const rapidjson::Value& json) {
  auto type = repo_type_from(get_string(json, "type", "model"));
  if (!type) throw HttpError{400, "", "\"type\" must be one of [model, dataset, space, kernel]"};
  return *type;
}

void check_name(const std::string& id) {
  auto parts = split(id, '/');
  bool good = parts.size() == 2 && id.find("..") == std::string::npos && id.find("--") == std::string::npos;
  for (std::string_view part : parts) {
    good = good && !part.empty() && part.size() <= 96 && part.find_first_not_of("-._") == 0;
    good = good && std::all_of(part.begin(), part.end(),
                               [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.'; });
  }
  bool like_git = id.size() > 4 && id.compare(id.size() - 4, 4, ".git") == 0;
  if (!good || like_git) throw HttpError{400, "", "Invalid repository name \"" + id + "\""};
}

/// {"name", "organization"}: the caller's own namespace when none is named.
std::string id_in(const Call& call, const rapidjson::Value& json) {
  std::string owner = get_string(json, "organization"), name = get_string(json, "name");
  if (name.empty()) throw HttpError{400, "", "\"name\" is required"};
  if (owner.empty() && name.find('/') != std::string::npos) return name;
  if (owner.empty()) owner = call.request.viewer.user;
  if (owner.empty()) throw HttpError{401, "", "Invalid username or password."};
  return owner + "/" + name;
}

std::string_view owner_in(const std::string& id) { return std::string_view(id).substr(0, id.find('/')); }

/// "private" and "visibility"; what is not said stays.
void set_visibility(const rapidjson::Value& json, Repo& repo) {
  std::string said = get_string(json, "visibility");
  if (said.empty() && member(json, "private")) said = get_bool(json, "private", false) ? "private" : "public";
  if (said.empty()) return;
  if (said != "public" && said != "private" && said != "protected")
    throw HttpError{400, "", "\"visibility\" must be one of [public, private, protected]"};
  if (said == "protected" && repo.type != RepoType::kSpace) throw HttpError{400, "", "Only Spaces can be protected"};
  repo.is_private = said != "public";
  repo.facts.erase("visibility");
  if (said == "protected") repo.facts["visibility"] = said;
}

bool is_gate(const rapidjson::Value& value) {
  if (!value.IsString()) return value.IsFalse();
  return std::string_view(value.GetString()) == "auto" || std::string_view(value.GetString()) == "manual";
}

void remember(const rapidjson::Value& json, Repo& repo) {
  for (const char* key : kRemembered)
    if (const rapidjson::Value* value = member(json, key))
      repo.facts[key] = value->IsString() ? value->GetString() : to_text(*value);
}

/// The first commit: empty, but a Space says what it runs on.
void commit_first(const Call& call, RepoType type, const std::string& id, const std::string& sdk) {
  CommitInput first;
  first.title = "initial commit";
  if (!call.request.viewer.user.empty()) first.author = call.request.viewer.user;
  if (!sdk.empty()) {
    std::string title = id.substr(id.find('/') + 1);
    std::string card = "---\ntitle: " + title + "\nsdk: " + sdk + "\napp_file: app.py\npinned: false\n---\n";
    first.files.push_back(ingest_bytes(call.hub.objects, "README.md", card, {}));
  }
  call.hub.catalog.commit(type, id, first);
}

/// The Hub says where it is, and clients go on from there.
Response exists_already(const Call& call, RepoType type, const std::string& id) {
  std::string text = "You already created this " + std::string(singular(type)) + " repo";
  Json out;
  out.begin_object().put("error", text).put("url", page_url(call, type, id)).end_object();
  return json_response(out.str(), 409).set("X-Error-Message", text);
}

Response made(const Call& call, RepoType type, const std::string& id) {
  Json out;
  out.begin_object().put("url", page_url(call, type, id)).put("name", id);
  out.put("id", call.hub.catalog.need(type, id)->id).end_object();
  return json_response(out.str());
}

Response create(const Call& call, const rapidjson::Value& json) {
  RepoType type = type_in(json);
  std::string id = id_in(call, json), sdk = get_string(json, "sdk");
  check_name(id);
  need_write(call, owner_in(id));
  if (call.hub.catalog.find(type, id)) return exists_already(call, type, id);
  if (type != RepoType::kSpace) sdk.clear();
  if (type == RepoType::kSpace && std::find(kSdks.begin(), kSdks.end(), sdk) == kSdks.end())
    throw HttpError{400, "", "\"sdk\" must be one of [gradio, docker, static, streamlit]"};
  call.hub.catalog.create(type, id, [&](Repo& repo) {
    set_visibility(json, repo);
    remember(json, repo);
  });
  commit_first(call, type, id, sdk);
  return made(call, type, id);
}

Response remove(const Call& call, const rapidjson::Value& json) {
  RepoType type = type_in(json);
  RepoPtr repo = open_repo(call, {type, id_in(call, json), {}}, false);
  need_write(call, repo->owner());
  call.hub.catalog.remove(type, repo->name);
  call.hub.discussions.forget(*repo);
  return text_response(200, "OK");
}

Response move(const Call& call, const rapidjson::Value& json) {
  RepoType type = type_in(json);
  std::string from = get_string(json, "fromRepo"), to = get_string(json, "toRepo");
  RepoPtr repo = open_repo(call, {type, from, {}}, false);
  check_name(to);
  need_write(call, repo->owner());
  need_write(call, owner_in(to));
  if (call.hub.catalog.find(type, to)) throw HttpError{409, "", "A repository named " + to + " already exists"};
  call.hub.catalog.rename(type, repo->name, to);
  return text_response(200, "OK");
}

/// Storage of a namespace, the largest first.
struct Stored {
  std::string id, type, visibility;
  int64_t updated_ms = 0, bytes = 0;
};

std::vector<Stored> stored_by(const Call& call, std::string_view owner) {
  std::vector<Stored> out;
  for (RepoType type : {RepoType::kModel, RepoType::kDataset, RepoType::kSpace, RepoType::kKernel}) {
    for (const RepoPtr& repo : call.hub.catalog.list(type)) {
      if (repo->owner() != owner) continue;
      CommitPtr head = repo->find_revision("main");
      int64_t bytes = head ? call.hub.catalog.tree(*repo, *head)->total_size() : 0;
      out.push_back({repo->name, std::string(singular(type)), repo->visibility(), repo->last_modified_ms(), bytes});
    }
  }
  for (const Bucket& bucket : call.hub.catalog.buckets()) {
    if (owner_in(bucket.id) != owner) continue;
    Stored one{bucket.id, "bucket", bucket.is_private ? "private" : "public", bucket.created_ms, 0};
    for (const auto& [path, file] : bucket.files) {
      one.bytes += file.size;
      one.updated_ms = std::max(one.updated_ms, file.uploaded_ms);
    }
    out.push_back(one);
  }
  std::stable_sort(out.begin(), out.end(), [](const Stored& a, const Stored& b) { return a.bytes > b.bytes; });
  return out;
}

Response list_stored(const Call& call, std::string_view owner) {
  std::vector<Stored> all = stored_by(call, owner);
  int64_t total = 0;
  for (const Stored& one : all) total += one.bytes;
  size_t from = std::min(page_offset(call.request), all.size());
  int64_t limit = page_limit(call.request, call.hub.settings.get()->page_size);
  size_t to = std::min(all.size(), from + static_cast<size_t>(limit));
  Json out;
  out.begin_array();
  for (size_t i = from; i < to; ++i) {
    const Stored& one = all[i];
    int64_t permille = total > 0 ? one.bytes * 1000 / total : 0;
    out.begin_object().put("id", one.id).put("type", one.type).put("updatedAt", iso_date(one.updated_ms));
    out.put("visibility", one.visibility).put("storage", one.bytes).key("storagePercent");
    out.raw(std::to_string(permille / 10) + "." + std::to_string(permille % 10)).end_object();
  }
  Response response = json_response(out.end_array().str());
  if (to < all.size()) add_next_link(call, response, "cursor", static_cast<int64_t>(to));
  return response;
}

}  // namespace

Response answer_repos(const Call& call) {
  const auto& segments = call.request.segments;
  rapidjson::Document json = parse_object(call.request.body);
  std::string what = call.request.method + (segments.size() == 3 ? " " + segments[2] : "");
  if (what == "POST create") return create(call, json);
  if (what == "DELETE delete") return remove(call, json);
  if (what == "POST move") return move(call, json);
  return error_response(404, "", "Not found");
}

Response answer_stored(const Call& call) {
  const Viewer& viewer = call.request.viewer;
  if (!viewer.known) throw HttpError{401, "", "Invalid username or password."};
  const auto& segments = call.request.segments;
  if (segments[1] == "settings") return list_stored(call, viewer.user);
  if (!viewer.owns(segments[2])) throw HttpError{403, "", "You are not a member of " + segments[2]};
  return list_stored(call, segments[2]);
}

Response answer_space_templates() {
  return json_response(R"({"templates":[
    {"name":"JupyterLab","repoId":"SpacesExamples/jupyterlab","sdk":"docker","preferredPrivate":true},
    {"name":"chatbot","repoId":"gradio-templates/chatbot","sdk":"gradio","preferredPrivate":false}]})");
}

Response answer_settings(const Call& call, const Target& target) {
  rapidjson::Document json = parse_object(call.request.body);
  RepoPtr repo = open_repo(call, target, false);
  need_write(call, repo->owner());
  const rapidjson::Value* gated = member(json, "gated");
  if (gated && !is_gate(*gated)) throw HttpError{400, "", "\"gated\" must be one of [auto, manual, false]"};
  repo = call.hub.catalog.upsert(target.type, repo->name, [&](Repo& changed) {
    set_visibility(json, changed);
    if (gated) changed.gated = gated->IsString() ? gated->GetString() : "";
  });
  Json out;
  out.begin_object().put("private", repo->is_private).put("visibility", repo->visibility()).key("gated");
  repo->gated.empty() ? out.value(false) : out.value(repo->gated);
  return json_response(out.end_object().str());
}

Response answer_duplicate(const Call& call, const Target& target) {
  rapidjson::Document json = parse_object(call.request.body);
  RepoPtr source = open_repo(call, target, true);
  std::string to = get_string(json, "repository");
  check_name(to);
  need_write(call, owner_in(to));
  if (call.hub.catalog.find(target.type, to)) return exists_already(call, target.type, to);
  CommitInput copy;
  copy.title = "Duplicate from " + source->name;
  if (!call.request.viewer.user.empty()) copy.author = call.request.viewer.user;
  if (CommitPtr head = source->find_revision("main")) copy.files = call.hub.catalog.tree(*source, *head)->files();
  call.hub.catalog.create(target.type, to, [&](Repo& repo) {
    repo.is_private = source->is_private;
    repo.facts = source->facts;
    set_visibility(json, repo);
    remember(json, repo);
  });
  call.hub.catalog.commit(target.type, to, copy);
  return made(call, target.type, to);
}

}  // namespace localhub
