// base/names.h: an accepted name keeps the promises that files and URLs are built on.
#include "base/names.h"

#include "base/text.h"
#include "require.h"

using namespace hfhub;

namespace {

void check_path(std::string_view path) {
  REQUIRE(!path.empty() && path.front() != '/' && path.back() != '/');
  REQUIRE(is_valid_utf8(path) && !has_control_characters(path));
  REQUIRE(path.find('\\') == std::string_view::npos);
  for (std::string_view segment : split(path, '/')) REQUIRE(!segment.empty() && segment != "." && segment != "..");
}

void check_uri(const HfUri& uri) {
  REQUIRE(check_repo_id(uri.repo.id).ok());
  if (uri.revision) REQUIRE(check_revision(*uri.revision).ok());
  if (!uri.path.empty()) check_path(uri.path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = input_text(data, size);
  if (check_repo_id(text).ok()) {
    REQUIRE(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./") ==
            std::string_view::npos);
    REQUIRE(text.find("--") == std::string_view::npos && text.find("..") == std::string_view::npos);
    REQUIRE(text.size() <= 193);
  }
  if (check_revision(text).ok()) REQUIRE(text.find("..") == std::string_view::npos && !has_control_characters(text));
  if (is_commit_hash(text)) REQUIRE(check_revision(text).ok());
  if (auto path = check_repo_path(text, "file name"); path.ok()) check_path(text);
  else REQUIRE(!has_control_characters(path.error().message));
  REQUIRE(case_key(case_key(text)) == case_key(text));
  if (check_token(text).ok()) REQUIRE(!has_control_characters(text) && text.find(' ') == std::string_view::npos);
  if (const auto type = parse_repo_type(text); type.ok()) REQUIRE(repo_type_name(*type) == text);
  if (const auto uri = parse_hf_uri(text); uri.ok()) check_uri(*uri);
  if (const auto uri = parse_hf_uri("hf://ns/name@" + std::string(text)); uri.ok()) check_uri(*uri);
  return 0;
}
