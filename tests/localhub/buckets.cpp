#include "buckets.h"

#include "text.h"

namespace localhub {

Buckets::Buckets(Catalog& catalog) : catalog_(catalog) {
  for (Bucket& bucket : catalog.buckets()) {
    std::string id = bucket.id;
    buckets_[id] = std::make_shared<const Bucket>(std::move(bucket));
  }
}

BucketPtr Buckets::find(const std::string& id) const {
  std::shared_lock lock(mutex_);
  auto found = buckets_.find(id);
  return found == buckets_.end() ? nullptr : found->second;
}

bool Buckets::create(const std::string& id, bool is_private) {
  std::lock_guard writing(write_mutex_);
  if (find(id)) return false;
  Bucket fresh{id, is_private, now_ms(), {}};
  catalog_.save_bucket(fresh);
  std::unique_lock lock(mutex_);
  buckets_[id] = std::make_shared<const Bucket>(std::move(fresh));
  return true;
}

void Buckets::remove(const std::string& id) {
  std::lock_guard writing(write_mutex_);
  catalog_.delete_bucket(id);
  std::unique_lock lock(mutex_);
  buckets_.erase(id);
}

void Buckets::change(const std::string& id, const BucketChange& change) {
  std::lock_guard writing(write_mutex_);
  BucketPtr old = find(id);
  if (!old) throw CatalogError(404, "no bucket " + id);
  catalog_.change_bucket(id, change);
  auto next = std::make_shared<Bucket>(*old);
  for (const BucketFile& file : change.put) next->files[file.path] = file;
  for (const std::string& path : change.removed) next->files.erase(path);
  std::unique_lock lock(mutex_);
  buckets_[id] = std::move(next);
}

}  // namespace localhub
