#include "base/bytes.h"

#include <gtest/gtest.h>

namespace hfhub {
namespace {

TEST(Bytes, Base64IsReadBack) {
  for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(from_base64(to_base64(as_bytes(text))), text);
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  EXPECT_EQ(from_base64(to_base64(as_bytes(all))), all);
  for (const char* bad : {"Zg", "Zg=", "Z===", "Zg==Zg==", "Zm9v\n", "Zm-v", "Zh==", "Zm9=", "====", " Zm9"}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
}

TEST(Bytes, Hex) {
  EXPECT_EQ(to_hex(Bytes{}), "");
  EXPECT_EQ(to_hex(Bytes{0x00, 0x9f, 0xff}), "009fff");
  EXPECT_TRUE(is_lower_hex("009fff", 6));
  EXPECT_FALSE(is_lower_hex("009fff", 5));
  EXPECT_FALSE(is_lower_hex("009fFf", 6));
  EXPECT_FALSE(is_lower_hex("g", 1));
  EXPECT_TRUE(is_lower_hex("", 0));
}

// The vectors of RFC 4648, section 10.
TEST(Bytes, Base64) {
  EXPECT_EQ(to_base64(as_bytes("")), "");
  EXPECT_EQ(to_base64(as_bytes("f")), "Zg==");
  EXPECT_EQ(to_base64(as_bytes("fo")), "Zm8=");
  EXPECT_EQ(to_base64(as_bytes("foo")), "Zm9v");
  EXPECT_EQ(to_base64(as_bytes("foob")), "Zm9vYg==");
  EXPECT_EQ(to_base64(as_bytes("fooba")), "Zm9vYmE=");
  EXPECT_EQ(to_base64(as_bytes("foobar")), "Zm9vYmFy");
}

TEST(Bytes, Base64Alphabets) {
  const Bytes bytes{0xfb, 0xff, 0xfe};
  EXPECT_EQ(to_base64(bytes), "+//+");
  EXPECT_EQ(to_base64_url(bytes), "-__-");
}

TEST(Bytes, ViewsShareMemory) {
  const std::string text = "ab";
  EXPECT_EQ(as_bytes(text).data(), reinterpret_cast<const uint8_t*>(text.data()));
  EXPECT_EQ(as_text(as_bytes(text)), "ab");
}

}  // namespace
}  // namespace hfhub
