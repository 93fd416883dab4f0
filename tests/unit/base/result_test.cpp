#include "base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace hfhub {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error::make(Code::kArgument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  HFHUB_TRY(const int halved, half(value));
  HFHUB_TRY(const int result, half(halved));
  return result;
}

Done check_even(int value) {
  HFHUB_CHECK(half(value));
  return {};
}

TEST(Result, HoldsValueOrError) {
  EXPECT_EQ(half(4).value(), 2);
  EXPECT_EQ(*half(4), 2);
  EXPECT_FALSE(half(3).ok());
  EXPECT_EQ(half(3).error().message, "odd");
  EXPECT_EQ(half(3).value_or(7), 7);
}

TEST(Result, TryAndCheckReturnTheFirstError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().code, Code::kArgument);
  EXPECT_TRUE(check_even(2).ok());
  EXPECT_EQ(check_even(1).error().message, "odd");
}

TEST(Result, MovesOnlyValues) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 5);
}

TEST(Error, NamesActionPathAndReason) {
  const Error error = Error::from_errno(ENOENT, "open", "/a/b");
  EXPECT_EQ(error.code, Code::kIo);
  EXPECT_EQ(error.path, "/a/b");
  EXPECT_EQ(error.message, "cannot open '/a/b': No such file or directory");
}

TEST(Error, TellsFullDisksAndMemoryApart) {
  EXPECT_EQ(Error::from_errno(ENOSPC, "write to", "x").code, Code::kDiskFull);
  EXPECT_EQ(Error::from_errno(EDQUOT, "write to", "x").code, Code::kDiskFull);
  EXPECT_EQ(Error::from_errno(ENOMEM, "open", "x").code, Code::kNoMemory);
}

TEST(Error, PrefixKeepsTheCode) {
  const Error error = Error::make(Code::kAuth, "no token").with_retry();
  const Error longer = Error(error).prefixed("whoami");
  EXPECT_EQ(longer.message, "whoami: no token");
  EXPECT_EQ(longer.code, Code::kAuth);
  EXPECT_TRUE(longer.retriable);
}

TEST(Error, EveryCodeHasItsName) {
  EXPECT_STREQ(code_name(Code::kOk), "HFHUB_OK");
  EXPECT_STREQ(code_name(Code::kNotCached), "HFHUB_E_NOT_CACHED");
  EXPECT_STREQ(code_name(Code::kInternal), "HFHUB_E_INTERNAL");
  EXPECT_STREQ(code_name(static_cast<Code>(-1000)), "HFHUB_E_UNKNOWN");
}

}  // namespace
}  // namespace hfhub
