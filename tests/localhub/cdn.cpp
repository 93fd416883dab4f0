// The second origin: signed, short-lived addresses of large objects, as S3 or CloudFront would
// serve them. A token that arrives here has been sent to the wrong host, which is an error.
#include <cctype>

#include "digest.h"
#include "hub.h"

namespace localhub {
namespace {

std::string signature(const std::string& secret, std::string_view path, std::string_view date, std::string_view ttl,
                      std::string_view disposition) {
  std::string text = secret;
  for (std::string_view part : {path, date, ttl, disposition}) {
    text += '\n';
    text += part;
  }
  return sha256_hex(text + "\n" + secret);
}

Response storage_error(int status, const std::string& code, const std::string& message) {
  return text_response(status,
                       "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" +
                           message + "</Message></Error>",
                       "application/xml");
}

}  // namespace

std::string signed_url(const Call& call, const FileEntry& file, bool expired) {
  auto settings = call.hub.settings.get();
  int64_t now_s = now_ms() / 1000;
  std::string date = compact_date(expired ? now_s - settings->url_ttl_s - 60 : now_s);
  std::string ttl = std::to_string(settings->url_ttl_s);
  std::string path = "/objects/" + file.sha256.substr(0, 2) + "/" + file.sha256;
  std::string disposition = content_disposition(file.path);
  return call.hub.cdn_base_url(call.request) + path + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=" + date +
         "&X-Amz-Expires=" + ttl +
         "&X-Amz-SignedHeaders=host&response-content-disposition=" + percent_encode(disposition) +
         "&X-Amz-Signature=" + signature(call.hub.signing_secret, path, date, ttl, disposition);
}

Response answer_cdn(const Call& call) {
  const Request& request = call.request;
  if (!request.header("authorization").empty())
    return storage_error(400, "InvalidArgument", "Only one auth mechanism allowed: a token came with a signed URL");
  if (request.method != "GET" && request.method != "HEAD")
    return storage_error(405, "MethodNotAllowed", "The specified method is not allowed");
  const auto& segments = request.segments;
  bool shaped = segments.size() == 3 && segments[0] == "objects" && segments[2].size() == 64 && is_hex(segments[2]);
  if (!shaped) return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  std::string_view date = request.arg("X-Amz-Date"), ttl = request.arg("X-Amz-Expires");
  std::string_view disposition = request.arg("response-content-disposition");
  if (request.arg("X-Amz-Signature") != signature(call.hub.signing_secret, request.path, date, ttl, disposition))
    return storage_error(403, "SignatureDoesNotMatch", "The request signature does not match");
  auto since = parse_compact_date(date);
  auto life = parse_int(ttl);
  if (!since || !life || now_ms() / 1000 > *since + *life)
    return storage_error(403, "AccessDenied", "Request has expired");

  const std::string& sha256 = segments[2];
  int64_t size = call.hub.objects.size(sha256);
  if (size < 0) return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  Response out;
  out.ranged = true;
  out.set("Content-Type", "application/octet-stream").set("ETag", "\"" + sha256 + "\"");
  out.set("Content-Disposition", std::string(disposition));
  out.set("Cache-Control", "public, max-age=604800, immutable");
  out.set("Last-Modified", "Wed, 01 May 2024 12:00:00 GMT");  // objects never change
  out.body.length = size;
  out.body.shared = call.hub.objects.small(sha256, size);
  out.body.kind = out.body.shared ? Body::Kind::kShared : Body::Kind::kFile;
  if (!out.body.shared) out.body.file = call.hub.objects.path(sha256);
  return out;
}

}  // namespace localhub
