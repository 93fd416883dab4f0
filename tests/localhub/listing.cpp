// GET /api/models and its siblings: search, filter, sort, pages.
#include <algorithm>

#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

bool has_text(const Repo& repo, const std::vector<std::string>& words) {
  std::string name = lower(repo.name);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return name.find(lower(word)) != std::string::npos; });
}

bool has_tags(Hub& hub, const Repo& repo, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return true;
  std::vector<std::string> tags = repo_tags(hub, repo);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& tag) { return std::find(tags.begin(), tags.end(), tag) != tags.end(); });
}

bool listed(const Call& call, const Repo& repo) {
  const Request& request = call.request;
  if (!may_see(request.viewer, repo)) return false;
  std::string_view author = request.arg("author");
  if (!author.empty() && repo.owner() != author) return false;
  if (!request.arg("gated").empty() && request.flag("gated") != !repo.gated.empty()) return false;
  if (!has_text(repo, request.args("search"))) return false;
  std::vector<std::string> tags;
  for (const char* name : {"filter", "pipeline_tag", "library"})
    for (const std::string& value : request.args(name))
      for (std::string_view tag : split(value, ',')) tags.emplace_back(tag);
  return has_tags(call.hub, repo, tags);
}

int64_t sort_key(const Repo& repo, std::string_view by) {
  if (by == "downloads") return repo.downloads;
  if (by == "likes" || by == "trendingScore") return repo.likes;
  if (by == "createdAt") return repo.created_ms;
  return repo.last_modified_ms();
}

void sort_repos(const Request& request, std::vector<RepoPtr>& repos) {
  std::string_view by = request.arg("sort");
  if (by.empty()) by = "trendingScore";
  bool ascending = request.arg("direction") == "1";
  // Ties keep the order of creation, so pages do not overlap.
  std::stable_sort(repos.begin(), repos.end(), [&](const RepoPtr& a, const RepoPtr& b) {
    int64_t left = sort_key(*a, by), right = sort_key(*b, by);
    return ascending ? left < right : left > right;
  });
}

}  // namespace

Response answer_listing(const Call& call, RepoType type) {
  auto settings = call.hub.settings.get();
  if (settings->offline_listing) throw HttpError{503, "", "listing is offline"};
  std::vector<RepoPtr> repos = call.hub.catalog.list(type);
  repos.erase(std::remove_if(repos.begin(), repos.end(), [&](const RepoPtr& repo) { return !listed(call, *repo); }),
              repos.end());
  sort_repos(call.request, repos);
  size_t from = std::min(page_offset(call.request), repos.size());
  size_t to = std::min(repos.size(), from + static_cast<size_t>(page_limit(call.request, settings->page_size)));
  std::vector<std::string> expand = call.request.args("expand");
  Json out;
  out.begin_array();
  for (size_t i = from; i < to; ++i) {
    const Repo& repo = *repos[i];
    if (expand.empty()) {
      write_repo_summary(out, call.hub, repo, call.request.flag("full"), call.request.flag("cardData"));
    } else if (CommitPtr head = repo.find_revision("main"); !write_expanded(out, call.hub, repo, head.get(), expand)) {
      throw HttpError{400, "", "\"expand\" names an unknown property"};
    }
  }
  Response response = json_response(out.end_array().str());
  if (to < repos.size()) add_next_link(call, response, "cursor", static_cast<int64_t>(to));
  return response;
}

}  // namespace localhub
