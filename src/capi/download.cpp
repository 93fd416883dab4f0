#include "base/text.h"
#include "capi/handles.h"
#include "client/stories.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::capi::guard;
using hfhub::capi::options_of;
using hfhub::client::DownloadOptions;
using hfhub::client::DownloadRequest;
using hfhub::client::Story;

namespace {

// One setter: NULL checks, then `apply(options->options, value)`.
template <class Apply>
hfhub_status set_text(hfhub_download_options* options, const char* value, hfhub_error** err, Apply apply) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(value);
    return apply(options->options, std::string(value));
  });
}

hfhub_status set_flag(hfhub_download_options* options, bool DownloadOptions::*field, int32_t enable,
                      hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    options->options.*field = enable != 0;
    return {};
  });
}

Done set_path(std::string* field, std::string path) {
  if (hfhub::has_control_characters(path) || !hfhub::is_valid_utf8(path)) {
    return Error::make(Code::kArgument, "folder '" + hfhub::printable(path) + "' is no usable path");
  }
  *field = std::move(path);
  return {};
}

// Starts a story about one file or one repository.
using FileStory = hfhub::Result<hfhub::runtime::OpResult> (*)(Story&, const DownloadRequest&);

Done start(hfhub_session* session, FileStory story, DownloadRequest request, hfhub_op** out_op) {
  return hfhub::capi::start_op(
      session, [story, request = std::move(request)](Story& context) { return story(context, request); }, out_op);
}

hfhub_status start_file(hfhub_session* session, FileStory story, const char* repo_id, const char* file_path,
                        const hfhub_download_options* options, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(file_path);
    HFHUB_TRY(auto request,
              hfhub::client::make_file_request(session->session->config(), repo_id, file_path, options_of(options)));
    return start(session, story, std::move(request), out_op);
  });
}

}  // namespace

namespace hfhub::capi {

DownloadOptions options_of(const hfhub_download_options* options) {
  return options != nullptr ? options->options : DownloadOptions();
}

}  // namespace hfhub::capi

hfhub_status hfhub_download_options_new(hfhub_download_options** out_options, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_options);
    *out_options = nullptr;
    *out_options = new hfhub_download_options;
    return {};
  });
}

hfhub_status hfhub_download_options_set_repo_type(hfhub_download_options* options, const char* repo_type,
                                                  hfhub_error** err) {
  return set_text(options, repo_type, err, [](DownloadOptions& o, const std::string& value) -> Done {
    HFHUB_TRY(o.repo_type, hfhub::parse_repo_type(value));
    return {};
  });
}

hfhub_status hfhub_download_options_set_revision(hfhub_download_options* options, const char* revision,
                                                 hfhub_error** err) {
  return set_text(options, revision, err, [](DownloadOptions& o, std::string value) -> Done {
    HFHUB_CHECK(hfhub::check_revision(value));
    o.revision = std::move(value);
    return {};
  });
}

hfhub_status hfhub_download_options_set_subfolder(hfhub_download_options* options, const char* subfolder,
                                                  hfhub_error** err) {
  return set_text(options, subfolder, err, [](DownloadOptions& o, std::string value) -> Done {
    o.subfolder = std::move(value);
    return {};
  });
}

hfhub_status hfhub_download_options_set_cache_dir(hfhub_download_options* options, const char* cache_dir,
                                                  hfhub_error** err) {
  return set_text(options, cache_dir, err,
                  [](DownloadOptions& o, std::string value) { return set_path(&o.cache_dir, std::move(value)); });
}

hfhub_status hfhub_download_options_set_local_dir(hfhub_download_options* options, const char* local_dir,
                                                  hfhub_error** err) {
  return set_text(options, local_dir, err,
                  [](DownloadOptions& o, std::string value) { return set_path(&o.local_dir, std::move(value)); });
}

hfhub_status hfhub_download_options_set_token(hfhub_download_options* options, const char* token, hfhub_error** err) {
  return set_text(options, token, err, [](DownloadOptions& o, std::string value) -> Done {
    if (!value.empty()) HFHUB_CHECK(hfhub::check_token(value));
    o.token = std::move(value);
    return {};
  });
}

