#include "net/redirect.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hfhub::net {
namespace {

bool becomes_get(int status, Method method) {
  if (method == Method::kGet || method == Method::kHead) return false;
  return status == 303 || status == 302 || (status == 301 && method == Method::kPost);
}

// Everything else that a caller sets (billing, download counters, provider keys) is meant for the site it was sent to.
bool may_leave_the_site(std::string_view name) {
  constexpr std::array<std::string_view, 10> kContent = {
      "accept",   "accept-encoding",   "accept-language", "range",        "if-range",
      "if-match", "if-modified-since", "if-none-match",   "content-type", "user-agent"};
  return std::any_of(kContent.begin(), kContent.end(),
                     [&](std::string_view known) { return equal_ignoring_case(known, name); });
}

template <class Keep>
Headers filtered(const Headers& headers, Keep keep) {
  Headers out;
  for (const auto& [name, value] : headers.all()) {
    if (keep(name)) out.add_received(name, value);
  }
  return out;
}

Error refused(const Hop& hop, std::string_view why) {
  return Error::make(Code::kProtocol, "the redirect of '" + redacted(hop.url.str()) + "' " + std::string(why));
}

}  // namespace

TokenOrigins::TokenOrigins(std::string_view endpoint) {
  const auto url = parse_url(endpoint);
  if (!url.ok()) return;  // no endpoint, no place for the token
  origins_.push_back(*url);
  const std::string origin = url->origin();
  const bool hub = origin == "https://huggingface.co";
  if (!hub && origin != "https://hf.co") return;
  origins_.push_back(parse_url(hub ? "https://hf.co" : "https://huggingface.co").value());
}

bool TokenOrigins::contains(const Url& url) const {
  return std::any_of(origins_.begin(), origins_.end(), [&](const Url& origin) { return origin.same_origin(url); });
}

bool is_redirect_status(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_loopback(const Url& url) {
  const std::string& host = url.host;
  if (host == "localhost" || host.ends_with(".localhost") || host == "[::1]") return true;
  // Digits and dots only: "127.0.0.1.example.com" is a name like any other.
  const bool numeric = host.find_first_not_of("0123456789.") == std::string::npos;
  return numeric && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

bool is_downgrade(const Url& from, const Url& to) {
  return from.scheme == "https" && to.scheme == "http" && !(is_loopback(from) && is_loopback(to));
}

Result<std::optional<Hop>> plan_redirect(const Hop& hop, Redirects redirects, int status, std::string_view location,
                                         const TokenOrigins& origins, int hops_done) {
  const std::optional<Hop> answer_itself;
  if (redirects == Redirects::kNever || !is_redirect_status(status) || location.empty()) return answer_itself;
  const auto target = join_url(hop.url, location);
  if (!target.ok()) {
    // A foreign target that nobody would follow is the caller's to read.
    if (redirects == Redirects::kSameSiteOnly) return answer_itself;
    return refused(hop, "leads to an unusable URL");
  }
  const bool same_origin = target->same_origin(hop.url);
  const bool token_origin = origins.contains(*target);
  if (redirects == Redirects::kSameSiteOnly && !same_origin && !token_origin) return answer_itself;
  if (is_downgrade(hop.url, *target)) {
    return refused(hop, "from https to http is not followed");
  }
  if (hops_done >= kMaxHops) return refused(hop, "is one too many (too many redirects)");

  Hop next = hop;
  next.url = *target;
  if (becomes_get(status, hop.method)) {
    next.method = Method::kGet;
    next.body = {};
    next.headers =
        filtered(next.headers, [](std::string_view name) { return !starts_with_ignoring_case(name, "content-"); });
  }
  if (!same_origin && !token_origin) next.headers = filtered(next.headers, may_leave_the_site);
  return std::optional<Hop>(std::move(next));
}

}  // namespace hfhub::net
