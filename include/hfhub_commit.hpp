// Uploads and commits: a part of hfhub.hpp, which includes it in the middle, before the class that uses it. Included
// first, it includes hfhub.hpp, which then has brought it.
#include <hfhub.hpp>

#ifndef HFHUB_COMMIT_HPP
#define HFHUB_COMMIT_HPP

namespace hfhub {

// Where a commit goes and what it says.
class CommitOptions {
 public:
  CommitOptions()
      : handle_(detail::make<hfhub_commit_options>(
            [](hfhub_commit_options** out, hfhub_error** err) { return hfhub_commit_options_new(out, err); })) {}

  CommitOptions& repo_type(const std::string& value) { return set(hfhub_commit_options_set_repo_type, value); }
  CommitOptions& revision(const std::string& value) { return set(hfhub_commit_options_set_revision, value); }
  CommitOptions& message(const std::string& value) { return set(hfhub_commit_options_set_message, value); }
  CommitOptions& description(const std::string& value) { return set(hfhub_commit_options_set_description, value); }
  CommitOptions& parent(const std::string& commit) { return set(hfhub_commit_options_set_parent, commit); }
  CommitOptions& create_pr(bool enable = true) { return set(hfhub_commit_options_set_create_pr, enable); }
  CommitOptions& token(const std::string& value) { return set(hfhub_commit_options_set_token, value); }
  // Of folders:
  CommitOptions& allow(const std::string& pattern) { return set(hfhub_commit_options_add_allow_pattern, pattern); }
  CommitOptions& ignore(const std::string& pattern) { return set(hfhub_commit_options_add_ignore_pattern, pattern); }
  CommitOptions& remove(const std::string& pattern) { return set(hfhub_commit_options_add_delete_pattern, pattern); }
  CommitOptions& follow_links(bool enable) { return set(hfhub_commit_options_set_follow_links, enable); }
  CommitOptions& journal(bool enable) { return set(hfhub_commit_options_set_journal, enable); }
  const hfhub_commit_options* get() const { return handle_.get(); }

 private:
  CommitOptions& set(hfhub_status (*setter)(hfhub_commit_options*, const char*, hfhub_error**),
                     const std::string& value) {
    detail::check([&](hfhub_error** err) { return setter(handle_.get(), value.c_str(), err); });
    return *this;
  }
  CommitOptions& set(hfhub_status (*setter)(hfhub_commit_options*, int32_t, hfhub_error**), bool enable) {
    detail::check([&](hfhub_error** err) { return setter(handle_.get(), enable ? 1 : 0, err); });
    return *this;
  }
  detail::Handle<hfhub_commit_options> handle_;
};

// Where a copy in a commit comes from, when that is not the commit's own repository and revision.
struct CopySource {
  std::string repo_type;
  std::string repo_id;
  std::string revision;
};

class CommitWriter {
 public:
  explicit CommitWriter(hfhub_commit_writer* handle) : handle_(handle) {}
  CommitWriter& write(const void* data, size_t size) {
    detail::check([&](hfhub_error** err) { return hfhub_commit_writer_write(handle_.get(), data, size, err); });
    return *this;
  }
  void finish() {
    detail::check([&](hfhub_error** err) { return hfhub_commit_writer_finish(handle_.get(), err); });
  }

 private:
  detail::Handle<hfhub_commit_writer> handle_;
};

class Commit {
 public:
  explicit Commit(hfhub_commit* handle) : handle_(handle) {}
  Commit& add_path(const std::string& path_in_repo, const std::string& file) {
    return change([&](hfhub_error** err) {
      return hfhub_commit_add_path(handle_.get(), path_in_repo.c_str(), file.c_str(), err);
    });
  }
  Commit& add_folder(const std::string& folder, const std::string& path_in_repo = "") {
    return change([&](hfhub_error** err) {
      return hfhub_commit_add_folder(handle_.get(), folder.c_str(), path_in_repo.c_str(), err);
    });
  }
  Commit& add_bytes(const std::string& path_in_repo, std::string_view bytes) {
    return change([&](hfhub_error** err) {
      return hfhub_commit_add_bytes(handle_.get(), path_in_repo.c_str(), bytes.data(), bytes.size(), err);
    });
  }
  CommitWriter add_stream(const std::string& path_in_repo) {
    return CommitWriter(detail::make<hfhub_commit_writer>([&](hfhub_commit_writer** out, hfhub_error** err) {
                          return hfhub_commit_add_stream(handle_.get(), path_in_repo.c_str(), out, err);
                        }).release());
  }
  Commit& delete_file(const std::string& path_in_repo) {
    return change(
        [&](hfhub_error** err) { return hfhub_commit_delete_file(handle_.get(), path_in_repo.c_str(), err); });
  }
  Commit& delete_folder(const std::string& path_in_repo) {
    return change(
        [&](hfhub_error** err) { return hfhub_commit_delete_folder(handle_.get(), path_in_repo.c_str(), err); });
  }
  Commit& copy(const std::string& from, const std::string& path_in_repo, const CopySource& source = {}) {
    const auto or_null = [](const std::string& text) { return text.empty() ? nullptr : text.c_str(); };
    return change([&](hfhub_error** err) {
      return hfhub_commit_copy(handle_.get(), from.c_str(), path_in_repo.c_str(), or_null(source.repo_type),
                               or_null(source.repo_id), or_null(source.revision), err);
    });
  }
  Commit& add_receipts(const std::string& lines) {
    return change([&](hfhub_error** err) { return hfhub_commit_add_receipts(handle_.get(), lines.c_str(), err); });
  }
  Commit& parent(const std::string& commit) {
    return change([&](hfhub_error** err) { return hfhub_commit_set_parent(handle_.get(), commit.c_str(), err); });
  }
  size_t operation_count() const { return hfhub_commit_get_operation_count(handle_.get()); }
  Op prepare() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_commit_prepare(handle_.get(), out, err);
              }).release());
  }
  Op finish() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_commit_finish(handle_.get(), out, err);
              }).release());
  }

 private:
  template <class Call>
  Commit& change(Call&& call) {
    detail::check(call);
    return *this;
  }
  detail::Handle<hfhub_commit> handle_;
};

class Scheduler {
 public:
  explicit Scheduler(hfhub_scheduler* handle) : handle_(handle) {}
  Op trigger() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_scheduler_trigger(handle_.get(), out, err);
              }).release());
  }
  Op stop() {
    return Op(detail::make<hfhub_op>([&](hfhub_op** out, hfhub_error** err) {
                return hfhub_scheduler_stop(handle_.get(), out, err);
              }).release());
  }

 private:
  detail::Handle<hfhub_scheduler> handle_;
};

}  // namespace hfhub

#endif
