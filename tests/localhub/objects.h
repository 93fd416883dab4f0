// Blobs on disk: DIR/objects/<2 hex>/<sha256>. Written under a temporary name and renamed, so a
// reader never sees a partial object. Small ones are kept in memory for serving.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace localhub {

struct StoredObject {
  std::string sha256;
  std::string oid;  // git blob name of the content; empty if it was not asked for
  int64_t size = 0;
};

class Objects {
 public:
  explicit Objects(std::string data_dir);

  std::string path(const std::string& sha256) const;
  bool exists(const std::string& sha256) const;
  /// -1 when there is no such object.
  int64_t size(const std::string& sha256) const;

  /// Calls `produce` until it returns an empty view; hashes and stores what it gives.
  /// SHA-1 costs as much as SHA-256, so it is computed only `with_oid`.
  StoredObject put(const std::function<std::string_view()>& produce, bool with_oid);
  StoredObject put_bytes(std::string_view bytes, bool with_oid);
  StoredObject put_file(const std::string& source, bool with_oid);

  /// The content of an object of at most kSmallBytes, or null.
  std::shared_ptr<const std::string> small(const std::string& sha256, int64_t size);
  std::string read(const std::string& sha256) const;

  static constexpr int64_t kSmallBytes = 256 << 10;

 private:
  static constexpr int64_t kCacheBytes = 64 << 20;

  std::string dir_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const std::string>> cache_;
  int64_t cached_bytes_ = 0;
};

}  // namespace localhub
