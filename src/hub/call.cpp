#include "hub/call.h"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.h"

namespace hfhub::hub {
namespace {

using Answer = OperationRow::Answer;

constexpr OperationRow kRows[] = {
#define HFHUB_OPERATION(name, method, path, query, body, answer, help) \
  {name, net::Method::method, path, query, body, Answer::answer, help},
#include "hub/operations.inc"
#undef HFHUB_OPERATION
};

// One parameter of a row: "expand*", "paths*!" or, in a path, "{revision=main}" and "{path?}".
struct Parameter {
  std::string_view name;
  bool list = false;
  bool required = false;
  bool optional_segment = false;
  std::string_view fallback;
};

Parameter parse_field(std::string_view field) {
  Parameter out;
  while (field.ends_with('*') || field.ends_with('!')) {
    (field.back() == '*' ? out.list : out.required) = true;
    field.remove_suffix(1);
  }
  out.name = field;
  return out;
}

Parameter parse_segment(std::string_view inside_braces) {
  Parameter out;
  const size_t equals = inside_braces.find('=');
  out.optional_segment = inside_braces.ends_with('?');
  out.name = inside_braces.substr(0, out.optional_segment ? inside_braces.size() - 1 : equals);
  if (equals != std::string_view::npos) out.fallback = inside_braces.substr(equals + 1);
  out.required = equals == std::string_view::npos && !out.optional_segment;
  return out;
}

std::vector<Parameter> path_parameters(std::string_view path) {
  std::vector<Parameter> out;
  for (size_t open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    out.push_back(parse_segment(path.substr(open + 1, path.find('}', open) - open - 1)));
  }
  return out;
}

std::vector<Parameter> field_parameters(std::string_view fields) {
  std::vector<Parameter> out;
  for (std::string_view field : split(fields, ' ')) {
    if (!field.empty()) out.push_back(parse_field(field));
  }
  return out;
}

std::vector<Parameter> all_parameters(const OperationRow& row) {
  std::vector<Parameter> all = path_parameters(row.path);
  for (const char* fields : {row.query, row.body}) {
    for (const Parameter& parameter : field_parameters(fields)) all.push_back(parameter);
  }
  return all;
}

Error bad_call(const OperationRow& row, const std::string& why) {
  return Error::make(Code::kArgument, std::string(row.name) + ": " + why);
}

Result<std::string> scalar_text(const OperationRow& row, std::string_view name, json::View value) {
  switch (value.type()) {
    case json::Type::kString: return std::string(*value.string());
    case json::Type::kBool: return std::string(*value.boolean() ? "true" : "false");
    case json::Type::kNumber: return json::to_compact_text(value);
    default: return bad_call(row, "parameter '" + std::string(name) + "' must be a string, number or boolean");
  }
}

Done check_known(const OperationRow& row, json::View parameters) {
  const auto all = all_parameters(row);
  std::vector<std::string_view> names;
  for (const Parameter& parameter : all) names.push_back(parameter.name);
  for (size_t i = 0; i < parameters.size(); ++i) {
    const std::string_view key = parameters.key(i);
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    std::string why = "unknown parameter '" + printable(key) + "'";
    if (const auto near = nearest(key, names); !near.empty()) why += " (did you mean '" + std::string(near) + "'?)";
    return bad_call(row, why);
  }
  for (const Parameter& parameter : all) {
    if (parameter.required && parameters[parameter.name].missing()) {
      return bad_call(row, "parameter '" + std::string(parameter.name) + "' is missing");
    }
  }
  return {};
}

// The text that stands in the path, checked by what the parameter is.
Result<std::string> segment_text(const OperationRow& row, const Parameter& parameter, json::View parameters,
                                 PreparedCall* call) {
  std::string text(parameter.fallback);
  if (const json::View given = parameters[parameter.name]; !given.missing()) {
    HFHUB_TRY(text, scalar_text(row, parameter.name, given));
  }
  if (parameter.name == "repo_id") {
    HFHUB_CHECK(check_repo_id(text));
    call->repo.id = text;
    return percent_encode(text, "/");
  }
  if (parameter.name == "repo_type") {
    HFHUB_TRY(call->repo.type, parse_repo_type(text));
    return text;
  }
  if (parameter.name == "revision" || parameter.name == "branch" || parameter.name == "tag") {
    HFHUB_CHECK(check_revision(text));
    call->revision = text;
  }
  if (parameter.name == "path") {
    if (!text.empty()) HFHUB_CHECK(check_repo_path(text, "path"));
    return percent_encode(text, "/");
  }
  return percent_encode(text);
}

Done fill_path(json::View parameters, PreparedCall* call) {
  std::string_view left = call->row->path;
  for (size_t open; (open = left.find('{')) != std::string_view::npos;) {
    const size_t close = left.find('}', open);
    call->path += left.substr(0, open);
    HFHUB_TRY(const std::string text,
              segment_text(*call->row, parse_segment(left.substr(open + 1, close - open - 1)), parameters, call));
    call->path += text;
    left.remove_prefix(close + 1);
  }
  call->path += left;
  if (call->path.ends_with('/')) call->path.pop_back();  // an optional last segment that was not given
  return {};
}

Done fill_query(json::View parameters, PreparedCall* call) {
  for (const Parameter& parameter : field_parameters(call->row->query)) {
    const json::View value = parameters[parameter.name];
    if (value.missing() || value.type() == json::Type::kNull) continue;
    const bool many = parameter.list && value.is_array();
    for (size_t i = 0; i < (many ? value.size() : 1); ++i) {
      HFHUB_TRY(auto text, scalar_text(*call->row, parameter.name, many ? value[i] : value));
      call->query.emplace_back(parameter.name, std::move(text));
    }
    if (parameter.name == "limit" && call->row->answer == Answer::kLink) {
      const auto limit = value.integer();
      if (!limit || *limit < 0) return bad_call(*call->row, "parameter 'limit' must be a whole number, 0 or more");
      call->limit = static_cast<uint64_t>(*limit);
    }
  }
  return {};
}

void fill_body(json::View parameters, PreparedCall* call) {
  const auto fields = field_parameters(call->row->body);
  if (fields.empty()) return;
  json::Writer writer;
  writer.begin_object();
  for (const Parameter& parameter : fields) {
    if (const json::View value = parameters[parameter.name]; !value.missing()) writer.key(parameter.name).value(value);
  }
  writer.end_object();
  call->body = json::to_compact_text(writer.finish()->root());
}

// What a change answers is not promised: "OK", nothing, or JSON.
bool is_json(const OperationRow& row, const net::Response& response) {
  if (row.answer == Answer::kOne) return true;
  return response.headers.get("content-type").find("json") != std::string_view::npos && !trim(response.body).empty();
}

Result<std::shared_ptr<const json::Value>> read_answer(const OperationRow& row, const net::Response& response) {
  if (!is_json(row, response)) return json::Writer().null().finish();
  HFHUB_TRY(json::Value value, json_answer(response.body, response.url));
  return std::make_shared<const json::Value>(std::move(value));
}

Result<std::shared_ptr<const json::Value>> run_paged(const Api& api, const Url& url, const About& about, uint64_t limit,
                                                     const runtime::Cancel& cancel) {
  json::Writer writer;
  writer.begin_array();
  uint64_t taken = 0;
  HFHUB_CHECK(get_pages(api, url, about, cancel, [&](json::View page) -> Result<bool> {
    if (!page.is_array()) return Error::make(Code::kProtocol, "the answer of " + redacted(url.str()) + " is no list");
    for (size_t i = 0; i < page.size() && taken < limit; ++i, ++taken) writer.value(page[i]);
    return taken < limit;
  }));
  writer.end_array();
  return writer.finish();
}

}  // namespace

const OperationRow* operation_at(size_t index) { return index < std::size(kRows) ? &kRows[index] : nullptr; }

Result<const OperationRow*> find_operation(std::string_view name) {
  std::vector<std::string_view> names;
  for (const OperationRow& row : kRows) {
    if (name == row.name) return &row;
    names.emplace_back(row.name);
  }
  std::string message = "unknown operation '" + printable(name) + "'";
  if (const auto near = nearest(name, names); !near.empty()) message += " (did you mean '" + std::string(near) + "'?)";
  return Error::make(Code::kArgument, message);
}

std::string operation_parameters(const OperationRow& row) {
  std::string required, optional;
  for (const Parameter& parameter : all_parameters(row)) {
    std::string& list = parameter.required ? required : optional;
    list += (list.empty() ? "" : " ") + std::string(parameter.name) + (parameter.required ? "!" : "");
  }
  return required + (required.empty() || optional.empty() ? "" : " ") + optional;
}

Result<PreparedCall> prepare_call(std::string_view operation, json::View parameters) {
  PreparedCall call;
  HFHUB_TRY(call.row, find_operation(operation));
  if (!parameters.is_object()) return bad_call(*call.row, "the parameters must be a JSON object");
  HFHUB_CHECK(check_known(*call.row, parameters));
  if (std::string_view(call.row->name).starts_with("datasets.")) call.repo.type = RepoType::kDataset;
  if (std::string_view(call.row->name).starts_with("spaces.")) call.repo.type = RepoType::kSpace;
  if (std::string_view(call.row->name).starts_with("kernels.")) call.repo.type = RepoType::kKernel;
  HFHUB_CHECK(fill_path(parameters, &call));
  HFHUB_CHECK(fill_query(parameters, &call));
  fill_body(parameters, &call);
  return call;
}

Result<std::shared_ptr<const json::Value>> run_call(const Api& api, const PreparedCall& call,
                                                    const runtime::Cancel& cancel) {
  HFHUB_TRY(const Url url, api_url(api, call.path, call.query));
  About about{call.repo.id.empty() ? nullptr : &call.repo, call.revision, ""};
  about.in_url = std::string_view(call.row->path).find("{repo_id}") != std::string_view::npos;
  if (call.row->answer == Answer::kLink) return run_paged(api, url, about, call.limit, cancel);
  HFHUB_TRY(net::Request request, make_request(api, call.row->method, url));
  if (!call.body.empty()) {
    HFHUB_CHECK(request.headers.set("Content-Type", "application/json"));
    request.body = call.body;
  }
  const bool once = call.row->answer == Answer::kOnce;
  HFHUB_TRY(const net::Response response,
            once ? send_once(api, std::move(request), about, cancel) : send(api, request, about, cancel));
  return read_answer(*call.row, response);
}

}  // namespace hfhub::hub
