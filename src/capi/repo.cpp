#include <array>
#include <limits>

#include "base/text.h"
#include "capi/handles.h"
#include "client/stories.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::Result;
using hfhub::capi::guard;
using hfhub::client::RepoOptions;
using hfhub::client::RepoRequest;
using hfhub::client::Story;

namespace {

// One setter: NULL checks, then `apply(options->options, value)`.
template <class Apply>
hfhub_status set_text(hfhub_repo_options* options, const char* value, hfhub_error** err, Apply apply) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(value);
    return apply(options->options, std::string(value));
  });
}

hfhub_status set_flag(hfhub_repo_options* options, bool RepoOptions::*field, int32_t enable, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    options->options.*field = enable != 0;
    return {};
  });
}

// One of a few words.
template <size_t N>
hfhub_status set_word(hfhub_repo_options* options, std::string RepoOptions::*field, const char* value,
                      hfhub_error** err, std::string_view what, const std::array<std::string_view, N>& known) {
  return set_text(options, value, err, [&](RepoOptions& o, std::string word) -> Done {
    HFHUB_CHECK(hfhub::client::check_word(what, word, known));
    o.*field = std::move(word);
    return {};
  });
}

// Free text, but not empty.
hfhub_status set_name(hfhub_repo_options* options, std::string RepoOptions::*field, const char* value,
                      hfhub_error** err, std::string_view what) {
  return set_text(options, value, err, [&](RepoOptions& o, std::string name) -> Done {
    HFHUB_CHECK(hfhub::client::check_name(what, name));
    o.*field = std::move(name);
    return {};
  });
}

hfhub_status add_pair(hfhub_repo_options* options, hfhub::client::NamedValues RepoOptions::*field, const char* name,
                      const char* value, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(name);
    HFHUB_REQUIRE(value);
    HFHUB_CHECK(hfhub::client::check_name("name", name));
    (options->options.*field).emplace_back(name, value);
    return {};
  });
}

RepoOptions options_of(const hfhub_repo_options* options) {
  return options != nullptr ? options->options : RepoOptions();
}

// A call: NULL checks, the request, the story.
template <class StoryFunction, class Make>
hfhub_status start(hfhub_session* session, const char* repo_id, hfhub_op** out_op, hfhub_error** err,
                   StoryFunction story, Make make) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_TRY(RepoRequest request, make());
    return hfhub::capi::start_op(
        session, [story, request = std::move(request)](Story& context) { return story(context, request); }, out_op);
  });
}

template <class StoryFunction>
hfhub_status start_ref(hfhub_session* session, const char* repo_id, const char* what, const char* ref,
                       const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err, StoryFunction story) {
  return start(session, repo_id, out_op, err, story, [&]() -> Result<RepoRequest> {
    if (ref == nullptr) return hfhub::capi::null_argument(what);
    return hfhub::client::make_ref_request(repo_id, what, ref, options_of(options));
  });
}

}  // namespace

hfhub_status hfhub_repo_options_new(hfhub_repo_options** out_options, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_options);
    *out_options = nullptr;
    *out_options = new hfhub_repo_options;
    return {};
  });
}

hfhub_status hfhub_repo_options_set_repo_type(hfhub_repo_options* options, const char* repo_type, hfhub_error** err) {
  return set_text(options, repo_type, err, [](RepoOptions& o, const std::string& value) -> Done {
    HFHUB_TRY(o.repo_type, hfhub::parse_repo_type(value));
    return {};
  });
}

hfhub_status hfhub_repo_options_set_token(hfhub_repo_options* options, const char* token, hfhub_error** err) {
  return set_text(options, token, err, [](RepoOptions& o, std::string value) -> Done {
    if (!value.empty()) HFHUB_CHECK(hfhub::check_token(value));
    o.token = std::move(value);
    return {};
  });
}

