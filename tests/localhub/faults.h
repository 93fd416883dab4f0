// Fault rules: which requests to spoil, and how. A rule is data; what it does to a response is in
// faults.cpp (status, headers) and body_reader.cpp (bytes on the wire).
#pragma once

#include <rapidjson/document.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "http.h"

namespace localhub {

struct FaultAction {
  int status = 0;
  Pairs headers;
  std::optional<std::string> body;
  std::string redirect;
  int64_t delay_ms = 0;

  bool after_work = false;   // with a status: the request is carried out all the same
  bool drop_answer = false;  // the request is carried out, and not a byte comes back
  int64_t drop_after = -1;
  int64_t stall_after = -1;
  int64_t stall_ms = -1;  // -1 = until the client goes away
  int64_t truncate_to = -1;
  int64_t extra_bytes = 0;
  int64_t flip_byte = -1;
  int64_t drip_bytes_per_s = 0;

  bool ignore_range = false;
  bool wrong_content_range = false;
  int64_t size_header = -1;
  std::vector<std::string> drop_headers;
  Pairs set_headers;
  std::string content_encoding;

  bool expire_url = false;
  std::string tree_patch;  // JSON of extra entries, without the brackets

  bool touches_body() const { return drop_after >= 0 || stall_after >= 0 || flip_byte >= 0 || drip_bytes_per_s > 0; }
  bool drops(std::string_view header) const;
};

struct Fault {
  std::string id;
  FaultAction action;
};

using FaultPtr = std::shared_ptr<const Fault>;

class Faults {
 public:
  /// One rule or an array of them; returns an error text, empty when fine.
  std::string add(const rapidjson::Value& rules);
  std::string add_file(const std::string& path);
  void clear();
  std::string to_json() const;
  /// The first rule that applies to this request, counted as used.
  FaultPtr pick(const Request& request);

 private:
  struct Rule {
    std::string source;
    std::string method, path, origin;
    std::optional<bool> range;
    int64_t skip = 0, times = 1, seen = 0, fired = 0;
    FaultPtr fault;
    bool matches(const Request& request) const;
  };
  Rule parse_rule(const rapidjson::Value& json);

  std::atomic<bool> any_{false};  // lets the common case skip the lock
  mutable std::mutex mutex_;
  std::vector<Rule> rules_;
  int64_t unnamed_ = 0;
};

/// A response made of the rule alone, when it names a status or a redirect.
std::optional<Response> fault_response(const FaultAction& action);
/// What a rule changes about a finished response: headers, sizes, encoding, length.
void spoil_response(const FaultAction& action, const Request& request, Response& response);

}  // namespace localhub
