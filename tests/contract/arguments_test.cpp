// What a caller may get wrong: refused at once, by name and value, before any request and without a trace on disk.
#include <cstring>
#include <limits>

#include "support/disk.h"
#include "support/hub_test.h"

namespace hfhub::test {
namespace {

using ::testing::HasSubstr;

class Arguments : public HubTest {
 protected:
  void SetUp() override {
    hub().commit(repo(), {{"a.txt", "a"}});
    before_ = list_folder(scratch_.path());
  }
  void TearDown() override {
    EXPECT_EQ(request_count(), 0u) << "a refused call went to the network";
    EXPECT_EQ(list_folder(scratch_.path()), before_);
    HubTest::TearDown();
  }

  // Every call that takes a repository and a file, with these.
  void expect_refused(const std::string& id, const std::string& path, const DownloadOptions& options,
                      const std::string& named) {
    const Session session = this->session();
    hfhub_op* op = nullptr;
    char* text = nullptr;
    int32_t state = 0;
    const std::vector<Refusal> refusals = {
        refusal_of([&](auto err) {
          return hfhub_download_file(session.get(), id.c_str(), path.c_str(), options.get(), &op, err);
        }),
        refusal_of([&](auto err) {
          return hfhub_file_metadata(session.get(), id.c_str(), path.c_str(), options.get(), &op, err);
        }),
        refusal_of([&](auto err) {
          return hfhub_file_url(session.get(), id.c_str(), path.c_str(), options.get(), &text, err);
        }),
        refusal_of([&](auto err) {
          return hfhub_cached_file(session.get(), id.c_str(), path.c_str(), options.get(), &state, &text, err);
        }),
    };
    for (size_t i = 0; i < refusals.size(); ++i) expect_named(refusals[i], named, i);
    EXPECT_EQ(op, nullptr);
    EXPECT_EQ(text, nullptr);
  }
  static void expect_named(const Refusal& refusal, const std::string& named, size_t call) {
    EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT) << "call " << call << " took '" << named << "': " << refusal.message;
    EXPECT_THAT(refusal.message, HasSubstr(named)) << "call " << call;
    EXPECT_EQ(refusal.message.find_first_of("\r\n\t\x1b"), std::string::npos) << refusal.message;
  }
  // As much of a value as can be shown as it is.
  static std::string shown(const std::string& value) {
    return value.substr(0, value.find_first_of("\r\n\t\x1b\x7f\xff\x80\\"));
  }

