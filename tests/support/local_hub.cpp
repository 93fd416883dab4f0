#include "support/local_hub.h"

#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "support/disk.h"
#include "support/plain_http.h"

namespace hfhub::test {
namespace {

std::string program() {
  const char* from_environment = std::getenv("HFHUB_LOCALHUB");
  return from_environment != nullptr ? from_environment : HFHUB_TEST_LOCALHUB;
}

void sleep_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string file_json(const RepoFile& file, const std::string& stored) {
  std::string out = "{\"path\":" + json_string(file.path) + ",\"from_file\":" + json_string(stored);
  out += std::string(",\"lfs\":") + (file.lfs || file.xet ? "true" : "false");
  if (file.xet) out += ",\"xet\":true";
  if (file.hostile) out += ",\"hostile\":true";
  return out + "}";
}

Seen read_entry(const Json& row) {
  Seen out;
  out.origin = row["origin"].string();
  out.method = row["method"].string();
  out.path = row["path"].string();
  out.query = row["query"].string();
  out.range = row["range"].string();
  out.fault = row["fault"].string();
  out.token_sha = row["auth_token_sha"].string();
  out.user_agent = row["user_agent"].string();
  out.auth_kind = row["auth_kind"].string();
  out.status = static_cast<int>(row["status"].integer());
  out.bytes = static_cast<uint64_t>(row["bytes"].integer());
  out.done = row["done"].boolean();
  out.authorized = row["auth"].boolean();
  out.token_leak = row["token_leak"].boolean();
  out.counted = !row["counter"].is_null();
  out.headers = row["headers"];
  return out;
}

}  // namespace

std::string json_string(const std::string& text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

LocalHub::LocalHub(const std::vector<std::string>& arguments) {
  const std::string ready = folder_ / "ready";
  std::vector<std::string> command = {program(), "--data", folder_ / "data", "--ready-file", ready};
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_ = std::make_unique<Child>(command, std::map<std::string, std::string>{}, folder_ / "output");
  for (int i = 0; i < 3000 && process_->running() && !std::filesystem::exists(ready); ++i) sleep_ms(10);
  if (!std::filesystem::exists(ready)) {
    throw std::runtime_error(command[0] + " did not start: " + read_file(folder_ / "output"));
  }
  const Json line = Json::parse(read_file(ready));
  endpoint_ = line["endpoint"].string();
  cdn_ = line["cdn"].string();
  cas_ = line["cas"].string();
}

LocalHub::~LocalHub() {
  if (!process_->running()) {  // then whatever failed, this is why
    std::cerr << "the local Hub ended by itself, with " << process_->wait() << ": " << read_file(folder_ / "output")
              << "\n";
    return;
  }
  process_->signal(SIGTERM);
  (void)process_->wait(1000);  // one that is told to be slow may be slow to end
}

Json LocalHub::admin(const std::string& method, const std::string& path, const std::string& body) const {
  const PlainAnswer answer = plain_http(endpoint_, method, "/_admin/" + path, body);
  if (answer.status >= 400) {
    throw std::runtime_error(method + " " + path + ": " + std::to_string(answer.status) + " " + answer.body);
  }
  return Json::parse(answer.body);
}

std::string LocalHub::commit(const std::string& repo, const std::vector<RepoFile>& files,
                             const CommitWish& wish) const {
  const Scratch staging;
  std::string list, removed;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string stored = staging / std::to_string(i);
    write_file(stored, files[i].content);
    list += (i > 0 ? "," : "") + file_json(files[i], stored);
  }
  for (const std::string& path : wish.remove) removed += (removed.empty() ? "" : ",") + json_string(path);
  const std::string body = "{\"summary\":\"test\",\"revision\":" + json_string(wish.revision) + ",\"files\":[" + list +
                           "],\"delete\":[" + removed + "]}";
  return admin("POST", "repos/" + repo + "/commit", body)["commit"].string();
}

void LocalHub::add_ref(const std::string& repo, const std::string& kind, const std::string& name,
                       const std::string& commit) const {
  admin("POST", "repos/" + repo + "/refs",
        "{\"kind\":\"" + kind + "\",\"name\":" + json_string(name) + ",\"commit\":\"" + commit + "\"}");
}

void LocalHub::add_token(const std::string& token, const std::string& user, const std::string& role) const {
  admin("POST", "tokens", "{\"token\":\"" + token + "\",\"user\":\"" + user + "\",\"role\":\"" + role + "\"}");
}

int64_t LocalHub::fault_hits() const {
  const Json answer = admin("GET", "faults");
  const Json rules = answer.type() == HFHUB_JSON_ARRAY ? answer : answer["faults"];
  int64_t hits = 0;
  for (size_t i = 0; i < rules.size(); ++i) hits += rules[i]["fired"].integer();
  return hits;
}

int64_t LocalHub::mark() const { return admin("GET", "log?since=999999999")["next"].integer(); }

std::vector<Seen> LocalHub::seen(int64_t since) const {
  std::vector<Seen> out;
  for (int attempt = 0; attempt < 500; ++attempt) {
    const Json log = admin("GET", "log?since=" + std::to_string(since));
    const Json entries = log["entries"];
    out.clear();
    bool all_done = true;
    for (size_t i = 0; i < entries.size(); ++i) {
      out.push_back(read_entry(entries[i]));
      all_done = all_done && out.back().done;
    }
    if (all_done) break;
    sleep_ms(10);
  }
  return out;
}

}  // namespace hfhub::test
