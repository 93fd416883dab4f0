// The storage side of Git LFS: whole objects and parts of objects by signed URLs, as S3 takes them. It believes in no
// hash: content that is not what its name says becomes an object of another name, and verification finds nothing.
#include "cdn.h"
#include "lfs.h"
#include "presign.h"
#include "spool.h"

namespace localhub {
namespace {

constexpr char kSize[] = "size";
constexpr char kUploadId[] = "uploadId";

std::string put_url(const Call& call, const std::string& path, const Pairs& arguments) {
  bool expired = call.fault && call.fault->expire_url;
  return presign(call.hub.signing_secret, "PUT", call.hub.cdn_base_url(call.request), path,
                 call.hub.settings.get()->url_ttl_s, expired, arguments);
}

Response stored(const std::string& etag) {
  Response out = text_response(200, "");
  return out.set("ETag", etag);
}

Response take_object(const Call& call, Spool& body) {
  if (parse_int(call.request.arg(kSize)) != body.size())
    return storage_error(400, "IncompleteBody", "The length is not what was signed for");
  std::string sha256 = body.sha256();
  if (!call.hub.objects.exists(sha256)) body.move_to(call.hub.objects.path(sha256));
  return stored("\"" + sha256.substr(0, 32) + "\"");
}

Response take_part(const Call& call, Spool& body) {
  LfsUploadPtr upload = call.hub.lfs_uploads.find(std::string(call.request.arg(kUploadId)));
  auto number = parse_int(call.request.segments[2]);
  if (!upload || upload->oid != call.request.segments[1] || !number || *number < 1 || *number > upload->part_count())
    return storage_error(404, "NoSuchUpload", "The specified multipart upload does not exist");
  if (body.size() != upload->part_size(*number))
    return storage_error(400, "IncompleteBody", "The length is not that of the part");
  std::string etag = call.hub.lfs_uploads.store(*upload, *number, body);
  if (etag.empty()) return storage_error(404, "NoSuchUpload", "The specified multipart upload does not exist");
  return stored(etag);
}

}  // namespace

std::string lfs_put_url(const Call& call, const std::string& oid, int64_t size) {
  return put_url(call, "/lfs/" + oid, {{kSize, std::to_string(size)}});
}

std::string lfs_part_url(const Call& call, const LfsUpload& upload, int64_t number) {
  return put_url(call, "/lfs/" + upload.oid + "/" + std::to_string(number), {{kUploadId, upload.id}});
}

bool is_lfs_put(const Request& request) {
  const auto& at = request.segments;
  return request.method == "PUT" && (at.size() == 2 || at.size() == 3) && at[0] == "lfs" && at[1].size() == 64 &&
         is_hex(at[1]);
}

Response answer_lfs_put(const Call& call) {
  if (!call.request.spool) return storage_error(500, "InternalError", "The body could not be kept");
  return call.request.segments.size() == 2 ? take_object(call, *call.request.spool)
                                           : take_part(call, *call.request.spool);
}

}  // namespace localhub
