#include "client/commit_plan.h"

#include <map>

#include "base/text.h"

namespace hfhub::client {
namespace {

using Kind = Operation::Kind;

Error bad_path(std::string_view path, std::string_view why) {
  return Error::make(Code::kArgument, "path in the repository '" + printable(path) + "' " + std::string(why));
}

Error clash(std::string_view path, const std::string& why) {
  return Error::make(Code::kArgument, "'" + printable(path) + "' " + why);
}

// Folders above each written path, so that no file is one of them.
Done check_folders(const std::map<std::string_view, const Operation*>& written) {
  for (const auto& [path, operation] : written) {
    for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      const std::string_view folder = path.substr(0, slash);
      if (written.count(folder) > 0) {
        return clash(folder, "cannot be a file and the folder of '" + printable(path) + "' in one commit");
      }
    }
  }
  return {};
}

Done check_case(const std::map<std::string_view, const Operation*>& written) {
  std::map<std::string, std::string_view> seen;
  for (const auto& [path, operation] : written) {
    const auto [at, fresh] = seen.emplace(case_key(path), path);
    if (fresh) continue;
    return clash(at->second, "and '" + printable(path) + "' are one file on a disk that ignores case");
  }
  return {};
}

// Is the content there already?
bool changes_nothing(const Operation& operation) {
  if (operation.kind == Kind::kAdd) {
    return !operation.add->remote_oid.empty() && operation.add->remote_oid == operation.add->oid;
  }
  return operation.kind == Kind::kCopy && !operation.copy->remote_oid.empty() &&
         operation.copy->remote_oid == operation.copy->git_oid;
}

}  // namespace

const char* storage_name(Storage storage) {
  switch (storage) {
    case Storage::kInline: return "regular";
    case Storage::kXet: return "xet";
    case Storage::kLfs: return "lfs";
    default: return "unknown";
  }
}

Result<std::string> commit_path(std::string_view given) {
  std::string_view path = given;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.starts_with("./")) path.remove_prefix(2);
  if (path.empty()) return bad_path(given, "is empty");
  if (!is_valid_utf8(path)) return bad_path(given, "is not UTF-8");
  if (path.find('\0') != std::string_view::npos) return bad_path(given, "holds a NUL");
  for (const std::string_view segment : split(path, '/')) {
    if (segment.empty()) return bad_path(given, "has an empty segment");
    if (segment == "." || segment == "..") return bad_path(given, "has a segment '" + std::string(segment) + "'");
    if (segment == ".git" || segment == ".cache") {
      return bad_path(given, "is below a '" + std::string(segment) + "' folder, which the Hub does not take");
    }
  }
  return std::string(path);
}

Done check_operations(const std::vector<Operation>& operations) {
  std::map<std::string_view, const Operation*> written;
  for (const Operation& operation : operations) {
    if (operation.writes()) {
      if (!written.emplace(operation.path, &operation).second)
        return clash(operation.path, "is written twice in one commit");
      continue;
    }
    const bool folder = operation.kind == Kind::kDeleteFolder;
    const std::string prefix = operation.path + "/";
    const auto below = written.lower_bound(prefix);
    const bool hits =
        folder ? below != written.end() && below->first.starts_with(prefix) : written.count(operation.path) > 0;
    if (hits) return clash(operation.path, "is deleted after the same commit wrote to it; delete first");
  }
  HFHUB_CHECK(check_folders(written));
  return check_case(written);
}

Deletions::Deletions(const std::vector<Operation>& operations) {
  for (const Operation& operation : operations) {
    if (!operation.writes()) paths_.insert(operation.path);
  }
}

bool Deletions::covers(std::string_view path) const {
  if (paths_.empty()) return false;
  if (paths_.find(path) != paths_.end()) return true;
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (paths_.find(path.substr(0, slash)) != paths_.end()) return true;
  }
  return false;
}

Selection select_operations(const std::vector<Operation>& operations) {
  const Deletions deletions(operations);
  Selection out;
  for (size_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = operations[i];
    if (operation.kind == Kind::kAdd && operation.add->ignored) out.ignored.push_back(operation.path);
    else if (changes_nothing(operation) && !deletions.covers(operation.path)) ++out.unchanged;
    else out.operations.push_back(i);
  }
  return out;
}

}  // namespace hfhub::client
