#include "net/header_values.h"

#include <gtest/gtest.h>

namespace hfhub::net {
namespace {

TEST(HeaderValues, RateLimit) {
  const auto limit = parse_rate_limit("\"api\";r=0;t=55");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->resource, "api");
  EXPECT_EQ(limit->remaining, 0u);
  EXPECT_EQ(limit->reset_seconds, 55u);
  EXPECT_EQ(parse_rate_limit(" \"pages\" ; r = 12 ; t = 3 ")->remaining, 12u);
}

TEST(HeaderValues, RateLimitPrefersTheItemThatIsUsedUp) {
  EXPECT_EQ(parse_rate_limit("\"a\";r=5;t=1, \"b\";r=0;t=9")->resource, "b");
  EXPECT_EQ(parse_rate_limit("\"a\";r=5;t=1, \"b\";r=2;t=9")->resource, "a");
}

TEST(HeaderValues, RateLimitRefusesWhatItCannotRead) {
  for (const char* text : {"", "api;r=0;t=1", "\"api\"", "\"api\";r=0", "\"api\";t=1", "\"api;r=0;t=1",
                           "\"api\";r=-1;t=1", "\"api\";r=0;t=99999999999999999999", ",,,;;;==="}) {
    EXPECT_FALSE(parse_rate_limit(text)) << text;
  }
}

TEST(HeaderValues, RetryAfterSeconds) {
  EXPECT_EQ(parse_retry_after("0", 0), 0);
  EXPECT_EQ(parse_retry_after(" 120 ", 0), 120'000);
  EXPECT_EQ(parse_retry_after("99999999999999999999999", 0), 1'000'000'000'000);
  for (const char* text : {"", "-1", "1.5", "soon", "1 2"}) EXPECT_FALSE(parse_retry_after(text, 0)) << text;
}

TEST(HeaderValues, RetryAfterDates) {
  constexpr int64_t kThen = 784111777;
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(parse_http_date(text), kThen) << text;
    EXPECT_EQ(parse_retry_after(text, kThen - 30), 30'000) << text;
    EXPECT_EQ(parse_retry_after(text, kThen + 30), 0) << text;
  }
}

TEST(HeaderValues, DatesOfTheCalendar) {
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT"), 1709251199);
  EXPECT_EQ(parse_http_date("Fri, 01 Jan 2100 00:00:00 GMT"), 4102444800);
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x", "Sun,",
        "Sun Nov", ", "}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(HeaderValues, ContentRange) {
  const auto range = parse_content_range("bytes 10-19/100");
  ASSERT_TRUE(range);
  EXPECT_TRUE(range->satisfied);
  EXPECT_EQ(range->first, 10u);
  EXPECT_EQ(range->last, 19u);
  EXPECT_EQ(range->total, 100u);
  EXPECT_FALSE(parse_content_range("bytes 0-0/*")->total);
  const auto none = parse_content_range("Bytes */7");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->satisfied);
  EXPECT_EQ(none->total, 7u);
}

TEST(HeaderValues, ContentRangeRefusesLies) {
  for (const char* text :
       {"", "bytes", "bytes 10-9/100", "bytes 0-100/100", "bytes 0-/100", "bytes -5/100", "bytes */*", "bytes 0-9/100x",
        "items 0-9/100", "bytes 0-9", "bytes0-9/100", "bytes 0-18446744073709551616/*"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(HeaderValues, LinkNext) {
  EXPECT_EQ(parse_link_next("<https://h/api?c=1>; rel=\"next\""), "https://h/api?c=1");
  EXPECT_EQ(parse_link_next("</a>; rel=prev, </b>; title=\"x, </c>; rel=next\"; rel=next"), "/b");
  EXPECT_EQ(parse_link_next("</a>; rel=\"last NEXT\""), "/a");
  EXPECT_EQ(parse_link("</t>; rel=\"xet-auth\", </n>; rel=next", "xet-auth"), "/t");
}

TEST(HeaderValues, LinkNextOfOtherTexts) {
  for (const char* text : {"", "<", "<a", "<a>", "<a>; rel=prev", "<a>; rel=prev; rel=next", "<a>; rel=\"next",
                           "a; rel=next", "<a>; relation=next"}) {
    EXPECT_FALSE(parse_link_next(text)) << text;
  }
}

}  // namespace
}  // namespace hfhub::net
