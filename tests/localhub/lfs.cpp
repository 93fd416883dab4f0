#include "lfs.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "json.h"
#include "presign.h"

namespace localhub {
namespace {

constexpr size_t kMostObjects = 1000;
constexpr char kMediaType[] = "application/vnd.git-lfs+json; charset=utf-8";
constexpr char kNeedsAgent[] = "You need to configure your repository to enable upload of files > 5GB.\n"
                               "Run \"hf lfs-enable-largefiles ./path/to/your/repo\" and try again.";

struct Wanted {
  std::string oid;
  int64_t size = 0;
  int error = 0;  // 0: can be served
  std::string message;
  bool stored = false;

  void refuse(int code, const std::string& why) {
    error = code;
    message = why;
  }
};

struct Batch {
  bool upload = false;
  std::string transfer = "basic";
  std::vector<Wanted> objects;
};

Response lfs_response(std::string json) {
  Response out = json_response(std::move(json));
  return out.set("Content-Type", kMediaType);
}

/// Where "info/lfs" begins; 0 when this is no such call.
size_t lfs_at(const Request& request) {
  const auto& at = request.segments;
  for (size_t i = 1; i + 1 < at.size() && i <= 3; ++i) {
    std::string_view before = at[i - 1];
    bool of_repo = before.size() > 4 && before.substr(before.size() - 4) == ".git";
    if (of_repo && at[i] == "info" && at[i + 1] == "lfs") return i;
  }
  return 0;
}

/// The repository named by what stands before "info".
Target lfs_target(const Request& request, size_t end) {
  Target target;
  size_t at = 0;
  if (auto type = repo_type_from(request.segments[0]); type && request.segments[0] == plural(*type) && end > 1) {
    target.type = *type;
    at = 1;
  }
  for (; at < end; ++at) target.id += (target.id.empty() ? "" : "/") + request.segments[at];
  target.id.resize(target.id.size() - 4);
  return target;
}

rapidjson::Document body_json(const Call& call) {
  rapidjson::Document json;
  json.Parse(call.request.body.data(), call.request.body.size());
  if (json.HasParseError() || !json.IsObject()) throw HttpError{422, "", "a JSON object is expected"};
  return json;
}

/// Whether the content is here; what only the CAS has becomes an object.
bool have_object(const Call& call, const std::string& oid) {
  if (call.hub.objects.exists(oid)) return true;
  XetFilePtr file = call.hub.cas.file_of_sha256(oid);
  return file && call.hub.materialise(file->hash) == oid;
}

// ---- batch ----

void check_object(const Call& call, bool upload, int64_t* quota_left, Wanted& object) {
  auto settings = call.hub.settings.get();
  if (object.oid.size() != 64 || !is_hex(object.oid) || lower(object.oid) != object.oid || object.size < 0)
    return object.refuse(422, "oid and size are not those of an object");
  object.stored = have_object(call, object.oid);
  if (!upload && !object.stored) return object.refuse(404, "Object does not exist on the server");
  if (object.stored && call.hub.objects.size(object.oid) != object.size)
    return object.refuse(422, "Object has another size");
  if (!upload || object.stored) return;
  if (settings->lfs_max_bytes > 0 && object.size > settings->lfs_max_bytes)
    return object.refuse(
        413, "File is larger than the " + std::to_string(settings->lfs_max_bytes) + " bytes that are allowed");
  if (settings->lfs_quota_bytes > 0 && object.size > *quota_left)
    return object.refuse(403, "Storage limit reached, please upgrade your plan to increase it");
  *quota_left -= object.size;
}

/// "basic" unless the server has reasons for another one that the client knows.
void choose_transfer(const Call& call, const std::vector<std::string>& known, Batch& batch) {
  auto settings = call.hub.settings.get();
  auto knows = [&](std::string_view name) { return std::find(known.begin(), known.end(), name) != known.end(); };
  if (!batch.upload) return;
  if (settings->lfs_xet && settings->xet_enabled && knows("xet")) {
    batch.transfer = "xet";
    return;
  }
  for (Wanted& object : batch.objects) {
    if (object.error || object.stored || object.size <= settings->lfs_multipart_over) continue;
    if (knows("multipart")) batch.transfer = "multipart";
    else object.refuse(422, kNeedsAgent);
  }
}

Batch read_batch(const Call& call) {
  rapidjson::Document json = body_json(call);
  Batch batch;
  std::string operation = get_string(json, "operation"), algorithm = get_string(json, "hash_algo", "sha256");
  batch.upload = operation == "upload";
  if (!batch.upload && operation != "download") throw HttpError{422, "", "operation is neither upload nor download"};
  // The JavaScript client spells it with an underscore.
  if (algorithm != "sha256" && algorithm != "sha_256") throw HttpError{409, "", "only sha256 is known here"};
  const rapidjson::Value* ref = member(json, "ref");
  if (ref && !ref->IsNull() && get_string(*ref, "name").empty()) throw HttpError{422, "", "ref has no name"};
  const rapidjson::Value* objects = member(json, "objects");
  if (!objects || !objects->IsArray()) throw HttpError{422, "", "objects are expected"};
  if (objects->Size() > kMostObjects) throw HttpError{413, "", "at most 1000 objects"};
  for (const auto& object : objects->GetArray()) {
    if (!object.IsObject()) throw HttpError{422, "", "an object is expected"};
    batch.objects.push_back({get_string(object, "oid"), get_int(object, "size", -1), 0, "", false});
  }
  int64_t quota_left = call.hub.settings.get()->lfs_quota_bytes;
  for (Wanted& object : batch.objects) check_object(call, batch.upload, &quota_left, object);
  choose_transfer(call, get_strings(json, "transfers"), batch);
  return batch;
}

LfsUploadPtr begin_upload(const Call& call, const Wanted& object) {
  auto settings = call.hub.settings.get();
  LfsUpload upload;
  upload.oid = object.oid;
  upload.user = call.request.viewer.user;
  upload.size = object.size;
  upload.chunk_size = settings->lfs_chunk_size;
  LfsUploadPtr begun = settings->lfs_resume ? call.hub.lfs_uploads.find_begun(upload) : nullptr;
  return begun ? begun : call.hub.lfs_uploads.make(upload);
}

/// Signed, since the agents of git-lfs send no token with it.
std::string completion_url(const Call& call, const LfsUpload& upload) {
  return presign(call.hub.signing_secret, "POST", call.hub.base_url(call.request), "/api/complete_multipart",
                 call.hub.settings.get()->url_ttl_s, false, {{"uploadId", upload.id}});
}

void write_multipart(const Call& call, const Wanted& object, Json& out) {
  LfsUploadPtr upload = begin_upload(call, object);
  out.put("href", completion_url(call, *upload)).key("header").begin_object();
  out.put("chunk_size", std::to_string(upload->chunk_size));
  for (int64_t number = 1; number <= upload->part_count(); ++number) {
    // Clients that take the parts in the order of the names count on the zeros.
    std::string name = std::to_string(number);
    out.put(std::string(name.size() < 5 ? 5 - name.size() : 0, '0') + name, lfs_part_url(call, *upload, number));
  }
  out.end_object();
}

void write_xet(const Call& call, const Repo& repo, Json& out) {
  Response token = xet_token_response(call, true);
  out.put("href", api_url(call, repo) + "/xet-write-token/main").key("header").begin_object();
  for (const char* name : {"X-Xet-Cas-Url", "X-Xet-Access-Token", "X-Xet-Token-Expiration"})
    out.put(name, token.header(name));
  out.put("X-Xet-Session-Id", call.hub.lfs_uploads.new_id()).end_object();
}

std::string lfs_base(const Call& call, const Repo& repo) {
  std::string type = repo.type == RepoType::kModel ? "" : std::string(plural(repo.type)) + "/";
  return call.hub.base_url(call.request) + "/" + type + repo.name + ".git/info/lfs";
}

/// git-lfs sends its password to no URL of an answer: what it came with goes back with the action.
void write_verify(const Call& call, const Repo& repo, Json& out) {
  out.key("verify").begin_object().put("href", lfs_base(call, repo) + "/objects/verify");
  std::string_view sent = call.request.header("authorization");
  if (lower(sent.substr(0, 6)) == "basic ")
    out.key("header").begin_object().put("Authorization", std::string(sent)).end_object();
  out.end_object();
}

void write_actions(const Call& call, const Repo& repo, const Batch& batch, const Wanted& object, Json& out) {
  out.key("actions").begin_object();
  if (!batch.upload) {
    FileEntry file{object.oid, "", object.oid, "", object.size, 0, true};
    bool expired = call.fault && call.fault->expire_url;
    out.key("download").begin_object().put("href", signed_url(call, file, expired)).end_object();
  } else {
    out.key("upload").begin_object();
    if (batch.transfer == "multipart") write_multipart(call, object, out);
    else if (batch.transfer == "xet") write_xet(call, repo, out);
    else out.put("href", lfs_put_url(call, object.oid, object.size));
    out.end_object();
    if (batch.transfer != "xet" && call.hub.settings.get()->lfs_verify) write_verify(call, repo, out);
  }
  out.end_object();
}

Response answer_batch(const Call& call, const Repo& repo) {
  Batch batch = read_batch(call);
  Json out;
  out.begin_object().put("transfer", batch.transfer).put("hash_algo", "sha256").key("objects").begin_array();
  for (const Wanted& object : batch.objects) {
    out.begin_object().put("oid", object.oid).put("size", object.size);
    if (object.error) {
      out.key("error").begin_object().put("code", object.error).put("message", object.message).end_object();
    } else {
      out.put("authenticated", true);
      if (!batch.upload || !object.stored) write_actions(call, repo, batch, object, out);
    }
    out.end_object();
  }
  return lfs_response(out.end_array().end_object().str());
}

// ---- the end of an upload ----

Response answer_verify(const Call& call) {
  rapidjson::Document json = body_json(call);
  std::string oid = get_string(json, "oid");
  if (oid.size() != 64 || !is_hex(oid) || !have_object(call, oid))
    throw HttpError{404, "", "Object does not exist, or what was uploaded is other content"};
  if (call.hub.objects.size(oid) != get_int(json, "size", -1)) throw HttpError{422, "", "Object has another size"};
  return lfs_response("{}");
}

/// Parts in order, each as it was stored.
void check_parts(const Call& call, const LfsUpload& upload, const rapidjson::Value& json) {
  if (get_string(json, "oid") != upload.oid) throw HttpError{400, "", "The upload is of another object"};
  const rapidjson::Value* parts = member(json, "parts");
  if (!parts || !parts->IsArray() || parts->Size() != upload.part_count())
    throw HttpError{400, "", std::to_string(upload.part_count()) + " parts are expected"};
  int64_t number = 0;
  for (const auto& part : parts->GetArray()) {
    ++number;
    std::string etag = part.IsObject() ? get_string(part, "etag") : "";
    if (etag.empty() || get_int(part, "partNumber", 0) != number || etag != call.hub.lfs_uploads.etag(upload, number))
      throw HttpError{400, "", "InvalidPart: part " + std::to_string(number) + " was not uploaded like that"};
  }
}

std::string join_parts(const Call& call, const LfsUpload& upload) {
  std::vector<char> buffer(1 << 20);
  std::ifstream in;
  int64_t number = 0;
  auto produce = [&]() -> std::string_view {
    for (;;) {
      if (in.is_open()) in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      if (in.is_open() && in.gcount() > 0) return {buffer.data(), static_cast<size_t>(in.gcount())};
      if (++number > upload.part_count()) return {};
      in = std::ifstream(call.hub.lfs_uploads.part_path(upload, number), std::ios::binary);
    }
  };
  return call.hub.objects.put(produce, false).sha256;
}

Response answer_completion(const Call& call) {
  Presigned state = check_presigned(call.hub.signing_secret, call.request);
  if (state != Presigned::kValid) throw HttpError{403, "", "The completion URL is not valid, or no longer"};
  rapidjson::Document json = body_json(call);
  // One at a time: a client that asks again while its parts are being put together must not find them gone.
  std::lock_guard lock(call.hub.lfs_uploads.completion_mutex);
  LfsUploadPtr upload = call.hub.lfs_uploads.find(std::string(call.request.arg("uploadId")));
  // The answer to an earlier completion may have been lost.
  if (!upload && have_object(call, get_string(json, "oid"))) return lfs_response("{}");
  if (!upload) throw HttpError{404, "", "NoSuchUpload: it was completed, or never begun"};
  check_parts(call, *upload, json);
  std::string sha256 = join_parts(call, *upload);
  if (sha256 != upload->oid) throw HttpError{400, "", "The parts add up to " + sha256 + ", not to the object"};
  call.hub.lfs_uploads.forget(*upload);
  return lfs_response("{}");
}

/// git-lfs reads "message", and asks for a password when it is told how.
Response lfs_error(const HttpError& error) {
  Json out;
  out.begin_object().put("message", error.message).put("error", error.message).end_object();
  Response response = error_response(error.status, error.code, error.message);
  response.body.text = out.str();
  response.set("Content-Type", kMediaType);
  for (const auto& [name, value] : error.headers) response.set(name, value);
  if (error.status == 401) {
    response.set("WWW-Authenticate", "Basic realm=\"localhub\"");
    response.set("LFS-Authenticate", "Basic realm=\"localhub\"");
  }
  return response;
}

Response answer_repo_call(const Call& call, size_t at) {
  const auto& segments = call.request.segments;
  std::string what = join_path(segments, at + 2);
  if (what != "objects/batch" && what != "objects/verify") throw HttpError{404, "", "Not found"};
  if (call.request.method != "POST") throw HttpError{405, "", "POST is expected"};
  bool verify = what == "objects/verify";
  bool download = !verify && get_string(body_json(call), "operation") == "download";
  RepoPtr repo = open_repo(call, lfs_target(call.request, at), download);
  if (!download) need_write(call, repo->owner());
  return verify ? answer_verify(call) : answer_batch(call, *repo);
}

}  // namespace

bool is_lfs_call(const Request& request) { return request.path == "/api/complete_multipart" || lfs_at(request) > 0; }

Response answer_lfs(const Call& call) {
  try {
    size_t at = lfs_at(call.request);
    if (at > 0) return answer_repo_call(call, at);
    if (call.request.method != "POST") throw HttpError{405, "", "POST is expected"};
    return answer_completion(call);
  } catch (const HttpError& error) {
    if (error.status / 100 == 3) throw;
    return lfs_error(error);
  }
}

}  // namespace localhub
