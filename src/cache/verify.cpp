#include "cache/verify.h"

#include <algorithm>

#include "base/text.h"
#include "cache/folder_walk.h"
#include "platform/file.h"

namespace hfhub::cache {
namespace {

// `path` is, or lies in, a folder (or file) called `name` at any depth.
bool is_under(std::string_view path, std::string_view name) {
  for (size_t at = path.find(name); at != std::string_view::npos; at = path.find(name, at + 1)) {
    const size_t end = at + name.size();
    const bool starts = at == 0 || path[at - 1] == '/';
    if (starts && (end == path.size() || path[end] == '/')) return true;
  }
  return false;
}

bool is_content(const std::string& folder, const std::string& path) {
  if (is_under(path, ".git") || is_under(path, ".cache/huggingface")) return false;
  const auto found = platform::stat_path(platform::join_path(folder, path));
  return found.ok() && *found && (*found)->kind == platform::Kind::kFile;
}

}  // namespace

Result<VerifyPlan> plan_verification(const std::string& folder, const Tree& tree) {
  if (!platform::is_folder(folder)) {
    return Error::at(Code::kCache, "there is no folder '" + folder + "' to verify", folder);
  }
  VerifyPlan plan;
  auto wanted = tree.files.begin();
  for (const std::string& path : walk_files(folder)) {
    if (!is_content(folder, path)) continue;
    for (; wanted != tree.files.end() && wanted->path < path; ++wanted) plan.missing_paths.push_back(wanted->path);
    if (wanted == tree.files.end() || wanted->path != path) {
      plan.extra_paths.push_back(path);
      continue;
    }
    plan.bytes += wanted->content_size();
    plan.files.push_back(*wanted++);
  }
  for (; wanted != tree.files.end(); ++wanted) plan.missing_paths.push_back(wanted->path);
  return plan;
}

Result<std::optional<Mismatch>> verify_file(const std::string& folder, const TreeFile& file,
                                            const runtime::Cancel& cancel, const OnBytes& on_bytes) {
  const bool lfs = !file.lfs_sha256.empty();
  const auto algorithm = lfs ? digest::Algorithm::kSha256 : digest::Algorithm::kGitSha1;
  HFHUB_TRY(std::string actual, digest_file(platform::join_path(folder, file.path), algorithm, cancel, on_bytes));
  std::string expected = to_lower_ascii(file.etag());
  if (actual == expected) return std::optional<Mismatch>();
  return std::optional<Mismatch>({file.path, std::move(expected), std::move(actual), lfs ? "sha256" : "git-sha1"});
}

Result<Verification> verify_folder(const std::string& folder, const Tree& tree, const runtime::Cancel& cancel,
                                   const OnBytes& on_bytes) {
  HFHUB_TRY(VerifyPlan plan, plan_verification(folder, tree));
  Verification out;
  out.checked_count = plan.files.size();
  out.missing_paths = std::move(plan.missing_paths);
  out.extra_paths = std::move(plan.extra_paths);
  for (const TreeFile& file : plan.files) {
    HFHUB_TRY(auto mismatch, verify_file(folder, file, cancel, on_bytes));
    if (mismatch) out.mismatches.push_back(std::move(*mismatch));
  }
  return out;
}

}  // namespace hfhub::cache
