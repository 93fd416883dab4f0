#include "xet/cas/call.h"

#include "base/text.h"
#include "net/retry.h"
#include "xet/cas/answers.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;

constexpr int64_t kImpatientDeadlineMs = 10'000;
constexpr int64_t kImpatientPauseMs = 2'000;  // a server that asks for more is not waited for

int status_of(const net::Response& response) { return response.status; }
int status_of(const std::unique_ptr<net::BodyStream>& stream) { return stream->head().status; }

Error named(Error error, const Question& question) { return std::move(error).prefixed("CAS, " + question.what); }

}  // namespace

Result<net::Request> Call::request(const Question& question, const Access& access) const {
  net::Request request;
  request.method = question.method;
  HFHUB_TRY(request.url, parse_url(access.endpoint + question.path));
  for (const auto& [name, value] : tokens.target().custom_headers) {
    if (!net::is_message_header(name)) HFHUB_CHECK(request.headers.set(name, value));
  }
  if (!settings.session_id.empty()) HFHUB_CHECK(request.headers.set("X-Xet-Session-Id", settings.session_id));
  if (!settings.user_agent.empty()) HFHUB_CHECK(request.headers.set("User-Agent", settings.user_agent));
  for (const auto& [name, value] : question.headers.all()) HFHUB_CHECK(request.headers.set(name, value));
  if (!access.token.empty()) request.authorization = "Bearer " + access.token;
  // A redirect would turn a POST into a GET that succeeds without having stored anything.
  if (question.method != net::Method::kGet) request.redirects = net::Redirects::kNever;
  request.identity = question.identity;
  request.deadline_ms = question.deadline_ms;
  request.silence_ms = question.silence_ms;
  request.total_ms = question.total_ms;
  request.retry = question.retry;
  request.sent = question.sent;
  request.lent_body = question.body;
  return request;
}

template <class Answer, class Send>
Result<Answer> Call::authorized(const Question& question, const Cancel& cancel, Send send) const {
  HFHUB_TRY(Access access, tokens.get(cancel));
  for (bool renewed = false;; renewed = true) {
    HFHUB_TRY(net::Request asked, request(question, access));
    Result<Answer> answer = send(asked);
    if (!answer.ok()) return named(std::move(answer).error(), question);
    const bool renewable = !access.token.empty() && !tokens.target().refresh_url.empty();
    if (status_of(*answer) != 401 || renewed || !renewable) return answer;
    auto fresh = tokens.renew(access.token, cancel);
    if (!fresh.ok()) return named(std::move(fresh).error(), question);
    access = *std::move(fresh);
  }
}

Result<net::Response> Call::send(const Question& question, const Cancel& cancel) const {
  return authorized<net::Response>(question, cancel, [&](net::Request& asked) {
    if (question.impatient) return send_impatiently(net, asked, cancel, question.limit);
    return net.send(asked, cancel, question.limit);
  });
}

Result<std::unique_ptr<net::BodyStream>> Call::open(const Question& question, const Cancel& cancel) const {
  return authorized<std::unique_ptr<net::BodyStream>>(
      question, cancel, [&](const net::Request& asked) { return net.open(asked, cancel); });
}

Result<net::Response> send_impatiently(net::Client& net, net::Request request, const Cancel& cancel, uint64_t limit) {
  request.retry = false;
  request.deadline_ms = kImpatientDeadlineMs;
  auto response = net.send(request, cancel, limit);
  Error error;
  if (response.ok()) {
    if (!net::is_transient_status(response->status)) return response;
    if (net::retry_after_ms(response->headers) > kImpatientPauseMs) return response;
    error = refusal(*response, Side::kCas, "a request");
  } else {
    error = response.error();
    if (error.code != Code::kNetwork || !error.retriable) return response;
  }
  HFHUB_CHECK(cancel.check());
  if (!net.wait_before_retry(error, 1, cancel).ok()) return response;
  return net.send(request, cancel, limit);
}

void Call::warn(const std::string& message) const {
  if (log != nullptr) log->write(runtime::LogLevel::kWarning, "Xet: " + message);
}

}  // namespace hfhub::xet