hfhub_status hfhub_download_options_set_force(hfhub_download_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &DownloadOptions::force, enable, err);
}
hfhub_status hfhub_download_options_set_local_files_only(hfhub_download_options* options, int32_t enable,
                                                         hfhub_error** err) {
  return set_flag(options, &DownloadOptions::local_files_only, enable, err);
}
hfhub_status hfhub_download_options_set_dry_run(hfhub_download_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &DownloadOptions::dry_run, enable, err);
}

hfhub_status hfhub_download_options_set_max_workers(hfhub_download_options* options, int32_t count, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    if (count < 1 || count > 256) {
      return Error::make(Code::kArgument, "max_workers is " + std::to_string(count) + ", expected 1 to 256");
    }
    options->options.max_workers = static_cast<uint32_t>(count);
    return {};
  });
}

hfhub_status hfhub_download_options_add_allow_pattern(hfhub_download_options* options, const char* pattern,
                                                      hfhub_error** err) {
  return set_text(options, pattern, err, [](DownloadOptions& o, std::string value) -> Done {
    if (!o.allow_patterns) o.allow_patterns.emplace();
    o.allow_patterns->push_back(std::move(value));
    return {};
  });
}

hfhub_status hfhub_download_options_add_ignore_pattern(hfhub_download_options* options, const char* pattern,
                                                       hfhub_error** err) {
  return set_text(options, pattern, err, [](DownloadOptions& o, std::string value) -> Done {
    if (!o.ignore_patterns) o.ignore_patterns.emplace();
    o.ignore_patterns->push_back(std::move(value));
    return {};
  });
}

void hfhub_download_options_free(hfhub_download_options* options) { delete options; }

hfhub_status hfhub_download_file(hfhub_session* session, const char* repo_id, const char* file_path,
                                 const hfhub_download_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_file(session, hfhub::client::download_file, repo_id, file_path, options, out_op, err);
}

hfhub_status hfhub_download_snapshot(hfhub_session* session, const char* repo_id, const hfhub_download_options* options,
                                     hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_TRY(auto request,
              hfhub::client::make_snapshot_request(session->session->config(), repo_id, options_of(options)));
    return start(session, hfhub::client::download_snapshot, std::move(request), out_op);
  });
}

hfhub_status hfhub_file_metadata(hfhub_session* session, const char* repo_id, const char* file_path,
                                 const hfhub_download_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_file(session, hfhub::client::file_metadata, repo_id, file_path, options, out_op, err);
}

hfhub_status hfhub_file_url(hfhub_session* session, const char* repo_id, const char* file_path,
                            const hfhub_download_options* options, char** out_string, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_string);
    *out_string = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(file_path);
    HFHUB_TRY(const auto request,
              hfhub::client::make_file_request(session->session->config(), repo_id, file_path, options_of(options)));
    HFHUB_TRY(const std::string url, hfhub::client::file_url(*session->session, request));
    *out_string = hfhub::capi::copy_string(url);
    return {};
  });
}

hfhub_status hfhub_cached_file(hfhub_session* session, const char* repo_id, const char* file_path,
                               const hfhub_download_options* options, int32_t* out_state, char** out_string,
                               hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_state);
    HFHUB_REQUIRE(out_string);
    *out_state = HFHUB_CACHED_UNKNOWN;
    *out_string = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_REQUIRE(file_path);
    HFHUB_TRY(const auto request,
              hfhub::client::make_file_request(session->session->config(), repo_id, file_path, options_of(options)));
    HFHUB_TRY(const auto found, hfhub::client::find_cached(request));
    *out_state = static_cast<int32_t>(found.presence);
    if (found.presence == hfhub::cache::Presence::kFound) *out_string = hfhub::capi::copy_string(found.path);
    return {};
  });
}

hfhub_status hfhub_uri_parse(const char* uri, hfhub_json** out_json, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_json);
    *out_json = nullptr;
    HFHUB_REQUIRE(uri);
    HFHUB_TRY(const hfhub::HfUri parsed, hfhub::parse_hf_uri(uri));
    hfhub::json::Writer writer;
    writer.begin_object().key("repo_type").string(hfhub::repo_type_name(parsed.repo.type));
    writer.key("repo_id").string(parsed.repo.id).key("revision");
    if (parsed.revision) writer.string(*parsed.revision);
    else writer.null();
    writer.key("path").string(parsed.path).key("folder").boolean(parsed.folder).end_object();
    *out_json = new hfhub_json{writer.finish()};
    return {};
  });
}