 private:
  Listing before_;
};

TEST_F(Arguments, RepositoryIds) {
  for (const std::string id :
       {"",       "/",          "a/",     "/a",       "a/b/c",        "a//b",        "..",      "a/..",
        "../a",   ".",          "-a/b",   "a/b-",     "a/.b",         "a.",          "a--b/c",  "a/b--c",
        "a..b",   "a/b.git",    "a b",    "a/b c",    "a\nb",         "a/b\r\nX: y", "a/b?x=1", "a/b#c",
        "a%2f..", "\xc3\xa9/b", "a/\xff", "a/b@main", "datasets/a/b", "a\\b",        "~/b",     "http://hub/a"}) {
    expect_refused(id, "a.txt", {}, shown(id));
    const Session session = this->session();
    hfhub_op* op = nullptr;
    expect_named(
        refusal_of([&](auto err) { return hfhub_download_snapshot(session.get(), id.c_str(), nullptr, &op, err); }),
        shown(id), 10);
    expect_named(refusal_of([&](auto err) { return hfhub_cache_verify(session.get(), id.c_str(), nullptr, &op, err); }),
                 shown(id), 11);
    EXPECT_EQ(op, nullptr);
  }
  const std::string longest(96, 'x');
  expect_refused(longest + "y/b", "a.txt", {}, longest);
}

TEST_F(Arguments, Paths) {
  for (const std::string path :
       {"",     "/",      "/etc/passwd", "..",        ".",     "../x",     "a/../b", "a/..", "./a",
        "a/.",  "a//b",   "a/",          "a\\b",      "..\\x", "C:x",      "c:\\x",  "CON",  "a/nul.txt",
        "a\nb", "a\r\nb", "a\tb",        "a\x1b[31m", "a\x7f", "\xff\xfe", "a\x80"}) {
    expect_refused(repo_id(), path, {}, shown(path));
  }
  for (const std::string folder : {"..", "/abs", "a/../..", "a\nb", "a\\b"}) {
    expect_refused(repo_id(), "a.txt", DownloadOptions().subfolder(folder), shown(folder));
  }
}

TEST_F(Arguments, Revisions) {
  DownloadOptions options;
  for (const std::string revision : {"",      "a\nb",  "a\rb", "main\r\nX-Evil: 1",
                                     "a\tb",  "a b",   "..",   "a..b",
                                     "/main", "main/", "a//b", ".hidden",
                                     "a~1",   "a^",    "a:b",  "a?b",
                                     "a*b",   "a[b",   "a\\b", "a@{1}",
                                     "\xff",  "a\x7f"}) {
    const auto refusal = refusal_of([&](auto err) {
      return hfhub_download_options_set_revision(const_cast<hfhub_download_options*>(options.get()), revision.c_str(),
                                                 err);
    });
    expect_named(refusal, shown(revision), 0);
  }
  const std::string longest(5000, 'r');
  EXPECT_THROW(options.revision(longest), Exception);
}

TEST_F(Arguments, OptionValues) {
  DownloadOptions options;
  auto* raw = const_cast<hfhub_download_options*>(options.get());
  const auto type = refusal_of([&](auto err) { return hfhub_download_options_set_repo_type(raw, "modle", err); });
  expect_named(type, "modle", 0);
  EXPECT_THAT(type.message, HasSubstr("model"));
  EXPECT_THROW(options.repo_type("models"), Exception);
  EXPECT_THROW(options.repo_type(""), Exception);
  for (const int32_t count : {0, -1, 257, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()}) {
    expect_named(refusal_of([&](auto err) { return hfhub_download_options_set_max_workers(raw, count, err); }),
                 std::to_string(count), 0);
  }
  for (const char* token : {"a b", "a\nb", "a\r\nX: y", "\xc3\xa9", "\x7f", " "}) {
    const auto refusal = refusal_of([&](auto err) { return hfhub_download_options_set_token(raw, token, err); });
    EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT);
    EXPECT_THAT(refusal.message, HasSubstr("token"));
    EXPECT_EQ(refusal.message.find("a\n"), std::string::npos);
  }
  for (const char* folder : {"a\nb", "\xff"}) {
    EXPECT_EQ(hfhub_download_options_set_cache_dir(raw, folder, nullptr), HFHUB_E_ARGUMENT);
    EXPECT_EQ(hfhub_download_options_set_local_dir(raw, folder, nullptr), HFHUB_E_ARGUMENT);
  }
  for (const char* pattern : {"", "a\nb", "\xff"}) {
    DownloadOptions with;
    with.allow(pattern);
    const Session session = this->session();
    EXPECT_THROW(session.download_snapshot(repo_id(), with), Exception) << pattern;
  }
}

TEST_F(Arguments, Calls) {
  const Session session = this->session();
  const auto call = [&](const char* operation, const char* parameters) {
    hfhub_op* op = nullptr;
    const Refusal refusal =
        refusal_of([&](auto err) { return hfhub_call(session.get(), operation, parameters, &op, err); });
    EXPECT_EQ(refusal.status, HFHUB_E_ARGUMENT) << operation << " " << parameters;
    EXPECT_EQ(op, nullptr);
    return refusal.message;
  };
  EXPECT_THAT(call("models.inf", "{}"), HasSubstr("models.info"));
  EXPECT_THAT(call("", "{}"), HasSubstr("''"));
  EXPECT_THAT(call("models.info", "{}"), HasSubstr("repo_id"));
  EXPECT_THAT(call("models.info", R"({"repoid":"a/b"})"), HasSubstr("repo_id"));
  EXPECT_THAT(call("models.info", R"({"repo_id":"../x"})"), HasSubstr("../x"));
  EXPECT_THAT(call("models.info", R"({"repo_id":"a/b\u0000c"})"), HasSubstr("a/b"));
  EXPECT_THAT(call("models.info", R"({"repo_id":"a/b","revision":"x\r\ny"})"), HasSubstr("revision"));
  EXPECT_THAT(call("models.info", R"({"repo_id":["a/b"]})"), HasSubstr("repo_id"));
  EXPECT_THAT(call("models.list", R"({"limit":-1})"), HasSubstr("limit"));
  EXPECT_THAT(call("models.list", R"({"limit":99999999999999999999})"), HasSubstr("limit"));
  EXPECT_THAT(call("models.list", R"({"limit":"many"})"), HasSubstr("limit"));
  EXPECT_THAT(call("repos.tree", R"({"repo_type":"modle","repo_id":"a/b"})"), HasSubstr("modle"));
  EXPECT_THAT(call("repos.tree", R"({"repo_type":"model","repo_id":"a/b","path":"../.."})"), HasSubstr("../.."));
  EXPECT_THAT(call("models.list", "[1]"), HasSubstr("object"));
  EXPECT_THAT(call("models.list", "{"), HasSubstr("params_json"));
  EXPECT_THAT(call("models.list", ""), HasSubstr("params_json"));
}

