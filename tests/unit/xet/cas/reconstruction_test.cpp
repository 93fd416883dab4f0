#include "xet/cas/reconstruction.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace hfhub::xet {
namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');

std::string term(const std::string& xorb, const std::string& length, const std::string& begin, const std::string& end) {
  return R"({"hash":")" + xorb + R"(","unpacked_length":)" + length + R"(,"range":{"start":)" + begin + R"(,"end":)" +
         end + "}}";
}

std::string fetch_v1(const std::string& chunks, const std::string& bytes,
                     const std::string& url = "https://s/x?sig=1") {
  const auto two = [](const std::string& text) {
    return R"({"start":)" + text.substr(0, text.find('-')) + R"(,"end":)" + text.substr(text.find('-') + 1) + "}";
  };
  return R"({"range":)" + two(chunks) + R"(,"url":")" + url + R"(","url_range":)" + two(bytes) + "}";
}

std::string v1(const std::string& skip, const std::string& terms, const std::string& ranges) {
  return R"({"offset_into_first_range":)" + skip + R"(,"terms":[)" + terms + R"(],"fetch_info":{)" + ranges + "}}";
}

std::string of(const std::string& xorb, const std::string& list) { return "\"" + xorb + "\":[" + list + "]"; }

std::string why(const std::string& json, int version = 1) {
  const auto parsed = parse_reconstruction(json, version);
  if (parsed.ok()) return "";
  EXPECT_EQ(parsed.error().code, Code::kProtocol);
  return parsed.error().message;
}

TEST(Reconstruction, ReadsVersionOne) {
  const auto parsed = parse_reconstruction(
      v1("7", term(kA, "1000", "2", "4") + "," + term(kB, "5", "0", "1") + "," + term(kA, "2000", "8", "10"),
         of(kA, fetch_v1("8-10", "900-1100") + "," + fetch_v1("1-5", "100-899")) + "," +
             of(kB, fetch_v1("0-1", "0-19"))),
      1);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->skip_bytes, 7u);
  EXPECT_EQ(parsed->total_bytes(), 3005u);
  ASSERT_EQ(parsed->terms.size(), 3u);
  EXPECT_EQ(parsed->terms[0].xorb, *Hash::parse(kA));
  EXPECT_EQ(parsed->terms[2].chunk_begin, 8u);
  EXPECT_EQ(parsed->terms[2].chunk_end, 10u);
  const auto& ranges = parsed->ranges.at(*Hash::parse(kA));
  ASSERT_EQ(ranges.size(), 2u);  // put in order
  EXPECT_EQ(ranges[0].chunk_begin, 1u);
  EXPECT_EQ(ranges[0].byte_begin, 100u);
  EXPECT_EQ(ranges[0].byte_end, 900u);  // inclusive on the wire
  EXPECT_EQ(*ranges[1].url, "https://s/x?sig=1");
}

TEST(Reconstruction, ReadsVersionTwo) {
  const std::string json =
      R"({"offset_into_first_range":0,"terms":[)" + term(kA, "300", "0", "3") + "," + term(kA, "300", "5", "6") +
      R"(],"xorbs":{")" + kA +
      R"(":[{"url":"http://localhost:1/d?x","ranges":[{"chunks":{"start":0,"end":3},"bytes":)" +
      R"({"start":0,"end":199}},{"chunks":{"start":5,"end":6},"bytes":{"start":300,"end":399}}]}]}})";
  const auto parsed = parse_reconstruction(json, 2);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  const auto& ranges = parsed->ranges.at(*Hash::parse(kA));
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[0].url, ranges[1].url);
  EXPECT_EQ(ranges[1].byte_end, 400u);
}

TEST(Reconstruction, AnEmptyFileHasNoTerms) {
  const auto parsed = parse_reconstruction(v1("0", "", ""), 1);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->total_bytes(), 0u);
}

TEST(Reconstruction, KeepsOnceWhatIsSaidTwice) {
  const auto parsed = parse_reconstruction(
      v1("0", term(kA, "9", "0", "1"), of(kA, fetch_v1("0-1", "0-19") + "," + fetch_v1("0-1", "0-19"))), 1);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->ranges.begin()->second.size(), 1u);
}

