#include "net/retry.h"

#include <gtest/gtest.h>

namespace hfhub::net {
namespace {

constexpr RetryPolicy kPolicy;  // 5 retries, 1 s doubling up to 8 s, 5 min from the server

TEST(Retry, TransientStatuses) {
  for (int status : {408, 429, 500, 502, 503, 504}) EXPECT_TRUE(is_transient_status(status)) << status;
  for (int status : {200, 206, 302, 400, 401, 403, 404, 409, 416, 501, 505})
    EXPECT_FALSE(is_transient_status(status)) << status;
}

TEST(Retry, DelayDoublesUpToTheLargest) {
  const int64_t wanted[] = {1000, 2000, 4000, 8000, 8000, 8000};
  for (uint64_t attempt = 1; attempt <= 6; ++attempt) {
    EXPECT_EQ(backoff_ms(kPolicy, attempt, 1.0), wanted[attempt - 1]);
    EXPECT_EQ(backoff_ms(kPolicy, attempt, 0.0), wanted[attempt - 1] / 2);
    EXPECT_EQ(backoff_ms(kPolicy, attempt, 0.5), wanted[attempt - 1] * 3 / 4);
  }
  EXPECT_EQ(backoff_ms(kPolicy, UINT64_MAX, 1.0), 8000);
}

TEST(Retry, DelayOfOddPolicies) {
  RetryPolicy none = kPolicy;
  none.delay_ms = 0;
  EXPECT_EQ(backoff_ms(none, 50, 0.9), 0);
  RetryPolicy small_cap = kPolicy;
  small_cap.delay_max_ms = 300;
  EXPECT_EQ(backoff_ms(small_cap, 1, 1.0), 300);
}

TEST(Retry, GivesUpAfterTheLastAttempt) {
  EXPECT_TRUE(plan_retry(kPolicy, 5, -1, 0));
  EXPECT_FALSE(plan_retry(kPolicy, 6, -1, 0));
  EXPECT_FALSE(plan_retry(kPolicy, 6, 10, 0));
}

TEST(Retry, ObeysTheServerWithinReason) {
  EXPECT_EQ(plan_retry(kPolicy, 1, 0, 0.3), 0);
  EXPECT_EQ(plan_retry(kPolicy, 1, 56'000, 0.3), 56'000);
  EXPECT_EQ(plan_retry(kPolicy, 1, 300'000, 0.3), 300'000);
  EXPECT_FALSE(plan_retry(kPolicy, 1, 300'001, 0.3));
}

TEST(Retry, ServerDelay) {
  Headers headers;
  EXPECT_EQ(server_delay_ms(headers, 0), -1);
  headers.add_received("Retry-After", "7");
  EXPECT_EQ(server_delay_ms(headers, 0), 8000);
  headers.add_received("RateLimit", "\"api\";r=3;t=50");
  EXPECT_EQ(server_delay_ms(headers, 0), 8000) << "something is left: the limit is not the reason";
  Headers used_up;
  used_up.add_received("retry-after", "7");
  used_up.add_received("ratelimit", "\"api\";r=0;t=50");
  EXPECT_EQ(server_delay_ms(used_up, 0), 51'000);
  Headers dated;
  dated.add_received("Retry-After", "Thu, 01 Jan 1970 00:00:20 GMT");
  EXPECT_EQ(server_delay_ms(dated, 5), 16'000);
  Headers odd;
  odd.add_received("Retry-After", "whenever");
  EXPECT_EQ(server_delay_ms(odd, 0), -1);
}

}  // namespace
}  // namespace hfhub::net