TEST_F(Arguments, Uris) {
  for (const std::string uri :
       {"", "hf://", "hf://a", "hf://a/b@", "hf://a/b/../c", "hf://buckets/a/b", "hf://model/a/b", "https://a/b",
        "hf://a/b\nc", "hf://a//b", "hf://../b/c", "hf://a/b@x y/z", "HF://a/b"}) {
    hfhub_json* json = nullptr;
    expect_named(refusal_of([&](auto err) { return hfhub_uri_parse(uri.c_str(), &json, err); }), shown(uri), 0);
    EXPECT_EQ(json, nullptr);
  }
}

// Every argument of every function, NULL in turn.
#define EXPECT_NULL_REFUSED(call) EXPECT_EQ(call, HFHUB_E_ARGUMENT) << #call

TEST_F(Arguments, NullOptionsAndSessions) {
  const Session session = this->session();
  hfhub_session* const s = session.get();
  hfhub_session_options* const so = nullptr;
  hfhub_download_options* const dopt = nullptr;
  char* text = nullptr;
  EXPECT_NULL_REFUSED(hfhub_session_options_new(nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set(nullptr, "offline", "1", nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_token(so, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_endpoint(so, "http://x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_cache_dir(so, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_offline(so, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_memory_budget(so, 1u << 30, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_user_agent(so, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_options_set_log_hook(so, nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_new(nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_get_option(nullptr, "offline", &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_get_option(s, nullptr, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_session_get_option(s, "offline", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_new(nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_repo_type(dopt, "model", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_revision(dopt, "main", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_subfolder(dopt, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_cache_dir(dopt, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_local_dir(dopt, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_token(dopt, "x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_force(dopt, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_local_files_only(dopt, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_dry_run(dopt, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_set_max_workers(dopt, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_add_allow_pattern(dopt, "*", nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_options_add_ignore_pattern(dopt, "*", nullptr));
  EXPECT_EQ(text, nullptr);
}

TEST_F(Arguments, NullDownloads) {
  const Session session = this->session();
  hfhub_session* const s = session.get();
  hfhub_op* op = nullptr;
  hfhub_json* json = nullptr;
  char* text = nullptr;
  int32_t state = 0;
  EXPECT_NULL_REFUSED(hfhub_download_file(nullptr, "a/b", "c", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_file(s, nullptr, "c", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_file(s, "a/b", nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_file(s, "a/b", "c", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_snapshot(nullptr, "a/b", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_snapshot(s, nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_download_snapshot(s, "a/b", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_file_metadata(nullptr, "a/b", "c", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_file_metadata(s, "a/b", nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_file_url(nullptr, "a/b", "c", nullptr, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_file_url(s, "a/b", "c", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cached_file(nullptr, "a/b", "c", nullptr, &state, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cached_file(s, "a/b", "c", nullptr, nullptr, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cached_file(s, "a/b", "c", nullptr, &state, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_uri_parse(nullptr, &json, nullptr));
  EXPECT_NULL_REFUSED(hfhub_uri_parse("hf://a/b", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cache_scan(nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cache_scan(s, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cache_verify(nullptr, "a/b", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_cache_verify(s, nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_call(nullptr, "whoami", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_call(s, nullptr, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_call(s, "whoami", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_lfs_upload(nullptr, "a", "b", "{}", &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_lfs_upload(s, nullptr, "b", "{}", &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_lfs_upload(s, "a", nullptr, "{}", &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_lfs_upload(s, "a", "b", nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_lfs_upload(s, "a", "b", "{}", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_call_get_parameters(0, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_call_get_parameters(hfhub_call_get_count(), &text, nullptr));
  EXPECT_EQ(op, nullptr);
  EXPECT_EQ(json, nullptr);
  EXPECT_EQ(text, nullptr);
}

TEST_F(Arguments, NullOperationsAndData) {
  hfhub_op* op = nullptr;
  hfhub_queue* const queue = nullptr;
  hfhub_json* json = nullptr;
  char* text = nullptr;
  intptr_t fd = 0;
  uint64_t tag = 0;
  hfhub_progress progress{};
  progress.struct_size = sizeof progress;
  EXPECT_NULL_REFUSED(hfhub_op_wait(nullptr, 0, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_wait_progress(nullptr, 10, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_get_fd(nullptr, &fd, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_set_ready(
      nullptr, [](void*) {}, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_get_progress(nullptr, &progress, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_get_item_progress(nullptr, 0, &progress, nullptr));
  EXPECT_NULL_REFUSED(hfhub_op_get_json(nullptr, &json, nullptr));
  EXPECT_NULL_REFUSED(hfhub_queue_new(nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_queue_add(queue, op, 0, nullptr));
  EXPECT_NULL_REFUSED(hfhub_queue_next(nullptr, 0, &tag, nullptr));
  EXPECT_NULL_REFUSED(hfhub_queue_get_fd(nullptr, &fd, nullptr));
  EXPECT_NULL_REFUSED(hfhub_json_parse(nullptr, 0, &json, nullptr));
  EXPECT_NULL_REFUSED(hfhub_json_parse("1", 1, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_json_write(nullptr, "", -1, &text, nullptr));
  EXPECT_EQ(json, nullptr);
  EXPECT_EQ(text, nullptr);
}

TEST_F(Arguments, NullXetOptionsAndUploads) {
  const Session session = this->session();
  hfhub_session* const s = session.get();
  XetOptions given;
  auto* const o = const_cast<hfhub_xet_options*>(given.get());
  hfhub_xet_commit* commit = nullptr;
  hfhub_xet_writer* writer = nullptr;
  hfhub_json* json = nullptr;
  hfhub_op* op = nullptr;
  char* text = nullptr;
  hfhub_progress progress{};
  progress.struct_size = sizeof progress;
  EXPECT_NULL_REFUSED(hfhub_xet_options_new(nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_endpoint(nullptr, "http://x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_endpoint(o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_token(nullptr, "x", 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_token(o, nullptr, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_refresh_url(nullptr, "http://x", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_refresh_url(o, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_refresh_header(nullptr, "a", "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_refresh_header(o, nullptr, "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_refresh_header(o, "a", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_header(nullptr, "a", "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_header(o, nullptr, "b", nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_add_header(o, "a", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_repo(nullptr, "model", "a/b", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_repo(o, nullptr, "a/b", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_options_set_repo(o, "model", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_get_refresh_url(nullptr, "model", "a/b", nullptr, 0, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_get_refresh_url(s, nullptr, "a/b", nullptr, 0, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_get_refresh_url(s, "model", nullptr, nullptr, 0, &text, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_get_refresh_url(s, "model", "a/b", nullptr, 0, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_new(nullptr, o, &commit, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_new(s, o, nullptr, nullptr));
  ASSERT_EQ(hfhub_xet_commit_new(s, nullptr, &commit, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_path(nullptr, "x", nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_path(commit, nullptr, nullptr, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_bytes(nullptr, "x", "x", 1, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_bytes(commit, nullptr, "x", 1, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_bytes(commit, "x", nullptr, 1, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_stream(nullptr, "x", nullptr, &writer, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_stream(commit, nullptr, nullptr, &writer, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_add_stream(commit, "x", nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_finish(nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_finish(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_item(nullptr, 0, &json, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_item(commit, 0, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_report(nullptr, &json, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_report(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_progress(nullptr, &progress, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_commit_get_progress(commit, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_writer_write(nullptr, "x", 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_writer_finish(nullptr, &json, nullptr));
  EXPECT_EQ(hfhub_xet_commit_get_item_count(commit), 0u);
  hfhub_xet_commit_free(commit);
  EXPECT_EQ(writer, nullptr);
  EXPECT_EQ(json, nullptr);
  EXPECT_EQ(op, nullptr);
  EXPECT_EQ(text, nullptr);
}

TEST_F(Arguments, NullXetGroupsAndStreams) {
  const Session session = this->session();
  hfhub_session* const s = session.get();
  const std::string hash(64, 'a');
  const char* const h = hash.c_str();
  hfhub_xet_group* group = nullptr;
  hfhub_xet_stream* stream = nullptr;
  hfhub_op* op = nullptr;
  const void* data = nullptr;
  size_t size = 0;
  hfhub_progress progress{};
  progress.struct_size = sizeof progress;
  EXPECT_NULL_REFUSED(hfhub_xet_group_new(nullptr, nullptr, &group, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_new(s, nullptr, nullptr, nullptr));
  ASSERT_EQ(hfhub_xet_group_new(s, nullptr, &group, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_xet_group_add(nullptr, h, 1, "x", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_add(group, nullptr, 1, "x", nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_add(group, h, 1, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_add_seed(nullptr, 0, "x", h, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_add_seed(group, 0, nullptr, h, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_add_seed(group, 0, "x", nullptr, 1, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_start(nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_start(group, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_group_get_result(nullptr, 0, nullptr));
  hfhub_xet_group_free(group);
  EXPECT_NULL_REFUSED(hfhub_xet_stream_open(nullptr, nullptr, h, 1, 0, 1, 1, &stream, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_open(s, nullptr, nullptr, 1, 0, 1, 1, &stream, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_open(s, nullptr, h, 1, 0, 1, 1, nullptr, nullptr));
  ASSERT_EQ(hfhub_xet_stream_open(s, nullptr, h, 1, 0, 1, 1, &stream, nullptr), HFHUB_OK);
  EXPECT_NULL_REFUSED(hfhub_xet_stream_next(nullptr, 0, &data, &size, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_next(stream, 0, nullptr, &size, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_next(stream, 0, &data, nullptr, nullptr, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_get_progress(nullptr, &progress, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_stream_get_progress(stream, nullptr, nullptr));
  hfhub_xet_stream_free(stream);
  EXPECT_NULL_REFUSED(hfhub_xet_hash_file(nullptr, "x", &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_hash_file(s, nullptr, &op, nullptr));
  EXPECT_NULL_REFUSED(hfhub_xet_hash_file(s, "x", nullptr, nullptr));
  EXPECT_EQ(op, nullptr);
}

#undef EXPECT_NULL_REFUSED

TEST_F(Arguments, NullIsNamed) {
  const Session session = this->session();
  hfhub_op* op = reinterpret_cast<hfhub_op*>(0x1);  // out parameters are cleared first
  const auto refusal =
      refusal_of([&](auto err) { return hfhub_download_file(session.get(), nullptr, "a", nullptr, &op, err); });
  EXPECT_THAT(refusal.message, HasSubstr("repo_id"));
  EXPECT_EQ(op, nullptr);
}

TEST_F(Arguments, NullHandlesAreHarmless) {
  hfhub_string_free(nullptr);
  hfhub_error_free(nullptr);
  hfhub_json_free(nullptr);
  hfhub_session_options_free(nullptr);
  hfhub_session_free(nullptr);
  hfhub_session_cancel(nullptr);
  hfhub_op_free(nullptr);
  hfhub_op_cancel(nullptr);
  hfhub_queue_free(nullptr);
  hfhub_download_options_free(nullptr);
  hfhub_xet_options_free(nullptr);
  hfhub_xet_commit_cancel(nullptr);
  hfhub_xet_commit_free(nullptr);
  hfhub_xet_writer_free(nullptr);
  hfhub_xet_group_free(nullptr);
  hfhub_xet_stream_cancel(nullptr);
  hfhub_xet_stream_free(nullptr);
  EXPECT_EQ(hfhub_xet_commit_get_item_count(nullptr), 0u);
  EXPECT_EQ(hfhub_xet_writer_get_index(nullptr), 0u);
  EXPECT_EQ(hfhub_op_get_item_count(nullptr), 0u);
  EXPECT_EQ(hfhub_op_get_item_name(nullptr, 0), nullptr);
  EXPECT_EQ(hfhub_op_get_path(nullptr), nullptr);
  EXPECT_EQ(hfhub_json_get_type(nullptr, ""), HFHUB_JSON_MISSING);
  EXPECT_EQ(hfhub_json_get_count(nullptr, ""), 0u);
  EXPECT_EQ(hfhub_json_get_key(nullptr, "", 0), nullptr);
  EXPECT_EQ(hfhub_json_get_string(nullptr, ""), nullptr);
  EXPECT_EQ(hfhub_json_get_int64(nullptr, "", 7), 7);
  EXPECT_EQ(hfhub_json_get_double(nullptr, "", 7.5), 7.5);
  EXPECT_EQ(hfhub_json_get_bool(nullptr, "", 1), 1);
}

}  // namespace
}  // namespace hfhub::test
