// The table of discussions and pull requests.
#include "store.h"
#include "text.h"

namespace localhub {

std::vector<std::pair<int64_t, Discussion>> Store::load_discussions() {
  std::vector<std::pair<int64_t, Discussion>> out;
  Query rows = query("SELECT repo_id, num, pull, author, title, status, base, base_commit, merge_commit, created_ms,"
                     " events FROM discussions");
  while (rows.step()) {
    Discussion one;
    one.num = rows.integer(1);
    one.is_pull = rows.integer(2) != 0;
    one.author = rows.text(3);
    one.title = rows.text(4);
    one.status = rows.text(5);
    one.base = rows.text(6);
    one.base_commit = rows.text(7);
    one.merge_commit = rows.text(8);
    one.created_ms = rows.integer(9);
    std::string events = rows.text(10);
    for (std::string_view event : split(events, '\n'))
      if (!event.empty()) one.events.emplace_back(event);
    out.emplace_back(rows.integer(0), std::move(one));
  }
  return out;
}

void Store::save_discussion(int64_t repo_id, const Discussion& discussion) {
  std::string events;  // JSON has no line breaks of its own
  for (const std::string& event : discussion.events) events += event + "\n";
  query(
      "INSERT OR REPLACE INTO discussions (repo_id, num, pull, author, title, status, base, base_commit, merge_commit,"
      " created_ms, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(repo_id)
      .bind(discussion.num)
      .bind(int64_t{discussion.is_pull})
      .bind(discussion.author)
      .bind(discussion.title)
      .bind(discussion.status)
      .bind(discussion.base)
      .bind(discussion.base_commit)
      .bind(discussion.merge_commit)
      .bind(discussion.created_ms)
      .bind(events)
      .run();
}

}  // namespace localhub
