#include "faults.h"

#include <zlib.h>

#include <fstream>
#include <sstream>

#include "json.h"

namespace localhub {
namespace {

FaultAction parse_action(const rapidjson::Value& json) {
  FaultAction action;
  action.status = static_cast<int>(get_int(json, "status", 0));
  action.headers = get_pairs(json, "headers");
  if (const rapidjson::Value* body = member(json, "body"))
    action.body = body->IsString() ? std::string(body->GetString(), body->GetStringLength()) : to_text(*body);
  action.redirect = get_string(json, "redirect");
  action.delay_ms = get_int(json, "delay_ms", 0);
  action.after_work = get_bool(json, "after_work", false);
  action.drop_answer = get_bool(json, "drop_answer", false);
  action.drop_after = get_int(json, "drop_after", -1);
  action.stall_after = get_int(json, "stall_after", -1);
  action.stall_ms = get_int(json, "stall_ms", -1);
  action.truncate_to = get_int(json, "truncate_to", -1);
  action.extra_bytes = get_int(json, "extra_bytes", 0);
  action.flip_byte = get_int(json, "flip_byte", -1);
  action.drip_bytes_per_s = get_int(json, "drip_bytes_per_s", 0);
  action.ignore_range = get_bool(json, "ignore_range", false);
  action.wrong_content_range = get_bool(json, "wrong_content_range", false);
  action.size_header = get_int(json, "size_header", -1);
  action.drop_headers = get_strings(json, "drop_headers");
  action.set_headers = get_pairs(json, "set_headers");
  action.content_encoding = get_string(json, "content_encoding");
  action.expire_url = get_bool(json, "expire_url", false);
  const rapidjson::Value* patch = member(json, "tree_patch");
  if (patch && patch->IsArray()) {
    std::string text = to_text(*patch);
    action.tree_patch = text.substr(1, text.size() - 2);
  }
  return action;
}

std::string whole_body(const Body& body) {
  if (body.kind == Body::Kind::kText) return body.text;
  if (body.kind == Body::Kind::kShared)
    return body.shared->substr(static_cast<size_t>(body.offset), static_cast<size_t>(body.length));
  std::string out(static_cast<size_t>(body.length), '\0');
  std::ifstream in(body.file, std::ios::binary);
  in.seekg(body.offset);
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  return out;
}

std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);  // +16: gzip framing
  std::string out(deflateBound(&stream, plain.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void replace_body(Response& response, std::string text) {
  response.body = Body();
  response.body.text = std::move(text);
}

void encode(Response& response) {
  constexpr int64_t kLargest = 256 << 20;  // done in memory
  if (response.length() > kLargest) return;
  replace_body(response, gzip(whole_body(response.body)));
  response.set("Content-Encoding", "gzip");
}

/// Makes a body longer or shorter; Content-Length follows, so the client sees a clean end.
void resize(const FaultAction& action, Response& response) {
  int64_t length = response.length();
  if (action.truncate_to >= 0 && action.truncate_to < length) {
    if (response.body.kind == Body::Kind::kText) {
      response.body.text.resize(static_cast<size_t>(action.truncate_to));
    } else {
      response.body.length = action.truncate_to;
    }
  }
  if (action.extra_bytes > 0)
    replace_body(response, whole_body(response.body).append(static_cast<size_t>(action.extra_bytes), 'x'));
}

void lie_about_size(const FaultAction& action, const Request& request, Response& response) {
  if (!response.header("X-Linked-Size").empty()) response.set("X-Linked-Size", std::to_string(action.size_header));
  if (request.is_head() && response.status == 200) {
    // A HEAD answer has no bytes, so the length may claim anything.
    response.body.kind = Body::Kind::kFile;
    response.body.file.clear();
    response.body.length = action.size_header;
  }
}

}  // namespace

bool FaultAction::drops(std::string_view header) const {
  for (const std::string& name : drop_headers)
    if (equals_ignoring_case(name, header)) return true;
  return false;
}

bool Faults::Rule::matches(const Request& request) const {
  bool any_method = method.empty() || method == "*";
  if (!any_method && !equals_ignoring_case(method, request.method)) return false;
  if (!origin.empty() && origin != "any" && origin != name_of(request.origin)) return false;
  if (range && *range != !request.header("range").empty()) return false;
  return path.empty() || glob_match(path, request.path);
}

Faults::Rule Faults::parse_rule(const rapidjson::Value& json) {
  Rule rule;
  rule.source = to_text(json);
  auto fault = std::make_shared<Fault>();
  fault->id = get_string(json, "id");
  if (fault->id.empty()) fault->id = "rule-" + std::to_string(++unnamed_);
  if (const rapidjson::Value* match = member(json, "match")) {
    rule.method = get_string(*match, "method");
    rule.path = get_string(*match, "path");
    rule.origin = get_string(*match, "origin");
    if (const rapidjson::Value* range = member(*match, "range"); range && range->IsBool())
      rule.range = range->GetBool();
  }
  rule.skip = get_int(json, "skip", 0);
  rule.times = get_int(json, "times", 1);
  if (const rapidjson::Value* action = member(json, "action")) fault->action = parse_action(*action);
  rule.fault = std::move(fault);
  return rule;
}

std::string Faults::add(const rapidjson::Value& rules) {
  if (!rules.IsArray() && !rules.IsObject()) return "a rule or an array of rules is expected";
  std::lock_guard lock(mutex_);
  if (rules.IsObject()) {
    rules_.push_back(parse_rule(rules));
  } else {
    for (const auto& rule : rules.GetArray())
      if (rule.IsObject()) rules_.push_back(parse_rule(rule));
  }
  any_ = !rules_.empty();
  return "";
}

std::string Faults::add_file(const std::string& path) {
  std::ifstream in(path);
  if (!in) return "cannot read " + path;
  std::ostringstream text;
  text << in.rdbuf();
  rapidjson::Document json;
  json.Parse(text.str().c_str());
  return json.HasParseError() ? path + " is not JSON" : add(json);
}

void Faults::clear() {
  std::lock_guard lock(mutex_);
  rules_.clear();
  any_ = false;
}

std::string Faults::to_json() const {
  std::lock_guard lock(mutex_);
  Json out;
  out.begin_array();
  for (const Rule& rule : rules_) {
    out.begin_object().put("id", rule.fault->id).put("seen", rule.seen).put("fired", rule.fired);
    out.key("rule").raw(rule.source).end_object();
  }
  return out.end_array().str();
}

FaultPtr Faults::pick(const Request& request) {
  if (!any_.load(std::memory_order_relaxed)) return nullptr;
  std::lock_guard lock(mutex_);
  for (Rule& rule : rules_) {
    if (!rule.matches(request)) continue;
    if (rule.times > 0 && rule.fired >= rule.times) continue;
    if (++rule.seen <= rule.skip) continue;
    ++rule.fired;
    return rule.fault;
  }
  return nullptr;
}

std::optional<Response> fault_response(const FaultAction& action) {
  if (action.status == 0 && action.redirect.empty()) return std::nullopt;
  Response out = text_response(action.status ? action.status : 302, action.body.value_or(""));
  if (!action.redirect.empty()) out.set("Location", action.redirect);
  for (const auto& [name, value] : action.headers) out.set(name, value);
  return out;
}

void spoil_response(const FaultAction& action, const Request& request, Response& response) {
  if (action.body && action.status == 0) replace_body(response, *action.body);
  if (action.content_encoding == "gzip" && !request.is_head()) encode(response);
  resize(action, response);
  if (action.size_header >= 0) lie_about_size(action, request, response);
  if (action.wrong_content_range && response.status == 206) {
    int64_t first = response.body.offset + 1;
    response.set("Content-Range", "bytes " + std::to_string(first) + "-" +
                                      std::to_string(first + response.length() - 1) + "/" +
                                      std::to_string(first + response.length() + 1));
  }
  for (const std::string& name : action.drop_headers) response.drop(name);
  for (const auto& [name, value] : action.set_headers) response.set(name, value);
  if (action.status == 0)
    for (const auto& [name, value] : action.headers) response.set(name, value);
}

}  // namespace localhub