hfhub_status hfhub_repo_options_set_visibility(hfhub_repo_options* options, const char* visibility, hfhub_error** err) {
  static constexpr std::array<std::string_view, 3> kKnown{"public", "private", "protected"};
  return set_word(options, &RepoOptions::visibility, visibility, err, "visibility", kKnown);
}

hfhub_status hfhub_repo_options_set_private(hfhub_repo_options* options, int32_t enable, hfhub_error** err) {
  return hfhub_repo_options_set_visibility(options, enable != 0 ? "private" : "public", err);
}

hfhub_status hfhub_repo_options_set_gated(hfhub_repo_options* options, const char* gated, hfhub_error** err) {
  static constexpr std::array<std::string_view, 3> kKnown{"auto", "manual", "false"};
  return set_word(options, &RepoOptions::gated, gated, err, "gated", kKnown);
}

hfhub_status hfhub_repo_options_set_exist_ok(hfhub_repo_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &RepoOptions::exist_ok, enable, err);
}
hfhub_status hfhub_repo_options_set_missing_ok(hfhub_repo_options* options, int32_t enable, hfhub_error** err) {
  return set_flag(options, &RepoOptions::missing_ok, enable, err);
}

hfhub_status hfhub_repo_options_set_resource_group(hfhub_repo_options* options, const char* resource_group,
                                                   hfhub_error** err) {
  return set_name(options, &RepoOptions::resource_group, resource_group, err, "resource group");
}

hfhub_status hfhub_repo_options_set_region(hfhub_repo_options* options, const char* region, hfhub_error** err) {
  static constexpr std::array<std::string_view, 2> kKnown{"us", "eu"};
  return set_word(options, &RepoOptions::region, region, err, "region", kKnown);
}

hfhub_status hfhub_repo_options_set_space_sdk(hfhub_repo_options* options, const char* sdk, hfhub_error** err) {
  static constexpr std::array<std::string_view, 4> kKnown{"gradio", "streamlit", "docker", "static"};
  return set_word(options, &RepoOptions::space_sdk, sdk, err, "SDK", kKnown);
}

hfhub_status hfhub_repo_options_set_space_template(hfhub_repo_options* options, const char* space_template,
                                                   hfhub_error** err) {
  return set_name(options, &RepoOptions::space_template, space_template, err, "template");
}

hfhub_status hfhub_repo_options_set_space_hardware(hfhub_repo_options* options, const char* hardware,
                                                   hfhub_error** err) {
  return set_name(options, &RepoOptions::space_hardware, hardware, err, "hardware");
}

hfhub_status hfhub_repo_options_set_space_sleep_time(hfhub_repo_options* options, int64_t seconds, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    if (seconds < -1) return Error::make(Code::kArgument, "a sleep time is -1 for never, else 0 seconds or more");
    options->options.space_sleep_time_s = seconds;
    return {};
  });
}

hfhub_status hfhub_repo_options_add_space_secret(hfhub_repo_options* options, const char* name, const char* value,
                                                 hfhub_error** err) {
  return add_pair(options, &RepoOptions::space_secrets, name, value, err);
}
hfhub_status hfhub_repo_options_add_space_variable(hfhub_repo_options* options, const char* name, const char* value,
                                                   hfhub_error** err) {
  return add_pair(options, &RepoOptions::space_variables, name, value, err);
}

hfhub_status hfhub_repo_options_add_space_volume(hfhub_repo_options* options, const char* volume, hfhub_error** err) {
  return set_text(options, volume, err, [](RepoOptions& o, const std::string& value) -> Done {
    HFHUB_TRY(auto parsed, hfhub::client::parse_volume(value));
    o.space_volumes.push_back(std::move(parsed));
    return {};
  });
}

hfhub_status hfhub_repo_options_set_revision(hfhub_repo_options* options, const char* revision, hfhub_error** err) {
  return set_text(options, revision, err, [](RepoOptions& o, std::string value) -> Done {
    HFHUB_CHECK(hfhub::check_revision(value));
    o.revision = std::move(value);
    return {};
  });
}

