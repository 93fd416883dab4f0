#include "support/hub_test.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>

#include "support/disk.h"

namespace hfhub::test {
namespace {

using Clock = std::chrono::steady_clock;

std::unique_ptr<LocalHub>& running_hub() {
  static auto* const hub =
      new std::unique_ptr<LocalHub>();  // a forked child that exits must not end the parent's server
  return *hub;
}

class StopsTheHub : public ::testing::Environment {
 public:
  void TearDown() override { running_hub().reset(); }
};

const auto* const kStopsTheHub = ::testing::AddGlobalTestEnvironment(new StopsTheHub);

// "Suite.Name/param" as a repository name.
std::string repo_name() {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(info->test_suite_name()) + "." + info->name();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name.substr(0, 90);
}

Lines& new_lines() {
  static auto* const all = new std::deque<Lines>();  // never destroyed, and never moves an element
  return all->emplace_back();
}

void read_error(const Exception& error, Outcome* out) {
  out->status = error.status();
  out->message = error.what();
  out->server_message = error.server_message();
  out->hub_code = error.hub_code();
  out->url = error.url();
  out->request_id = error.request_id();
  out->error_path = error.path();
  out->repo_id = error.repo_id();
  out->repo_type = error.repo_type();
  out->http_status = error.http_status();
  out->retry_after_ms = error.retry_after_ms();
  out->retriable = error.retriable();
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << hfhub_status_name(outcome.status) << " after " << outcome.elapsed_ms
             << " ms: " << (outcome.ok() ? outcome.path : outcome.message);
}

HubTest::HubTest() : repo_id_("test/" + repo_name()), lines_(new_lines()) {
  // Nothing of the user's own set-up may reach a test.
  for (const char* name :
       {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HTTP_PROXY",
        "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "HF_HUB_CACHE", "HF_TOKEN_PATH", "XDG_CACHE_HOME"}) {
    unsetenv(name);
  }
  setenv("HF_HOME", (scratch_ / "home").c_str(), 1);
  mark_ = hub().mark();
}

void HubTest::TearDown() {
  hub().clear_faults();
  for (const Seen& request : seen()) {
    EXPECT_FALSE(request.token_leak) << request.method << " " << request.path;
    EXPECT_FALSE(request.origin == "cdn" && request.authorized) << request.path;
  }
  for (const std::string& line : log_lines()) expect_no_secret(line, "a log line");
  for (const Outcome& outcome : outcomes_) {
    expect_no_secret(outcome.message + "\n" + outcome.server_message + "\n" + outcome.url, "an error");
  }
}

LocalHub& HubTest::hub() {
  auto& hub = running_hub();
  if (!hub) hub = std::make_unique<LocalHub>();
  return *hub;
}

std::string HubTest::snapshot_file(const std::string& commit, const std::string& path) const {
  const std::string folder = "models--" + repo_id_.substr(0, 4) + "--" + repo_id_.substr(5);
  return cache() + "/" + folder + "/snapshots/" + commit + "/" + path;
}

SessionOptions HubTest::options() {
  SessionOptions out;
  out.endpoint(hub().endpoint()).cache_dir(cache());
  out.set("log.debug", "true").set("log.level", "debug");
  out.set("net.retries", "2").set("net.retry_delay", "10ms").set("net.retry_delay_max", "40ms");
  out.set("net.stall_timeout", "1s").set("net.connect_timeout", "2s").set("net.download_timeout", "2s");
  out.set("net.etag_timeout", "2s").set("net.request_timeout", "4s");
  out.set("net.range_size", "256KiB").set("net.ranges_per_file", "4");
  out.set("memory.budget", "32MiB");
  detail::check([&](hfhub_error** err) {
    return hfhub_session_options_set_log_hook(const_cast<hfhub_session_options*>(out.get()), &HubTest::keep_line,
                                              &lines_, nullptr, err);
  });
  return out;
}

void HubTest::keep_line(int32_t, const char* message, void* user_data) {
  auto* lines = static_cast<Lines*>(user_data);
  if (lines->process != getpid()) return;
  const std::lock_guard lock(lines->mutex);
  lines->texts.emplace_back(message);
}

std::vector<std::string> HubTest::log_lines() const {
  const std::lock_guard lock(lines_.mutex);
  return {lines_.texts.begin(), lines_.texts.end()};
}

Outcome HubTest::finish(Op& op, Milliseconds limit) {
  const auto start = Clock::now();
  Outcome out;
  try {
    if (op.wait_for(limit)) {
      out.status = HFHUB_OK;
      out.path = op.path();
      out.json = op.json();
    } else {
      ADD_FAILURE() << "the operation did not end within " << limit.count() << " ms";
    }
  } catch (const Exception& error) {
    read_error(error, &out);
    EXPECT_FALSE(out.message.empty());
  }
  out.elapsed_ms = std::chrono::duration_cast<Milliseconds>(Clock::now() - start).count();
  out.progress = op.progress();
  outcomes_.push_back(out);
  return out;
}

void HubTest::expect_nothing_wrong_visible(const std::vector<std::string>& contents) const {
  namespace fs = std::filesystem;
  if (!fs::exists(cache())) return;
  for (const auto& entry : fs::recursive_directory_iterator(cache())) {
    const std::string path = entry.path().string();
    const bool published = path.find("/snapshots/") != std::string::npos || path.find("/blobs/") != std::string::npos;
    if (!published || path.ends_with(".incomplete") || !fs::is_regular_file(entry.path())) continue;
    const bool bookkeeping = path.ends_with(".refs") || path.ends_with(".lock") || path.ends_with("-shared-blobs");
    if (bookkeeping && path.starts_with(cache() + "/blobs/")) continue;
    const bool right = std::find(contents.begin(), contents.end(), read_file(path)) != contents.end();
    EXPECT_TRUE(right) << path << " is visible with wrong bytes";
  }
}

std::vector<std::string> HubTest::partial_files() const { return find_files(cache(), ".incomplete"); }

void HubTest::expect_no_secret(const std::string& text, const std::string& where) const {
  for (const char* secret : {kToken, "X-Amz-Signature"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << where << " holds a secret: " << text;
  }
}

}  // namespace hfhub::test
