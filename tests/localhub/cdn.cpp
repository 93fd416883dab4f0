// The second origin: signed, short-lived addresses of large objects and of xorbs, as S3 or
// CloudFront would serve them. A token that arrives here has been sent to the wrong host, which is an error.
#include "cdn.h"

#include "lfs.h"
#include "presign.h"

namespace localhub {
namespace {

/// A file that only the CAS has becomes an object when somebody wants it by plain HTTP.
std::string object_of(const Call& call, const std::string& sha256) {
  if (call.hub.objects.exists(sha256)) return sha256;
  XetFilePtr file = call.hub.cas.file_of_sha256(sha256);
  return file ? call.hub.materialise(file->hash) : sha256;
}

Response answer_object(const Call& call, const std::string& sha256) {
  int64_t size = sha256.empty() ? -1 : call.hub.objects.size(sha256);
  if (size < 0) return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  Response out;
  out.ranged = true;
  out.set("Content-Type", "application/octet-stream").set("ETag", "\"" + sha256 + "\"");
  out.set("Content-Disposition", std::string(call.request.arg("response-content-disposition")));
  out.set("Cache-Control", "public, max-age=604800, immutable");
  out.set("Last-Modified", "Wed, 01 May 2024 12:00:00 GMT");  // objects never change
  out.body.length = size;
  out.body.shared = call.hub.objects.small(sha256, size);
  out.body.kind = out.body.shared ? Body::Kind::kShared : Body::Kind::kFile;
  if (!out.body.shared) out.body.file = call.hub.objects.path(sha256);
  return out;
}

}  // namespace

Response storage_error(int status, const std::string& code, const std::string& message) {
  return text_response(status,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" +
                           message + "</Message></Error>",
                       "application/xml");
}

std::string signed_url(const Call& call, const FileEntry& file, bool expired) {
  return presign(call.hub.signing_secret, "GET", call.hub.cdn_base_url(call.request),
                 "/objects/" + file.sha256.substr(0, 2) + "/" + file.sha256, call.hub.settings.get()->url_ttl_s,
                 expired, {{"response-content-disposition", content_disposition(file.path)}});
}

Response answer_cdn(const Call& call) {
  const Request& request = call.request;
  if (!request.header("authorization").empty())
    return storage_error(400, "InvalidArgument", "Only one auth mechanism allowed: a token came with a signed URL");
  const auto& at = request.segments;
  bool upload = request.method == "PUT" && at.size() == 2 && at[0] == "uploads";
  bool lfs = is_lfs_put(request);
  if (!upload && !lfs && request.method != "GET" && !request.is_head())
    return storage_error(405, "MethodNotAllowed", "The specified method is not allowed");
  bool object = at.size() == 3 && at[0] == "objects" && at[2].size() == 64 && is_hex(at[2]);
  bool xorb = at.size() == 3 && at[0] == "xorbs";
  bool file = at.size() == 2 && at[0] == "files";
  if (!upload && !lfs && !object && !xorb && !file)
    return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  Presigned state = check_presigned(call.hub.signing_secret, request);
  if (state == Presigned::kForged)
    return storage_error(403, "SignatureDoesNotMatch", "The request signature does not match");
  if (state == Presigned::kExpired) return storage_error(403, "AccessDenied", "Request has expired");
  if (upload) return answer_upload(call);
  if (lfs) return answer_lfs_put(call);
  if (file) return answer_object(call, call.hub.materialise(XetHash::parse(at[1]).value_or(XetHash())));
  return xorb ? answer_xorb_data(call) : answer_object(call, object_of(call, at[2]));
}

}  // namespace localhub
