// What the Hub says about one repository (model_info and its siblings).
#include <algorithm>
#include <functional>
#include <map>

#include "card.h"
#include "digest.h"
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

CommitPtr head_of(const Repo& repo) { return repo.find_revision("main"); }

/// A small file of a commit, "" when absent.
std::string small_file(Hub& hub, const Repo& repo, const Commit& commit, std::string_view path) {
  TreePtr tree = hub.catalog.tree(repo, commit);
  const FileEntry* file = tree->file(path);
  if (!file || file->size > Objects::kSmallBytes) return "";
  return *hub.objects.small(file->sha256, file->size);
}

rapidjson::Document card_of(Hub& hub, const Repo& repo, const Commit* commit) {
  return parse_card(commit ? small_file(hub, repo, *commit, "README.md") : "");
}

std::vector<std::string> tags_of(const Repo& repo, const rapidjson::Value& card) {
  std::vector<std::string> out = get_strings(card, "tags");
  auto add = [&](const char* key, const std::string& prefix) {
    for (const std::string& value : get_strings(card, key)) out.push_back(prefix + value);
  };
  if (repo.type == RepoType::kModel) {
    add("library_name", "");
    add("pipeline_tag", "");
    add("datasets", "dataset:");
    add("base_model", "base_model:");
  }
  if (repo.type == RepoType::kSpace) add("sdk", "");
  bool plain_language = repo.type == RepoType::kModel;
  add("language", plain_language ? "" : "language:");
  add("task_categories", "task_categories:");
  add("size_categories", "size_categories:");
  add("license", "license:");
  out.push_back("region:us");
  return out;
}

void write_gated(Json& out, const Repo& repo) {
  out.key("gated");
  repo.gated.empty() ? out.value(false) : out.value(repo.gated);
}

void write_siblings(Json& out, Hub& hub, const Repo& repo, const Commit& commit, bool blobs) {
  TreePtr tree = hub.catalog.tree(repo, commit);
  out.key("siblings").begin_array();
  for (const FileEntry& file : tree->files()) {
    out.begin_object().put("rfilename", file.path);
    if (blobs) {
      out.put("blobId", file.oid).put("size", file.size);
      if (file.lfs) {
        int64_t pointer_size = static_cast<int64_t>(lfs_pointer(file.sha256, file.size).size());
        out.key("lfs").begin_object().put("sha256", file.sha256).put("size", file.size);
        out.put("pointerSize", pointer_size).end_object();
      }
    }
    out.end_object();
  }
  out.end_array();
}

/// The part of config.json the Hub repeats in its own answers.
void write_config(Json& out, Hub& hub, const Repo& repo, const Commit& commit) {
  rapidjson::Document config;
  config.Parse(small_file(hub, repo, commit, "config.json").c_str());
  out.key("config").begin_object();
  if (!config.HasParseError() && config.IsObject())
    for (const char* name : {"architectures", "model_type"})
      if (const rapidjson::Value* value = member(config, name)) out.put(name, *value);
  out.end_object();
}

