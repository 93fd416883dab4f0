// The repositories as requests see them: the database mirrored in memory. Readers take a shared
// pointer to an immutable Repo; a writer saves to SQLite, builds a new Repo and swaps it in, which
// is all the cache invalidation there is.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model.h"
#include "store.h"

namespace localhub {

/// A refusal the caller can act on, e.g. a commit to a branch that does not exist.
struct CatalogError : std::runtime_error {
  CatalogError(int http_status, const std::string& text) : std::runtime_error(text), status(http_status) {}
  int status;
};

struct CommitInput {
  std::string revision = "main";
  std::string title;
  std::string message;
  std::string author = "localhub";
  std::string expected_parent;  // or its first digits; refuse when the branch has moved past it; "" = do not check
  std::string pull;             // "7": makes refs/pr/7, starting from `revision`, in place of moving a branch
  int64_t date_ms = 0;          // 0 = now
  std::vector<FileEntry> files;
  std::vector<std::string> deletes;               // files or whole folders
  std::function<void(const Tree& before)> check;  // sees what the commit builds on and may refuse by throwing
};

class Catalog {
 public:
  explicit Catalog(const std::string& data_dir);

  RepoPtr find(RepoType type, std::string_view name) const;
  /// Where a renamed repository lives now.
  std::optional<std::string> renamed(RepoType type, std::string_view name) const;
  std::vector<RepoPtr> list(RepoType type) const;
  /// Throws CatalogError 404.
  RepoPtr need(RepoType type, std::string_view name) const;
  TreePtr tree(const Repo& repo, const Commit& commit);

  RepoPtr upsert(RepoType type, const std::string& name, const std::function<void(Repo&)>& edit);
  /// Throws CatalogError 409 when it exists.
  void create(RepoType type, const std::string& name, const std::function<void(Repo&)>& edit);
  void remove(RepoType type, const std::string& name);
  void rename(RepoType type, const std::string& from, const std::string& to);
  void set_ref(RepoType type, const std::string& name, RefKind kind, const std::string& ref_name,
               const std::string& revision);
  void remove_ref(RepoType type, const std::string& name, RefKind kind, const std::string& ref_name);
  CommitPtr commit(RepoType type, const std::string& name, const CommitInput& input);
  /// A branch with one commit and no history: the files of `tree`, which may be those the branch has now.
  CommitPtr orphan(RepoType type, const std::string& name, const CommitInput& input, const Tree& tree);

  void save_token(const TokenRow& token);
  std::vector<TokenRow> tokens();
  std::vector<Bucket> buckets();
  void save_bucket(const Bucket& bucket);
  void delete_bucket(const std::string& id);
  void change_bucket(const std::string& id, const BucketChange& change);
  std::vector<std::pair<int64_t, Discussion>> discussions();  // with the repository's id
  void save_discussion(int64_t repo_id, const Discussion& discussion);
  std::string meta(const std::string& key, const std::string& value_if_absent);
  /// Reads everything anew when another process (an `import`) changed the database.
  bool reload_if_changed();

 private:
  void reload();
  void catch_up();
  void publish(std::shared_ptr<Repo> repo);
  TreePtr build_tree(const Repo& repo, const Commit& commit);
  void append(std::shared_ptr<Repo> repo, const std::shared_ptr<Commit>& commit, const std::vector<Change>& changes,
              Ref ref);

  std::mutex write_mutex_;  // serialises the store and every change
  Store store_;
  int64_t seen_version_ = 0;

  mutable std::shared_mutex mutex_;  // guards the two maps
  std::unordered_map<std::string, RepoPtr> repos_;
  std::map<std::string, std::string> renames_;
};

}  // namespace localhub
