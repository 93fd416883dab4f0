// Buckets: folders of Xet files without history. Mirrored in memory as the catalog is: readers
// share an immutable Bucket, a writer saves and swaps in a new one.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "catalog.h"

namespace localhub {

using BucketPtr = std::shared_ptr<const Bucket>;

class Buckets {
 public:
  explicit Buckets(Catalog& catalog);

  /// Null when there is none.
  BucketPtr find(const std::string& id) const;
  /// False when it exists already.
  bool create(const std::string& id, bool is_private);
  void remove(const std::string& id);
  /// Throws CatalogError 404 when the bucket has gone.
  void change(const std::string& id, const BucketChange& change);

 private:
  Catalog& catalog_;
  std::mutex write_mutex_;
  mutable std::shared_mutex mutex_;  // guards the map
  std::map<std::string, BucketPtr> buckets_;
};

}  // namespace localhub
