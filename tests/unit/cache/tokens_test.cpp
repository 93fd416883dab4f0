#include "cache/tokens.h"

#include <gtest/gtest.h>

#include "platform/file.h"
#include "support/scratch.h"

namespace hfhub::cache {
namespace {

using test::Scratch;

TEST(Tokens, TheActiveOneIsTrimmed) {
  const Scratch scratch;
  const std::string path = scratch / "token";
  EXPECT_FALSE(*read_token_file(path));
  const auto write = [&](std::string_view text) { ASSERT_TRUE(platform::write_text_atomically(path, text).ok()); };
  write(" hf_abc\r\n");
  EXPECT_EQ(**read_token_file(path), "hf_abc");
  write("hf_\nabc\n");
  EXPECT_EQ(**read_token_file(path), "hf_abc");
  write(" \n");
  EXPECT_FALSE(*read_token_file(path));
  write(std::string(2 << 20, 'x'));
  EXPECT_FALSE(read_token_file(path).ok());
}

// Written by huggingface_hub 2.4.0 (_save_token).
constexpr std::string_view kGolden = "[na\xC3\xAFve name]\nhf_token = hf_d\n\n"
                                     "[oauth-me]\nhf_token = hf_oauth\nrefresh_token = r%1\nexpires_at = 1790000000\n\n"
                                     "[work]\nhf_token = hf_one\n\n";

TEST(StoredTokens, Golden) {
  const auto tokens = parse_stored_tokens(kGolden);
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_EQ(tokens.at("na\xC3\xAFve name").token, "hf_d");
  EXPECT_FALSE(tokens.at("work").refresh_token);
  EXPECT_FALSE(tokens.at("work").expires_at);
  EXPECT_EQ(*tokens.at("oauth-me").refresh_token, "r%1");
  EXPECT_EQ(*tokens.at("oauth-me").expires_at, 1790000000);
}

TEST(StoredTokens, ReadAsConfigparserReads) {
  const auto tokens =
      parse_stored_tokens("# comment\n[DEFAULT]\nrefresh_token = shared\n\n[ a ]\nHF_Token: x = y ; kept\n\n[b]x\n"
                          "hf_token = one\n  two\n\n; comment\nexpires_at = soon\n[c]\n");
  EXPECT_EQ(tokens.at(" a ").token, "x = y ; kept");
  EXPECT_EQ(*tokens.at(" a ").refresh_token, "shared");
  EXPECT_EQ(tokens.at("b").token, "one\ntwo");
  EXPECT_FALSE(tokens.at("b").expires_at);
  EXPECT_EQ(tokens.at("c").token, "");
  EXPECT_FALSE(tokens.contains("DEFAULT"));
}

TEST(StoredTokens, AnErrorEmptiesTheFile) {
  for (const char* bad : {"hf_token = x\n", "[a]\nhf_token = x\n[a]\n", "[a]\nhf_token = x\nHF_TOKEN = y\n",
                          "[a]\nnonsense\n", "[a]\n= x\n", "[]\n", "[a]\nhf_token = \xFF\n"}) {
    EXPECT_TRUE(parse_stored_tokens(bad).empty()) << bad;
  }
}

TEST(StoredTokens, AMissingFileHoldsNone) {
  const Scratch scratch;
  EXPECT_TRUE(read_stored_tokens(scratch / "stored_tokens")->empty());
  ASSERT_TRUE(platform::write_text_atomically(scratch / "stored_tokens", kGolden).ok());
  EXPECT_EQ(read_stored_tokens(scratch / "stored_tokens")->size(), 3u);
}

}  // namespace
}  // namespace hfhub::cache
