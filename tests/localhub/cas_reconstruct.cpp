// GET /v1 and /v2 reconstructions: which ranges of which xorbs make (a part of) a file.
#include <algorithm>
#include <map>

#include "cas.h"
#include "json.h"

namespace localhub {
namespace {

// A signed URL names its ranges and should stay below 8 KiB.
constexpr size_t kRangesOfAUrl = 400;

struct ChunkRange {
  uint32_t first = 0;
  uint32_t end = 0;
};

struct Plan {
  uint64_t skip = 0;  // bytes of the first term that come before the wanted range
  std::vector<Segment> terms;
  std::map<XetHash, std::vector<ChunkRange>> fetches;  // merged, ascending
};

struct Wanted {
  uint64_t first = 0;
  uint64_t end = 0;
};

Wanted wanted_bytes(const Request& request, uint64_t size) {
  std::string_view text = request.header("range");
  if (text.empty()) return {0, size};
  size_t dash = text.find('-');
  if (text.substr(0, 6) != "bytes=" || dash == std::string_view::npos) throw HttpError{400, "", "bad Range"};
  auto first = parse_int(trim(text.substr(6, dash - 6)));
  std::string_view last_text = trim(text.substr(dash + 1));
  auto last = parse_int(last_text);
  if (!first || *first < 0 || (!last && !last_text.empty())) throw HttpError{400, "", "bad Range"};
  auto from = static_cast<uint64_t>(*first);
  uint64_t end = last ? std::min(size, static_cast<uint64_t>(*last) + 1) : size;
  if (from == 0 && size == 0) return {0, 0};
  if (from >= size || from >= end)
    throw HttpError{416, "", "the range is outside the file", {{"Content-Range", "bytes */" + std::to_string(size)}}};
  return {from, end};
}

/// The chunks of a segment that overlap the wanted bytes; `at` is where the segment starts.
Segment cut_term(const XorbIndex& xorb, const Segment& segment, uint64_t at, const Wanted& wanted, uint64_t& skip) {
  Segment out{segment.xorb, 0, segment.end, segment.end};
  for (uint32_t chunk = segment.first; chunk < segment.end; ++chunk) {
    uint64_t length = xorb.chunks[chunk].length, end = at + length;
    if (end > wanted.first && at < wanted.end) {
      if (out.bytes == 0) {
        out.first = chunk;
        skip = wanted.first > at ? wanted.first - at : 0;
      }
      out.bytes += static_cast<uint32_t>(length);
      out.end = chunk + 1;
    }
    at = end;
  }
  return out;
}

void merge(std::vector<ChunkRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](auto& a, auto& b) { return a.first < b.first; });
  std::vector<ChunkRange> out;
  for (const ChunkRange& range : ranges) {
    if (!out.empty() && range.first <= out.back().end) {
      out.back().end = std::max(out.back().end, range.end);
    } else {
      out.push_back(range);
    }
  }
  ranges = std::move(out);
}

XorbPtr need_xorb(CasStore& cas, const XetHash& hash) {
  XorbPtr out = cas.xorb(hash);
  if (!out) throw HttpError{500, "", "xorb " + hash.text() + " is gone"};
  return out;
}

Plan make_plan(CasStore& cas, const ShardFile& file, const Wanted& wanted) {
  Plan out;
  uint64_t at = 0;
  for (const Segment& segment : file.segments) {
    if (at < wanted.end && at + segment.bytes > wanted.first) {
      uint64_t skip = 0;
      Segment term = cut_term(*need_xorb(cas, segment.xorb), segment, at, wanted, skip);
      if (out.terms.empty()) out.skip = skip;
      out.terms.push_back(term);
      out.fetches[term.xorb].push_back({term.first, term.end});
    }
    at += segment.bytes;
  }
  for (auto& [hash, ranges] : out.fetches) merge(ranges);
  return out;
}

ByteRange bytes_of(const XorbIndex& xorb, const ChunkRange& range) {
  return {xorb.record_start(range.first), int64_t{xorb.ends[range.end - 1]} - 1};
}

void write_range(Json& out, const char* name, int64_t start, int64_t end) {
  out.key(name).begin_object().put("start", start).put("end", end).end_object();
}

void write_terms(Json& out, const Plan& plan) {
  out.put("offset_into_first_range", static_cast<int64_t>(plan.skip)).key("terms").begin_array();
  for (const Segment& term : plan.terms) {
    out.begin_object().put("hash", term.xorb.text()).put("unpacked_length", int64_t{term.bytes});
    write_range(out, "range", term.first, term.end);
    out.end_object();
  }
  out.end_array();
}

void write_fetch_info(Json& out, const Call& call, const XetHash& hash, const std::vector<ChunkRange>& ranges) {
  XorbPtr xorb = need_xorb(call.hub.cas, hash);
  for (const ChunkRange& range : ranges) {
    ByteRange bytes = bytes_of(*xorb, range);
    out.begin_object();
    write_range(out, "range", range.first, range.end);
    out.put("url", xorb_url(call, hash, {bytes}));
    write_range(out, "url_range", bytes.first, bytes.last);
    out.end_object();
  }
}

void write_entries(Json& out, const Call& call, const XetHash& hash, const std::vector<ChunkRange>& ranges) {
  XorbPtr xorb = need_xorb(call.hub.cas, hash);
  size_t together = call.hub.settings.get()->cas_multirange ? kRangesOfAUrl : 1;
  for (size_t at = 0; at < ranges.size(); at += together) {
    size_t end = std::min(ranges.size(), at + together);
    std::vector<ByteRange> bytes;
    for (size_t i = at; i < end; ++i) bytes.push_back(bytes_of(*xorb, ranges[i]));
    out.begin_object().put("url", xorb_url(call, hash, bytes)).key("ranges").begin_array();
    for (size_t i = at; i < end; ++i) {
      out.begin_object();
      write_range(out, "chunks", ranges[i].first, ranges[i].end);
      write_range(out, "bytes", bytes[i - at].first, bytes[i - at].last);
      out.end_object();
    }
    out.end_array().end_object();
  }
}

}  // namespace

Response answer_reconstruction(const Call& call, const std::string& name, bool v2) {
  XetFilePtr file = call.hub.cas.file(hash_from(name));
  if (!file) throw HttpError{404, "", "no such file"};
  Plan plan = make_plan(call.hub.cas, *file, wanted_bytes(call.request, file->size()));
  Json out;
  out.begin_object();
  write_terms(out, plan);
  out.key(v2 ? "xorbs" : "fetch_info").begin_object();
  for (const auto& [hash, ranges] : plan.fetches) {
    out.key(hash.text()).begin_array();
    v2 ? write_entries(out, call, hash, ranges) : write_fetch_info(out, call, hash, ranges);
    out.end_array();
  }
  return json_response(out.end_object().end_object().str());
}

}  // namespace localhub
