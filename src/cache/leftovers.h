// Partial files that earlier attempts left behind: which exist, which are dead, what they hold.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "cache/partial_file.h"
#include "platform/file.h"

namespace hfhub::cache {

// A partial file that this process holds: nobody else adopts or removes it while `lock` lives.
struct HeldPartial {
  platform::FileLock lock;
  platform::File file;
  uint64_t have = 0;  // bytes it claims
  Bytes bits;         // of its footer; empty: a plain prefix
};

// "<stem>.<8 hex>.incomplete" under spec.folder, or the shared name "<stem>.incomplete" of 1.x clients.
bool is_partial_name(std::string_view name, std::string_view stem);
// Takes the fullest usable leftover under a fresh unique name and removes the other dead ones (none when
// spec.fresh; none is touched that may be alive). nullopt: nothing to adopt.
Result<std::optional<HeldPartial>> adopt_leftover(const PartialSpec& spec);
Result<HeldPartial> create_partial(const PartialSpec& spec);

// The leftovers in the folders that an operation writes to. Listing a folder anew for every file would cost the square of
// their number, so a list is used until it is a hundred times as old as it took to make.
class LeftoverIndex {
 public:
  // Had the folder a leftover of this file? True when it cannot be listed.
  bool may_have(const std::string& folder, std::string_view stem);

 private:
  struct Listed {
    std::optional<std::vector<std::string>> names;  // nullopt: not listable
    SteadyTime good_until{};
  };
  static Listed list(const std::string& folder);

  std::mutex mutex_;
  std::map<std::string, Listed> by_folder_;  // guarded by mutex_
};

}  // namespace hfhub::cache
