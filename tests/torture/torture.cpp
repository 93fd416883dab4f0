#include "torture/torture.h"

#include <new>

#include "support/scratch.h"

namespace hfhub::test {
namespace {

constexpr int64_t kLimitMs = 30'000;

}  // namespace

void Torture::wait(Op op) {
  if (!op.wait_for(Milliseconds(kLimitMs))) ADD_FAILURE() << "an operation hangs";
}

std::string Torture::run(int64_t n, const std::function<void()>& body) {
  std::string failure;
  arm_(n);
  try {
    body();
  } catch (const Exception& error) {
    failure = error.what();
    EXPECT_LT(error.status(), 0);
  } catch (const std::bad_alloc&) {
    failure = "bad_alloc on the caller's thread";
  }
  hit_ = was_hit_(n);
  arm_(0);
  failures_ += !failure.empty();
  return failure;
}

void Torture::torture(int64_t stride, const Arm& arm, const WasHit& was_hit,
                      const std::function<void(int64_t n, const std::string& folder)>& round) {
  arm_ = arm;
  was_hit_ = was_hit;
  for (int64_t n = 1; n < kMostPoints; n += stride) {
    const Scratch scratch;
    SCOPED_TRACE("point " + std::to_string(n));
    ASSERT_NO_THROW(round(n, scratch.path()));
    if (HasFailure()) return;
    if (hit_) continue;
    RecordProperty("points", static_cast<int>(n - 1));
    EXPECT_GT(failures_, 0) << "no point ever made it fail: are fault points compiled in?";
    return;
  }
  FAIL() << "there is no end of points";
}

}  // namespace hfhub::test
