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
  ASSERT_EQ(tokens.tokens.size(), 3u);
  EXPECT_EQ(tokens.find("na\xC3\xAFve name")->token(), "hf_d");
  EXPECT_FALSE(tokens.find("work")->refresh_token());
  EXPECT_FALSE(tokens.find("work")->expires_at());
  EXPECT_EQ(*tokens.find("oauth-me")->refresh_token(), "r%1");
  EXPECT_EQ(*tokens.find("oauth-me")->expires_at(), 1790000000);
  EXPECT_EQ(tokens.find_token("hf_one")->name, "work");
  EXPECT_EQ(tokens.find_token("hf_two"), nullptr);
}

TEST(StoredTokens, WrittenAsThePeerWrites) {
  StoredTokens tokens;
  tokens.put(make_stored_token("work", "hf_old", "gone", 1));
  tokens.put(make_stored_token("work", "hf_one", std::nullopt, std::nullopt));
  tokens.put(make_stored_token("oauth-me", "hf_oauth", "r%1", 1790000000));
  tokens.put(make_stored_token("na\xC3\xAFve name", "hf_d", std::nullopt, std::nullopt));
  EXPECT_EQ(stored_tokens_text(tokens), kGolden);
  EXPECT_EQ(stored_tokens_text(parse_stored_tokens(kGolden)), kGolden);
  EXPECT_EQ(stored_tokens_text({}), "");
  EXPECT_TRUE(tokens.remove("work"));
  EXPECT_FALSE(tokens.remove("work"));
}

TEST(StoredTokens, ReadAsConfigparserReads) {
  const auto tokens =
      parse_stored_tokens("# comment\n[DEFAULT]\nrefresh_token = shared\n\n[ a ]\nHF_Token: x = y ; kept\n\n[b]x\n"
                          "hf_token = one\n  two\n\n; comment\nexpires_at = soon\n[c]\n");
  EXPECT_EQ(tokens.find(" a ")->token(), "x = y ; kept");
  EXPECT_EQ(*tokens.find(" a ")->refresh_token(), "shared");
  EXPECT_EQ(*tokens.find("b")->field("hf_token"), "one\ntwo");
  EXPECT_EQ(tokens.find("b")->token(), "onetwo");
  EXPECT_FALSE(tokens.find("b")->expires_at());
  EXPECT_EQ(tokens.find("c")->token(), "");
  EXPECT_EQ(tokens.find("DEFAULT"), nullptr);
  EXPECT_EQ(tokens.tokens[0].name, " a ");  // the order of the file
}

// What others wrote stays; Python puts the options of DEFAULT into every section, before its own.
TEST(StoredTokens, ForeignFieldsStay) {
  const auto tokens = parse_stored_tokens("[DEFAULT]\nnote = n\nhf_token = d\n[z]\nextra = 1\n two\n[a]\nhf_token=x\n");
  EXPECT_EQ(stored_tokens_text(tokens),
            "[a]\nnote = n\nhf_token = x\n\n[z]\nnote = n\nhf_token = d\nextra = 1\n\ttwo\n\n");
}

TEST(StoredTokens, NamesThatTheFileCanHold) {
  for (const char* good :
       {"a", "two words", " blanks ", "#x", ";x", "a]b", "[a", "a=b: c", "na\xC3\xAFve", "default"}) {
    EXPECT_TRUE(check_token_name(good).ok()) << good;
  }
  for (const char* bad : {"", "DEFAULT", "a\nb", "a\rb", "a\tb", "\xFF", "\x1B[31m"}) {
    const auto done = check_token_name(bad);
    EXPECT_FALSE(done.ok()) << bad;
    if (!done.ok()) EXPECT_EQ(done.error().code, Code::kArgument);
  }
}

TEST(StoredTokens, AnErrorEmptiesTheFile) {
  for (const char* bad : {"hf_token = x\n", "[a]\nhf_token = x\n[a]\n", "[a]\nhf_token = x\nHF_TOKEN = y\n",
                          "[a]\nnonsense\n", "[a]\n= x\n", "[]\n", "[a]\nhf_token = \xFF\n"}) {
    EXPECT_TRUE(parse_stored_tokens(bad).tokens.empty()) << bad;
    EXPECT_TRUE(parse_stored_tokens(bad).damaged) << bad;
  }
}

