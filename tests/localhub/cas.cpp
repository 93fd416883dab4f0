// The CAS listener: who may ask what, and the calls about shards. Reconstructions are in
// cas_reconstruct.cpp, xorb uploads in cas_upload.cpp.
#include "cas.h"

#include "json.h"

namespace localhub {
namespace {

std::string error_frame(const std::string& message, bool retryable) {
  Json out;
  out.begin_object().put("type", "error").put("message", message).put("retryable", retryable).end_object();
  return out.str() + "\n";
}

Response frames(std::string lines) { return text_response(200, std::move(lines), "application/x-ndjson"); }

std::string validating_frame(size_t verified, size_t total) {
  Json out;
  out.begin_object().put("type", "validating").put("verified", static_cast<int64_t>(verified));
  return out.put("total", static_cast<int64_t>(total)).end_object().str() + "\n";
}

/// What a client that streams progress would see; ours knows the outcome before the first frame.
Response shard_frames(size_t entries) {
  std::string out = validating_frame(0, entries) + validating_frame(entries, entries);
  for (const char* stage : {"uploading", "syncing"})
    out += std::string("{\"type\":\"committing\",\"stage\":\"") + stage + "\"}\n";
  return frames(out + "{\"type\":\"result\"}\n");
}

Response shard_reply(const CasStore::Added& added) {
  Json out;
  out.begin_object().put("result", added.fresh ? 1 : 0).put("shard_hash", added.hash.text()).end_object();
  return json_response(out.str());
}

Response answer_shard(const Call& call, bool v2) {
  std::string spoiled = call.hub.settings.get()->cas_shard_error;
  if (v2 && (spoiled == "fatal" || spoiled == "retryable"))
    return frames(validating_frame(0, 1) + error_frame("as the settings say", spoiled == "retryable"));
  if (call.request.body.size() > kLargestShard) throw HttpError{413, "", "a shard has at most 64 MiB"};
  try {
    Shard shard = parse_shard(call.request.body);
    size_t entries = 0;
    for (const ShardFile& file : shard.files) entries += file.segments.size();
    CasStore::Added added = call.hub.cas.add_shard(std::move(shard));
    return v2 ? shard_frames(entries) : shard_reply(added);
  } catch (const FormatError& error) {
    if (v2 && spoiled == "frame") return frames(error_frame(error.what(), false));
    throw HttpError{400, "", error.what()};
  }
}

Response answer_chunk(const Call& call, const std::string& name) {
  if (!call.hub.settings.get()->cas_dedup) throw HttpError{404, "", "deduplication is switched off"};
  auto shard = call.hub.cas.keyed_shard(hash_from(name));
  if (!shard) throw HttpError{404, "", "no such chunk"};
  return text_response(200, std::move(*shard), "application/octet-stream");
}

void need_token(const Call& call, bool write) {
  if (call.hub.settings.get()->cas_open) return;
  const auto& pass = call.request.cas_pass;
  if (!pass) throw HttpError{401, "", "a token of this CAS is needed"};
  if (pass->expires_s <= now_ms() / 1000) throw HttpError{401, "", "the token has expired"};
  if (write && !pass->may_write) throw HttpError{403, "", "the token is for reading only"};
}

void need_method(const Call& call, std::string_view method) {
  bool fits = call.request.method == method || (method == "GET" && call.request.is_head());
  if (!fits) throw HttpError{405, "", std::string(method) + " is expected"};
}

}  // namespace

XetHash hash_from(const std::string& text) {
  auto hash = XetHash::parse(text);
  if (!hash) throw HttpError{400, "", "a hash has 64 hexadecimal digits"};
  return *hash;
}

Response answer_cas(const Call& call) {
  const auto& at = call.request.segments;
  if (call.request.path == "/health") return text_response(200, "");
  bool v2 = at[0] == "v2";
  if (at.size() < 2 || (!v2 && at[0] != "v1")) throw HttpError{404, "", "Not found"};
  if (v2 && !call.hub.settings.get()->cas_v2) throw HttpError{404, "", "this CAS has no /v2"};
  const std::string& what = at[1];
  auto enter = [&](std::string_view method, bool write) {
    need_method(call, method);
    need_token(call, write);
  };
  if (what == "reconstructions" && at.size() == 3) return enter("GET", false), answer_reconstruction(call, at[2], v2);
  if (what == "shards" && at.size() == 2) return enter("POST", true), answer_shard(call, v2);
  if (v2) throw HttpError{404, "", "Not found"};
  // The prefix (at[2]) is "default" from some clients and "default-merkledb" from others.
  if (what == "chunks" && at.size() == 4) return enter("GET", false), answer_chunk(call, at[3]);
  if (what == "xorbs" && at.size() == 4) return enter("POST", true), answer_xorb(call, at[3]);
  if (what == "xorb-grants" && at.size() == 4) return enter("POST", true), answer_grant(call, at[3]);
  if (what == "xorb-commits" && at.size() == 6 && at[4] == "grant")
    return enter("POST", true), answer_xorb_commit(call, at[3], at[5]);
  if (what == "telemetry") return enter("POST", false), json_response("{}");
  throw HttpError{404, "", "Not found"};
}

}  // namespace localhub
