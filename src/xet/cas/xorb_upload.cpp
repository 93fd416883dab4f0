#include "xet/cas/xorb_upload.h"

#include <algorithm>

#include "json/value.h"

namespace hfhub::xet {
namespace {

constexpr int kShortRetries = 2;

std::string grant_request(uint64_t bytes, uint64_t crc64) {
  json::Writer writer;
  writer.begin_object();
  writer.key("length").unsigned_integer(bytes);
  writer.key("checksum").begin_object();
  writer.key("algo").string("crc64nvme");
  writer.key("value").string(std::to_string(crc64));
  writer.end_object().end_object();
  return json::to_compact_text(writer.finish()->root());
}

}  // namespace

Result<bool> XorbUpload::run() {
  const uint64_t grants = call_.settings.direct_upload ? 0 : std::max<uint64_t>(call_.settings.grant_attempts, 1);
  for (uint64_t i = 0; i < grants && !memory_.no_grants; ++i) {
    HFHUB_TRY(const Step step, try_grant());
    if (step == Step::kGoOn) return true;
    if (step == Step::kKnown) return false;
    if (step == Step::kDirect) break;
    if (i + 1 == grants) call_.warn(xorb_text() + ": no grant worked, it is uploaded directly");
  }
  return post();
}

Result<XorbUpload::Step> XorbUpload::try_grant() {
  Grant grant;
  HFHUB_TRY(Step step, ask_grant(&grant));
  if (step != Step::kGoOn) return step;
  if (granted_) HFHUB_CHECK(granted_(grant.id));
  HFHUB_TRY(step, put(grant));
  if (step != Step::kGoOn) return step;
  return commit(grant);
}

Result<bool> XorbUpload::pause(Error error, int attempt) {
  if (is_final(error)) return error;
  if (!error.retriable || attempt > kShortRetries) return false;
  const Done slept = call_.net.wait_before_retry(error, static_cast<uint64_t>(attempt), cancel_);
  HFHUB_CHECK(cancel_.check());
  return slept.ok();
}

Result<XorbUpload::Step> XorbUpload::give_up(const Error& error) {
  if (is_final(error)) return error;
  call_.warn(error.message + "; " + xorb_text() + " is uploaded directly");
  return Step::kDirect;
}

// ---- leave to upload ----

Result<XorbUpload::Step> XorbUpload::ask_grant(Grant* grant) {
  std::string json = grant_request(body_.size(), crc64_);
  Question question;
  question.method = net::Method::kPost;
  question.path = "/v1/xorb-grants/default/" + xorb_.text();
  question.what = "a grant for " + xorb_text();
  question.body = json;
  question.retry = false;
  HFHUB_CHECK(question.headers.set("Content-Type", "application/json"));
  for (int attempt = 1;; ++attempt) {
    auto response = call_.send(question, cancel_);
    if (response.ok() && response->status < 400) return read_grant(*response, grant);
    if (response.ok() && (response->status == 404 || response->status == 405 || response->status == 501)) {
      memory_.no_grants = true;  // not offered here
      return Step::kDirect;
    }
    const Error error = response.ok() ? refusal(*response, Side::kCas, question.what) : std::move(response).error();
    HFHUB_TRY(const bool again, pause(error, attempt));
    if (!again) return give_up(error);
  }
}

Result<XorbUpload::Step> XorbUpload::read_grant(const net::Response& response, Grant* grant) {
  const std::string what = "a grant for " + xorb_text();
  if (response.status == 200) return Step::kKnown;
  if (response.status != 201) return give_up(refusal(response, Side::kCas, what));
  auto parsed = parse_grant(response.body, response.url, body_.size());
  if (!parsed.ok()) return give_up(garbage(response, Side::kCas, what, parsed.error().message));
  *grant = *std::move(parsed);
  return Step::kGoOn;
}

// ---- the upload ----

Result<XorbUpload::Step> XorbUpload::put(const Grant& grant) {
  // What the grant says and nothing of ours: neither token nor session.
  net::Request request;
  request.method = grant.method;
  request.url = grant.url;
  request.headers = grant.headers;
  request.authorization = grant.authorization;
  request.redirects = net::Redirects::kNever;
  request.retry = false;
  request.sent = sent_;
  request.lent_body = body_;
  const std::string what = "the bytes of " + xorb_text();
  for (int attempt = 1;; ++attempt) {
    auto response = call_.net.send(request, cancel_, 1u << 20);
    if (!response.ok()) {
      const Error error = std::move(response).error().prefixed("CAS, " + what);
      // Another xorb's upload may have found out that nobody is there.
      HFHUB_TRY(const bool again, memory_.no_grants ? Result<bool>(false) : pause(error, attempt));
      if (again) continue;
      return put_failed(error);
    }
    const int status = response->status;
    // 412: there already, as the grant's If-None-Match says.
    if (is_success(status) || status == 412) return Step::kGoOn;
    if (status == 400 || status == 403) return Step::kNewGrant;
    Error error = refusal(*response, Side::kStorage, what);
    if (status == 409) error.with_retry();
    HFHUB_TRY(const bool again, pause(error, attempt));
    if (!again) return status == 409 ? Result<Step>(Step::kNewGrant) : give_up(error);
  }
}

// No answer at all: a host that this machine cannot reach, most likely. That costs its time once a session.
Result<XorbUpload::Step> XorbUpload::put_failed(const Error& error) {
  const bool unreachable = error.code == Code::kNetwork || error.code == Code::kTimeout || error.code == Code::kTls;
  if (unreachable && !memory_.no_grants.exchange(true)) {
    call_.warn("the storage host of CAS does not answer; all xorbs are uploaded directly");
  }
  return give_up(error);
}

// ---- the commit ----

Question xorb_commit(const Hash& xorb, const std::string& grant_id) {
  Question question;
  question.method = net::Method::kPost;
  question.path = "/v1/xorb-commits/default/" + xorb.text() + "/grant/" + percent_encode(grant_id);
  question.what = "the commit of xorb " + xorb.text();
  question.retry = false;
  return question;
}

Result<XorbUpload::Step> XorbUpload::commit(const Grant& grant) {
  const Question question = xorb_commit(xorb_, grant.id);
  for (int attempt = 1;; ++attempt) {
    auto response = call_.send(question, cancel_);
    if (response.ok() && is_success(response->status)) return Step::kGoOn;
    if (response.ok() && response->status == 404) return Step::kNewGrant;
    const Error error = response.ok() ? refusal(*response, Side::kCas, question.what) : std::move(response).error();
    HFHUB_TRY(const bool again, pause(error, attempt));
    if (!again) return give_up(error);
  }
}

// ---- without a grant ----

Result<bool> XorbUpload::post() {
  Question question;
  question.method = net::Method::kPost;
  question.path = "/v1/xorbs/default/" + xorb_.text();
  question.what = "the upload of " + xorb_text();
  question.body = body_;
  question.sent = sent_;
  HFHUB_TRY(const net::Response response, call_.send(question, cancel_));
  if (!is_success(response.status)) return refusal(response, Side::kCas, question.what);
  auto inserted = parse_was_inserted(response.body);
  if (!inserted.ok()) return garbage(response, Side::kCas, question.what, inserted.error().message);
  return *inserted;
}

}  // namespace hfhub::xet
