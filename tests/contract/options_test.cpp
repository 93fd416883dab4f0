// Version, status names, and everything that can be set: typed, by key, from the environment; refused by name.
#include <cstdlib>
#include <limits>
#include <set>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

class Options : public HubTest {
 protected:
  void TearDown() override {
    for (const std::string& name : changed_) unsetenv(name.c_str());
    HubTest::TearDown();
  }
  void set_environment(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
    changed_.insert(name);
  }
  static Refusal set(const std::string& key, const std::string& value) {
    const SessionOptions options;
    return refusal_of([&](hfhub_error** err) {
      return hfhub_session_options_set(const_cast<hfhub_session_options*>(options.get()), key.c_str(), value.c_str(),
                                       err);
    });
  }
  std::set<std::string> changed_;
};

TEST_F(Options, Version) {
  int major = -1, minor = -1, patch = -1;
  ASSERT_EQ(std::sscanf(hfhub_version(), "%d.%d.%d", &major, &minor, &patch), 3) << hfhub_version();
  EXPECT_EQ(hfhub_version_number(), static_cast<uint32_t>(major * 1'000'000 + minor * 1'000 + patch));
  EXPECT_EQ(version(), hfhub_version());
}

TEST_F(Options, StatusNames) {
  EXPECT_STREQ(hfhub_status_name(HFHUB_OK), "HFHUB_OK");
  EXPECT_STREQ(hfhub_status_name(HFHUB_END), "HFHUB_END");
  EXPECT_STREQ(hfhub_status_name(HFHUB_PENDING), "HFHUB_PENDING");
  EXPECT_STREQ(hfhub_status_name(HFHUB_E_NOT_CACHED), "HFHUB_E_NOT_CACHED");
  EXPECT_STREQ(hfhub_status_name(-12345), "HFHUB_E_UNKNOWN");
  EXPECT_STREQ(hfhub_status_name(std::numeric_limits<int32_t>::min()), "HFHUB_E_UNKNOWN");
}

TEST_F(Options, TheTableDescribesItself) {
  const Session session = this->session();
  std::set<std::string> keys;
  for (size_t i = 0; i < hfhub_option_get_count(); ++i) {
    ASSERT_NE(hfhub_option_get_key(i), nullptr);
    EXPECT_TRUE(keys.insert(hfhub_option_get_key(i)).second) << hfhub_option_get_key(i);
    EXPECT_NE(hfhub_option_get_default(i), nullptr);
    EXPECT_NE(hfhub_option_get_environment(i), nullptr);
    EXPECT_GT(std::string(hfhub_option_get_help(i)).size(), 10u);
    EXPECT_NO_THROW(session.option(hfhub_option_get_key(i)));
  }
  EXPECT_GT(keys.size(), 30u);
  EXPECT_TRUE(keys.count("endpoint") && keys.count("net.retries") && keys.count("memory.budget"));
  for (const size_t past : {hfhub_option_get_count(), std::numeric_limits<size_t>::max()}) {
    EXPECT_EQ(hfhub_option_get_key(past), nullptr);
    EXPECT_EQ(hfhub_option_get_default(past), nullptr);
    EXPECT_EQ(hfhub_option_get_environment(past), nullptr);
    EXPECT_EQ(hfhub_option_get_help(past), nullptr);
  }
}

TEST_F(Options, TypedSettersAndKeysAreTheSame) {
  SessionOptions options;
  auto* raw = const_cast<hfhub_session_options*>(options.get());
  EXPECT_EQ(hfhub_session_options_set_endpoint(raw, "https://hub.example.org/", nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_session_options_set_cache_dir(raw, "/some/where", nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_session_options_set_offline(raw, 5, nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_session_options_set_memory_budget(raw, 10u << 20, nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_session_options_set_user_agent(raw, "tool/1.0", nullptr), HFHUB_OK);
  EXPECT_EQ(hfhub_session_options_set_token(raw, kToken, nullptr), HFHUB_OK);
  const Session session(options);
  EXPECT_EQ(session.option("endpoint"), "https://hub.example.org");
  EXPECT_EQ(session.option("cache.dir"), "/some/where");
  EXPECT_EQ(session.option("offline"), "true");
  EXPECT_EQ(session.option("memory.budget"), std::to_string(10u << 20));
  EXPECT_EQ(session.option("user_agent"), "tool/1.0");
  EXPECT_TRUE(session.has_token());
  expect_no_secret(session.option("token"), "the masked token");
  EXPECT_FALSE(session.option("token").empty());
}

TEST_F(Options, OptionsAreCopied) {
  SessionOptions options = this->options();
  const Session before(options);
  options.set("net.retries", "77");
  EXPECT_EQ(before.option("net.retries"), "2");
  EXPECT_EQ(Session(options).option("net.retries"), "77");
}

TEST_F(Options, DerivedDefaults) {
  const Session session{SessionOptions()};
  EXPECT_EQ(session.option("cache.dir"), scratch_ / "home/hub");
  EXPECT_EQ(session.option("token.path"), scratch_ / "home/token");
  EXPECT_GE(std::stoull(session.option("memory.budget")), 8u << 20);
  EXPECT_EQ(session.option("endpoint"), "https://huggingface.co");
}

TEST_F(Options, TheFirstEnvironmentNameThatIsSetCounts) {
  set_environment("HUGGINGFACE_HUB_CACHE", "/old");
  EXPECT_EQ(Session(SessionOptions()).option("cache.dir"), "/old");
  set_environment("HF_HUB_CACHE", "/new");
  EXPECT_EQ(Session(SessionOptions()).option("cache.dir"), "/new");
  set_environment("HF_HUB_CACHE", "");
  EXPECT_EQ(Session(SessionOptions()).option("cache.dir"), "/old");
  EXPECT_EQ(Session(SessionOptions().cache_dir("/mine")).option("cache.dir"), "/mine");
  set_environment("HF_HUB_DISABLE_SYMLINKS", "yes");
  EXPECT_EQ(Session(SessionOptions()).option("cache.symlinks"), "false");
  set_environment("HF_HUB_OFFLINE", "1");
  EXPECT_EQ(Session(SessionOptions()).option("offline"), "true");
}

TEST_F(Options, ABadEnvironmentIsRefusedByName) {
  for (const auto& [name, value] : {std::pair("HF_HUB_ETAG_TIMEOUT", "soon"), std::pair("HFHUB_MEMORY_BUDGET", "-3"),
                                    std::pair("HF_ENDPOINT", "not a url"), std::pair("HF_TOKEN", "bad token\nhere")}) {
    set_environment(name, value);
    hfhub_session_options* options = nullptr;
    const Refusal refusal = refusal_of([&](hfhub_error** err) { return hfhub_session_options_new(&options, err); });
    EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT) << name;
    EXPECT_THAT(refusal.message, HasSubstr(name));
    EXPECT_EQ(options, nullptr);
    EXPECT_THAT(refusal.message, ::testing::Not(HasSubstr("bad token")));
    hfhub_session* session = nullptr;
    EXPECT_EQ(hfhub_session_new(nullptr, &session, nullptr), HFHUB_E_ARGUMENT) << name;
    EXPECT_EQ(session, nullptr);
    unsetenv(name);
  }
}

TEST_F(Options, UnknownKeysNameTheNearest) {
  EXPECT_THAT(set("net.retry", "1").message, HasSubstr("net.retries"));
  EXPECT_THAT(set("endpont", "1").message, HasSubstr("endpoint"));
  EXPECT_THAT(set("Memory.Budget", "1").message, HasSubstr("memory.budget"));
  EXPECT_EQ(set("zzzzzzzzzzzzzzzz", "1").status, HFHUB_E_ARGUMENT);
  EXPECT_THAT(set("zzzzzzzzzzzzzzzz", "1").message, HasSubstr("zzzzzzzzzzzzzzzz"));
  EXPECT_EQ(set("", "1").status, HFHUB_E_ARGUMENT);
  const Session session = this->session();
  char* text = nullptr;
  const Refusal refusal =
      refusal_of([&](hfhub_error** err) { return hfhub_session_get_option(session.get(), "net.retrys", &text, err); });
  EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT);
  EXPECT_THAT(refusal.message, HasSubstr("net.retries"));
  EXPECT_EQ(text, nullptr);
}

struct BadValue {
  const char* key;
  const char* value;
};
class BadValues : public Options, public ::testing::WithParamInterface<BadValue> {};

TEST_P(BadValues, AreRefusedByName) {
  const Refusal refusal = set(GetParam().key, GetParam().value);
  EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT) << GetParam().key << " = " << GetParam().value;
  EXPECT_THAT(refusal.message, HasSubstr(GetParam().key));
  const std::string value = GetParam().value;
  if (std::string(GetParam().key) != "token" && value.find_first_of("\r\n\t\x7f\xff") == std::string::npos) {
    EXPECT_THAT(refusal.message, HasSubstr(value));
  }
}

constexpr BadValue kBadValues[] = {
    {"net.retries", "-1"},
    {"net.retries", "many"},
    {"net.retries", ""},
    {"net.retries", "1.5"},
    {"net.retries", "99999999999999999999999"},
    {"net.retries", "1001"},
    {"net.retries", "5 apples"},
    {"download.max_workers", "0"},
    {"download.max_workers", "257"},
    {"net.ranges_per_file", "65"},
    {"net.max_connections", "0"},
    {"memory.budget", "-1"},
    {"memory.budget", "1KB"},
    {"memory.budget", "20000000TiB"},
    {"memory.budget", "18446744073709551616"},
    {"memory.budget", "1e30"},
    {"memory.budget", "lots"},
    {"memory.budget", "10 XB"},
    {"net.range_size", "1"},
    {"net.range_size", "-64KiB"},
    {"net.stall_timeout", "-5"},
    {"net.stall_timeout", "5 fortnights"},
    {"net.stall_timeout", "99999999999999999999h"},
    {"net.stall_timeout", "nan"},
    {"net.stall_timeout", "inf"},
    {"offline", "perhaps"},
    {"offline", ""},
    {"offline", "2"},
    {"endpoint", ""},
    {"endpoint", "huggingface.co"},
    {"endpoint", "ftp://hub"},
    {"endpoint", "http://"},
    {"endpoint", "http://host\r\nX: y"},
    {"endpoint", "http://ho st"},
    {"endpoint", "http://host:99999"},
    {"token", "with space"},
    {"token", "line\nbreak"},
    {"token", "carriage\rreturn"},
    {"token", "\xc3\xa9"},
    {"token", "del\x7f"},
    {"user_agent", "line\nbreak"},
    {"user_agent", "a\rb"},
    {"user_agent", "bad\xff"},
    {"cache.dir", "bad\xff"},
    {"log.level", "line\nbreak"},
};
INSTANTIATE_TEST_SUITE_P(All, BadValues, ::testing::ValuesIn(kBadValues),
                         [](const auto& info) { return std::to_string(info.index); });

TEST_F(Options, BadTypedValues) {
  SessionOptions options;
  auto* raw = const_cast<hfhub_session_options*>(options.get());
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{8} << 20}) {
    const auto refusal =
        refusal_of([&](hfhub_error** err) { return hfhub_session_options_set_memory_budget(raw, size, err); });
    EXPECT_EQ(refusal.status, size < (8u << 20) ? HFHUB_E_ARGUMENT : HFHUB_OK) << size;
  }
  EXPECT_EQ(hfhub_session_options_set_token(raw, "a b", nullptr), HFHUB_E_ARGUMENT);
  EXPECT_EQ(hfhub_session_options_set_user_agent(raw, "a\nb", nullptr), HFHUB_E_ARGUMENT);
  EXPECT_EQ(hfhub_session_options_set_endpoint(raw, "nowhere", nullptr), HFHUB_E_ARGUMENT);
}

TEST_F(Options, ARefusedValueChangesNothing) {
  SessionOptions options = this->options();
  EXPECT_THROW(options.set("net.retries", "x"), Exception);
  EXPECT_EQ(Session(options).option("net.retries"), "2");
}

TEST_F(Options, TheTokenComesFromOptionEnvironmentOrFile) {
  EXPECT_FALSE(Session(SessionOptions()).has_token());
  write_file(scratch_ / "home/token", "hf_from_file\n");
  EXPECT_TRUE(Session(SessionOptions()).has_token());
  EXPECT_FALSE(Session(SessionOptions().set("token.implicit", "false")).has_token());
  std::filesystem::remove(scratch_ / "home/token");
  set_environment("HF_TOKEN", "hf_from_environment");
  EXPECT_TRUE(Session(SessionOptions()).has_token());
  EXPECT_EQ(hfhub_session_has_token(nullptr), 0);
}

TEST_F(Options, TheUserAgentIsSent) {
  hub().commit(repo(), {{"a.txt", "a"}});
  Session session(options().user_agent("my-engine/2.5").set("user_agent.origin", "unit"));
  ASSERT_TRUE(finish(session.download_file(repo_id(), "a.txt")).ok());
  for (const Seen& request : seen()) {
    EXPECT_EQ(request.user_agent.find("my-engine/2.5"), 0u) << request.user_agent;
    EXPECT_THAT(request.user_agent, HasSubstr(version()));
    EXPECT_THAT(request.user_agent, HasSubstr("origin/unit"));
  }
}

}  // namespace
}  // namespace hfhub::test
