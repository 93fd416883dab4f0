#include "runtime/progress.h"

#include <gtest/gtest.h>

namespace hfhub::runtime {
namespace {

TEST(Progress, SumsItsItems) {
  Progress progress;
  ItemProgress& first = progress.add_item("a", 100);
  ItemProgress& second = progress.add_item("b", 50);
  first.bytes_done = 40;
  first.resumed_bytes = 10;
  first.wire_bytes = 30;
  second.bytes_done = 50;
  second.state = ItemState::kCached;
  const GroupSnapshot snapshot = progress.snapshot();
  EXPECT_EQ(snapshot.bytes_done, 90u);
  EXPECT_EQ(snapshot.bytes_total, 150u);
  EXPECT_EQ(snapshot.resumed_bytes, 10u);
  EXPECT_EQ(snapshot.wire_bytes, 30u);
  EXPECT_EQ(snapshot.items_done, 1u);
  EXPECT_EQ(snapshot.items_cached, 1u);
  EXPECT_EQ(snapshot.items_total, 2u);
}

TEST(Progress, ItemsStayWhereTheyAre) {
  Progress progress;
  const ItemProgress* first = &progress.add_item("first", 1);
  for (int i = 0; i < 1000; ++i) progress.add_item("more", 1);
  EXPECT_EQ(progress.item(0), first);
  EXPECT_EQ(progress.item(0)->name, "first");
  EXPECT_EQ(progress.item(1001), nullptr);
}

}  // namespace
}  // namespace hfhub::runtime
