#include "xet/cas/reconstruction.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"
#include "json/value.h"
#include "xet/format/xorb.h"

namespace hfhub::xet {
namespace {

Error bad(std::string why) { return Error::make(Code::kProtocol, "the reconstruction " + std::move(why)); }

struct Stretch {  // of chunks, past-the-end
  uint32_t begin = 0;
  uint32_t end = 0;
};

std::optional<Stretch> chunk_stretch(json::View range) {
  const auto begin = range["start"].unsigned_integer();
  const auto end = range["end"].unsigned_integer();
  if (!begin || !end || *begin >= *end || *end > UINT32_MAX) return std::nullopt;
  return Stretch{static_cast<uint32_t>(*begin), static_cast<uint32_t>(*end)};
}

Result<Hash> hash_of(std::optional<std::string_view> text) {
  const auto hash = text ? Hash::parse(*text) : std::nullopt;
  if (!hash) return bad("names a xorb without a usable hash");
  return *hash;
}

Result<Term> parse_term(json::View row) {
  Term term;
  HFHUB_TRY(term.xorb, hash_of(row["hash"].string()));
  const auto chunks = chunk_stretch(row["range"]);
  const auto bytes = row["unpacked_length"].unsigned_integer();
  if (!chunks) return bad("has a term whose chunks run backwards or are missing");
  const uint64_t count = chunks->end - chunks->begin;
  if (!bytes || *bytes < count || *bytes > count * kMaxChunkBytes || *bytes > UINT32_MAX) {
    return bad("has a term with a length that its chunks cannot have");
  }
  term.chunk_begin = chunks->begin;
  term.chunk_end = chunks->end;
  term.bytes = static_cast<uint32_t>(*bytes);
  return term;
}

Result<FetchRange> parse_range(json::View chunks_row, json::View bytes_row) {
  const auto chunks = chunk_stretch(chunks_row);
  const auto first = bytes_row["start"].unsigned_integer();
  const auto last = bytes_row["end"].unsigned_integer();
  if (!chunks) return bad("has a range whose chunks run backwards or are missing");
  if (!first || !last || *first > *last || *last >= INT64_MAX) {
    return bad("has a range whose bytes run backwards or are missing");
  }
  FetchRange range;
  range.chunk_begin = chunks->begin;
  range.chunk_end = chunks->end;
  range.byte_begin = *first;
  range.byte_end = *last + 1;
  const uint64_t count = range.chunk_end - range.chunk_begin;
  const uint64_t size = range.byte_end - range.byte_begin;
  // A stored chunk is a header and at least one byte.
  if (size < count * (kChunkHeaderBytes + 1) || size > count * (kChunkHeaderBytes + kMaxStoredChunkBytes)) {
    return bad("has a range with a length that its chunks cannot have");
  }
  return range;
}

Result<std::shared_ptr<const std::string>> parse_location(json::View url) {
  const auto text = url.string();
  if (!text || !parse_url(*text).ok()) return bad("has a URL that is neither http nor https, or not usable");
  return std::make_shared<const std::string>(*text);
}

// {"range", "url", "url_range"}
Done add_entry_v1(json::View row, std::vector<FetchRange>* out) {
  HFHUB_TRY(FetchRange range, parse_range(row["range"], row["url_range"]));
  HFHUB_TRY(range.url, parse_location(row["url"]));
  out->push_back(std::move(range));
  return {};
}

// {"url", "ranges": [{"chunks", "bytes"}]}
Done add_entry_v2(json::View row, std::vector<FetchRange>* out) {
  HFHUB_TRY(const auto url, parse_location(row["url"]));
  const json::View ranges = row["ranges"];
  if (!ranges.is_array()) return bad("has a URL without ranges");
  for (size_t i = 0; i < ranges.size(); ++i) {
    HFHUB_TRY(FetchRange range, parse_range(ranges[i]["chunks"], ranges[i]["bytes"]));
    range.url = url;
    out->push_back(std::move(range));
  }
  return {};
}

bool same_place(const FetchRange& a, const FetchRange& b) {
  return a.chunk_begin == b.chunk_begin && a.chunk_end == b.chunk_end && a.byte_begin == b.byte_begin &&
         a.byte_end == b.byte_end;
}

// Ascending and disjoint, in chunks as in bytes; what is said twice is kept once.
Done put_in_order(std::vector<FetchRange>* ranges) {
  std::stable_sort(ranges->begin(), ranges->end(),
                   [](const FetchRange& a, const FetchRange& b) { return a.chunk_begin < b.chunk_begin; });
  ranges->erase(std::unique(ranges->begin(), ranges->end(), same_place), ranges->end());
  for (size_t i = 1; i < ranges->size(); ++i) {
    const FetchRange& before = (*ranges)[i - 1];
    const FetchRange& after = (*ranges)[i];
    if (after.chunk_begin < before.chunk_end || after.byte_begin < before.byte_end) {
      return bad("has ranges of one xorb that overlap");
    }
  }
  return {};
}

Done parse_ranges(json::View xorbs, int version, Reconstruction* out) {
  if (!xorbs.is_object()) return bad("does not say where xorbs can be fetched");
  for (size_t i = 0; i < xorbs.size(); ++i) {
    HFHUB_TRY(const Hash xorb, hash_of(xorbs.key(i)));
    const json::View rows = xorbs.member(i);
    if (!rows.is_array()) return bad("has a xorb without a list of ranges");
    const auto [place, is_new] = out->ranges.try_emplace(xorb);
    if (!is_new) return bad("names xorb " + xorb.text() + " twice");
    for (size_t k = 0; k < rows.size(); ++k) {
      HFHUB_CHECK(version == 1 ? add_entry_v1(rows[k], &place->second) : add_entry_v2(rows[k], &place->second));
    }
    HFHUB_CHECK(put_in_order(&place->second));
  }
  return {};
}

bool is_covered(const Term& term, const std::map<Hash, std::vector<FetchRange>>& ranges) {
  const auto found = ranges.find(term.xorb);
  if (found == ranges.end()) return false;
  const auto& list = found->second;
  auto after = std::upper_bound(list.begin(), list.end(), term.chunk_begin,
                                [](uint32_t chunk, const FetchRange& range) { return chunk < range.chunk_begin; });
  return after != list.begin() && (--after)->chunk_end >= term.chunk_end;
}

}  // namespace

uint64_t Reconstruction::total_bytes() const {
  uint64_t total = 0;
  for (const Term& term : terms) total += term.bytes;
  return total;
}

Result<Reconstruction> parse_reconstruction(std::string_view json, int version) {
  auto value = json::Value::parse(json);
  if (!value.ok()) return std::move(value).error().prefixed("the reconstruction");
  const json::View root = value->root();
  const auto skip = root["offset_into_first_range"].unsigned_integer();
  const json::View terms = root["terms"];
  if (!skip || !terms.is_array()) return bad("lacks offset_into_first_range or terms");
  Reconstruction out;
  out.skip_bytes = *skip;
  HFHUB_CHECK(parse_ranges(root[version == 1 ? "fetch_info" : "xorbs"], version, &out));
  out.terms.reserve(terms.size());
  uint64_t total = 0;
  for (size_t i = 0; i < terms.size(); ++i) {
    HFHUB_TRY(Term term, parse_term(terms[i]));
    if (!is_covered(term, out.ranges)) {
      return bad("has a term whose chunks no range covers (xorb " + term.xorb.text() + ")");
    }
    if ((total += term.bytes) > static_cast<uint64_t>(INT64_MAX)) return bad("is longer than any file");
    out.terms.push_back(std::move(term));
  }
  const uint64_t first = out.terms.empty() ? 0 : out.terms[0].bytes;
  if (out.skip_bytes > 0 && out.skip_bytes >= first) return bad("skips more than its first term");
  return out;
}

}  // namespace hfhub::xet
