#include "hub/files.h"

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/text.h"
#include "cache/layout.h"
#include "hub/errors.h"
#include "net/header_values.h"

namespace hfhub::hub {
namespace {

Error metadata_error(const net::Response& response, std::string_view header) {
  return Error::make(Code::kProtocol, "the answer of " + redacted(response.url.str()) + " has no usable " +
                                          std::string(header) + " header; is the endpoint (HF_ENDPOINT) a Hub?");
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<uint64_t> size_of(const net::Response& response) {
  std::string_view text = response.headers.get("x-linked-size");
  if (text.empty() && !is_redirect(response.status)) text = response.headers.get("content-length");
  const auto size = parse_uint64(trim(text));
  return size.ok() ? std::optional<uint64_t>(*size) : std::nullopt;
}

// The route that gives tokens for CAS.
std::string xet_route(const net::Response& response, const Url& endpoint) {
  auto route = net::parse_link(response.headers.get("link"), "xet-auth");
  if (!route) route = std::string(trim(response.headers.get("x-xet-refresh-route")));
  if (route->empty()) return "";
  const auto joined = join_url(response.url, on_endpoint(*route, endpoint));
  return joined.ok() ? joined->str() : "";
}

Result<FileFacts> facts_of(const net::Response& response, const Url& endpoint) {
  FileFacts facts;
  facts.commit = std::string(trim(response.headers.get("x-repo-commit")));
  if (!is_commit_hash(facts.commit)) return metadata_error(response, "X-Repo-Commit");
  std::string_view etag = response.headers.get("x-linked-etag");
  if (etag.empty()) etag = response.headers.get("etag");
  auto normalized = cache::normalize_etag(etag);
  if (!normalized.ok()) return metadata_error(response, "ETag");
  facts.etag = *std::move(normalized);
  facts.size = size_of(response);
  facts.location = response.url;
  if (const auto location = response.headers.get("location"); is_redirect(response.status) && !location.empty()) {
    HFHUB_TRY(facts.location, join_url(response.url, location));
  }
  if (const auto xet = trim(response.headers.get("x-xet-hash")); is_lower_hex(xet, 64)) facts.xet_hash = xet;
  if (!facts.xet_hash.empty()) facts.xet_refresh_url = xet_route(response, endpoint);
  return facts;
}

// One row of a tree listing; nullopt for a folder.
Result<std::optional<cache::TreeFile>> tree_file(json::View row) {
  const auto type = row["type"].string();
  if (!type) return Error::make(Code::kProtocol, "the file listing has a row without a type");
  if (*type != "file") return std::optional<cache::TreeFile>();
  cache::TreeFile file;
  const auto path = row["path"].string();
  const auto size = row["size"].integer();
  file.blob_id = row["oid"].string_or("");
  if (!path || !size || *size < 0 || !is_lower_hex(file.blob_id, 40)) {
    return Error::make(Code::kProtocol, "the file listing has a row without path, size or oid");
  }
  HFHUB_CHECK(check_repo_path(*path, "file name from the server", Code::kUnsafeName));
  file.path = *path;
  file.size = static_cast<uint64_t>(*size);
  if (const json::View lfs = row["lfs"]; lfs.is_object()) {
    file.lfs_sha256 = lfs["oid"].string_or("");
    file.lfs_size = static_cast<uint64_t>(std::max<int64_t>(0, lfs["size"].integer_or(*size)));
    if (!is_lower_hex(file.lfs_sha256, 64)) {
      return Error::make(Code::kProtocol, "the file listing has a bad LFS oid for '" + printable(*path) + "'");
    }
  }
  if (const auto xet = row["xetHash"].string_or(""); is_lower_hex(xet, 64)) file.xet_hash = xet;
  return std::optional<cache::TreeFile>(std::move(file));
}

Done check_unique(const cache::Tree& tree) {
  for (size_t i = 1; i < tree.files.size(); ++i) {
    if (tree.files[i].path == tree.files[i - 1].path) {
      return Error::make(Code::kProtocol, "the file listing names '" + printable(tree.files[i].path) + "' twice");
    }
  }
  return {};
}

}  // namespace

Result<FileFacts> probe_file(const Api& api, const RepoRef& repo, std::string_view revision, std::string_view path,
                             int64_t deadline_ms, const runtime::Cancel& cancel) {
  HFHUB_TRY(Url url, file_url(api.endpoint, repo, revision, path));
  HFHUB_TRY(net::Request request, make_request(api, net::Method::kHead, std::move(url)));
  request.redirects = net::Redirects::kSameSiteOnly;
  request.identity = true;
  request.deadline_ms = deadline_ms;
  HFHUB_TRY(const net::Response response, api.net.send(request, cancel));
  if (response.status < 400) return facts_of(response, api.endpoint);
  Error error = error_of(response, {&repo, revision, path});
  const std::string commit(trim(response.headers.get("x-repo-commit")));
  if (error.code != Code::kEntryNotFound || !is_commit_hash(commit)) return error;
  FileFacts facts;
  facts.commit = commit;
  facts.missing = std::move(error);
  return facts;
}

Result<std::string> resolve_commit(const Api& api, const RepoRef& repo, std::string_view revision,
                                   const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/revision/" + percent_encode(revision))));
  HFHUB_TRY(const json::Value info, get_json(api, url, {&repo, revision, ""}, cancel));
  const std::string commit(info.root()["sha"].string_or(""));
  if (!is_commit_hash(commit)) {
    return Error::make(Code::kProtocol, "the answer of " + redacted(url.str()) + " names no commit");
  }
  return commit;
}

Result<cache::Tree> list_files(const Api& api, const RepoRef& repo, std::string_view commit,
                               const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, repo_path(repo, "/tree/" + percent_encode(commit)), {{"recursive", "true"}}));
  cache::Tree tree;
  HFHUB_CHECK(get_pages(api, url, {&repo, commit, ""}, cancel, [&](json::View page) -> Result<bool> {
    if (!page.is_array())
      return Error::make(Code::kProtocol, "the file listing at " + redacted(url.str()) + " is no list");
    for (size_t i = 0; i < page.size(); ++i) {
      HFHUB_TRY(auto file, tree_file(page[i]));
      if (file) tree.files.push_back(*std::move(file));
    }
    return true;
  }));
  std::sort(tree.files.begin(), tree.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  HFHUB_CHECK(check_unique(tree));
  return tree;
}

}  // namespace hfhub::hub
