// /_admin/cas: what the CAS holds.
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

void write_file(Json& out, const ShardFile& file) {
  out.begin_object().put("xet_hash", file.hash.text()).put("size", static_cast<int64_t>(file.size()));
  out.key("sha256");
  file.sha256 ? out.value(file.sha256->text()) : out.null();
  out.key("segments").begin_array();
  for (const Segment& segment : file.segments) {
    out.begin_object().put("xorb", segment.xorb.text()).put("first", int64_t{segment.first});
    out.put("end", int64_t{segment.end}).put("bytes", int64_t{segment.bytes}).end_object();
  }
  out.end_array().end_object();
}

Response counts(CasStore& cas) {
  CasStore::Counts now = cas.counts();
  Json out;
  out.begin_object().put("files", static_cast<int64_t>(now.files)).put("xorbs", static_cast<int64_t>(now.xorbs));
  out.put("shards", static_cast<int64_t>(now.shards)).put("chunks", static_cast<int64_t>(now.chunks)).end_object();
  return json_response(out.str());
}

}  // namespace

/// cas, cas/files/<xet hash>, cas/sha256/<hex>
Response answer_admin_cas(const Call& call) {
  const auto& at = call.request.segments;
  CasStore& cas = call.hub.cas;
  if (at.size() == 2) return counts(cas);
  XetFilePtr file;
  if (at.size() == 4 && at[2] == "sha256") file = cas.file_of_sha256(at[3]);
  auto hash = at.size() == 4 ? XetHash::parse(at[3]) : std::nullopt;
  if (hash && at[2] == "files") file = cas.file(*hash);
  if (!file) return error_response(404, "", "the CAS has no such file");
  Json out;
  write_file(out, *file);
  return json_response(out.str());
}

}  // namespace localhub
