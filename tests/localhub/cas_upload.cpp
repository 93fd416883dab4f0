// Xorbs on their way in: POST with the bytes, or grant, PUT to storage, commit.
#include <charconv>
#include <fstream>

#include "cas.h"
#include "json.h"

namespace localhub {
namespace {

// Nobody listens on the discard port.
constexpr char kNowhere[] = "http://127.0.0.1:9/uploads/unreachable";

/// Whether the CAS did not have it yet.
bool take_xorb(const Call& call, const XetHash& name, std::string_view body, bool footer_allowed) {
  try {
    XorbIndex index = examine_xorb(body, footer_allowed);
    if (index.hash != name) throw FormatError("the chunks add up to xorb " + index.hash.text());
    return call.hub.cas.put_xorb(index, body);
  } catch (const FormatError& error) {
    throw HttpError{400, "", error.what()};
  }
}

uint64_t parse_checksum(const std::string& text) {
  uint64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) throw HttpError{400, "", "bad checksum"};
  return out;
}

Grant read_grant_request(const Call& call) {
  if (call.request.header("content-type").find("application/json") == std::string_view::npos)
    throw HttpError{415, "", "application/json is expected"};
  rapidjson::Document json;
  json.Parse(call.request.body.data(), call.request.body.size());
  const rapidjson::Value* checksum = json.HasParseError() ? nullptr : member(json, "checksum");
  if (!checksum) throw HttpError{400, "", "length and checksum are expected"};
  if (get_string(*checksum, "algo") != "crc64nvme") throw HttpError{422, "", "unknown checksum"};
  Grant out;
  out.length = static_cast<uint64_t>(get_int(json, "length", 0));
  if (out.length == 0 || out.length > kLargestXorb + kRecordHeader * kMostChunks)
    throw HttpError{400, "", "a xorb has at most 64 MiB"};
  out.crc64 = parse_checksum(get_string(*checksum, "value"));
  return out;
}

std::string user_of(const Call& call) { return call.request.cas_pass ? call.request.cas_pass->user : ""; }

}  // namespace

Response answer_xorb(const Call& call, const std::string& xorb) {
  bool fresh = take_xorb(call, hash_from(xorb), call.request.body, true);
  return json_response(fresh ? "{\"was_inserted\":true}" : "{\"was_inserted\":false}");
}

Response answer_grant(const Call& call, const std::string& xorb) {
  auto settings = call.hub.settings.get();
  if (settings->cas_grants == "off") throw HttpError{404, "", "this CAS gives no grants"};
  Grant wanted = read_grant_request(call);
  wanted.xorb = hash_from(xorb);
  if (call.hub.cas.has_xorb(wanted.xorb)) return text_response(200, "");
  wanted.user = user_of(call);
  wanted.expires_s = now_ms() / 1000 + settings->url_ttl_s;
  GrantPtr grant = call.hub.grants.make(wanted);
  Json out;
  out.begin_object().put("id", grant->id).put("method", "PUT");
  out.put("url", settings->cas_grants == "unreachable" ? kNowhere : upload_url(call, *grant));
  out.key("headers").begin_object().put("If-None-Match", "*").end_object().end_object();
  return json_response(out.str(), 201);
}

Response answer_xorb_commit(const Call& call, const std::string& xorb, const std::string& id) {
  XetHash name = hash_from(xorb);
  GrantPtr grant = call.hub.grants.find(id);
  bool fits = grant && grant->xorb == name && grant->user == user_of(call) && call.hub.grants.uploaded(*grant);
  if (!fits && call.hub.cas.has_xorb(name)) return json_response("{}");
  if (!fits) throw HttpError{404, "", "nothing was uploaded for this grant"};
  std::ifstream in(call.hub.grants.upload_path(*grant), std::ios::binary);
  std::string body(grant->length, '\0');
  in.read(body.data(), static_cast<std::streamsize>(body.size()));
  call.hub.grants.forget(*grant);
  take_xorb(call, name, body, false);
  return json_response("{}");
}

}  // namespace localhub
