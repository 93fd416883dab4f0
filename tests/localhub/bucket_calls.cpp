// /api/buckets/<ns>/<name>...: create, batch, tree, paths-info, tokens; and their files.
#include <algorithm>
#include <set>

#include "hub.h"
#include "json.h"
#include "presign.h"

namespace localhub {
namespace {

constexpr size_t kMostOperations = 1000;

std::string bucket_id(const Request& request, size_t at) {
  return request.segments[at] + "/" + request.segments[at + 1];
}

std::string_view owner_of(const std::string& id) { return std::string_view(id).substr(0, id.find('/')); }

BucketPtr open_bucket(const Call& call, const std::string& id) {
  BucketPtr bucket = call.hub.buckets.find(id);
  const Viewer& viewer = call.request.viewer;
  if (bucket && (!bucket->is_private || viewer.owns(owner_of(id)))) return bucket;
  throw HttpError{viewer.known ? 404 : 401, "RepoNotFound", "Bucket not found"};
}

Response create_bucket(const Call& call, const std::string& id) {
  need_write(call, owner_of(id));
  rapidjson::Document json;
  json.Parse(call.request.body.data(), call.request.body.size());
  bool is_private = !json.HasParseError() && get_string(json, "visibility") == "private";
  if (!call.hub.buckets.create(id, is_private)) throw HttpError{409, "", "You already created this bucket"};
  Json out;
  out.begin_object().put("url", call.hub.base_url(call.request) + "/buckets/" + id).put("name", id).end_object();
  return json_response(out.str());
}

Response bucket_info(const Bucket& bucket) {
  int64_t size = 0;
  for (const auto& [path, file] : bucket.files) size += file.size;
  Json out;
  out.begin_object().put("id", bucket.id).put("private", bucket.is_private);
  out.put("createdAt", iso_date(bucket.created_ms)).put("size", size);
  out.put("totalFiles", static_cast<int64_t>(bucket.files.size())).end_object();
  return json_response(out.str());
}

void write_file(Json& out, const BucketFile& file) {
  out.begin_object().put("type", "file").put("path", file.path).put("size", file.size);
  out.put("xetHash", file.xet_hash).put("mtime", iso_date(file.mtime_ms));
  out.put("uploadedAt", iso_date(file.uploaded_ms)).end_object();
}

/// Files below a folder; without `recursive` what lies deeper is named by its folder only.
Response bucket_tree(const Call& call, const Bucket& bucket) {
  std::string prefix = join_path(call.request.segments, 5);
  if (!prefix.empty() && prefix.back() != '/') prefix += '/';
  bool recursive = call.request.flag("recursive");
  std::set<std::string> folders;
  Json out;
  out.begin_array();
  for (const auto& [path, file] : bucket.files) {
    if (path.compare(0, prefix.size(), prefix) != 0) continue;
    size_t slash = path.find('/', prefix.size());
    if (recursive || slash == std::string::npos) {
      write_file(out, file);
    } else if (folders.insert(path.substr(0, slash)).second) {
      out.begin_object().put("type", "directory").put("path", path.substr(0, slash));
      out.put("uploadedAt", iso_date(file.uploaded_ms)).end_object();
    }
  }
  return json_response(out.end_array().str());
}

Response bucket_paths(const Call& call, const Bucket& bucket) {
  rapidjson::Document json;
  json.Parse(call.request.body.data(), call.request.body.size());
  if (json.HasParseError()) throw HttpError{400, "", "the body is not JSON"};
  Json out;
  out.begin_array();
  for (const std::string& path : get_strings(json, "paths"))
    if (auto found = bucket.files.find(path); found != bucket.files.end()) write_file(out, found->second);
  return json_response(out.end_array().str());
}

/// Applies one line of a batch; returns why not, or "".
std::string take_operation(const Call& call, const Bucket& bucket, const rapidjson::Value& json, BucketChange& change) {
  std::string type = get_string(json, "type"), path = get_string(json, "path");
  if (path.empty() || path[0] == '/') return "bad path";
  if (type == "deleteFile") {
    if (!bucket.files.count(path)) return "no such file";
    change.removed.push_back(path);
    return "";
  }
  if (type != "addFile" && type != "copyFile") return "unknown operation";
  auto hash = XetHash::parse(get_string(json, "xetHash"));
  XetFilePtr file = hash ? call.hub.cas.file(*hash) : nullptr;
  if (!file) return "xetHash names no uploaded file";
  int64_t now = now_ms();
  change.put.push_back({path, hash->text(), static_cast<int64_t>(file->size()), get_int(json, "mtime", now), now});
  return "";
}

Response bucket_batch(const Call& call, const std::string& id) {
  BucketPtr bucket = open_bucket(call, id);
  need_write(call, owner_of(id));
  BucketChange change;
  size_t count = 0, failed = 0;
  Json failures;
  failures.begin_array();
  for (std::string_view line : split(call.request.body, '\n')) {
    if (trim(line).empty()) continue;
    if (++count > kMostOperations) throw HttpError{413, "", "at most 1000 operations"};
    rapidjson::Document json;
    json.Parse(line.data(), line.size());
    if (json.HasParseError() || !json.IsObject()) throw HttpError{400, "", "a line is not JSON"};
    std::string error = take_operation(call, *bucket, json, change);
    if (error.empty()) continue;
    ++failed;
    failures.begin_object().put("path", get_string(json, "path")).put("error", error).end_object();
  }
  call.hub.buckets.change(id, change);
  Json out;
  out.begin_object().put("success", failed == 0).put("processed", static_cast<int64_t>(count));
  out.put("succeeded", static_cast<int64_t>(count - failed));
  out.key("failed").raw(failures.end_array().str()).end_object();
  return json_response(out.str(), count > 0 && failed == count ? 422 : 200);
}

}  // namespace

Response answer_bucket(const Call& call) {
  const auto& at = call.request.segments;
  if (at.size() < 4) return error_response(404, "", "Not found");
  std::string id = bucket_id(call.request, 2), what = at.size() > 4 ? at[4] : "";
  const std::string& method = call.request.method;
  if (what.empty() && method == "POST") return create_bucket(call, id);
  if (what == "batch" && method == "POST") return bucket_batch(call, id);
  BucketPtr bucket = open_bucket(call, id);
  if (what == "paths-info" && method == "POST") return bucket_paths(call, *bucket);
  if (what.empty() && method == "DELETE") {
    need_write(call, owner_of(id));
    call.hub.buckets.remove(id);
    return json_response("{}");
  }
  if (method != "GET" && !call.request.is_head()) return error_response(405, "", "not for buckets");
  if (what.empty()) return bucket_info(*bucket);
  if (what == "tree") return bucket_tree(call, *bucket);
  if (what == "xet-read-token") return xet_token_response(call, false);
  if (what != "xet-write-token") return error_response(404, "", "Not found");
  need_write(call, owner_of(id));
  return xet_token_response(call, true);
}

/// /buckets/<ns>/<name>/resolve/<path>; slashes of the path may come encoded.
Response answer_bucket_file(const Call& call) {
  const auto& at = call.request.segments;
  if (at.size() < 5 || at[3] != "resolve") return error_response(404, "", "Not found");
  BucketPtr bucket = open_bucket(call, bucket_id(call.request, 1));
  auto found = bucket->files.find(join_path(at, 4));
  if (found == bucket->files.end()) throw HttpError{404, "EntryNotFound", "Entry not found"};
  const BucketFile& file = found->second;
  FileEntry entry{file.path, file.xet_hash, file.xet_hash, file.xet_hash, file.size, 0, true};
  Response out;
  if (wants_xet_info(call.request)) {
    out = xet_info(entry);
  } else {
    std::string url =
        presign(call.hub.signing_secret, "GET", call.hub.cdn_base_url(call.request), "/files/" + file.xet_hash,
                call.hub.settings.get()->url_ttl_s, call.fault && call.fault->expire_url,
                {{"response-content-disposition", content_disposition(file.path)}});
    out = text_response(302, "Found. Redirecting to " + url);
    out.set("Location", url).set("X-Linked-Size", std::to_string(file.size));
    out.set("X-Linked-Etag", "\"" + file.xet_hash + "\"");
  }
  add_xet_links(call, call.hub.base_url(call.request) + "/api/buckets/" + bucket->id + "/xet-read-token", file.xet_hash,
                out);
  return out;
}

}  // namespace localhub
