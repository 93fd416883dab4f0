// What uploads of one folder to one repository have found out about its files, kept in the folder: a later upload does
// not read unchanged files again, nor bring to the Hub what a killed one had brought already.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "client/commit_plan.h"
#include "platform/file.h"

namespace hfhub::client {

class FolderJournal {
 public:
  // nullptr when another process has it, or the folder cannot be written to: then nothing is remembered.
  static std::unique_ptr<FolderJournal> open(const std::string& folder, const std::string& endpoint,
                                             const RepoRef& repo);

  // Fills in what is known about an unchanged file: its oid, and whether the Hub was given its content lately. True when
  // something was.
  bool recall(const std::string& relative_path, Addition* addition) const;
  // Thread-safe. A failure is not an upload's: the next one reads the file again. What was noted is on disk, for a process
  // that comes after a killed one, from write() on.
  void note(const std::string& relative_path, const Addition& addition);
  void write();

 private:
  struct Entry {
    uint64_t size = 0, inode = 0, device = 0;
    double modified = 0;
    std::string oid;
    std::string xet_hash;
    Storage storage = Storage::kUnknown;
    int64_t stored_s = 0;  // 0: its content was not stored apart
  };
  FolderJournal(std::string path, platform::FileLock lock);
  Done load();
  static std::optional<Entry> parse(std::string_view line, std::string* relative_path);
  static std::string line_of(const std::string& relative_path, const Entry& entry);

  const std::string path_;
  const platform::FileLock lock_;
  std::unordered_map<std::string, Entry> entries_;
  std::mutex mutex_;
  std::optional<platform::File> file_;  // guarded by mutex_; absent: it cannot be written
  uint64_t end_ = 0;                    // guarded by mutex_
  std::string noted_;                   // guarded by mutex_
};

}  // namespace hfhub::client
