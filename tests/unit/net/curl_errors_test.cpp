#include "net/curl_errors.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace hfhub::net {
namespace {

class CurlErrors : public testing::Test {
 protected:
  CurlErrors() {
    api_.easy_strerror = [](CURLcode) { return "fixed text"; };
    facts_.url = &url_;
    facts_.connect_timeout_ms = 10'000;
  }
  Error map(CURLcode code) { return transfer_error(api_, code, facts_); }

  CurlApi api_;
  Url url_ = parse_url("https://host.example/path?secret=1").value();
  FailureFacts facts_;
};

TEST_F(CurlErrors, CodesAndRetries) {
  struct Case {
    CURLcode code;
    Code wanted;
    bool retriable;
  };
  const Case cases[] = {
      {CURLE_COULDNT_RESOLVE_HOST, Code::kNetwork, true},
      {CURLE_COULDNT_CONNECT, Code::kNetwork, true},
      {CURLE_RECV_ERROR, Code::kNetwork, true},
      {CURLE_SEND_ERROR, Code::kNetwork, true},
      {CURLE_PARTIAL_FILE, Code::kNetwork, true},
      {CURLE_GOT_NOTHING, Code::kNetwork, true},
      {CURLE_OPERATION_TIMEDOUT, Code::kTimeout, true},
      {CURLE_PEER_FAILED_VERIFICATION, Code::kTls, false},
      {CURLE_SSL_CACERT_BADFILE, Code::kTls, false},
      {CURLE_SSL_CONNECT_ERROR, Code::kTls, false},
      {CURLE_HTTP2, Code::kProtocol, true},
      {CURLE_WEIRD_SERVER_REPLY, Code::kProtocol, true},
      {CURLE_OUT_OF_MEMORY, Code::kNoMemory, false},
      {CURLE_URL_MALFORMAT, Code::kArgument, false},
  };
  for (const Case& c : cases) {
    const Error error = map(c.code);
    EXPECT_EQ(error.code, c.wanted) << c.code;
    EXPECT_EQ(error.retriable, c.retriable) << c.code;
    EXPECT_EQ(error.message.find("secret"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("host.example"), std::string::npos) << error.message;
  }
}

TEST_F(CurlErrors, SayWhatToDoAboutACertificate) {
  facts_.text = "SSL certificate problem: self-signed certificate";
  const Error error = map(CURLE_PEER_FAILED_VERIFICATION);
  EXPECT_NE(error.message.find("self-signed"), std::string::npos);
  EXPECT_NE(error.message.find("net.ca_file"), std::string::npos);
  EXPECT_NE(error.message.find("SSL_CERT_FILE"), std::string::npos);
}

TEST_F(CurlErrors, AHandshakeThatBrokeMayBeRepeated) {
  facts_.os_error = ECONNRESET;
  EXPECT_EQ(map(CURLE_SSL_CONNECT_ERROR).code, Code::kNetwork);
  EXPECT_TRUE(map(CURLE_SSL_CONNECT_ERROR).retriable);
}

TEST_F(CurlErrors, TextThatMightQuoteASecretIsNotPassedOn) {
  for (const char* text : {"bad proxy 'http://user:hidden@proxy'", "user:hidden@proxy", "GET /x?hidden"}) {
    facts_.text = text;
    const Error error = map(CURLE_COULDNT_RESOLVE_PROXY);
    EXPECT_EQ(error.message.find("hidden"), std::string::npos) << error.message;
    EXPECT_NE(error.message.find("fixed text"), std::string::npos) << error.message;
  }
}

TEST_F(CurlErrors, ProxyAnswers) {
  facts_.proxy_status = 407;
  EXPECT_FALSE(map(CURLE_RECV_ERROR).retriable);
  EXPECT_NE(map(CURLE_RECV_ERROR).message.find("407"), std::string::npos);
  facts_.proxy_status = 503;
  EXPECT_TRUE(map(CURLE_RECV_ERROR).retriable);
}

TEST(DurationText, Shapes) {
  EXPECT_EQ(duration_text(20'000), "20 s");
  EXPECT_EQ(duration_text(1500), "1.5 s");
  EXPECT_EQ(duration_text(300), "300 ms");
}

TEST(NetworkError, CarriesTheUrlWithoutQuery) {
  const Error error = network_error(Code::kTimeout, "m", parse_url("https://h/p?sig=1").value(), true);
  ASSERT_TRUE(error.http);
  EXPECT_EQ(error.http->url, "https://h/p");
  EXPECT_EQ(error.http->http_status, 0);
}

}  // namespace
}  // namespace hfhub::net
