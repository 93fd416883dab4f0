// The database: DIR/hub.sqlite. Only store*.cpp speak SQL. Not thread safe by itself:
// the catalog holds its write lock around every call.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model.h"

namespace localhub {

/// One prepared statement in use; bind in order, then step.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(int64_t value);
  Query& bind(std::string_view value);
  bool step();
  void run() {
    while (step()) {
    }
  }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

/// What one commit did to one path.
struct Change {
  bool removed = false;
  FileEntry file;
};

struct TokenRow {
  std::string token, user, role;
  std::vector<std::string> orgs;
  std::string name = "localhub";      // its display name
  std::string kind = "access_token";  // what whoami says: "access_token", "fineGrained" or "oauth"
  std::string fine_grained = "{}";    // JSON, what a fine-grained token may do
  int64_t expires_ms = 0;             // 0: never
};

class Store {
 public:
  explicit Store(const std::string& data_dir);
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  std::vector<std::shared_ptr<Repo>> load_repos();
  std::map<std::string, std::string> load_renames();  // "type/old" -> new name
  std::vector<TokenRow> load_tokens();
  /// Changes of every commit of a repository, by commit sequence number.
  std::unordered_map<int64_t, std::vector<Change>> load_changes(int64_t repo_id);

  int64_t save_repo(const Repo& repo);  // inserts when repo.id is 0; returns the id
  void rename_repo(const Repo& repo, const std::string& new_name);
  void save_facts(const Repo& repo);
  void delete_repo(const Repo& repo);
  void save_ref(int64_t repo_id, const Ref& ref);
  void delete_ref(int64_t repo_id, const Ref& ref);
  void save_commit(int64_t repo_id, const Commit& commit, const std::vector<Change>& changes, const Ref& ref);
  void save_token(const TokenRow& token);

  // store_buckets.cpp
  std::vector<Bucket> load_buckets();
  void save_bucket(const Bucket& bucket);
  void delete_bucket(const std::string& id);
  void change_bucket(const std::string& id, const BucketChange& change);

  // store_discussions.cpp
  std::vector<std::pair<int64_t, Discussion>> load_discussions();  // with the repository's id
  void save_discussion(int64_t repo_id, const Discussion& discussion);

  std::string meta(const std::string& key, const std::string& value_if_absent);
  /// Changes whenever another process wrote to the database.
  int64_t data_version();

 private:
  /// Undone unless commit() was reached, so that a failed write leaves the connection usable.
  class Transaction {
   public:
    explicit Transaction(Store& store) : store_(store) { store_.execute("BEGIN IMMEDIATE"); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
      if (!done_) sqlite3_exec(store_.db_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    void commit() {
      store_.execute("COMMIT");
      done_ = true;
    }

   private:
    Store& store_;
    bool done_ = false;
  };

  Query query(const char* sql);
  void execute(const char* sql);

  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace localhub
