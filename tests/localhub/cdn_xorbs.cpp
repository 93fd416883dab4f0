// The storage side of the CAS: ranges of xorbs by signed URLs, and uploads that were granted.
#include <fstream>

#include "cas.h"
#include "cdn.h"
#include "crc64.h"
#include "presign.h"

namespace localhub {
namespace {

constexpr char kSignedRange[] = "X-Xet-Signed-Range";
constexpr char kBoundary[] = "localhub-part-7d1f0c";

std::string range_text(const std::vector<ByteRange>& ranges) {
  std::string out = "bytes=";
  for (const ByteRange& range : ranges) {
    if (out.size() > 6) out += ",";
    out += std::to_string(range.first) + "-" + std::to_string(range.last);
  }
  return out;
}

/// Closed ranges only: nothing else can be inside what was signed. Empty when malformed.
std::vector<ByteRange> parse_ranges(std::string_view text) {
  if (text.substr(0, 6) != "bytes=") return {};
  std::vector<ByteRange> out;
  for (std::string_view part : split(text.substr(6), ',')) {
    part = trim(part);
    size_t dash = part.find('-');
    auto first = parse_int(part.substr(0, dash));
    auto last = dash == std::string_view::npos ? std::nullopt : parse_int(part.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first) return {};
    out.push_back({*first, *last});
  }
  return out;
}

bool covers(const std::vector<ByteRange>& allowed, const ByteRange& asked) {
  for (const ByteRange& range : allowed)
    if (range.first <= asked.first && asked.last <= range.last) return true;
  return false;
}

Response multipart(const std::string& path, int64_t size, const std::vector<ByteRange>& ranges) {
  std::ifstream in(path, std::ios::binary);
  std::string body;
  for (const ByteRange& range : ranges) {
    body += std::string("\r\n--") + kBoundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " +
            std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(size) + "\r\n\r\n";
    size_t at = body.size();
    body.resize(at + static_cast<size_t>(range.last - range.first + 1));
    in.seekg(range.first);
    in.read(body.data() + at, static_cast<std::streamsize>(body.size() - at));
  }
  body += std::string("\r\n--") + kBoundary + "--\r\n";
  return text_response(206, std::move(body), std::string("multipart/byteranges; boundary=") + kBoundary);
}

}  // namespace

std::string xorb_url(const Call& call, const XetHash& xorb, const std::vector<ByteRange>& ranges) {
  bool expired = call.fault && call.fault->expire_url;
  return presign(call.hub.signing_secret, "GET", call.hub.cdn_base_url(call.request), "/xorbs/default/" + xorb.text(),
                 call.hub.settings.get()->url_ttl_s, expired, {{kSignedRange, range_text(ranges)}});
}

std::string upload_url(const Call& call, const Grant& grant) {
  bool expired = call.fault && call.fault->expire_url;
  return presign(call.hub.signing_secret, "PUT", call.hub.cdn_base_url(call.request), "/uploads/" + grant.id,
                 call.hub.settings.get()->url_ttl_s, expired, {});
}

Response answer_xorb_data(const Call& call) {
  auto hash = XetHash::parse(call.request.segments[2]);
  if (!hash || !call.hub.cas.has_xorb(*hash))
    return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  std::vector<ByteRange> allowed = parse_ranges(call.request.arg(kSignedRange));
  std::vector<ByteRange> asked = parse_ranges(call.request.header("range"));
  bool signed_for = !asked.empty();
  for (const ByteRange& range : asked) signed_for = signed_for && covers(allowed, range);
  if (!signed_for) return storage_error(403, "AccessDenied", "The URL is not signed for this range");
  std::string path = call.hub.cas.xorb_path(*hash);
  XorbPtr xorb = call.hub.cas.xorb(*hash);
  int64_t size = int64_t{xorb->ends.back()} + static_cast<int64_t>(xorb_footer(*xorb).size());
  bool whole = call.fault && call.fault->ignore_range;
  if (asked.size() > 1 && !whole) return multipart(path, size, asked);
  Response out;
  out.ranged = true;
  out.set("Content-Type", "application/octet-stream").set("ETag", "\"" + hash->text() + "\"");
  out.set("Cache-Control", "private, immutable");
  out.body.kind = Body::Kind::kFile;
  out.body.file = path;
  out.body.length = size;
  return out;
}

Response answer_upload(const Call& call) {
  const std::string& body = call.request.body;
  GrantPtr grant = call.hub.grants.find(call.request.segments[1]);
  if (!grant) return storage_error(404, "NoSuchUpload", "There is no such grant");
  if (call.request.header("if-none-match") != "*")
    return storage_error(403, "SignatureDoesNotMatch", "The grant's headers were not sent");
  if (body.size() != grant->length) return storage_error(400, "IncompleteBody", "The length is not what was granted");
  if (crc64_nvme(body) != grant->crc64) return storage_error(400, "BadDigest", "The checksum is not what was granted");
  if (!call.hub.grants.store(*grant, body))
    return storage_error(412, "PreconditionFailed", "The object exists already");
  Response out = text_response(200, "");
  return out.set("ETag", "\"" + grant->id + "\"");
}

}  // namespace localhub
