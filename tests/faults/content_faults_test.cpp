// Every fault of a file's bytes against every way a file travels: one stream from the Hub, one stream from the CDN,
// parallel ranges, and all of them in a snapshot.
#include <algorithm>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using Statuses = std::vector<hfhub_status>;

const Statuses kGood = {HFHUB_OK};
const Statuses kLie = {HFHUB_OK, HFHUB_E_INTEGRITY};  // a length that is not the promised one may be final at once

struct Fault {
  const char* name;
  const char* action;
  Statuses once;      // allowed ends when one answer is spoilt
  Statuses for_ever;  // when every answer is
  int limit_ms = 8000;
};

const Fault kFaults[] = {
    {"Drop", R"({"drop_after":1000})", kGood, {HFHUB_E_NETWORK}},
    {"DropAtOnce", R"({"drop_after":1})", kGood, {HFHUB_E_NETWORK}},
    {"Stall", R"({"stall_after":1000})", kGood, {HFHUB_E_TIMEOUT}, 12'000},
    {"LateHeaders", R"({"delay_ms":2600})", kGood, {HFHUB_E_TIMEOUT}, 20'000},
    {"Truncate", R"({"truncate_to":1000})", kLie, {HFHUB_E_NETWORK, HFHUB_E_INTEGRITY}},
    {"Empty", R"({"truncate_to":0})", kLie, {HFHUB_E_NETWORK, HFHUB_E_INTEGRITY, HFHUB_E_PROTOCOL}},
    {"ExtraBytes", R"({"extra_bytes":1000})", kLie, {HFHUB_OK, HFHUB_E_INTEGRITY, HFHUB_E_PROTOCOL}},
    {"FlipByte", R"({"flip_byte":20000})", kLie, {HFHUB_E_INTEGRITY}},
    {"TooManyRequests", R"({"status":429})", kGood, {HFHUB_E_RATE_LIMITED}},
    {"ServerError", R"({"status":500})", kGood, {HFHUB_E_HTTP}},
    {"BadGateway", R"({"status":502})", kGood, {HFHUB_E_HTTP}},
    {"Unavailable", R"({"status":503,"body":"<html>busy</html>"})", kGood, {HFHUB_E_HTTP}},
    {"GatewayTimeout", R"({"status":504})", kGood, {HFHUB_E_HTTP}},
    {"WrongContentRange", R"({"wrong_content_range":true})", kGood, {HFHUB_OK, HFHUB_E_PROTOCOL}},
    {"IgnoredRange", R"({"ignore_range":true})", kGood, kGood},
    {"Drip", R"({"drip_bytes_per_s":200})", kGood, {HFHUB_E_TIMEOUT}, 12'000},
    {"NoLength", R"({"drop_headers":["content-length"]})", kGood, kGood},
    {"Gzip", R"({"content_encoding":"gzip"})", {HFHUB_OK, HFHUB_E_PROTOCOL}, {HFHUB_E_PROTOCOL}},
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

enum class Way { kHubStream, kCdnStream, kRanges, kSnapshot };
constexpr Way kWays[] = {Way::kHubStream, Way::kCdnStream, Way::kRanges, Way::kSnapshot};

std::string way_name(Way way) {
  switch (way) {
    case Way::kHubStream: return "HubStream";
    case Way::kCdnStream: return "CdnStream";
    case Way::kRanges: return "Ranges";
    case Way::kSnapshot: return "Snapshot";
  }
  return "";
}

class ContentFault : public HubTest, public ::testing::WithParamInterface<std::tuple<Fault, Way>> {
 protected:
  void SetUp() override {
    files_ = {{"small.txt", noise(40'000, 1)},
              {"lfs.bin", noise(200'000, 2), true},
              {"large.bin", noise(3'000'777, 3), true}};
    hub().commit(repo(), files_);
  }
  const Fault& fault() const { return std::get<0>(GetParam()); }
  Way way() const { return std::get<1>(GetParam()); }
  size_t file_index() const { return std::min<size_t>(static_cast<size_t>(way()), 2); }

  void spoil(int times) {
    const bool on_hub = way() == Way::kHubStream;
    std::string rules;
    for (const char* match :
         {R"("origin":"hub","path":"/test/*/resolve/*")", R"("origin":"cdn","path":"/objects/*")"}) {
      const bool is_hub_rule = std::string(match).find("hub") != std::string::npos;
      if (is_hub_rule ? !on_hub : on_hub) continue;
      rules += std::string(R"({"match":{"method":"GET",)") + match + R"(},"times":)" + std::to_string(times) +
               R"(,"action":)" + fault().action + "}";
    }
    hub().fault(rules);
  }

  Outcome download(Session& session) {
    const Milliseconds limit(fault().limit_ms);
    if (way() == Way::kSnapshot) return finish(session.download_snapshot(repo_id()), limit);
    return finish(session.download_file(repo_id(), files_[file_index()].path), limit);
  }

  void expect_right(const Outcome& outcome) {
    ASSERT_TRUE(outcome.ok()) << outcome;
    if (way() != Way::kSnapshot) {
      EXPECT_TRUE(read_file(outcome.path) == files_[file_index()].content) << "wrong bytes";
    } else {
      for (const RepoFile& file : files_) {
        EXPECT_TRUE(read_file(outcome.path + "/" + file.path) == file.content) << "wrong bytes in " << file.path;
      }
    }
    EXPECT_TRUE(partial_files().empty()) << partial_files().front();
  }

  void expect_clear(const Outcome& outcome) {
    const bool names_something =
        std::any_of(files_.begin(), files_.end(),
                    [&](const RepoFile& file) { return outcome.message.find(file.path) != std::string::npos; }) ||
        outcome.message.find("127.0.0.1") != std::string::npos;
    EXPECT_TRUE(names_something) << outcome.message;
  }

  void expect_nothing_wrong() {
    std::vector<std::string> contents;
    for (const RepoFile& file : files_) contents.push_back(file.content);
    expect_nothing_wrong_visible(contents);
  }

  void run(int times, const Statuses& allowed) {
    Session session = this->session();
    spoil(times);
    const Outcome first = download(session);
    EXPECT_GT(hub().fault_hits(), 0) << "the fault never happened";
    EXPECT_TRUE(std::find(allowed.begin(), allowed.end(), first.status) != allowed.end()) << first;
    expect_nothing_wrong();
    if (first.ok()) expect_right(first);
    else expect_clear(first);
    hub().clear_faults();
    const Outcome second = download(session);
    expect_right(second);
    expect_nothing_wrong();
  }

  std::vector<RepoFile> files_;
};

TEST_P(ContentFault, Once) { run(1, fault().once); }
TEST_P(ContentFault, ForEver) { run(0, fault().for_ever); }

INSTANTIATE_TEST_SUITE_P(All, ContentFault,
                         ::testing::Combine(::testing::ValuesIn(kFaults), ::testing::ValuesIn(kWays)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + way_name(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace hfhub::test
