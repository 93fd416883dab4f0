// What the CAS keeps: DIR/xorbs/<2 hex>/<hash> (records and footer) and DIR/shards/<hash>.mdb,
// with tables of both in memory. Files are written under a temporary name and renamed, so that
// another process (`seed-demo`) may write beside a running server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "shard.h"
#include "xorb.h"

namespace localhub {

using XorbPtr = std::shared_ptr<const XorbIndex>;
using XetFilePtr = std::shared_ptr<const ShardFile>;

class CasStore {
 public:
  explicit CasStore(const std::string& data_dir);

  std::string xorb_path(const XetHash& hash) const;
  bool has_xorb(const XetHash& hash) const;
  /// Null when there is none.
  XorbPtr xorb(const XetHash& hash);
  /// `records` without a footer, already examined. False when the CAS had it.
  bool put_xorb(const XorbIndex& index, std::string_view records);

  struct Added {
    bool fresh = false;
    XetHash hash;  // of the shard as it is stored
  };
  /// All or nothing: everything in the shard is verified first. Throws FormatError.
  Added add_shard(Shard shard);

  XetFilePtr file(const XetHash& hash);
  /// The file whose uploader said that it has this SHA-256; not checked against the content.
  XetFilePtr file_of_sha256(const std::string& hex);
  /// Gives the content piece by piece, then an empty view. Throws FormatError when a xorb is gone.
  std::function<std::string_view()> reader(XetFilePtr file);

  /// The answer to a deduplication query: a keyed shard, if the chunk is one to ask for.
  std::optional<std::string> keyed_shard(const XetHash& chunk);

  /// Chunks a file on disk and registers it; returns its hash. `sha256` in hex.
  XetHash add_content(const std::string& path, const std::string& sha256);

  struct Counts {
    size_t files = 0, xorbs = 0, shards = 0, chunks = 0;
  };
  Counts counts();

 private:
  struct Place {
    uint32_t xorb = 0;  // index into xorbs_
    uint32_t chunk = 0;
  };
  struct Home {
    XetHash name;
    size_t shard = 0;  // the shard that brought it: index into shards_
  };
  class Ingest;
  using HashSet = std::unordered_set<XetHash, XetHash::Hasher>;

  void refresh();
  HashSet first_chunks(const Shard& shard);
  void load(const XetHash& name, const Shard& shard);
  void note_file(const ShardFile& file);
  void verify_file(const ShardFile& file);
  void verify_xorb(const ShardXorb& listed);
  bool is_candidate(const XetHash& chunk, Place& place);
  std::optional<Segment> find_chunk(const XetHash& chunk);

  std::string dir_;
  std::mutex ingest_mutex_;

  std::mutex refresh_mutex_;
  int64_t seen_mtime_ns_ = -1;

  mutable std::shared_mutex mutex_;  // guards the tables below
  std::unordered_map<XetHash, XetFilePtr, XetHash::Hasher> files_;
  std::unordered_map<std::string, XetHash> by_sha256_;
  std::vector<Home> xorbs_;
  std::vector<std::vector<uint32_t>> shards_;  // the xorbs that each brought
  HashSet shard_names_;
  std::unordered_map<XetHash, Place, XetHash::Hasher> places_;  // of every chunk some shard lists
  HashSet marked_;                                              // candidates by flag or as a file's first chunk

  std::mutex index_mutex_;
  std::unordered_map<XetHash, XorbPtr, XetHash::Hasher> indexes_;
};

}  // namespace localhub
