// Permissions to upload one xorb past the CAS, straight to storage: granted, used once, committed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "xet_hash.h"

namespace localhub {

struct Grant {
  std::string id;
  XetHash xorb;
  uint64_t length = 0;
  uint64_t crc64 = 0;
  std::string user;
  int64_t expires_s = 0;
};

using GrantPtr = std::shared_ptr<const Grant>;

class Grants {
 public:
  /// Uploads that nobody committed before a restart are gone: their grants are.
  explicit Grants(const std::string& data_dir);

  GrantPtr make(Grant grant);
  /// Null when there is none, or no longer.
  GrantPtr find(const std::string& id);
  std::string upload_path(const Grant& grant) const;
  bool uploaded(const Grant& grant) const;
  /// False when the grant has been used before.
  bool store(const Grant& grant, std::string_view body);
  void forget(const Grant& grant);

 private:
  void drop_expired();

  std::string dir_;
  std::mutex mutex_;
  std::map<std::string, GrantPtr> grants_;
  uint64_t made_ = 0;
};

}  // namespace localhub
