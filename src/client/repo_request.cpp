#include "client/repo_request.h"

#include <array>

#include "base/text.h"

namespace hfhub::client {
namespace {

Error refused(const std::string& why) { return Error::make(Code::kArgument, why); }

Error bad_volume(std::string_view text, std::string_view why) {
  return refused("volume '" + printable(text) + "' cannot be used: " + std::string(why));
}

// "hf://buckets/ns/name[/path]"; buckets have no revisions.
Done read_bucket(std::string_view text, std::string_view location, SpaceVolume* volume) {
  const auto parts = split(location, '/');
  if (parts.size() < 2) return bad_volume(text, "a bucket is written 'namespace/name'");
  volume->type = "bucket";
  volume->source = std::string(parts[0]) + "/" + std::string(parts[1]);
  if (auto id = check_repo_id(volume->source); !id.ok()) return bad_volume(text, id.error().message);
  if (parts.size() > 2) volume->path = location.substr(volume->source.size() + 1);
  while (volume->path.ends_with('/')) volume->path.pop_back();
  return {};
}

Done check_visibility(const RepoRequest& request) {
  if (request.options.visibility != "protected" || request.is_space()) return {};
  return refused("only Spaces can be 'protected'; a " + std::string(repo_type_name(request.repo.type)) +
                 " is 'public' or 'private'");
}

// For kernels the Hub has fewer calls.
Done check_no_kernel(const RepoRequest& request, std::string_view action) {
  if (request.repo.type != RepoType::kKernel) return {};
  return refused("kernels cannot be " + std::string(action) + "; only models, datasets and Spaces can");
}

bool has_namespace(std::string_view id) { return id.find('/') != std::string_view::npos; }

}  // namespace

Result<SpaceVolume> parse_volume(std::string_view text) {
  constexpr std::string_view kScheme = "hf://", kBuckets = "hf://buckets/";
  SpaceVolume volume;
  std::string_view rest = text;
  if (!rest.starts_with(kScheme)) return bad_volume(text, "it must start with 'hf://'");
  for (const std::string_view mark : {":ro", ":rw"}) {
    if (volume.read_only || !rest.ends_with(mark)) continue;
    volume.read_only = mark == ":ro";
    rest.remove_suffix(mark.size());
  }
  const size_t colon = rest.rfind(":/");
  if (colon == std::string_view::npos || colon < kScheme.size()) {
    return bad_volume(text, "the folder is missing, as in 'hf://org/model:/data'");
  }
  volume.mount_path = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  if (rest.starts_with(kBuckets)) {
    HFHUB_CHECK(read_bucket(text, rest.substr(kBuckets.size()), &volume));
    return volume;
  }
  auto uri = parse_hf_uri(rest);
  if (!uri.ok()) return bad_volume(text, uri.error().message);
  volume.type = repo_type_name(uri->repo.type);
  volume.source = uri->repo.id;
  volume.revision = uri->revision.value_or("");
  volume.path = uri->path;
  return volume;
}

Done check_name(std::string_view what, std::string_view name) {
  if (!name.empty() && !has_control_characters(name) && is_valid_utf8(name)) return {};
  return refused(std::string(what) + " '" + printable(name) + "' cannot be used");
}

Done check_word(std::string_view what, std::string_view word, std::span<const std::string_view> known) {
  std::string list;
  for (const std::string_view candidate : known) {
    if (candidate == word) return {};
    list += (list.empty() ? "'" : ", '") + std::string(candidate) + "'";
  }
  return refused(std::string(what) + " '" + printable(word) + "' is none of " + list);
}

Result<RepoRequest> make_repo_request(std::string_view repo_id, const RepoOptions& options) {
  HFHUB_CHECK(check_repo_id(repo_id));
  RepoRequest request;
  request.repo = {options.repo_type, std::string(repo_id)};
  request.options = options;
  return request;
}

Result<RepoRequest> make_create_request(std::string_view repo_id, const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  HFHUB_CHECK(check_visibility(request));
  if (!request.is_space() && !options.space_template.empty()) return refused("only a Space has a template");
  if (request.is_space() && options.space_sdk.empty() && options.space_template.empty()) {
    return refused("a Space needs an SDK: 'gradio', 'streamlit', 'docker' or 'static'");
  }
  return request;
}

Result<RepoRequest> make_move_request(std::string_view repo_id, std::string_view to_id, const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  HFHUB_CHECK(check_repo_id(to_id));
  for (const std::string_view id : {repo_id, to_id}) {
    if (!has_namespace(id)) return refused("'" + std::string(id) + "' needs its namespace, as in 'namespace/name'");
  }
  request.to_id = to_id;
  return request;
}

Result<RepoRequest> make_duplicate_request(std::string_view repo_id, std::string_view to_id,
                                           const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  if (!to_id.empty()) HFHUB_CHECK(check_repo_id(to_id));
  HFHUB_CHECK(check_visibility(request));
  HFHUB_CHECK(check_no_kernel(request, "copied"));
  request.to_id = to_id;
  return request;
}

Result<RepoRequest> make_update_request(std::string_view repo_id, const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  HFHUB_CHECK(check_visibility(request));
  HFHUB_CHECK(check_no_kernel(request, "changed"));
  if (options.visibility.empty() && options.gated.empty()) return refused("at least one setting must be given");
  return request;
}

Result<RepoRequest> make_ref_request(std::string_view repo_id, std::string_view what, std::string_view ref,
                                     const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  if (auto good = check_revision(ref); !good.ok()) return std::move(good).error().prefixed(std::string(what));
  request.ref = ref;
  return request;
}

Result<RepoRequest> make_squash_request(std::string_view repo_id, std::string_view branch, const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_ref_request(repo_id, "branch", branch, options));
  HFHUB_CHECK(check_no_kernel(request, "squashed"));
  return request;
}

Result<RepoRequest> make_access_request(std::string_view repo_id, bool write, const RepoOptions& options) {
  HFHUB_TRY(RepoRequest request, make_repo_request(repo_id, options));
  HFHUB_CHECK(check_no_kernel(request, "asked about"));
  request.write = write;
  return request;
}

Result<RepoRequest> make_list_request(std::string_view owner, const RepoOptions& options) {
  if (!owner.empty()) {
    HFHUB_CHECK(check_repo_id(owner));
    if (has_namespace(owner)) return refused("'" + std::string(owner) + "' is no name of a user or organisation");
  }
  RepoRequest request;
  request.owner = owner;
  request.options = options;
  return request;
}

}  // namespace hfhub::client
