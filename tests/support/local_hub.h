// A local Hub of our own for the time of a test program: repositories, tokens, faults, and what clients asked for.
#pragma once

#include <cstdint>
#include <hfhub.hpp>
#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/scratch.h"

namespace hfhub::test {

struct RepoFile {
  std::string path;
  std::string content;
  bool lfs = false;
  bool xet = false;
  bool hostile = false;  // a name that no real Hub would take
};

struct CommitWish {
  std::string revision = "main";
  std::vector<std::string> remove;
};

// One request as the Hub saw it.
struct Seen {
  std::string origin, method, path, query, range, fault, token_sha, user_agent, auth_kind;
  int status = 0;
  uint64_t bytes = 0;  // of the answer's body
  bool done = false, authorized = false, token_leak = false, counted = false;
  Json headers;
};

// `text` as a JSON string, quotes included.
std::string json_string(const std::string& text);

class LocalHub {
 public:
  // `arguments`: more options of the server.
  explicit LocalHub(const std::vector<std::string>& arguments = {});
  ~LocalHub();

  const std::string& endpoint() const { return endpoint_; }
  const std::string& cdn() const { return cdn_; }
  const std::string& cas() const { return cas_; }

  // An admin call; the answer's JSON. Throws when it is refused.
  Json admin(const std::string& method, const std::string& path, const std::string& body = "") const;

  // `repo` is "model/ns/name" and the like. The new commit's hash.
  std::string commit(const std::string& repo, const std::vector<RepoFile>& files, const CommitWish& wish = {}) const;
  void set_repo(const std::string& repo, const std::string& json) const { admin("PUT", "repos/" + repo, json); }
  void add_ref(const std::string& repo, const std::string& kind, const std::string& name,
               const std::string& commit) const;
  void add_token(const std::string& token, const std::string& user, const std::string& role = "read") const;

  void fault(const std::string& rule_json) const { admin("POST", "faults", rule_json); }
  void clear_faults() const { admin("DELETE", "faults"); }
  int64_t fault_hits() const;  // how often rules fired since they were set

  int64_t mark() const;  // for seen()
  // Requests since then, once all of them have ended (a client that was killed or cancelled leaves some for a moment).
  std::vector<Seen> seen(int64_t since = 0) const;

 private:
  Scratch folder_;
  std::unique_ptr<Child> process_;
  std::string endpoint_, cdn_, cas_;
};

}  // namespace hfhub::test
