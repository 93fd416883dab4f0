#include "net/redirect.h"

#include <gtest/gtest.h>

namespace hfhub::net {
namespace {

const TokenOrigins kHub("https://huggingface.co");

Url url(std::string_view text) { return parse_url(text).value(); }

Hop hop_to(std::string_view text, Method method = Method::kGet) {
  Hop hop;
  hop.method = method;
  hop.url = url(text);
  return hop;
}

// Where it goes on, "" for "the answer itself", the error's code name otherwise.
std::string decide(const Hop& hop, std::string_view location, Redirects redirects = Redirects::kFollow,
                   int status = 302, const TokenOrigins& origins = kHub) {
  const auto next = plan_redirect(hop, redirects, status, location, origins, 0);
  if (!next.ok()) return code_name(next.error().code);
  return *next ? (*next)->url.str() : "";
}

TEST(TokenOrigins, TheEndpointAndNothingElse) {
  const TokenOrigins mirror("https://mirror.example:8443/hub");
  EXPECT_TRUE(mirror.contains(url("https://mirror.example:8443/x?y")));
  for (const char* other : {"http://mirror.example:8443/", "https://mirror.example/", "https://a.mirror.example:8443/",
                            "https://huggingface.co/", "https://mirror.example.evil:8443/"}) {
    EXPECT_FALSE(mirror.contains(url(other))) << other;
  }
}

TEST(TokenOrigins, TheTwoNamesOfTheHub) {
  for (const char* endpoint : {"https://huggingface.co", "https://hf.co"}) {
    const TokenOrigins origins(endpoint);
    EXPECT_TRUE(origins.contains(url("https://huggingface.co/a")));
    EXPECT_TRUE(origins.contains(url("https://hf.co/a")));
    for (const char* other : {"https://cdn-lfs.huggingface.co/", "https://hub-ci.huggingface.co/",
                              "http://huggingface.co/", "https://huggingface.co:444/", "https://hf.co.evil.example/"}) {
      EXPECT_FALSE(origins.contains(url(other))) << other;
    }
  }
}

TEST(TokenOrigins, AnUnusableEndpointHasNone) {
  EXPECT_FALSE(TokenOrigins("").contains(url("https://huggingface.co/")));
  EXPECT_FALSE(TokenOrigins("ftp://x").contains(url("https://huggingface.co/")));
}

TEST(Redirect, Loopback) {
  for (const char* text :
       {"http://localhost:1/", "http://a.localhost/", "http://127.0.0.1/", "http://127.9.9.9/", "http://[::1]:5/"}) {
    EXPECT_TRUE(is_loopback(url(text))) << text;
  }
  for (const char* text : {"http://127.0.0.1.evil.example/", "http://localhost.evil.example/", "http://10.0.0.1/",
                           "http://127.1/", "http://[::2]/", "http://notlocalhost/"}) {
    EXPECT_FALSE(is_loopback(url(text))) << text;
  }
}

TEST(Redirect, OnlyTheFiveStatusesWithALocation) {
  const Hop hop = hop_to("https://huggingface.co/a/b");
  for (int status : {301, 302, 303, 307, 308})
    EXPECT_EQ(decide(hop, "/c", Redirects::kFollow, status), "https://huggingface.co/c");
  for (int status : {200, 201, 300, 304, 305, 404, 503})
    EXPECT_EQ(decide(hop, "/c", Redirects::kFollow, status), "") << status;
  EXPECT_EQ(decide(hop, ""), "");
  EXPECT_EQ(decide(hop, "/c", Redirects::kNever), "");
}

TEST(Redirect, KeepsTheQueryOfTheTarget) {
  EXPECT_EQ(decide(hop_to("https://huggingface.co/a/b?old=1"), "c?new=2"), "https://huggingface.co/a/c?new=2");
  EXPECT_EQ(decide(hop_to("https://huggingface.co/a"), "https://cdn.example/x?sig=1#f"), "https://cdn.example/x?sig=1");
}

TEST(Redirect, SameSiteOnly) {
  const Hop hop = hop_to("https://huggingface.co/a", Method::kHead);
  EXPECT_EQ(decide(hop, "/b", Redirects::kSameSiteOnly), "https://huggingface.co/b");
  EXPECT_EQ(decide(hop, "https://hf.co/b", Redirects::kSameSiteOnly), "https://hf.co/b");
  EXPECT_EQ(decide(hop, "https://cdn.example/b", Redirects::kSameSiteOnly), "");
  EXPECT_EQ(decide(hop, "ftp://cdn.example/b", Redirects::kSameSiteOnly), "") << "whoever reads it decides";
  const TokenOrigins mirror("https://mirror.example");
  EXPECT_EQ(decide(hop_to("https://other.example/"), "https://mirror.example/x", Redirects::kSameSiteOnly, 302, mirror),
            "https://mirror.example/x");
}

TEST(Redirect, RefusesUnusableTargets) {
  const Hop hop = hop_to("https://huggingface.co/a");
  for (const char* location : {"ftp://x/y", "https://", "https://user:pw@x/y", "/a b", "https://x:0/", "\\\\x\\y"}) {
    EXPECT_EQ(decide(hop, location), "HFHUB_E_PROTOCOL") << location;
  }
}

TEST(Redirect, NeverLosesTls) {
  EXPECT_EQ(decide(hop_to("https://huggingface.co/a"), "http://huggingface.co/a"), "HFHUB_E_PROTOCOL");
  EXPECT_EQ(decide(hop_to("https://huggingface.co/a"), "http://127.0.0.1/a"), "HFHUB_E_PROTOCOL");
  EXPECT_EQ(decide(hop_to("https://localhost/a"), "http://cdn.example/a"), "HFHUB_E_PROTOCOL");
  EXPECT_EQ(decide(hop_to("https://localhost:8443/a"), "http://127.0.0.1:8000/a"), "http://127.0.0.1:8000/a");
  EXPECT_EQ(decide(hop_to("http://hub.example/a"), "https://hub.example/a"), "https://hub.example/a");
  const TokenOrigins plain("http://hub.example");
  EXPECT_EQ(decide(hop_to("https://x.example/"), "http://hub.example/", Redirects::kSameSiteOnly, 302, plain),
            "HFHUB_E_PROTOCOL");
}

TEST(Redirect, TwentyHopsAndNoMore) {
  const Hop hop = hop_to("https://huggingface.co/a");
  EXPECT_TRUE(plan_redirect(hop, Redirects::kFollow, 302, "/b", kHub, 19).ok());
  const auto late = plan_redirect(hop, Redirects::kFollow, 302, "/b?secret", kHub, 20);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, Code::kProtocol);
  EXPECT_FALSE(late.error().retriable);
  EXPECT_NE(late.error().message.find("too many redirects"), std::string::npos);
  EXPECT_EQ(late.error().message.find("secret"), std::string::npos);
}

TEST(Redirect, MethodAndBody) {
  struct Case {
    int status;
    Method before, after;
  };
  const Case cases[] = {
      {301, Method::kPost, Method::kGet},   {302, Method::kPost, Method::kGet},  {303, Method::kPost, Method::kGet},
      {307, Method::kPost, Method::kPost},  {308, Method::kPut, Method::kPut},   {301, Method::kPut, Method::kPut},
      {303, Method::kDelete, Method::kGet}, {303, Method::kHead, Method::kHead}, {302, Method::kHead, Method::kHead},
  };
  for (const Case& c : cases) {
    Hop hop = hop_to("https://huggingface.co/a", c.before);
    hop.body = "body";
    ASSERT_TRUE(hop.headers.set("Content-Type", "application/json").ok());
    ASSERT_TRUE(hop.headers.set("X-Kept", "1").ok());
    const auto next = plan_redirect(hop, Redirects::kFollow, c.status, "/b", kHub, 0);
    ASSERT_TRUE(next.ok() && *next);
    EXPECT_EQ((*next)->method, c.after) << c.status;
    const bool repeated = c.after == c.before;
    EXPECT_EQ((*next)->body, repeated ? "body" : "") << c.status;
    EXPECT_EQ((*next)->headers.find("content-type") != nullptr, repeated) << c.status;
    EXPECT_NE((*next)->headers.find("x-kept"), nullptr);
  }
}

TEST(Redirect, AForeignOriginLearnsLittle) {
  Hop hop = hop_to("https://huggingface.co/a");
  for (const char* name : {"Range", "Accept", "If-None-Match", "X-HF-Bill-To", "X-Api-Key", "Cookie"}) {
    ASSERT_TRUE(hop.headers.set(name, "v").ok());
  }
  const auto away = plan_redirect(hop, Redirects::kFollow, 302, "https://cdn.example/x", kHub, 0);
  ASSERT_TRUE(away.ok() && *away);
  for (const char* name : {"Range", "Accept", "If-None-Match"}) EXPECT_NE((*away)->headers.find(name), nullptr) << name;
  for (const char* name : {"X-HF-Bill-To", "X-Api-Key", "Cookie"})
    EXPECT_EQ((*away)->headers.find(name), nullptr) << name;
  const auto home = plan_redirect(hop, Redirects::kFollow, 302, "https://hf.co/x", kHub, 0);
  ASSERT_TRUE(home.ok() && *home);
  EXPECT_NE((*home)->headers.find("X-HF-Bill-To"), nullptr);
}

}  // namespace
}  // namespace hfhub::net
