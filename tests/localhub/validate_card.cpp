// validate-yaml: whether a README.md's front matter is YAML, as far as one can tell without a YAML parser.
#include "card.h"
#include "hub.h"
#include "json.h"

namespace localhub {
namespace {

struct CardFindings {
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

/// Quotes and brackets of a one-line value that do not close.
bool is_open(std::string_view value) {
  value = trim(value);
  if (value.empty()) return false;
  char first = value[0];
  char last = first == '"' || first == '\'' ? first : first == '[' ? ']' : first == '{' ? '}' : '\0';
  return last != '\0' && (value.size() < 2 || value.find(last, 1) == std::string_view::npos);
}

std::string fault_of(std::string_view line) {
  if (line.find('\t') < line.find_first_not_of(" \t")) return "a tab indents it";
  std::string_view text = trim(line);
  if (text.empty() || text[0] == '#' || line[0] == ' ' || line[0] == '-' || line[0] == ']' || line[0] == '}') return "";
  size_t colon = text.find(':');
  if (colon == std::string_view::npos) return "it is no \"key: value\"";
  bool spaced = colon + 1 == text.size() || text[colon + 1] == ' ';
  if (!spaced && text[0] != '"' && text[0] != '\'') return "a space is missing after the colon";
  return is_open(text.substr(colon + 1)) ? "a quote or bracket is not closed" : "";
}

CardFindings examine(std::string_view readme) {
  CardFindings out;
  if (readme.substr(0, 4) != "---\n" && readme.substr(0, 5) != "---\r\n") {
    out.warnings.push_back("empty or missing yaml metadata in repo card "
                           "(https://huggingface.co/docs/hub/model-cards#model-card-metadata)");
    return out;
  }
  size_t number = 0;
  for (std::string_view line : split(readme, '\n')) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (++number > 1 && line == "---") return out;
    std::string fault = number == 1 ? "" : fault_of(line);
    if (!fault.empty()) out.errors.push_back("Invalid YAML in line " + std::to_string(number) + ": " + fault);
  }
  out.errors.assign({"The YAML metadata does not end: a second \"---\" is missing"});
  return out;
}

void write_messages(Json& out, const char* name, const std::vector<std::string>& messages) {
  out.key(name).begin_array();
  for (const std::string& message : messages) out.begin_object().put("message", message).end_object();
  out.end_array();
}

}  // namespace

Response answer_validate_yaml(const Call& call) {
  rapidjson::Document json = parse_object(call.request.body);
  if (!member(json, "content")) throw HttpError{400, "", "\"content\" is missing"};
  CardFindings found = examine(get_string(json, "content"));
  Json out;
  out.begin_object();
  write_messages(out, "errors", found.errors);
  write_messages(out, "warnings", found.warnings);
  return json_response(out.end_object().str(), found.errors.empty() ? 200 : 400);
}

void need_valid_card(std::string_view readme) {
  CardFindings found = examine(readme);
  if (!found.errors.empty()) throw HttpError{400, "", "Invalid metadata in README.md: " + found.errors[0]};
}

}  // namespace localhub
