#include "hub/lfs.h"

#include <algorithm>
#include <unordered_map>

#include "base/bytes.h"
#include "base/text.h"
#include "hub/errors.h"
#include "net/redirect.h"

namespace hfhub::hub {
namespace {

constexpr char kMediaType[] = "application/vnd.git-lfs+json";
constexpr std::string_view kChunkSize = "chunk_size";
// No storage counts further than 10,000; a number beyond is a server's slip, not a plan.
constexpr uint64_t kMostParts = 100'000;
constexpr size_t kLongestMessage = 600;
// Storage that copies the parts together takes minutes for a very large object, without a word.
constexpr int64_t kCompletionMs = 300'000;

Error bad(std::string why) { return Error::make(Code::kProtocol, std::move(why)); }

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Url> parse_target(std::string_view text, const Url& from, const Url& endpoint) {
  const auto url = parse_url(on_endpoint(text, endpoint));
  if (!url.ok()) return bad("a URL in it is neither http nor https, or not usable");
  if (net::is_downgrade(from, *url)) return bad("it leads from https to a host without TLS");
  return *url;
}

Done take_header(std::string_view name, json::View value, LfsAction* action) {
  const auto text = value.string();
  if (!text) return bad("the header '" + printable(name) + "' of an action is no text");
  if (net::is_message_header(name)) return {};
  if (equal_ignoring_case(name, "authorization")) {
    if (has_control_characters(*text)) return bad("the authorization of an action is unusable");
    action->authorization = *text;
    return {};
  }
  if (action->headers.find(name) != nullptr) return bad("an action sets a header twice");
  if (Done set = action->headers.set(name, *text); !set.ok()) return bad("an action: " + set.error().message);
  return {};
}

Result<LfsAction> parse_action(json::View action, const Url& from, const Url& endpoint) {
  const auto href = action["href"].string();
  const json::View header = action["header"];
  const bool no_header = header.missing() || header.type() == json::Type::kNull;
  if (!href || !(no_header || header.is_object())) return bad("an action has no href, or a header that is no object");
  LfsAction out;
  HFHUB_TRY(out.url, parse_target(*href, from, endpoint));
  const bool in_parts = !header[kChunkSize].missing();
  for (size_t i = 0; i < header.size(); ++i) {
    const std::string_view name = header.key(i);
    if (in_parts && (name == kChunkSize || is_number(name))) continue;
    HFHUB_CHECK(take_header(name, header.member(i), &out));
  }
  return out;
}

// Python's int() takes a number as well as its digits.
std::optional<uint64_t> chunk_size_of(json::View value) {
  if (const auto number = value.unsigned_integer()) return number;
  const auto parsed = parse_uint64(trim(value.string_or("")));
  return parsed.ok() ? std::optional<uint64_t>(*parsed) : std::nullopt;
}

Done take_parts(json::View header, const Url& from, const Url& endpoint, uint64_t size, LfsUploadPlan* plan) {
  const auto chunk_size = chunk_size_of(header[kChunkSize]);
  if (!chunk_size || *chunk_size == 0) return bad("its chunk_size is no number");
  const uint64_t count = size / *chunk_size + (size % *chunk_size > 0 ? 1 : 0);
  if (count > kMostParts || count > header.size()) return bad("it has too few parts for the object");
  plan->chunk_size = *chunk_size;
  plan->parts.resize(static_cast<size_t>(count));
  uint64_t found = 0;
  for (size_t i = 0; i < header.size(); ++i) {
    if (!is_number(header.key(i))) continue;
    const auto number = parse_uint64(header.key(i));
    if (!number.ok() || *number < 1 || *number > count) return bad("it has too many parts for the object");
    Url* part = &plan->parts[static_cast<size_t>(*number - 1)];
    if (!part->host.empty()) return bad("it names a part twice");
    const auto href = header.member(i).string();
    if (!href) return bad("the URL of a part is no text");
    HFHUB_TRY(*part, parse_target(*href, from, endpoint));
    ++found;
  }
  if (found != count) return bad("it has too few parts for the object");
  return {};
}

Error error_of_object(json::View error, const LfsObject& object, const Url& from) {
  const int64_t status = error["code"].integer_or(0);
  const std::string message = to_valid_utf8(trim(error["message"].string_or("")).substr(0, kLongestMessage));
  Code code = Code::kHttp;
  if (status == 401) code = Code::kAuth;
  if (status == 403) code = Code::kForbidden;
  if (status == 429) code = Code::kRateLimited;
  auto detail = std::make_shared<HttpDetail>();
  detail->http_status = status >= 100 && status <= 599 ? static_cast<int>(status) : 0;
  detail->url = redacted(from.str());
  detail->server_message = message;
  Error out = Error::make(code, "the Hub does not take the object " + object.oid + " (" + std::to_string(status) +
                                    "): " + printable(message.empty() ? "no reason given" : message));
  out.retriable = status == 408 || status == 429 || (status >= 500 && status <= 599);
  out.http = std::move(detail);
  return out;
}

Result<LfsAnswer> parse_answer(json::View answer, const LfsObject& object, const Url& from, const Url& endpoint) {
  LfsAnswer out;
  out.object = object;
  if (const json::View error = answer["error"]; error.is_object()) {
    out.error = error_of_object(error, object, from);
    return out;
  }
  if (answer["size"].unsigned_integer() != object.size) return bad("an object in it has another size");
  const json::View upload = answer["actions"]["upload"];
  if (upload.missing() || upload.type() == json::Type::kNull) return out;
  HFHUB_TRY(out.upload, parse_lfs_upload(upload, from, endpoint, object.size));
  const json::View verify = answer["actions"]["verify"];
  if (verify.is_object()) {
    HFHUB_TRY(out.verify, parse_action(verify, from, endpoint));
  }
  return out;
}

Result<net::Request> action_request(const Api& api, const LfsAction& action, std::string body) {
  HFHUB_TRY(net::Request request, make_request(api, net::Method::kPost, action.url));
  request.headers = action.headers;
  request.authorization = action.authorization;
  request.body = std::move(body);
  for (const char* name : {"Accept", "Content-Type"}) {
    if (request.headers.find(name) == nullptr) HFHUB_CHECK(request.headers.set(name, kMediaType));
  }
  return request;
}

}  // namespace

Done check_lfs_object(const LfsObject& object) {
  if (is_lower_hex(object.oid, 64)) return {};
  return Error::make(Code::kArgument, "'" + printable(object.oid) + "' is no SHA-256: 64 lower-case hex digits");
}

std::string lfs_batch_request(std::string_view revision, std::span<const LfsObject> objects,
                              std::span<const std::string_view> transfers) {
  json::Writer out;
  out.begin_object().key("operation").string("upload").key("transfers").begin_array();
  for (const std::string_view transfer : transfers) out.string(transfer);
  out.end_array().key("objects").begin_array();
  for (const LfsObject& object : objects) {
    out.begin_object().key("oid").string(object.oid).key("size").unsigned_integer(object.size).end_object();
  }
  out.end_array().key("hash_algo").string("sha256");
  if (!revision.empty()) out.key("ref").begin_object().key("name").string(revision).end_object();
  out.end_object();
  return json::to_compact_text(out.finish()->root());
}

Result<LfsUploadPlan> parse_lfs_upload(json::View action, const Url& from, const Url& endpoint, uint64_t size) {
  LfsUploadPlan out;
  HFHUB_TRY(out.action, parse_action(action, from, endpoint));
  const json::View header = action["header"];
  if (!header[kChunkSize].missing()) HFHUB_CHECK(take_parts(header, from, endpoint, size, &out));
  return out;
}

Result<LfsBatch> parse_lfs_batch(std::string_view json, const Url& from, const Url& endpoint,
                                 std::span<const LfsObject> objects) {
  HFHUB_TRY(const json::Value value, json::Value::parse(json));
  const json::View answers = value.root()["objects"];
  if (!answers.is_array()) return bad("it lists no objects");
  std::unordered_map<std::string_view, json::View> by_oid;
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto oid = answers[i]["oid"].string();
    if (!oid) return bad("an object in it has no oid");
    by_oid.emplace(*oid, answers[i]);
  }
  LfsBatch batch;
  batch.transfer = value.root()["transfer"].string_or("basic");
  batch.answers.reserve(objects.size());
  for (const LfsObject& object : objects) {
    const auto found = by_oid.find(object.oid);
    if (found == by_oid.end()) return bad("it does not answer for the object " + object.oid);
    HFHUB_TRY(LfsAnswer answer, parse_answer(found->second, object, from, endpoint));
    batch.answers.push_back(std::move(answer));
  }
  return batch;
}

