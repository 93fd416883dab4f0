// Multipart uploads of LFS objects that nobody has completed yet. Their parts are files in DIR/lfs/<id>/; a restart
// forgets them all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace localhub {

class Spool;

struct LfsUpload {
  std::string id;
  std::string oid;
  std::string user;
  int64_t size = 0;
  int64_t chunk_size = 0;

  int64_t part_count() const { return (size + chunk_size - 1) / chunk_size; }
  /// `number` counts from 1.
  int64_t part_size(int64_t number) const {
    return number < part_count() ? chunk_size : size - (number - 1) * chunk_size;
  }
};

using LfsUploadPtr = std::shared_ptr<const LfsUpload>;

class LfsUploads {
 public:
  explicit LfsUploads(const std::string& data_dir);

  static std::string new_id();
  /// Where request bodies gather.
  std::string spool_dir() const { return dir_ + "/tmp"; }
  LfsUploadPtr make(LfsUpload upload);
  /// Null when there is none, or no longer.
  LfsUploadPtr find(const std::string& id);
  /// One that `user` has begun for the same content; null when there is none.
  LfsUploadPtr find_begun(const LfsUpload& like);
  std::string part_path(const LfsUpload& upload, int64_t number) const;
  /// Keeps the part, in place of an earlier one, and returns its entity tag.
  std::string store(const LfsUpload& upload, int64_t number, Spool& body);
  /// The entity tag of a part, "" when it has not come.
  std::string etag(const LfsUpload& upload, int64_t number);
  void forget(const LfsUpload& upload);

  std::mutex completion_mutex;

 private:
  struct Begun {
    LfsUploadPtr upload;
    std::map<int64_t, std::string> etags;
  };

  std::string dir_;
  std::mutex mutex_;
  std::map<std::string, Begun> begun_;
};

}  // namespace localhub