std::string space_subdomain(const Repo& repo) {
  std::string out = lower(repo.name);
  std::replace(out.begin(), out.end(), '/', '-');
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

void write_runtime(Json& out, const Repo& repo) {
  std::string asked = repo.fact("hardware"), hardware = asked.empty() ? "cpu-basic" : asked;
  out.key("runtime").begin_object().put("stage", "RUNNING").key("hardware").begin_object();
  out.put("current", hardware).put("requested", hardware).end_object();
  out.key("storage").null().put("gcTimeout", int64_t{172800});
  out.key("replicas").begin_object().put("current", 1).put("requested", 1).end_object();
  out.end_object();
}

/// One property of a repository; the name is the one `expand` uses.
using PropertyWriter = std::function<void(Json&, Hub&, const Repo&, const Commit*, const rapidjson::Value& card)>;

const std::map<std::string, PropertyWriter>& property_writers() {
  using H = Hub&;
  using R = const Repo&;
  using C = const Commit*;
  using V = const rapidjson::Value&;
  static const std::map<std::string, PropertyWriter> kWriters = {
      {"author", [](Json& o, H, R r, C, V) { o.put("author", r.owner()); }},
      {"cardData", [](Json& o, H, R, C, V v) { o.put("cardData", v); }},
      {"config",
       [](Json& o, H h, R r, C c, V) {
         if (c) write_config(o, h, r, *c);
       }},
      {"createdAt", [](Json& o, H, R r, C, V) { o.put("createdAt", iso_date(r.created_ms)); }},
      {"disabled", [](Json& o, H, R r, C, V) { o.put("disabled", r.disabled); }},
      {"downloads", [](Json& o, H, R r, C, V) { o.put("downloads", r.downloads); }},
      {"downloadsAllTime", [](Json& o, H, R r, C, V) { o.put("downloadsAllTime", r.downloads); }},
      {"gated", [](Json& o, H, R r, C, V) { write_gated(o, r); }},
      {"lastModified",
       [](Json& o, H, R r, C c, V) { o.put("lastModified", iso_date(c ? c->date_ms : r.last_modified_ms())); }},
      {"library_name",
       [](Json& o, H, R, C, V v) {
         if (std::string s = get_string(v, "library_name"); !s.empty()) o.put("library_name", s);
       }},
      {"likes", [](Json& o, H, R r, C, V) { o.put("likes", r.likes); }},
      {"model-index", [](Json& o, H, R, C, V) { o.key("model-index").null(); }},
      {"pipeline_tag",
       [](Json& o, H, R, C, V v) {
         if (std::string s = get_string(v, "pipeline_tag"); !s.empty()) o.put("pipeline_tag", s);
       }},
      {"private", [](Json& o, H, R r, C, V) { o.put("private", r.is_private); }},
      {"region",
       [](Json& o, H, R r, C, V) {
         if (std::string region = r.fact("region"); !region.empty()) o.put("region", region);
       }},
      {"resourceGroup",
       [](Json& o, H, R r, C, V) {
         std::string group = r.fact("resourceGroupId");
         if (group.empty()) return;
         o.key("resourceGroup").begin_object().put("id", group).put("name", group).put("numUsers", 1).end_object();
       }},
      {"runtime", [](Json& o, H, R r, C, V) { write_runtime(o, r); }},
      {"sdk", [](Json& o, H, R, C, V v) { o.put("sdk", get_string(v, "sdk", "static")); }},
      {"sha",
       [](Json& o, H, R, C c, V) {
         o.key("sha");
         c ? o.value(c->oid) : o.null();
       }},
      {"siblings",
       [](Json& o, H h, R r, C c, V) {
         if (c) write_siblings(o, h, r, *c, false);
       }},
      {"subdomain", [](Json& o, H, R r, C, V) { o.put("subdomain", space_subdomain(r)); }},
      {"tags", [](Json& o, H, R r, C, V v) { o.strings("tags", tags_of(r, v)); }},
      {"trendingScore", [](Json& o, H, R r, C, V) { o.put("trendingScore", r.likes); }},
      {"usedStorage",
       [](Json& o, H h, R r, C c, V) { o.put("usedStorage", c ? h.catalog.tree(r, *c)->total_size() : int64_t{0}); }},
  };
  return kWriters;
}

void write_identity(Json& out, const Repo& repo) {
  std::string key = std::string(singular(repo.type)) + "/" + std::to_string(repo.id);
  out.put("_id", sha256_hex(key).substr(0, 24)).put("id", repo.name);
  if (repo.type == RepoType::kModel) out.put("modelId", repo.name);
}

std::vector<std::string> default_properties(RepoType type) {
  std::vector<std::string> out = {"author", "sha",   "lastModified", "private",   "gated",      "disabled",
                                  "tags",   "likes", "cardData",     "createdAt", "usedStorage"};
  auto also = [&](std::initializer_list<const char*> more) { out.insert(out.end(), more.begin(), more.end()); };
  if (type == RepoType::kModel) also({"downloads", "pipeline_tag", "library_name", "model-index", "config"});
  if (type == RepoType::kDataset || type == RepoType::kKernel) also({"downloads"});
  if (type == RepoType::kSpace) also({"sdk", "subdomain", "runtime"});
  return out;
}

void write_info(Json& out, Hub& hub, const Repo& repo, const Commit* commit, bool blobs) {
  rapidjson::Document card = card_of(hub, repo, commit);
  out.begin_object();
  write_identity(out, repo);
  for (const std::string& name : default_properties(repo.type))
    property_writers().at(name)(out, hub, repo, commit, card);
  if (repo.type == RepoType::kModel) out.key("spaces").begin_array().end_array();
  if (repo.type == RepoType::kSpace) {
    out.put("host", "https://" + space_subdomain(repo) + ".localhub.invalid");
    out.key("models").begin_array().end_array().key("datasets").begin_array().end_array();
  }
  if (commit) write_siblings(out, hub, repo, *commit, blobs);
  out.end_object();
}

}  // namespace