Result<LfsBatch> lfs_batch(const Api& api, const RepoRef& repo, std::string_view revision,
                           std::span<const LfsObject> objects, std::span<const std::string_view> transfers,
                           const runtime::Cancel& cancel) {
  for (const LfsObject& object : objects) HFHUB_CHECK(check_lfs_object(object));
  HFHUB_TRY(Url url, page_url(api.endpoint, repo, ".git/info/lfs/objects/batch"));
  HFHUB_TRY(net::Request request, make_request(api, net::Method::kPost, std::move(url)));
  HFHUB_CHECK(request.headers.set("Accept", kMediaType));
  HFHUB_CHECK(request.headers.set("Content-Type", kMediaType));
  request.body = lfs_batch_request(revision, objects, transfers);
  HFHUB_TRY(const net::Response response, send(api, request, {&repo, revision, ""}, cancel));
  auto batch = parse_lfs_batch(response.body, response.url, api.endpoint, objects);
  if (!batch.ok()) return std::move(batch).error().prefixed("the answer of " + redacted(response.url.str()));
  return batch;
}

std::string lfs_completion_request(std::string_view oid, std::span<const std::string> etags) {
  json::Writer out;
  out.begin_object().key("oid").string(oid).key("parts").begin_array();
  for (size_t i = 0; i < etags.size(); ++i) {
    out.begin_object().key("partNumber").unsigned_integer(i + 1).key("etag").string(etags[i]).end_object();
  }
  out.end_array().end_object();
  return json::to_compact_text(out.finish()->root());
}

Done lfs_complete(const Api& api, const About& about, const LfsAnswer& answer, std::span<const std::string> etags,
                  const runtime::Cancel& cancel) {
  HFHUB_TRY(net::Request request,
            action_request(api, answer.upload->action, lfs_completion_request(answer.object.oid, etags)));
  request.deadline_ms = kCompletionMs;
  HFHUB_TRY(const net::Response response, send(api, request, about, cancel));
  return {};
}

Done lfs_verify(const Api& api, const About& about, const LfsAnswer& answer, const runtime::Cancel& cancel) {
  if (!answer.verify) return {};
  json::Writer body;
  body.begin_object().key("oid").string(answer.object.oid);
  body.key("size").unsigned_integer(answer.object.size).end_object();
  HFHUB_TRY(const net::Request request,
            action_request(api, *answer.verify, json::to_compact_text(body.finish()->root())));
  HFHUB_TRY(const net::Response response, send(api, request, about, cancel));
  return {};
}

}  // namespace hfhub::hub
