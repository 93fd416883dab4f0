#include "client/commit.h"
#include "base/text.h"
#include "capi/handles.h"
#include "client/scheduler.h"
#include "client/upload_folder.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::RepoRef;
using hfhub::capi::guard;
using hfhub::client::Commit;
using hfhub::client::CommitOptions;
using hfhub::client::Story;
using hfhub::client::UploadSource;

struct hfhub_commit_options {
  CommitOptions options;
  hfhub::capi::Counted counted{};
};
struct hfhub_commit {
  std::shared_ptr<Commit> commit;
  hfhub::capi::Counted counted{};
};
struct hfhub_commit_writer {
  std::unique_ptr<hfhub::client::CommitWriter> writer;
  hfhub::capi::Counted counted{};
};
struct hfhub_scheduler {
  std::shared_ptr<hfhub::client::Scheduler> scheduler;
  hfhub::capi::Counted counted{};
};

namespace {

CommitOptions options_of(const hfhub_commit_options* options) {
  return options != nullptr ? options->options : CommitOptions();
}

// One setter: NULL checks, then `apply(options->options, value)`.
template <class Apply>
hfhub_status set_text(hfhub_commit_options* options, const char* value, hfhub_error** err, Apply apply) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(value);
    return apply(options->options, std::string(value));
  });
}

hfhub_status set_flag(hfhub_commit_options* options, bool CommitOptions::*field, int32_t enable, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    options->options.*field = enable != 0;
    return {};
  });
}

using Patterns = std::optional<std::vector<std::string>>;

template <class Field>
hfhub_status add_pattern(hfhub_commit_options* options, Field field, const char* pattern, hfhub_error** err) {
  return set_text(options, pattern, err, [&](CommitOptions& o, std::string value) -> Done {
    Patterns& patterns = field(o);
    if (!patterns) patterns.emplace();
    patterns->push_back(std::move(value));
    return {};
  });
}

Done set_words(std::string* field, std::string value, const char* what) {
  if (!hfhub::is_valid_utf8(value)) return Error::make(Code::kArgument, std::string(what) + " is not UTF-8");
  *field = std::move(value);
  return {};
}

using Starter = hfhub::Result<std::shared_ptr<hfhub::runtime::Op>> (Commit::*)();

hfhub_status start(hfhub_commit* commit, Starter starter, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(commit);
    return hfhub::capi::give_op(out_op, [&] { return (commit->commit.get()->*starter)(); });
  });
}

}  // namespace

// ---- options ----

hfhub_status hfhub_commit_options_new(hfhub_commit_options** out_options, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_options);
    *out_options = nullptr;
    *out_options = new hfhub_commit_options;
    return {};
  });
}

hfhub_status hfhub_commit_options_set_repo_type(hfhub_commit_options* options, const char* repo_type,
                                                hfhub_error** err) {
  return set_text(options, repo_type, err, [](CommitOptions& o, const std::string& value) -> Done {
    HFHUB_TRY(o.repo_type, hfhub::parse_repo_type(value));
    return {};
  });
}

hfhub_status hfhub_commit_options_set_revision(hfhub_commit_options* options, const char* revision, hfhub_error** err) {
  return set_text(options, revision, err, [](CommitOptions& o, std::string value) -> Done {
    HFHUB_CHECK(hfhub::check_revision(value));
    o.revision = std::move(value);
    return {};
  });
}

hfhub_status hfhub_commit_options_set_message(hfhub_commit_options* options, const char* message, hfhub_error** err) {
  return set_text(options, message, err, [](CommitOptions& o, std::string value) -> Done {
    if (hfhub::trim(value).empty()) return Error::make(Code::kArgument, "the commit's message is empty");
    return set_words(&o.message, std::move(value), "the commit's message");
  });
}

hfhub_status hfhub_commit_options_set_description(hfhub_commit_options* options, const char* description,
                                                  hfhub_error** err) {
  return set_text(options, description, err, [](CommitOptions& o, std::string value) {
    return set_words(&o.description, std::move(value), "the commit's description");
  });
}

hfhub_status hfhub_commit_options_set_parent(hfhub_commit_options* options, const char* commit_id, hfhub_error** err) {
  return set_text(options, commit_id, err, [](CommitOptions& o, std::string value) -> Done {
    HFHUB_CHECK(hfhub::client::check_parent(value));
    o.parent = std::move(value);
    return {};
  });
}

hfhub_status hfhub_commit_options_set_create_pr(hfhub_commit_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &CommitOptions::create_pr, enable, err);
}

hfhub_status hfhub_commit_options_set_token(hfhub_commit_options* options, const char* token, hfhub_error** err) {
  return set_text(options, token, err, [](CommitOptions& o, std::string value) -> Done {
    if (!value.empty()) HFHUB_CHECK(hfhub::check_token(value));
    o.token = std::move(value);
    return {};
  });
}