std::vector<std::string> repo_tags(Hub& hub, const Repo& repo) {
  CommitPtr head = head_of(repo);
  return tags_of(repo, card_of(hub, repo, head.get()));
}

/// False when a wanted property does not exist.
bool write_expanded(Json& out, Hub& hub, const Repo& repo, const Commit* commit,
                    const std::vector<std::string>& wanted) {
  // Real properties this server has no data for; the Hub leaves such ones out, too.
  static const std::vector<std::string> kEmpty = {"baseModels", "childrenModelCount", "evalResults",
                                                  "gguf",       "inference",          "inferenceProviderMapping",
                                                  "mask_token", "safetensors",        "securityRepoStatus",
                                                  "spaces",     "transformersInfo",   "widgetData",
                                                  "xetEnabled", "citation",           "description",
                                                  "mainSize",   "paperswithcode_id",  "datasets",
                                                  "models",     "gitalyUid"};
  rapidjson::Document card = card_of(hub, repo, commit);
  out.begin_object();
  write_identity(out, repo);
  bool all_known = true;
  for (const std::string& name : wanted) {
    auto writer = property_writers().find(name);
    if (writer != property_writers().end()) {
      writer->second(out, hub, repo, commit, card);
    } else if (std::find(kEmpty.begin(), kEmpty.end(), name) == kEmpty.end()) {
      all_known = false;
    }
  }
  out.end_object();
  return all_known;
}

void write_repo_summary(Json& out, Hub& hub, const Repo& repo, bool full, bool with_card) {
  std::vector<std::string> wanted = {"likes", "trendingScore", "private", "downloads",
                                     "tags",  "createdAt",     "gated",   "lastModified"};
  if (repo.type == RepoType::kModel) wanted.insert(wanted.end(), {"pipeline_tag", "library_name"});
  if (repo.type == RepoType::kSpace) wanted.push_back("sdk");
  if (full) wanted.insert(wanted.end(), {"author", "sha", "disabled", "siblings"});
  if (with_card || (full && repo.type != RepoType::kModel)) wanted.push_back("cardData");
  CommitPtr head = head_of(repo);
  write_expanded(out, hub, repo, head.get(), wanted);
}

Response answer_info(const Call& call, const Target& target) {
  if (call.hub.settings.get()->offline_listing) throw HttpError{503, "", "listing is offline"};
  RepoPtr repo = open_repo(call, target, false);
  CommitPtr commit = head_of(*repo);
  if (!target.rest.empty()) {
    size_t at = 1;
    commit = open_revision(*repo, take_revision(target.rest, at));
  }
  Json out;
  std::vector<std::string> expand = call.request.args("expand");
  if (expand.empty()) {
    write_info(out, call.hub, *repo, commit.get(), call.request.flag("blobs"));
  } else if (!write_expanded(out, call.hub, *repo, commit.get(), expand)) {
    throw HttpError{400, "", "\"expand\" names an unknown property"};
  }
  Response response = json_response(out.str());
  if (commit) response.set("X-Repo-Commit", commit->oid);
  return response;
}

}  // namespace localhub
