// What may be said about a repository that is made, copied or changed; checked before anything is sent.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "base/result.h"

namespace hfhub::client {

// A repository or bucket that a Space sees as a folder.
struct SpaceVolume {
  std::string type;  // "model", "dataset", "space" or "bucket"
  std::string source;
  std::string mount_path;
  std::string revision;  // "" when not said
  std::string path;      // "" for all of it
  std::optional<bool> read_only;
};
// hf://[models/|datasets/|spaces/|buckets/]ns/name[@revision][/path]:/folder[:ro|:rw]
Result<SpaceVolume> parse_volume(std::string_view text);

using NamedValues = std::vector<std::pair<std::string, std::string>>;

struct RepoOptions {
  RepoType repo_type = RepoType::kModel;
  std::optional<std::string> token;
  std::string visibility;  // "" when not said, like everything below
  std::string gated;
  bool exist_ok = false;
  bool missing_ok = false;
  std::string resource_group;
  std::string region;
  std::string space_sdk;
  std::string space_template;
  std::string space_hardware;
  std::optional<int64_t> space_sleep_time_s;
  NamedValues space_secrets;
  NamedValues space_variables;
  std::vector<SpaceVolume> space_volumes;
  std::string revision;
  std::optional<std::string> message;
};

struct RepoRequest {
  RepoRef repo;
  std::string to_id;  // of a move or a copy; "" when not said
  std::string ref;    // a branch or tag
  std::string owner;  // of a listing; "" for the caller
  bool write = false;
  bool include_prs = false;
  RepoOptions options;

  bool is_space() const { return repo.type == RepoType::kSpace; }
};

Result<RepoRequest> make_repo_request(std::string_view repo_id, const RepoOptions& options);
Result<RepoRequest> make_create_request(std::string_view repo_id, const RepoOptions& options);
Result<RepoRequest> make_move_request(std::string_view repo_id, std::string_view to_id, const RepoOptions& options);
Result<RepoRequest> make_duplicate_request(std::string_view repo_id, std::string_view to_id,
                                           const RepoOptions& options);
Result<RepoRequest> make_update_request(std::string_view repo_id, const RepoOptions& options);
// `what` is "branch" or "tag".
Result<RepoRequest> make_ref_request(std::string_view repo_id, std::string_view what, std::string_view ref,
                                     const RepoOptions& options);
Result<RepoRequest> make_squash_request(std::string_view repo_id, std::string_view branch, const RepoOptions& options);
Result<RepoRequest> make_access_request(std::string_view repo_id, bool write, const RepoOptions& options);
Result<RepoRequest> make_list_request(std::string_view owner, const RepoOptions& options);

// Not empty, and printable.
Done check_name(std::string_view what, std::string_view name);
// One of the words, or an error that lists them.
Done check_word(std::string_view what, std::string_view word, std::span<const std::string_view> known);

}  // namespace hfhub::client