TEST(StoredTokens, AMissingFileHoldsNone) {
  const Scratch scratch;
  EXPECT_TRUE(read_stored_tokens(scratch / "stored_tokens")->tokens.empty());
  ASSERT_TRUE(platform::write_text_atomically(scratch / "stored_tokens", kGolden).ok());
  EXPECT_EQ(read_stored_tokens(scratch / "stored_tokens")->tokens.size(), 3u);
}

// ---- writing -------------------------------------------------------------------------------------------------------

TEST(Secrets, ForTheOwnerAlone) {
  const Scratch scratch;
  const std::string folder = scratch / "a/b";
  const std::string path = folder + "/token";
  ASSERT_TRUE(write_secret(path, "hf_a").ok());
  EXPECT_EQ((*platform::stat_path(path))->mode, 0600u);
  EXPECT_EQ((*platform::stat_path(folder))->mode, 0700u);
  ASSERT_TRUE(platform::set_mode(path, 0644).ok());
  ASSERT_TRUE(write_secret(path, "hf_b").ok());
  EXPECT_EQ((*platform::stat_path(path))->mode, 0600u);
  EXPECT_EQ(*platform::read_text(path), "hf_b");
  EXPECT_EQ(platform::list_folder(folder)->size(), 1u);
}

TEST(Secrets, ALinkIsWrittenThrough) {
  const Scratch scratch;
  ASSERT_TRUE(platform::write_text_atomically(scratch / "real", "hf_a").ok());
  ASSERT_TRUE(platform::make_link("real", scratch / "token").ok());
  ASSERT_TRUE(write_secret(scratch / "token", "hf_b").ok());
  EXPECT_EQ((*platform::stat_path(scratch / "token", false))->kind, platform::Kind::kLink);
  EXPECT_EQ(*platform::read_text(scratch / "real"), "hf_b");
}

class ChangeStored : public ::testing::Test {
 protected:
  Done change(const std::function<Result<bool>(StoredTokens&)>& body, bool needs_lock = false) {
    return change_stored_tokens(path_, {cancel_, nullptr, needs_lock}, body);
  }
  const Scratch scratch_;
  const std::string path_ = scratch_ / "home/stored_tokens";
  const runtime::Cancel cancel_;
};

TEST_F(ChangeStored, ReadsChangesAndWritesUnderTheLock) {
  const auto add = [&](const char* name) {
    return change([&](StoredTokens& tokens) -> Result<bool> {
      EXPECT_FALSE(*platform::FileLock::try_acquire(path_ + ".lock"));
      tokens.put(make_stored_token(name, "hf_x", std::nullopt, std::nullopt));
      return true;
    });
  };
  ASSERT_TRUE(add("b").ok());
  ASSERT_TRUE(add("a").ok());
  EXPECT_EQ(*platform::read_text(path_), "[a]\nhf_token = hf_x\n\n[b]\nhf_token = hf_x\n\n");
  EXPECT_TRUE(*platform::FileLock::try_acquire(path_ + ".lock"));
}

TEST_F(ChangeStored, NothingIsWrittenWithoutAChange) {
  ASSERT_TRUE(change([](StoredTokens&) -> Result<bool> { return false; }).ok());
  EXPECT_FALSE(platform::exists(path_));
  EXPECT_EQ(change([](StoredTokens&) -> Result<bool> { return Error::make(Code::kAuth, "no"); }).error().code,
            Code::kAuth);
  EXPECT_FALSE(platform::exists(path_));
}

TEST_F(ChangeStored, ACancelledWaitForTheLockEnds) {
  ASSERT_TRUE(platform::make_folders(scratch_ / "home").ok());
  const auto held = platform::FileLock::try_acquire(path_ + ".lock");
  ASSERT_TRUE(held.ok() && *held);
  cancel_.request();
  EXPECT_EQ(change([](StoredTokens&) -> Result<bool> { return true; }).error().code, Code::kCancelled);
}

}  // namespace
}  // namespace hfhub::cache