hfhub_status hfhub_commit_options_add_allow_pattern(hfhub_commit_options* options, const char* pattern,
                                                    hfhub_error** err) {
  return add_pattern(
      options, [](CommitOptions& o) -> Patterns& { return o.folder.allow_patterns; }, pattern, err);
}
hfhub_status hfhub_commit_options_add_ignore_pattern(hfhub_commit_options* options, const char* pattern,
                                                     hfhub_error** err) {
  return add_pattern(
      options, [](CommitOptions& o) -> Patterns& { return o.folder.ignore_patterns; }, pattern, err);
}
hfhub_status hfhub_commit_options_add_delete_pattern(hfhub_commit_options* options, const char* pattern,
                                                     hfhub_error** err) {
  return add_pattern(
      options, [](CommitOptions& o) -> Patterns& { return o.delete_patterns; }, pattern, err);
}

hfhub_status hfhub_commit_options_set_follow_links(hfhub_commit_options* options, int32_t enable, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    options->options.folder.follow_links = enable != 0;
    return {};
  });
}
hfhub_status hfhub_commit_options_set_journal(hfhub_commit_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &CommitOptions::journal, enable, err);
}

void hfhub_commit_options_free(hfhub_commit_options* options) { delete options; }

// ---- a commit ----

hfhub_status hfhub_commit_new(hfhub_session* session, const char* repo_id, const hfhub_commit_options* options,
                              hfhub_commit** out_commit, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_commit);
    *out_commit = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_TRY(auto commit, Commit::make(session->session, repo_id, options_of(options)));
    *out_commit = new hfhub_commit{std::move(commit)};
    return {};
  });
}

hfhub_status hfhub_commit_add_path(hfhub_commit* commit, const char* path_in_repo, const char* file_path,
                                   hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(path_in_repo);
    HFHUB_REQUIRE(file_path);
    HFHUB_TRY(UploadSource source, UploadSource::of_file(file_path));
    return commit->commit->add(path_in_repo, std::move(source));
  });
}

hfhub_status hfhub_commit_add_bytes(hfhub_commit* commit, const char* path_in_repo, const void* data, size_t size,
                                    hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(path_in_repo);
    if (size > 0) HFHUB_REQUIRE(data);
    return commit->commit->add(path_in_repo, UploadSource::of_bytes(std::string(static_cast<const char*>(data), size)));
  });
}

hfhub_status hfhub_commit_add_folder(hfhub_commit* commit, const char* folder_path, const char* path_in_repo,
                                     hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(folder_path);
    HFHUB_REQUIRE(path_in_repo);
    return commit->commit->add_folder(folder_path, path_in_repo);
  });
}

hfhub_status hfhub_commit_add_stream(hfhub_commit* commit, const char* path_in_repo, hfhub_commit_writer** out_writer,
                                     hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_writer);
    *out_writer = nullptr;
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(path_in_repo);
    HFHUB_TRY(auto writer, commit->commit->add_stream(path_in_repo));
    *out_writer = new hfhub_commit_writer{std::move(writer)};
    return {};
  });
}

hfhub_status hfhub_commit_writer_write(hfhub_commit_writer* writer, const void* data, size_t size, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(writer);
    if (size > 0) HFHUB_REQUIRE(data);
    return writer->writer->write({static_cast<const uint8_t*>(data), size});
  });
}

hfhub_status hfhub_commit_writer_finish(hfhub_commit_writer* writer, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(writer);
    return writer->writer->finish();
  });
}

void hfhub_commit_writer_free(hfhub_commit_writer* writer) { delete writer; }

hfhub_status hfhub_commit_delete_file(hfhub_commit* commit, const char* path_in_repo, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(path_in_repo);
    return commit->commit->remove(path_in_repo, false);
  });
}

hfhub_status hfhub_commit_delete_folder(hfhub_commit* commit, const char* path_in_repo, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(path_in_repo);
    return commit->commit->remove(path_in_repo, true);
  });
}

hfhub_status hfhub_commit_copy(hfhub_commit* commit, const char* source_path, const char* path_in_repo,
                               const char* source_type, const char* source_repo_id, const char* source_revision,
                               hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(source_path);
    HFHUB_REQUIRE(path_in_repo);
    std::optional<RepoRef> from_repo;
    if (source_type != nullptr || source_repo_id != nullptr) {
      HFHUB_REQUIRE(source_type);
      HFHUB_REQUIRE(source_repo_id);
      HFHUB_TRY(const auto type, hfhub::parse_repo_type(source_type));
      from_repo = RepoRef{type, source_repo_id};
    }
    return commit->commit->copy(source_path, path_in_repo, std::move(from_repo),
                                source_revision != nullptr ? source_revision : "");
  });
}

