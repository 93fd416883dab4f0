// The tables of buckets.
#include "store.h"

namespace localhub {

std::vector<Bucket> Store::load_buckets() {
  std::vector<Bucket> out;
  std::map<std::string, size_t> at;
  Query buckets = query("SELECT id, private, created_ms FROM buckets");
  while (buckets.step()) {
    at[buckets.text(0)] = out.size();
    out.push_back({buckets.text(0), buckets.integer(1) != 0, buckets.integer(2), {}});
  }
  Query files = query("SELECT bucket, path, xet_hash, size, mtime_ms, uploaded_ms FROM bucket_files");
  while (files.step()) {
    BucketFile file{files.text(1), files.text(2), files.integer(3), files.integer(4), files.integer(5)};
    out[at.at(files.text(0))].files[file.path] = file;
  }
  return out;
}

void Store::save_bucket(const Bucket& bucket) {
  query("INSERT OR REPLACE INTO buckets (id, private, created_ms) VALUES (?, ?, ?)")
      .bind(bucket.id)
      .bind(int64_t{bucket.is_private})
      .bind(bucket.created_ms)
      .run();
}

void Store::delete_bucket(const std::string& id) {
  Transaction transaction(*this);
  query("DELETE FROM bucket_files WHERE bucket = ?").bind(id).run();
  query("DELETE FROM buckets WHERE id = ?").bind(id).run();
  transaction.commit();
}

void Store::change_bucket(const std::string& id, const BucketChange& change) {
  Transaction transaction(*this);
  for (const BucketFile& file : change.put)
    query("INSERT OR REPLACE INTO bucket_files (bucket, path, xet_hash, size, mtime_ms, uploaded_ms)"
          " VALUES (?, ?, ?, ?, ?, ?)")
        .bind(id)
        .bind(file.path)
        .bind(file.xet_hash)
        .bind(file.size)
        .bind(file.mtime_ms)
        .bind(file.uploaded_ms)
        .run();
  for (const std::string& path : change.removed)
    query("DELETE FROM bucket_files WHERE bucket = ? AND path = ?").bind(id).bind(path).run();
  transaction.commit();
}

}  // namespace localhub
