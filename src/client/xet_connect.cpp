// Which CAS, with whose token.
#include "base/names.h"
#include "base/text.h"
#include "client/xet.h"
#include "platform/system.h"

namespace hfhub::client {

bool is_forked(uint64_t generation) { return generation != platform::fork_generation(); }

Result<XetRepo> make_xet_repo(std::string_view repo_type, std::string_view repo_id, std::string_view revision) {
  XetRepo out;
  out.id = std::string(repo_id);
  if (repo_type == "bucket") {
    HFHUB_CHECK(check_repo_id(repo_id));
    out.kind = "buckets";
    if (!revision.empty()) return Error::make(Code::kArgument, "a bucket has no revisions");
    return out;
  }
  HFHUB_TRY(const RepoType type, parse_repo_type(repo_type));
  HFHUB_CHECK(check_repo_id(repo_id));
  out.kind = repo_type_plural(type);
  out.revision = revision.empty() ? "main" : std::string(revision);
  HFHUB_CHECK(check_revision(out.revision));
  return out;
}

std::string xet_refresh_url(const Session& session, const XetRepo& repo, XetUse use) {
  return xet::refresh_url(session.endpoint().str(), repo.kind, repo.id, use != XetUse::kRead, repo.revision,
                          use == XetUse::kWriteNewPullRequest);
}

Result<std::shared_ptr<xet::CasClient>> connect_xet(const Session& session, Machinery& machinery,
                                                    const XetOptions& options, XetUse use) {
  xet::CasTarget target = options.target;
  if (options.repo) target.refresh_url = xet_refresh_url(session, *options.repo, use);
  if (!target.refresh_url.empty()) {
    HFHUB_TRY(target.hub_token, session.token());
  }
  return machinery.xet()->cas(std::move(target));
}

Result<xet::Hash> parse_xet_hash(std::string_view text) {
  const auto hash = xet::Hash::parse(text);
  if (hash) return *hash;
  return Error::make(Code::kArgument, "'" + printable(text.substr(0, 72)) + "' is no Xet hash: 64 hex digits");
}

Done check_xet_header(const std::string& name, const std::string& value) {
  net::Headers probe;
  return probe.set(name, value);
}

Result<xet::ShaWish> parse_sha_wish(const char* sha256) {
  xet::ShaWish out;
  if (sha256 == nullptr) return out;
  out.kind = *sha256 == '\0' ? xet::ShaWish::Kind::kSkip : xet::ShaWish::Kind::kGiven;
  if (out.kind == xet::ShaWish::Kind::kSkip) return out;
  const auto hash = xet::Hash::parse(sha256);  // in a shard a SHA-256's text form is its ordinary hex
  if (!hash) return Error::make(Code::kArgument, "'" + printable(sha256) + "' is no SHA-256: 64 hex digits");
  out.given = *hash;
  return out;
}

}  // namespace hfhub::client
