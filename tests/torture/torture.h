// A round of work, repeated: each time another fallible point fails.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <hfhub.hpp>
#include <string>

#include "torture/points.h"

namespace hfhub::test {

inline constexpr int64_t kMostPoints = 20'000;

class Torture : public ::testing::Test {
 protected:
  using Arm = std::function<void(int64_t)>;
  using WasHit = std::function<bool(int64_t)>;
  // Runs `round(n, folder)` for n = 1, 1 + stride, ... until one meets no fault. It arms by `run`.
  void torture(int64_t stride, const Arm& arm, const WasHit& was_hit,
               const std::function<void(int64_t n, const std::string& folder)>& round);
  // `body` with point n armed; what it threw.
  std::string run(int64_t n, const std::function<void()>& body);
  // Throws the operation's error; a failure of the test when it does not end.
  static void wait(Op op);

 private:
  Arm arm_;
  WasHit was_hit_;
  bool hit_ = false;
  int64_t failures_ = 0;
};

}  // namespace hfhub::test
