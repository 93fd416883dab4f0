#include "base/names.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/url.h"

namespace hfhub {
namespace {

constexpr size_t kLongestIdPart = 96;
constexpr size_t kLongestRevision = 1024;
constexpr size_t kLongestSegment = 255;  // what file systems take

struct TypeName {
  RepoType type;
  std::string_view singular;
  const char* plural;
};
constexpr std::array<TypeName, 4> kTypes{{{RepoType::kModel, "model", "models"},
                                          {RepoType::kDataset, "dataset", "datasets"},
                                          {RepoType::kSpace, "space", "spaces"},
                                          {RepoType::kKernel, "kernel", "kernels"}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; }

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

Error refused(Code code, std::string_view what, std::string_view value, std::string_view reason) {
  std::string message(what);
  message.append(" ").append(quoted(value)).append(" ").append(reason);
  return Error::make(code, std::move(message));
}

const char* wrong_in_id_part(std::string_view part) {
  if (part.empty()) return "has an empty part";
  if (part.size() > kLongestIdPart) return "has a part longer than 96 characters";
  if (!std::all_of(part.begin(), part.end(), [](char c) { return is_word(c) || c == '-' || c == '.'; })) {
    return "may only hold letters, digits, '_', '-' and '.'";
  }
  if (!is_word(part.front()) || !is_word(part.back())) return "may not start or end a part with '-' or '.'";
  return nullptr;
}

// Windows gives these names to devices in every folder, whatever follows the first dot, colon or trailing space.
bool is_device_name(std::string_view segment) {
  static constexpr std::array<std::string_view, 6> kDevices{"con", "prn", "aux", "nul", "conin$", "conout$"};
  static constexpr std::array<std::string_view, 3> kSuperscripts{"\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};  // 1, 2, 3
  std::string_view stem = segment.substr(0, segment.find_first_of(".:"));
  while (!stem.empty() && stem.back() == ' ') stem.remove_suffix(1);
  for (std::string_view device : kDevices) {
    if (equal_ignoring_case(stem, device)) return true;
  }
  if (!starts_with_ignoring_case(stem, "com") && !starts_with_ignoring_case(stem, "lpt")) return false;
  const std::string_view number = stem.substr(3);
  if (number.size() == 1) return number[0] >= '1' && number[0] <= '9';
  return std::find(kSuperscripts.begin(), kSuperscripts.end(), number) != kSuperscripts.end();
}

const char* wrong_in_segment(std::string_view segment) {
  if (segment.empty()) return "has an empty segment";
  if (segment == ".." || segment == ".") return "has a '.' or '..' segment";
  // Windows drops trailing dots and blanks: ".. " would climb there.
  if (segment.find_last_not_of(". ") == std::string_view::npos) return "has a segment of only dots and blanks";
  if (segment.size() > 1 && segment[1] == ':') return "has a drive prefix";
  if (segment.size() > kLongestSegment) return "has a segment longer than 255 bytes";
  if (is_device_name(segment)) return "holds a name that Windows keeps for a device";
  return nullptr;
}

void append_utf8(std::string* out, uint32_t point) {
  if (point < 0x80) {
    *out += static_cast<char>(point);
  } else if (point < 0x800) {
    *out += static_cast<char>(0xC0 | (point >> 6));
    *out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

// Simple lower case of a code point below 0x800 (Latin, Greek, Cyrillic); itself when it has none.
uint32_t fold(uint32_t point) {
  const auto within = [&](uint32_t first, uint32_t last) { return point >= first && point <= last; };
  if (within('A', 'Z')) return point + 32;
  if (within(0xC0, 0xDE) && point != 0xD7) return point + 32;
  if (point == 0x178) return 0xFF;
  if (point == 0x17F) return 's';
  if (point == 0x130 || point == 0x131) return 'i';
  const bool upper_is_odd = within(0x139, 0x148) || within(0x179, 0x17E);
  if (upper_is_odd) return point + (point & 1);
  if (within(0x100, 0x137) || within(0x14A, 0x177)) return point | 1;
  if (within(0x391, 0x3A9) && point != 0x3A2) return point + 32;
  if (within(0x410, 0x42F)) return point + 32;
  if (within(0x400, 0x40F)) return point + 80;
  return point;
}

// refs/pr/<digits> or refs/convert/<name>: revisions that hold slashes and are taken whole. 0 when `text` starts with none.
size_t special_revision_length(std::string_view text) {
  constexpr std::string_view kPull = "refs/pr/", kConvert = "refs/convert/";
  const bool pull = text.starts_with(kPull);
  if (!pull && !text.starts_with(kConvert)) return 0;
  const size_t begin = pull ? kPull.size() : kConvert.size();
  size_t end = begin;
  while (end < text.size() &&
         (pull ? is_digit(text[end]) : is_word(text[end]) || text[end] == '.' || text[end] == '-')) {
    ++end;
  }
  return end > begin ? end : 0;
}

Error bad_uri(std::string_view text, std::string_view reason) {
  return refused(Code::kArgument, "URI", text, std::string("cannot be used: ").append(reason));
}

// Takes "datasets/" and the like off the front of `*rest`.
Result<RepoType> take_type(std::string_view text, std::string_view* rest) {
  const size_t slash = rest->find('/');
  const std::string_view first = rest->substr(0, slash);
  if (first == "buckets") return bad_uri(text, "buckets are no repositories");
  for (const TypeName& known : kTypes) {
    if (first == known.singular) {
      return bad_uri(text, "the type is written in the plural, '" + std::string(known.plural) + "/'");
    }
    if (first != known.plural) continue;
    *rest = slash == std::string_view::npos ? std::string_view() : rest->substr(slash + 1);
    return known.type;
  }
  return RepoType::kModel;
}

// Splits "ns/name[@revision][/path]". '@' marks a revision only directly after the id.
Done split_location(std::string_view text, std::string_view location, HfUri* uri) {
  const size_t first_slash = location.find('/');
  if (first_slash == std::string_view::npos) return bad_uri(text, "the repository must be 'namespace/name'");
  const size_t id_end = location.find_first_of("/@", first_slash + 1);
  uri->repo.id = location.substr(0, id_end);
  if (auto id = check_repo_id(uri->repo.id); !id.ok()) return bad_uri(text, id.error().message);
  if (id_end == std::string_view::npos) return {};
  std::string_view rest = location.substr(id_end + 1);
  if (location[id_end] == '@') {
    const size_t special = special_revision_length(rest);
    const size_t end = special != 0 ? special : std::min(rest.find('/'), rest.size());
    if (end < rest.size() && rest[end] != '/') return bad_uri(text, "a '/' must follow the revision");
    uri->revision = percent_decode(rest.substr(0, end));
    if (auto revision = check_revision(*uri->revision); !revision.ok()) return bad_uri(text, revision.error().message);
    rest = end < rest.size() ? rest.substr(end + 1) : std::string_view();
  }
  uri->path = rest;
  if (uri->path.empty()) return {};
  if (auto path = check_repo_path(uri->path, "path"); !path.ok()) return bad_uri(text, path.error().message);
  return {};
}

}  // namespace

const char* repo_type_name(RepoType type) { return kTypes[static_cast<size_t>(type)].singular.data(); }
const char* repo_type_plural(RepoType type) { return kTypes[static_cast<size_t>(type)].plural; }

Result<RepoType> parse_repo_type(std::string_view text) {
  std::array<std::string_view, kTypes.size()> names;
  for (size_t i = 0; i < kTypes.size(); ++i) {
    if (text == kTypes[i].singular) return kTypes[i].type;
    names[i] = kTypes[i].singular;
  }
  std::string message = quoted(text) + " is no repository type (model, dataset, space or kernel)";
  if (const auto near = nearest(text, names); !near.empty()) message += "; did you mean '" + std::string(near) + "'?";
  return Error::make(Code::kArgument, std::move(message));
}

Done check_repo_id(std::string_view id) {
  const auto bad = [&](const char* reason) { return refused(Code::kArgument, "repository id", id, reason); };
  if (id.empty()) return bad("is empty");
  const auto parts = split(id, '/');
  if (parts.size() > 2) return bad("must be 'name' or 'namespace/name' (the type is given separately)");
  for (std::string_view part : parts) {
    if (const char* reason = wrong_in_id_part(part)) return bad(reason);
  }
  if (id.find("--") != std::string_view::npos) return bad("may not hold '--'");
  if (id.find("..") != std::string_view::npos) return bad("may not hold '..'");
  if (id.ends_with(".git")) return bad("may not end in '.git'");
  return {};
}

Done check_revision(std::string_view revision) {
  const auto bad = [&](const char* reason) { return refused(Code::kArgument, "revision", revision, reason); };
  if (revision.empty()) return bad("is empty");
  if (revision.size() > kLongestRevision) {
    return refused(Code::kArgument, "revision", std::string(revision.substr(0, 40)) + "...",
                   "is longer than 1,024 bytes");
  }
  if (!is_valid_utf8(revision)) return bad("is not valid UTF-8");
  if (has_control_characters(revision)) return bad("holds a control character");
  if (revision.find(' ') != std::string_view::npos) return bad("holds white space");
  if (revision.find_first_of("~^:?*[\\") != std::string_view::npos) return bad("holds one of ~ ^ : ? * [ \\");
  if (revision.find("..") != std::string_view::npos) return bad("holds '..'");
  if (revision.find("@{") != std::string_view::npos) return bad("holds '@{'");
  if (revision.front() == '/' || revision.back() == '/') return bad("starts or ends with '/'");
  for (std::string_view segment : split(revision, '/')) {
    if (segment.empty()) return bad("holds '//'");
    if (segment.front() == '.') return bad("has a segment that starts with '.'");
  }
  return {};
}

bool is_commit_hash(std::string_view revision) {
  return revision.size() == 40 &&
         std::all_of(revision.begin(), revision.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

Done check_repo_path(std::string_view path, std::string_view what, Code code) {
  const auto bad = [&](const char* reason) { return refused(code, what, path, reason); };
  if (path.empty()) return bad("is empty");
  if (!is_valid_utf8(path)) return bad("is not valid UTF-8");
  if (has_control_characters(path)) return bad("holds a control character");
  if (path.find('\\') != std::string_view::npos) return bad("holds a backslash");
  if (path.front() == '/') return bad("is absolute");
  for (std::string_view segment : split(path, '/')) {
    if (const char* reason = wrong_in_segment(segment)) return bad(reason);
  }
  return {};
}

std::string case_key(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (size_t i = 0; i < path.size(); ++i) {
    const auto first = static_cast<uint8_t>(path[i]);
    const bool pair = first >= 0xC2 && first <= 0xDF && i + 1 < path.size();
    const auto second = pair ? static_cast<uint8_t>(path[i + 1]) : uint8_t{0};
    if (first < 0x80) {
      append_utf8(&out, fold(first));
    } else if (pair && (second & 0xC0) == 0x80) {
      append_utf8(&out, fold((static_cast<uint32_t>(first & 0x1F) << 6) | (second & 0x3F)));
      ++i;
    } else {
      out += path[i];  // three bytes and more: no simple pairs that matter
    }
  }
  return out;
}

Done check_token(std::string_view token) {
  if (token.empty()) return Error::make(Code::kArgument, "the token is empty");
  if (!std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; })) {
    return Error::make(Code::kArgument, "the token holds white space, control or non-ASCII characters");
  }
  return {};
}

Result<HfUri> parse_hf_uri(std::string_view text) {
  constexpr std::string_view kScheme = "hf://";
  if (!text.starts_with(kScheme)) {
    return bad_uri(text, "it must look like hf://[datasets/|spaces/|kernels/]namespace/name[@revision][/path]");
  }
  std::string_view location = text.substr(kScheme.size());
  HfUri uri;
  HFHUB_TRY(uri.repo.type, take_type(text, &location));
  while (location.starts_with('/')) location.remove_prefix(1);
  while (location.ends_with('/')) {
    location.remove_suffix(1);
    uri.folder = true;
  }
  HFHUB_CHECK(split_location(text, location, &uri));
  return uri;
}

}  // namespace hfhub
