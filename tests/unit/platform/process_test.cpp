#include "platform/process.h"

#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "base/clock.h"

namespace hfhub::platform {
namespace {

TEST(Process, InputOutputAndExitCode) {
  const auto result = run_program({"sh", "-c", "tr a-z A-Z; echo \"$0\"; exit 3", "two words"}, "hello\n", 10'000);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, "HELLO\ntwo words\n");
}

TEST(Process, LargeInputAndOutput) {
  const std::string text(3'000'000, 'x');
  const auto result = run_program({"cat"}, text, 30'000, 10'000'000);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->output.size(), text.size());
  EXPECT_EQ(run_program({"cat"}, text, 30'000, 100)->output.size(), 100u);
}

TEST(Process, NobodyReadsTheInput) {
  const auto result = run_program({"true"}, std::string(3'000'000, 'x'), 10'000);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 0);
}

TEST(Process, NoSuchProgram) {
  const auto result = run_program({"no-such-program-at-all"}, "", 1000);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kUnsupported);
}

TEST(Process, OneThatDoesNotEndIsKilled) {
  const SteadyTime start = steady_now();
  const auto result = run_program({"sleep", "100"}, "", 200);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Code::kTimeout);
  EXPECT_LT(ms_since(start), 5000);
}

TEST(Process, ABackgroundChildDoesNotHoldUs) {
  const SteadyTime start = steady_now();
  const auto result = run_program({"sh", "-c", "sleep 100 & echo done; kill $! ; exit 0"}, "", 10'000);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->output, "done\n");
  EXPECT_LT(ms_since(start), 5000);
}

// A host that takes no interest in its children loses their status, and nothing else.
TEST(Process, SigchldIgnored) {
  const auto before = std::signal(SIGCHLD, SIG_IGN);
  const auto result = run_program({"echo", "x"}, "", 10'000);
  std::signal(SIGCHLD, before);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, -1);
}

TEST(Process, EndedBySignal) { EXPECT_EQ(run_program({"sh", "-c", "kill -TERM $$"}, "", 10'000)->exit_code, 143); }

}  // namespace
}  // namespace hfhub::platform
