#include "presign.h"

#include "digest.h"

namespace localhub {
namespace {

constexpr char kSignature[] = "X-Amz-Signature";

/// Over decoded values, so that a proxy or client may quote a URL its own way.
std::string signature(const std::string& secret, const std::string& method, const std::string& path,
                      const Pairs& query) {
  std::string text = method + "\n" + path;
  for (const auto& [name, value] : query)
    if (name != kSignature) text += "\n" + name + "=" + value;
  return hmac_sha256_hex(secret, text);
}

}  // namespace

std::string presign(const std::string& secret, const std::string& method, const std::string& base,
                    const std::string& path, int64_t ttl_s, bool expired, const Pairs& arguments) {
  int64_t now_s = now_ms() / 1000;
  Pairs query = {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                 {"X-Amz-Date", compact_date(expired ? now_s - ttl_s - 60 : now_s)},
                 {"X-Amz-Expires", std::to_string(ttl_s)},
                 {"X-Amz-SignedHeaders", "host"}};
  query.insert(query.end(), arguments.begin(), arguments.end());
  std::string url = base + path + "?";
  for (const auto& [name, value] : query) url += percent_encode(name) + "=" + percent_encode(value) + "&";
  return url + kSignature + "=" + signature(secret, method, path, query);
}

Presigned check_presigned(const std::string& secret, const Request& request) {
  std::string method = request.is_head() ? "GET" : request.method;
  if (request.arg(kSignature) != signature(secret, method, request.path, request.query)) return Presigned::kForged;
  auto since = parse_compact_date(request.arg("X-Amz-Date"));
  auto life = parse_int(request.arg("X-Amz-Expires"));
  bool valid = since && life && now_ms() / 1000 <= *since + *life;
  return valid ? Presigned::kValid : Presigned::kExpired;
}

}  // namespace localhub
