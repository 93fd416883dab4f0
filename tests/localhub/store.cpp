#include "store.h"

#include <filesystem>
#include <stdexcept>

#include "text.h"

namespace localhub {
namespace {

constexpr char kSchema[] = R"sql(
CREATE TABLE IF NOT EXISTS repos (
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, private INTEGER NOT NULL,
  disabled INTEGER NOT NULL, gated TEXT NOT NULL, allowed TEXT NOT NULL,
  created_ms INTEGER NOT NULL, downloads INTEGER NOT NULL, likes INTEGER NOT NULL,
  UNIQUE (type, name));
CREATE TABLE IF NOT EXISTS repo_facts (
  repo_id INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (repo_id, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS renames (
  type TEXT NOT NULL, old_name TEXT NOT NULL, new_name TEXT NOT NULL, PRIMARY KEY (type, old_name));
CREATE TABLE IF NOT EXISTS commits (
  repo_id INTEGER NOT NULL, seq INTEGER NOT NULL, parent INTEGER NOT NULL, oid TEXT NOT NULL,
  title TEXT NOT NULL, message TEXT NOT NULL, author TEXT NOT NULL, date_ms INTEGER NOT NULL,
  PRIMARY KEY (repo_id, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refs (
  repo_id INTEGER NOT NULL, kind INTEGER NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (repo_id, kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS changes (
  repo_id INTEGER NOT NULL, seq INTEGER NOT NULL, path TEXT NOT NULL, removed INTEGER NOT NULL,
  oid TEXT NOT NULL, sha256 TEXT NOT NULL, xet_hash TEXT NOT NULL, size INTEGER NOT NULL,
  lfs INTEGER NOT NULL, PRIMARY KEY (repo_id, seq, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tokens (
  token TEXT PRIMARY KEY, user TEXT NOT NULL, role TEXT NOT NULL, orgs TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token_facts (
  token TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, fine_grained TEXT NOT NULL,
  expires_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS buckets (
  id TEXT PRIMARY KEY, private INTEGER NOT NULL, created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS bucket_files (
  bucket TEXT NOT NULL, path TEXT NOT NULL, xet_hash TEXT NOT NULL, size INTEGER NOT NULL,
  mtime_ms INTEGER NOT NULL, uploaded_ms INTEGER NOT NULL, PRIMARY KEY (bucket, path)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS discussions (
  repo_id INTEGER NOT NULL, num INTEGER NOT NULL, pull INTEGER NOT NULL, author TEXT NOT NULL,
  title TEXT NOT NULL, status TEXT NOT NULL, base TEXT NOT NULL, base_commit TEXT NOT NULL,
  merge_commit TEXT NOT NULL, created_ms INTEGER NOT NULL, events TEXT NOT NULL,
  PRIMARY KEY (repo_id, num)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
)sql";

// Names never hold a newline, so it separates them.
std::string join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += name + "\n";
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::string_view line : split(text, '\n'))
    if (!line.empty()) out.emplace_back(line);
  return out;
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Query& Query::bind(std::string_view value) {
  sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

bool Query::step() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(db_));
  return false;
}

std::string Query::text(int column) const {
  const void* bytes = sqlite3_column_text(statement_, column);
  int count = sqlite3_column_bytes(statement_, column);
  return bytes ? std::string(static_cast<const char*>(bytes), static_cast<size_t>(count)) : "";
}

Store::Store(const std::string& data_dir) {
  std::filesystem::create_directories(data_dir);
  if (sqlite3_open((data_dir + "/hub.sqlite").c_str(), &db_) != SQLITE_OK)
    throw std::runtime_error("cannot open " + data_dir + "/hub.sqlite");
  sqlite3_busy_timeout(db_, 10000);
  // A test server that loses its last commits on power loss is fine; one that waits for fsync at
  // every admin call is not.
  execute("PRAGMA journal_mode=WAL");
  execute("PRAGMA synchronous=OFF");
  execute(kSchema);
}

Store::~Store() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

void Store::execute(const char* sql) {
  char* error = nullptr;
  if (sqlite3_exec(db_, sql, nullptr, nullptr, &error) == SQLITE_OK) return;
  std::string text = error ? error : "unknown";
  sqlite3_free(error);
  throw std::runtime_error("sqlite: " + text);
}

/// `sql` must be a literal: its address is the key of the statement cache.
Query Store::query(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (!statement && sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(std::string("sqlite: ") + sqlite3_errmsg(db_));
  return Query(db_, statement);
}

std::vector<std::shared_ptr<Repo>> Store::load_repos() {
  std::vector<std::shared_ptr<Repo>> out;
  std::unordered_map<int64_t, Repo*> by_id;
  Query repos = query("SELECT id, type, name, private, disabled, gated, allowed, created_ms,"
                      " downloads, likes FROM repos ORDER BY id");
  while (repos.step()) {
    auto repo = std::make_shared<Repo>();
    repo->id = repos.integer(0);
    repo->type = repo_type_from(repos.text(1)).value();
    repo->name = repos.text(2);
    repo->is_private = repos.integer(3) != 0;
    repo->disabled = repos.integer(4) != 0;
    repo->gated = repos.text(5);
    repo->allowed_users = lines_of(repos.text(6));
    repo->created_ms = repos.integer(7);
    repo->downloads = repos.integer(8);
    repo->likes = repos.integer(9);
    by_id[repo->id] = repo.get();
    out.push_back(std::move(repo));
  }
  Query facts = query("SELECT repo_id, key, value FROM repo_facts");
  while (facts.step()) by_id.at(facts.integer(0))->facts[facts.text(1)] = facts.text(2);
  Query commits = query("SELECT repo_id, seq, parent, oid, title, message, author, date_ms"
                        " FROM commits ORDER BY repo_id, seq");
  while (commits.step()) {
    auto commit = std::make_shared<Commit>();
    commit->seq = commits.integer(1);
    commit->parent = commits.integer(2);
    commit->oid = commits.text(3);
    commit->title = commits.text(4);
    commit->message = commits.text(5);
    commit->author = commits.text(6);
    commit->date_ms = commits.integer(7);
    Repo* repo = by_id.at(commits.integer(0));
    repo->by_oid[commit->oid] = commit->seq;
    repo->commits.push_back(std::move(commit));
  }
  Query refs = query("SELECT repo_id, kind, name, seq FROM refs");
  while (refs.step())
    by_id.at(refs.integer(0))->refs.push_back({static_cast<RefKind>(refs.integer(1)), refs.text(2), refs.integer(3)});
  return out;
}

std::map<std::string, std::string> Store::load_renames() {
  std::map<std::string, std::string> out;
  Query rows = query("SELECT type, old_name, new_name FROM renames");
  while (rows.step()) out[rows.text(0) + "/" + rows.text(1)] = rows.text(2);
  return out;
}

std::vector<TokenRow> Store::load_tokens() {
  std::vector<TokenRow> out;
  Query rows = query("SELECT tokens.token, user, role, orgs, name, kind, fine_grained, expires_ms"
                     " FROM tokens LEFT JOIN token_facts ON tokens.token = token_facts.token");
  while (rows.step()) {
    TokenRow row{rows.text(0), rows.text(1), rows.text(2), lines_of(rows.text(3))};
    if (!rows.text(5).empty()) {
      row.name = rows.text(4);
      row.kind = rows.text(5);
      row.fine_grained = rows.text(6);
      row.expires_ms = rows.integer(7);
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::unordered_map<int64_t, std::vector<Change>> Store::load_changes(int64_t repo_id) {
  std::unordered_map<int64_t, std::vector<Change>> out;
  Query rows = query("SELECT seq, path, removed, oid, sha256, xet_hash, size, lfs FROM changes"
                     " WHERE repo_id = ? ORDER BY seq");
  rows.bind(repo_id);
  while (rows.step()) {
    Change change;
    change.removed = rows.integer(2) != 0;
    change.file = {rows.text(1),    rows.text(3),    rows.text(4),        rows.text(5),
                   rows.integer(6), rows.integer(0), rows.integer(7) != 0};
    out[rows.integer(0)].push_back(std::move(change));
  }
  return out;
}

int64_t Store::save_repo(const Repo& repo) {
  if (repo.id == 0) {
    query("INSERT INTO repos (type, name, private, disabled, gated, allowed, created_ms, downloads,"
          " likes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(singular(repo.type))
        .bind(repo.name)
        .bind(int64_t{repo.is_private})
        .bind(int64_t{repo.disabled})
        .bind(repo.gated)
        .bind(join(repo.allowed_users))
        .bind(repo.created_ms)
        .bind(repo.downloads)
        .bind(repo.likes)
        .run();
    return sqlite3_last_insert_rowid(db_);
  }
  query("UPDATE repos SET private = ?, disabled = ?, gated = ?, allowed = ?, created_ms = ?,"
        " downloads = ?, likes = ? WHERE id = ?")
      .bind(int64_t{repo.is_private})
      .bind(int64_t{repo.disabled})
      .bind(repo.gated)
      .bind(join(repo.allowed_users))
      .bind(repo.created_ms)
      .bind(repo.downloads)
      .bind(repo.likes)
      .bind(repo.id)
      .run();
  return repo.id;
}

void Store::save_facts(const Repo& repo) {
  Transaction transaction(*this);
  query("DELETE FROM repo_facts WHERE repo_id = ?").bind(repo.id).run();
  for (const auto& [key, value] : repo.facts)
    query("INSERT INTO repo_facts (repo_id, key, value) VALUES (?, ?, ?)").bind(repo.id).bind(key).bind(value).run();
  transaction.commit();
}

void Store::delete_repo(const Repo& repo) {
  Transaction transaction(*this);
  for (const char* sql : {"DELETE FROM repo_facts WHERE repo_id = ?", "DELETE FROM changes WHERE repo_id = ?",
                          "DELETE FROM refs WHERE repo_id = ?", "DELETE FROM commits WHERE repo_id = ?",
                          "DELETE FROM discussions WHERE repo_id = ?", "DELETE FROM repos WHERE id = ?"})
    query(sql).bind(repo.id).run();
  query("DELETE FROM renames WHERE type = ? AND new_name = ?").bind(singular(repo.type)).bind(repo.name).run();
  transaction.commit();
}

void Store::rename_repo(const Repo& repo, const std::string& new_name) {
  Transaction transaction(*this);
  query("UPDATE repos SET name = ? WHERE id = ?").bind(new_name).bind(repo.id).run();
  query("UPDATE renames SET new_name = ? WHERE type = ? AND new_name = ?")
      .bind(new_name)
      .bind(singular(repo.type))
      .bind(repo.name)
      .run();
  query("INSERT OR REPLACE INTO renames (type, old_name, new_name) VALUES (?, ?, ?)")
      .bind(singular(repo.type))
      .bind(repo.name)
      .bind(new_name)
      .run();
  query("DELETE FROM renames WHERE type = ? AND old_name = ?").bind(singular(repo.type)).bind(new_name).run();
  transaction.commit();
}

void Store::save_ref(int64_t repo_id, const Ref& ref) {
  query("INSERT OR REPLACE INTO refs (repo_id, kind, name, seq) VALUES (?, ?, ?, ?)")
      .bind(repo_id)
      .bind(static_cast<int64_t>(ref.kind))
      .bind(ref.name)
      .bind(ref.commit)
      .run();
}

void Store::delete_ref(int64_t repo_id, const Ref& ref) {
  query("DELETE FROM refs WHERE repo_id = ? AND kind = ? AND name = ?")
      .bind(repo_id)
      .bind(static_cast<int64_t>(ref.kind))
      .bind(ref.name)
      .run();
}

void Store::save_commit(int64_t repo_id, const Commit& commit, const std::vector<Change>& changes, const Ref& ref) {
  Transaction transaction(*this);
  query("INSERT INTO commits (repo_id, seq, parent, oid, title, message, author, date_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(repo_id)
      .bind(commit.seq)
      .bind(commit.parent)
      .bind(commit.oid)
      .bind(commit.title)
      .bind(commit.message)
      .bind(commit.author)
      .bind(commit.date_ms)
      .run();
  for (const Change& change : changes) {
    const FileEntry& file = change.file;
    query("INSERT OR REPLACE INTO changes (repo_id, seq, path, removed, oid, sha256, xet_hash,"
          " size, lfs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(repo_id)
        .bind(commit.seq)
        .bind(file.path)
        .bind(int64_t{change.removed})
        .bind(file.oid)
        .bind(file.sha256)
        .bind(file.xet_hash)
        .bind(file.size)
        .bind(int64_t{file.lfs})
        .run();
  }
  save_ref(repo_id, ref);
  transaction.commit();
}

void Store::save_token(const TokenRow& token) {
  query("INSERT OR REPLACE INTO tokens (token, user, role, orgs) VALUES (?, ?, ?, ?)")
      .bind(token.token)
      .bind(token.user)
      .bind(token.role)
      .bind(join(token.orgs))
      .run();
  query("INSERT OR REPLACE INTO token_facts (token, name, kind, fine_grained, expires_ms) VALUES (?, ?, ?, ?, ?)")
      .bind(token.token)
      .bind(token.name)
      .bind(token.kind)
      .bind(token.fine_grained)
      .bind(token.expires_ms)
      .run();
}

std::string Store::meta(const std::string& key, const std::string& value_if_absent) {
  query("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)").bind(key).bind(value_if_absent).run();
  Query row = query("SELECT value FROM meta WHERE key = ?");
  row.bind(key);
  return row.step() ? row.text(0) : value_if_absent;
}

int64_t Store::data_version() {
  Query row = query("PRAGMA data_version");
  return row.step() ? row.integer(0) : 0;
}

}  // namespace localhub
