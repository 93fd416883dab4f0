// Is a folder's content what a commit holds? What verify_repo_checksums of huggingface_hub answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cache/file_digest.h"
#include "cache/tree.h"
#include "runtime/cancel.h"

namespace hfhub::cache {

struct Mismatch {
  std::string path;
  std::string expected;  // lower-case hex
  std::string actual;
  std::string algorithm;  // "sha256" or "git-sha1"
};

// What there is to do, from names alone. Files below .git and .cache/huggingface are no content and never extra.
struct VerifyPlan {
  std::vector<TreeFile> files;             // on both sides: their digests decide; sorted by path
  std::vector<std::string> missing_paths;  // in the commit only; sorted
  std::vector<std::string> extra_paths;    // in the folder only; sorted
  uint64_t bytes = 0;                      // of `files`, as the commit has them
};
// kCache when `folder` is missing.
Result<VerifyPlan> plan_verification(const std::string& folder, const Tree& tree);

// One file of the plan; any number at the same time. nullopt: the content is right.
Result<std::optional<Mismatch>> verify_file(const std::string& folder, const TreeFile& file,
                                            const runtime::Cancel& cancel, const OnBytes& on_bytes);

struct Verification {
  uint64_t checked_count = 0;
  std::vector<Mismatch> mismatches;
  std::vector<std::string> missing_paths;
  std::vector<std::string> extra_paths;
  bool clean() const { return mismatches.empty() && missing_paths.empty() && extra_paths.empty(); }
};
// The whole plan, one file after the other.
Result<Verification> verify_folder(const std::string& folder, const Tree& tree, const runtime::Cancel& cancel,
                                   const OnBytes& on_bytes);

}  // namespace hfhub::cache