TEST(Reconstruction, RefusesWhatCannotBe) {
  const std::string one = term(kA, "100", "0", "2");
  const std::string two = of(kA, fetch_v1("0-2", "0-99"));
  ASSERT_EQ(why(v1("0", one, two)), "");
  const struct {
    std::string json;
    const char* says;
  } rows[] = {
      {"", "reconstruction"},
      {"[]", "lacks"},
      {R"({"terms":[],"fetch_info":{}})", "lacks"},
      {R"({"offset_into_first_range":-1,"terms":[],"fetch_info":{}})", "lacks"},
      {R"({"offset_into_first_range":0,"terms":{},"fetch_info":{}})", "lacks"},
      {R"({"offset_into_first_range":0,"terms":[]})", "where xorbs can be fetched"},
      {v1("100", one, two), "skips more"},
      {v1("1", "", ""), "skips more"},
      {v1("18446744073709551615", one, two), "skips more"},
      {v1("0", term("zz", "100", "0", "2"), two), "usable hash"},
      {v1("0", term(kA.substr(1), "100", "0", "2"), two), "usable hash"},
      {v1("0", term(kA, "100", "2", "2"), two), "backwards"},
      {v1("0", term(kA, "100", "2", "1"), two), "backwards"},
      {v1("0", term(kA, "100", "-1", "2"), two), "backwards"},
      {v1("0", term(kA, "100", "0", "4294967296"), two), "backwards"},
      {v1("0", term(kA, "1", "0", "2"), two), "cannot have"},
      {v1("0", term(kA, "262145", "0", "2"), two), "cannot have"},
      {v1("0", term(kA, "-5", "0", "2"), two), "cannot have"},
      {v1("0", term(kA, "4294967296", "0", "100000"), of(kA, fetch_v1("0-100000", "0-99999999"))), "cannot have"},
      {v1("0", term(kB, "100", "0", "2"), two), "no range covers"},
      {v1("0", term(kA, "100", "0", "3"), two), "no range covers"},
      {v1("0", term(kA, "100", "0", "3"), of(kA, fetch_v1("0-2", "0-99") + "," + fetch_v1("2-3", "100-199"))),
       "no range covers"},
      {v1("0", one, of("xx", fetch_v1("0-2", "0-99"))), "usable hash"},
      {v1("0", one, two + "," + two), "twice"},
      {v1("0", one, "\"" + kA + "\":{}"), "list of ranges"},
      {v1("0", one, of(kA, fetch_v1("2-0", "0-99"))), "backwards"},
      {v1("0", one, of(kA, fetch_v1("0-2", "99-0"))), "backwards"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-18446744073709551615"))), "backwards"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-16"))), "cannot have"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-524304"))), "cannot have"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-99", "file:///x"))), "neither http nor https"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-99", "https://user@h/"))), "neither http nor https"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-99") + "," + fetch_v1("1-3", "100-199"))), "overlap"},
      {v1("0", one, of(kA, fetch_v1("0-2", "0-99") + "," + fetch_v1("2-3", "50-149"))), "overlap"},
  };
  for (const auto& row : rows) EXPECT_NE(why(row.json).find(row.says), std::string::npos) << row.json << why(row.json);
  const std::string xorbs = R"({"offset_into_first_range":0,"terms":[],"xorbs":{")" + kA + "\":[";
  EXPECT_NE(why(xorbs + R"({"url":"https://s"}]}})", 2).find("without ranges"), std::string::npos);
  EXPECT_NE(why(xorbs + R"({"ranges":[]}]}})", 2).find("neither http"), std::string::npos);
  EXPECT_NE(why(v1("0", one, two), 2).find("where xorbs"), std::string::npos);
}

TEST(Reconstruction, NeverQuotesASignature) {
  const std::string text =
      why(v1("0", term(kA, "1", "0", "1"), of(kA, fetch_v1("0-1", "0-99", "ftp://s/x?sig=s3cr3t"))));
  EXPECT_EQ(text.find("s3cr3t"), std::string::npos);
}

}  // namespace
}  // namespace hfhub::xet
