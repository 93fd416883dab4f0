#include "commit_body.h"

#include <functional>

#include "json.h"

namespace localhub {
namespace {

constexpr size_t kLongestPath = 4096;

HttpError bad(const std::string& text) { return {400, "", text}; }

/// Paths that git, a checkout on some system or another client would trip over.
void check_path(const std::string& path) {
  if (path.empty()) throw bad("A path is missing");
  bool fine = path.size() <= kLongestPath && utf8_prefix(path) == path.size();
  for (unsigned char c : path) fine = fine && c >= ' ' && c != 0x7f && c != '\\';
  for (std::string_view name : split(path, '/'))
    fine = fine && !name.empty() && name != "." && name != ".." && !equals_ignoring_case(name, ".git");
  if (!fine) throw bad("Invalid path in commit: " + json_quote(path));
}

CommitOperation file_from(const rapidjson::Value& value) {
  CommitOperation out{CommitOperation::Kind::kFile, get_string(value, "path"), get_string(value, "content"), "", -1};
  std::string encoding = get_string(value, "encoding", "utf-8");
  if (encoding == "base64") {
    auto bytes = base64_decode(out.content);
    if (!bytes) throw bad("The content of " + json_quote(out.path) + " is not base64");
    out.content = std::move(*bytes);
  } else if (encoding != "utf-8") {
    throw bad("Unknown encoding " + json_quote(encoding));
  }
  return out;
}

CommitOperation lfs_file_from(const rapidjson::Value& value) {
  CommitOperation out{CommitOperation::Kind::kLfsFile, get_string(value, "path"), "", get_string(value, "oid"),
                      get_int(value, "size", -1)};
  if (get_string(value, "algo", "sha256") != "sha256" || out.oid.size() != 64 || !is_hex(out.oid))
    throw bad("The oid of " + json_quote(out.path) + " is not a SHA-256");
  return out;
}

CommitOperation deletion_from(const rapidjson::Value& value, CommitOperation::Kind kind) {
  CommitOperation out{kind, get_string(value, "path"), "", "", -1};
  if (kind == CommitOperation::Kind::kDeletedFolder && !out.path.empty() && out.path.back() == '/') out.path.pop_back();
  return out;
}

void take_header(const rapidjson::Value& value, CommitBody& out) {
  out.summary = get_string(value, "summary");
  out.description = get_string(value, "description");
  out.parent = lower(get_string(value, "parentCommit"));
  if (trim(out.summary).empty()) throw bad("The commit has no summary");
  bool fine = out.parent.empty() || (out.parent.size() >= 5 && out.parent.size() <= 40 && is_hex(out.parent));
  if (!fine) throw bad("parentCommit is not a commit id");
}

void take(std::string_view key, const rapidjson::Value& value, CommitBody& out) {
  using Kind = CommitOperation::Kind;
  if (key == "header") return take_header(value, out);
  if (key == "file") {
    out.operations.push_back(file_from(value));
  } else if (key == "lfsFile") {
    out.operations.push_back(lfs_file_from(value));
  } else if (key == "deletedFile" || key == "deletedFolder") {
    out.operations.push_back(deletion_from(value, key == "deletedFile" ? Kind::kDeletedFile : Kind::kDeletedFolder));
  } else {
    throw bad("Unknown operation " + json_quote(key));
  }
  check_path(out.operations.back().path);
}

/// {"summary", "description", "parentCommit", "files": [..], "lfsFiles": [..], "deletedFiles": [..], ...}
CommitBody parse_older_form(std::string_view text) {
  rapidjson::Document json = parse_object(text);
  CommitBody out;
  take_header(json, out);
  for (const char* key : {"file", "lfsFile", "deletedFile", "deletedFolder"}) {
    const rapidjson::Value* list = member(json, (std::string(key) + "s").c_str());
    if (!list || !list->IsArray()) continue;
    for (const auto& value : list->GetArray()) take(key, value, out);
  }
  return out;
}

CommitBody parse_lines(std::string_view text) {
  CommitBody out;
  size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    rapidjson::Document json;
    json.Parse(line.data(), line.size());
    const rapidjson::Value* value = json.HasParseError() ? nullptr : member(json, "value");
    if (!value || !value->IsObject()) throw bad("Line " + std::to_string(number) + " is not {\"key\", \"value\"}");
    std::string key = get_string(json, "key");
    if (out.summary.empty() != (key == "header")) throw bad("The header has to be the first line, and the only one");
    take(key, *value, out);
  }
  if (out.summary.empty()) throw bad("The header is missing");
  return out;
}

}  // namespace

CommitBody parse_commit_body(const Request& request, const Settings& limits) {
  if (limits.commit_max_bytes > 0 && static_cast<int64_t>(request.body.size()) > limits.commit_max_bytes)
    throw HttpError{413, "", "The commit is larger than " + std::to_string(limits.commit_max_bytes) + " bytes"};
  bool lines = request.header("content-type").find("ndjson") != std::string_view::npos;
  CommitBody out = lines ? parse_lines(request.body) : parse_older_form(request.body);
  if (limits.commit_max_files > 0 && static_cast<int64_t>(out.operations.size()) > limits.commit_max_files)
    throw HttpError{413, "", "The commit has more than " + std::to_string(limits.commit_max_files) + " operations"};
  return out;
}

}  // namespace localhub