hfhub_status hfhub_repo_options_set_message(hfhub_repo_options* options, const char* message, hfhub_error** err) {
  return set_text(options, message, err, [](RepoOptions& o, std::string value) -> Done {
    if (!hfhub::is_valid_utf8(value)) return Error::make(Code::kArgument, "the message is no UTF-8");
    o.message = std::move(value);
    return {};
  });
}

void hfhub_repo_options_free(hfhub_repo_options* options) { delete options; }

hfhub_status hfhub_repo_create(hfhub_session* session, const char* repo_id, const hfhub_repo_options* options,
                               hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::create_repo,
               [&] { return hfhub::client::make_create_request(repo_id, options_of(options)); });
}

hfhub_status hfhub_repo_delete(hfhub_session* session, const char* repo_id, const hfhub_repo_options* options,
                               hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::delete_repo,
               [&] { return hfhub::client::make_repo_request(repo_id, options_of(options)); });
}

hfhub_status hfhub_repo_move(hfhub_session* session, const char* repo_id, const char* to_id,
                             const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::move_repo, [&]() -> Result<RepoRequest> {
    HFHUB_REQUIRE(to_id);
    return hfhub::client::make_move_request(repo_id, to_id, options_of(options));
  });
}

hfhub_status hfhub_repo_duplicate(hfhub_session* session, const char* repo_id, const char* to_id,
                                  const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::duplicate_repo, [&] {
    return hfhub::client::make_duplicate_request(repo_id, to_id != nullptr ? to_id : "", options_of(options));
  });
}

hfhub_status hfhub_repo_update(hfhub_session* session, const char* repo_id, const hfhub_repo_options* options,
                               hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::update_repo,
               [&] { return hfhub::client::make_update_request(repo_id, options_of(options)); });
}

hfhub_status hfhub_repo_auth_check(hfhub_session* session, const char* repo_id, int32_t write,
                                   const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::check_access,
               [&] { return hfhub::client::make_access_request(repo_id, write != 0, options_of(options)); });
}

hfhub_status hfhub_repo_list(hfhub_session* session, const char* owner, const hfhub_repo_options* options,
                             hfhub_op** out_op, hfhub_error** err) {
  const char* name = owner != nullptr ? owner : "";
  return start(session, name, out_op, err, hfhub::client::list_owned,
               [&] { return hfhub::client::make_list_request(name, options_of(options)); });
}

hfhub_status hfhub_repo_refs(hfhub_session* session, const char* repo_id, int32_t include_prs,
                             const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::list_refs, [&]() -> Result<RepoRequest> {
    HFHUB_TRY(RepoRequest request, hfhub::client::make_repo_request(repo_id, options_of(options)));
    request.include_prs = include_prs != 0;
    return request;
  });
}

hfhub_status hfhub_branch_create(hfhub_session* session, const char* repo_id, const char* branch,
                                 const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_ref(session, repo_id, "branch", branch, options, out_op, err, hfhub::client::create_branch);
}
hfhub_status hfhub_branch_delete(hfhub_session* session, const char* repo_id, const char* branch,
                                 const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_ref(session, repo_id, "branch", branch, options, out_op, err, hfhub::client::delete_branch);
}
hfhub_status hfhub_tag_create(hfhub_session* session, const char* repo_id, const char* tag,
                              const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_ref(session, repo_id, "tag", tag, options, out_op, err, hfhub::client::create_tag);
}
hfhub_status hfhub_tag_delete(hfhub_session* session, const char* repo_id, const char* tag,
                              const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start_ref(session, repo_id, "tag", tag, options, out_op, err, hfhub::client::delete_tag);
}
hfhub_status hfhub_branch_squash(hfhub_session* session, const char* repo_id, const char* branch,
                                 const hfhub_repo_options* options, hfhub_op** out_op, hfhub_error** err) {
  return start(session, repo_id, out_op, err, hfhub::client::squash_branch, [&] {
    return hfhub::client::make_squash_request(repo_id, branch != nullptr ? branch : "main", options_of(options));
  });
}
