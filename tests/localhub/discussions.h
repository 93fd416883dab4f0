// Discussions and pull requests of the repositories: kept in memory, mirrored to the database.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "catalog.h"

namespace localhub {

class Discussions {
 public:
  explicit Discussions(Catalog& catalog);

  /// The newest first.
  std::vector<Discussion> of(const Repo& repo) const;
  std::optional<Discussion> find(const Repo& repo, int64_t number) const;

  /// How a discussion begins.
  struct Opening {
    std::string author, title, text, status;
    std::string base = "main";  // of a pull request: the branch it wants to change
  };
  Discussion open(const Repo& repo, const Opening& opening);
  /// `start` makes refs/pr/<its number> and returns the commit that it points to; nothing is opened if it throws.
  Discussion open_pull(const Repo& repo, const Opening& opening, const std::function<CommitPtr(int64_t)>& start);
  /// Throws HttpError 404 when there is none. What `edit` throws undoes the change.
  Discussion change(const Repo& repo, int64_t number, const std::function<void(Discussion&)>& edit);
  /// Tells the pull request, if `revision` is one, of a commit.
  void note_commit(const Repo& repo, const std::string& revision, const Commit& commit);
  /// The repository is gone; another one may get its id.
  void forget(const Repo& repo);

 private:
  int64_t next_number(const Repo& repo) const;
  void save(const Repo& repo, const Discussion& discussion);

  Catalog& catalog_;
  mutable std::mutex mutex_;
  std::map<int64_t, std::map<int64_t, Discussion>> by_repo_;  // by a repository's id, by number
};

/// Something that happened in a discussion, in the Hub's JSON.
std::string discussion_event(const std::string& type, const std::string& author, const std::string& data_json);
std::string comment_event(const std::string& author, const std::string& text);
std::string commit_event(const Commit& commit);

}  // namespace localhub