hfhub_status hfhub_commit_add_receipts(hfhub_commit* commit, const char* receipt_lines, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(receipt_lines);
    return commit->commit->add_receipts(receipt_lines);
  });
}

hfhub_status hfhub_commit_set_parent(hfhub_commit* commit, const char* commit_id, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(commit_id);
    return commit->commit->set_parent(commit_id);
  });
}

size_t hfhub_commit_get_operation_count(const hfhub_commit* commit) {
  return commit != nullptr ? commit->commit->operation_count() : 0;
}

hfhub_status hfhub_commit_prepare(hfhub_commit* commit, hfhub_op** out_op, hfhub_error** err) {
  return start(commit, &Commit::prepare, out_op, err);
}

hfhub_status hfhub_commit_finish(hfhub_commit* commit, hfhub_op** out_op, hfhub_error** err) {
  return start(commit, &Commit::finish, out_op, err);
}

void hfhub_commit_free(hfhub_commit* commit) { delete commit; }

// ---- in one call ----

hfhub_status hfhub_upload_file(hfhub_session* session, const char* repo_id, const char* file_path,
                               const char* path_in_repo, const hfhub_commit_options* options, hfhub_op** out_op,
                               hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(file_path);
    HFHUB_REQUIRE(path_in_repo);
    HFHUB_TRY(std::string path, hfhub::client::commit_path(path_in_repo));
    HFHUB_TRY(auto request, hfhub::client::make_commit_request(repo_id, options_of(options),
                                                               "Upload " + std::string(path_in_repo) + " with hfhub"));
    return hfhub::capi::start_op(
        session,
        [request = std::move(request), file = std::string(file_path), path = std::move(path)](Story& story) {
          return hfhub::client::upload_file(story, request, file, path);
        },
        out_op);
  });
}

hfhub_status hfhub_upload_folder(hfhub_session* session, const char* repo_id, const char* folder_path,
                                 const char* path_in_repo, const hfhub_commit_options* options, hfhub_op** out_op,
                                 hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(folder_path);
    HFHUB_REQUIRE(path_in_repo);
    HFHUB_TRY(auto request,
              hfhub::client::make_folder_request(repo_id, folder_path, path_in_repo, options_of(options)));
    return hfhub::capi::start_op(
        session, [request = std::move(request)](Story& story) { return hfhub::client::upload_folder(story, request); },
        out_op);
  });
}

hfhub_status hfhub_delete_files(hfhub_session* session, const char* repo_id, const hfhub_commit_options* options,
                                hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    const CommitOptions wanted = options_of(options);
    if (!wanted.delete_patterns) return Error::make(Code::kArgument, "there is no pattern of what to delete");
    std::string message = "Delete files";
    for (const std::string& pattern : *wanted.delete_patterns) message += " " + pattern;
    HFHUB_TRY(auto request, hfhub::client::make_commit_request(repo_id, wanted, message + " with hfhub"));
    return hfhub::capi::start_op(
        session,
        [request = std::move(request), patterns = *wanted.delete_patterns](Story& story) {
          return hfhub::client::delete_files(story, request, patterns);
        },
        out_op);
  });
}

// ---- scheduler ----

hfhub_status hfhub_scheduler_start(hfhub_session* session, const char* repo_id, const char* folder_path,
                                   const char* path_in_repo, int64_t every_ms, const hfhub_commit_options* options,
                                   hfhub_scheduler** out_scheduler, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_scheduler);
    *out_scheduler = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(folder_path);
    HFHUB_REQUIRE(path_in_repo);
    if (every_ms < 1) {
      return Error::make(Code::kArgument, "every_ms is " + std::to_string(every_ms) + ", expected 1 or more");
    }
    CommitOptions wanted = options_of(options);
    if (wanted.message.empty()) wanted.message = "Scheduled Commit";
    HFHUB_TRY(auto request, hfhub::client::make_folder_request(repo_id, folder_path, path_in_repo, wanted));
    auto handle = std::make_unique<hfhub_scheduler>();
    HFHUB_TRY(handle->scheduler, hfhub::client::Scheduler::start(session->session, std::move(request), every_ms));
    *out_scheduler = handle.release();
    return {};
  });
}

hfhub_status hfhub_scheduler_trigger(hfhub_scheduler* scheduler, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(scheduler);
    return hfhub::capi::give_op(out_op, [&] { return scheduler->scheduler->trigger(); });
  });
}

hfhub_status hfhub_scheduler_stop(hfhub_scheduler* scheduler, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(scheduler);
    return hfhub::capi::give_op(out_op, [&] { return scheduler->scheduler->stop(); });
  });
}

void hfhub_scheduler_free(hfhub_scheduler* scheduler) {
  if (scheduler != nullptr) scheduler->scheduler->let_go();
  delete scheduler;
}
