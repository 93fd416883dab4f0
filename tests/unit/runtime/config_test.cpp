#include "runtime/config.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace hfhub::runtime {
namespace {

Result<Config> from(const std::map<std::string, std::string>& variables) {
  return Config::from_environment([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

TEST(Config, EveryDefaultOfTheTableIsAccepted) {
  Config config;
  for (size_t i = 0; i < kOptionCount; ++i) {
    const OptionRow& row = *option_row_at(i);
    if (row.fallback[0] == '\0') continue;
    EXPECT_TRUE(config.set(std::string_view(row.key), row.fallback).ok()) << row.key;
    EXPECT_FALSE(config.display(static_cast<Option>(i)).empty()) << row.key;
  }
  EXPECT_EQ(option_row_at(kOptionCount), nullptr);
}

TEST(Config, KeysAreUniqueAndDocumented) {
  std::set<std::string> keys;
  for (size_t i = 0; i < kOptionCount; ++i) {
    EXPECT_TRUE(keys.insert(option_row_at(i)->key).second) << option_row_at(i)->key;
    EXPECT_GT(std::string(option_row_at(i)->help).size(), 20u) << option_row_at(i)->key;
  }
}

TEST(Config, ChoicesAreListed) {
  Config config;
  EXPECT_TRUE(config.set("xet.compression", "BG4-LZ4").ok());
  const Done refused = config.set("xet.compression", "zip");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("auto none lz4 bg4-lz4"), std::string::npos);
  EXPECT_FALSE(config.set("xet.shard_version", "3").ok());
}

TEST(Config, UnknownKeysNameTheNearest) {
  const Error error = Config().set("net.retrys", "3").error();
  EXPECT_EQ(error.code, Code::kArgument);
  EXPECT_NE(error.message.find("'net.retrys'"), std::string::npos);
  EXPECT_NE(error.message.find("'net.retries'"), std::string::npos);
  EXPECT_EQ(Config().set("zzzzzzzz", "1").error().message.find("did you mean"), std::string::npos);
}

struct BadValue {
  const char* key;
  const char* value;
};
class BadValues : public ::testing::TestWithParam<BadValue> {};
TEST_P(BadValues, AreRefusedWithKeyAndValue) {
  const Done done = Config().set(std::string_view(GetParam().key), GetParam().value);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kArgument);
  EXPECT_NE(done.error().message.find(GetParam().key), std::string::npos) << done.error().message;
  EXPECT_NE(done.error().message.find(GetParam().value), std::string::npos) << done.error().message;
}
INSTANTIATE_TEST_SUITE_P(All, BadValues,
                         ::testing::Values(BadValue{"net.retries", "-1"}, BadValue{"net.retries", "three"},
                                           BadValue{"memory.budget", "1KiB"}, BadValue{"memory.budget", "-5"},
                                           BadValue{"memory.budget", "99999999999999999999"},
                                           BadValue{"memory.budget", "12 parsecs"},
                                           BadValue{"net.stall_timeout", "soon"}, BadValue{"offline", "maybe"},
                                           BadValue{"endpoint", "huggingface.co"}, BadValue{"endpoint", "ftp://host"},
                                           BadValue{"download.max_workers", "0"},
                                           BadValue{"net.ranges_per_file", "65"}));

TEST(Config, ASecretIsNeverShown) {
  Config config;
  ASSERT_TRUE(config.set(Option::kToken, " hf_abcdefghijklmnop\n").ok());
  EXPECT_EQ(config.text(Option::kToken), "hf_abcdefghijklmnop");
  EXPECT_EQ(config.display(Option::kToken), "hf_****mnop");
  const Error error = config.set(Option::kToken, "hf_bad\ntoken").error();
  EXPECT_EQ(error.message.find("bad"), std::string::npos) << error.message;
}

TEST(Config, EnvironmentNamesByFallingPriority) {
  EXPECT_EQ(from({{"HUGGING_FACE_HUB_TOKEN", "old"}})->text(Option::kToken), "old");
  EXPECT_EQ(from({{"HUGGING_FACE_HUB_TOKEN", "old"}, {"HF_TOKEN", "new"}})->text(Option::kToken), "new");
  EXPECT_EQ(from({{"HUGGING_FACE_HUB_TOKEN", "old"}, {"HF_TOKEN", " \n"}})->text(Option::kToken), "old");
}

TEST(Config, BooleansOfTheEnvironmentAreThePeers) {
  EXPECT_TRUE(from({{"HF_HUB_OFFLINE", "yes"}})->flag(Option::kOffline));
  EXPECT_TRUE(from({{"TRANSFORMERS_OFFLINE", "ON"}})->flag(Option::kOffline));
  EXPECT_FALSE(from({{"HF_HUB_OFFLINE", "2"}})->flag(Option::kOffline));
  EXPECT_FALSE(from({{"HF_HUB_DISABLE_XET", "True"}})->flag(Option::kXetEnabled));
  EXPECT_TRUE(from({{"HF_HUB_DISABLE_XET", "no"}})->flag(Option::kXetEnabled));
}

TEST(Config, ABadVariableIsNamed) {
  const auto config = from({{"HF_HUB_ETAG_TIMEOUT", "ten"}});
  ASSERT_FALSE(config.ok());
  EXPECT_NE(config.error().message.find("HF_HUB_ETAG_TIMEOUT"), std::string::npos);
  EXPECT_NE(config.error().message.find("ten"), std::string::npos);
}

TEST(Config, TimeoutsOfZeroMeanTheDefault) {
  EXPECT_EQ(from({{"HF_HUB_ETAG_TIMEOUT", "0"}})->duration_ms(Option::kEtagTimeout), 10'000);
  EXPECT_EQ(from({{"HF_HUB_DOWNLOAD_TIMEOUT", "7"}})->duration_ms(Option::kDownloadTimeout), 7'000);
}

TEST(Config, FoldersAreDerived) {
  const auto config = from({{"HF_HOME", "/h"}});
  EXPECT_EQ(config->cache_dir(), "/h/hub");
  EXPECT_EQ(config->token_path(), "/h/token");
  EXPECT_EQ(config->stored_tokens_path(), "/h/stored_tokens");
  EXPECT_EQ(from({{"XDG_CACHE_HOME", "/x"}})->home_dir(), "/x/huggingface");
  EXPECT_EQ(from({{"HF_HOME", "/h"}, {"HF_HUB_CACHE", "/c"}})->cache_dir(), "/c");
  EXPECT_EQ(from({{"HF_HOME", "/h"}, {"HUGGINGFACE_HUB_CACHE", "/old"}})->cache_dir(), "/old");
  EXPECT_EQ(from({{"HF_TOKEN_PATH", "/t/tok"}})->stored_tokens_path(), "/t/stored_tokens");
}

TEST(Config, EndpointLosesItsSlashAndStagingChangesTheDefault) {
  EXPECT_EQ(from({{"HF_ENDPOINT", "http://localhost:8080/"}})->text(Option::kEndpoint), "http://localhost:8080");
  EXPECT_EQ(from({{"HUGGINGFACE_CO_STAGING", "1"}})->text(Option::kEndpoint), "https://hub-ci.huggingface.co");
}

TEST(Config, TheBudgetHasALowerBoundAndADefault) {
  EXPECT_GE(Config().memory_budget_bytes(), 8u << 20);
  EXPECT_LE(Config().memory_budget_bytes(), 256u << 20);
  Config config;
  ASSERT_TRUE(config.set("memory.budget", "16MiB").ok());
  EXPECT_EQ(config.memory_budget_bytes(), 16u << 20);
}

}  // namespace
}  // namespace hfhub::runtime
