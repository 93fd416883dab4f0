#include "client/xet.h"
#include "base/text.h"
#include "base/url.h"
#include "capi/handles.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::Result;
using hfhub::capi::guard;
using hfhub::client::XetGroup;
using hfhub::client::XetOptions;
using hfhub::client::XetUpload;
using hfhub::client::XetUse;

struct hfhub_xet_options {
  XetOptions options;
  hfhub::capi::Counted counted{};
};
struct hfhub_xet_commit {
  std::shared_ptr<XetUpload> upload;
  hfhub::capi::Counted counted{};
};
struct hfhub_xet_writer {
  std::shared_ptr<XetUpload> upload;
  std::shared_ptr<hfhub::xet::UploadStream> stream;
  hfhub::capi::Counted counted{};
};
struct hfhub_xet_group {
  std::shared_ptr<XetGroup> group;
  hfhub::capi::Counted counted{};
};
struct hfhub_xet_stream {
  std::unique_ptr<hfhub::client::XetStream> stream;
  const uint64_t generation;
  hfhub::capi::Counted counted{};
};

namespace {

XetOptions options_of(const hfhub_xet_options* options) { return options != nullptr ? options->options : XetOptions(); }
hfhub::ByteView view(const void* data, size_t size) { return {static_cast<const uint8_t*>(data), size}; }

// The common part of the setters: NULL checks, then the change.
template <class Apply>
hfhub_status change(hfhub_xet_options* options, const char* value, hfhub_error** err, Apply apply) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(value);
    return apply(options->options);
  });
}

Done set_url(std::string* field, const char* value) {
  HFHUB_TRY(const hfhub::Url url, hfhub::parse_url(value));
  *field = url.str();
  while (field->ends_with('/')) field->pop_back();
  return {};
}

Done add_header(hfhub::xet::HeaderList* list, const char* name, const char* value) {
  HFHUB_CHECK(hfhub::client::check_xet_header(name, value));
  list->emplace_back(name, value);
  return {};
}

// PENDING where the result has no value yet.
template <class Body>
hfhub_status give_json(hfhub_json** out_json, hfhub_error** err, Body body) {
  bool pending = false;
  const hfhub_status status = guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_json);
    *out_json = nullptr;
    Result<std::shared_ptr<const hfhub::json::Value>> value = body();
    if (!value.ok()) return std::move(value).error();
    pending = *value == nullptr;
    if (!pending) *out_json = new hfhub_json{*value};
    return {};
  });
  return pending && status == HFHUB_OK ? HFHUB_PENDING : status;
}

Done forked_stream() { return Error::make(Code::kForked, "this stream belongs to the parent process"); }

}  // namespace

// ---- options ----

hfhub_status hfhub_xet_options_new(hfhub_xet_options** out_options, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_options);
    *out_options = nullptr;
    *out_options = new hfhub_xet_options;
    return {};
  });
}

hfhub_status hfhub_xet_options_set_endpoint(hfhub_xet_options* options, const char* endpoint, hfhub_error** err) {
  return change(options, endpoint, err, [&](XetOptions& o) { return set_url(&o.target.endpoint, endpoint); });
}

hfhub_status hfhub_xet_options_set_token(hfhub_xet_options* options, const char* token, int64_t expires_s,
                                         hfhub_error** err) {
  return change(options, token, err, [&](XetOptions& o) -> Done {
    HFHUB_CHECK(hfhub::client::check_xet_header("Authorization", token));
    o.target.token = token;
    o.target.token_expires_s = expires_s;
    return {};
  });
}

hfhub_status hfhub_xet_options_set_refresh_url(hfhub_xet_options* options, const char* url, hfhub_error** err) {
  return change(options, url, err, [&](XetOptions& o) { return set_url(&o.target.refresh_url, url); });
}

hfhub_status hfhub_xet_options_add_refresh_header(hfhub_xet_options* options, const char* name, const char* value,
                                                  hfhub_error** err) {
  return change(options, value, err, [&](XetOptions& o) -> Done {
    HFHUB_REQUIRE(name);
    return add_header(&o.target.refresh_headers, name, value);
  });
}

hfhub_status hfhub_xet_options_add_header(hfhub_xet_options* options, const char* name, const char* value,
                                          hfhub_error** err) {
  return change(options, value, err, [&](XetOptions& o) -> Done {
    HFHUB_REQUIRE(name);
    if (hfhub::equal_ignoring_case(name, "authorization")) {
      return Error::make(Code::kArgument, "the token of CAS is set with hfhub_xet_options_set_token");
    }
    return add_header(&o.target.custom_headers, name, value);
  });
}

hfhub_status hfhub_xet_options_set_repo(hfhub_xet_options* options, const char* repo_type, const char* repo_id,
                                        const char* revision, hfhub_error** err) {
  return change(options, repo_id, err, [&](XetOptions& o) -> Done {
    HFHUB_REQUIRE(repo_type);
    HFHUB_TRY(o.repo, hfhub::client::make_xet_repo(repo_type, repo_id, revision != nullptr ? revision : ""));
    return {};
  });
}

void hfhub_xet_options_free(hfhub_xet_options* options) { delete options; }

hfhub_status hfhub_xet_get_refresh_url(const hfhub_session* session, const char* repo_type, const char* repo_id,
                                       const char* revision, int32_t write, char** out_string, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_string);
    *out_string = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_type);
    HFHUB_REQUIRE(repo_id);
    if (write < 0 || write > 2) return Error::make(Code::kArgument, "write is 0, 1 or 2");
    HFHUB_TRY(const auto repo, hfhub::client::make_xet_repo(repo_type, repo_id, revision != nullptr ? revision : ""));
    const auto use = static_cast<XetUse>(write);
    *out_string = hfhub::capi::copy_string(hfhub::client::xet_refresh_url(*session->session, repo, use));
    return {};
  });
}

// ---- upload ----

hfhub_status hfhub_xet_commit_new(hfhub_session* session, const hfhub_xet_options* options,
                                  hfhub_xet_commit** out_commit, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_commit);
    *out_commit = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_TRY(auto upload, XetUpload::make(session->session, options_of(options)));
    *out_commit = new hfhub_xet_commit{std::move(upload)};
    return {};
  });
}

hfhub_status hfhub_xet_commit_add_path(hfhub_xet_commit* commit, const char* file_path, const char* name,
                                       const char* sha256, size_t* out_index, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(file_path);
    HFHUB_CHECK(commit->upload->check());
    HFHUB_TRY(const auto wish, hfhub::client::parse_sha_wish(sha256));
    HFHUB_TRY(const size_t index, commit->upload->commit().add_path(file_path, name != nullptr ? name : "", wish));
    if (out_index != nullptr) *out_index = index;
    return {};
  });
}

hfhub_status hfhub_xet_commit_add_bytes(hfhub_xet_commit* commit, const char* name, const void* data, size_t size,
                                        const char* sha256, size_t* out_index, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(name);
    if (size > 0) HFHUB_REQUIRE(data);
    HFHUB_CHECK(commit->upload->check());
    HFHUB_TRY(const auto wish, hfhub::client::parse_sha_wish(sha256));
    HFHUB_TRY(const size_t index, commit->upload->commit().add_bytes(name, view(data, size), wish));
    if (out_index != nullptr) *out_index = index;
    return {};
  });
}

hfhub_status hfhub_xet_commit_add_stream(hfhub_xet_commit* commit, const char* name, const char* sha256,
                                         hfhub_xet_writer** out_writer, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_writer);
    *out_writer = nullptr;
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(name);
    HFHUB_CHECK(commit->upload->check());
    HFHUB_TRY(const auto wish, hfhub::client::parse_sha_wish(sha256));
    HFHUB_TRY(auto stream, commit->upload->commit().add_stream(name, wish));
    *out_writer = new hfhub_xet_writer{commit->upload, std::move(stream)};
    return {};
  });
}

hfhub_status hfhub_xet_commit_finish(hfhub_xet_commit* commit, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(commit);
    return hfhub::capi::give_op(out_op, [&] { return commit->upload->finish(); });
  });
}

hfhub_status hfhub_xet_commit_get_item(const hfhub_xet_commit* commit, size_t index, hfhub_json** out_json,
                                       hfhub_error** err) {
  return give_json(out_json, err, [&]() -> Result<std::shared_ptr<const hfhub::json::Value>> {
    HFHUB_REQUIRE(commit);
    return commit->upload->item(index);
  });
}

size_t hfhub_xet_commit_get_item_count(const hfhub_xet_commit* commit) {
  return commit != nullptr && commit->upload->check().ok() ? commit->upload->commit().item_count() : 0;
}

hfhub_status hfhub_xet_commit_get_report(const hfhub_xet_commit* commit, hfhub_json** out_json, hfhub_error** err) {
  return give_json(out_json, err, [&]() -> Result<std::shared_ptr<const hfhub::json::Value>> {
    HFHUB_REQUIRE(commit);
    HFHUB_CHECK(commit->upload->check());
    return commit->upload->report();
  });
}

hfhub_status hfhub_xet_commit_get_progress(const hfhub_xet_commit* commit, hfhub_progress* out_progress,
                                           hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(commit);
    HFHUB_REQUIRE(out_progress);
    HFHUB_CHECK(commit->upload->check());
    return hfhub::capi::give_progress(hfhub::capi::group_progress(*commit->upload->op()), out_progress);
  });
}

void hfhub_xet_commit_cancel(hfhub_xet_commit* commit) {
  if (commit != nullptr && !commit->upload->op()->forked()) commit->upload->cancel();
}

void hfhub_xet_commit_free(hfhub_xet_commit* commit) {
  if (commit != nullptr) commit->upload->let_go();
  delete commit;
}

hfhub_status hfhub_xet_writer_write(hfhub_xet_writer* writer, const void* data, size_t size, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(writer);
    if (size > 0) HFHUB_REQUIRE(data);
    HFHUB_CHECK(writer->upload->check());
    return writer->stream->write(view(data, size));
  });
}

hfhub_status hfhub_xet_writer_finish(hfhub_xet_writer* writer, hfhub_json** out_json, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    if (out_json != nullptr) *out_json = nullptr;
    HFHUB_REQUIRE(writer);
    HFHUB_CHECK(writer->upload->check());
    if (auto finished = writer->stream->finish(); !finished.ok()) return std::move(finished).error();
    if (out_json == nullptr) return {};
    HFHUB_TRY(auto json, writer->upload->item(writer->stream->index()));
    *out_json = new hfhub_json{std::move(json)};
    return {};
  });
}

size_t hfhub_xet_writer_get_index(const hfhub_xet_writer* writer) {
  return writer != nullptr ? writer->stream->index() : 0;
}

void hfhub_xet_writer_free(hfhub_xet_writer* writer) {
  if (writer == nullptr || writer->upload->op()->forked()) return;  // leaked, once, in the child
  delete writer;
}

// ---- download ----

hfhub_status hfhub_xet_group_new(hfhub_session* session, const hfhub_xet_options* options, hfhub_xet_group** out_group,
                                 hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_group);
    *out_group = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_TRY(auto group, XetGroup::make(session->session, options_of(options)));
    *out_group = new hfhub_xet_group{std::move(group)};
    return {};
  });
}

hfhub_status hfhub_xet_group_add(hfhub_xet_group* group, const char* hash, uint64_t size_bytes, const char* file_path,
                                 size_t* out_index, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(group);
    HFHUB_REQUIRE(hash);
    HFHUB_REQUIRE(file_path);
    HFHUB_TRY(const auto parsed, hfhub::client::parse_xet_hash(hash));
    HFHUB_TRY(const size_t index, group->group->add({parsed, size_bytes, file_path, {}}));
    if (out_index != nullptr) *out_index = index;
    return {};
  });
}

hfhub_status hfhub_xet_group_add_seed(hfhub_xet_group* group, size_t index, const char* file_path, const char* hash,
                                      uint64_t size_bytes, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(group);
    HFHUB_REQUIRE(file_path);
    HFHUB_REQUIRE(hash);
    HFHUB_TRY(const auto parsed, hfhub::client::parse_xet_hash(hash));
    return group->group->add_seed(index, {file_path, parsed, size_bytes});
  });
}

hfhub_status hfhub_xet_group_start(hfhub_xet_group* group, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(group);
    return hfhub::capi::give_op(out_op, [&] { return group->group->start(); });
  });
}

hfhub_status hfhub_xet_group_get_result(const hfhub_xet_group* group, size_t index, hfhub_error** err) {
  bool pending = false;
  const hfhub_status status = guard(err, [&]() -> Done {
    HFHUB_REQUIRE(group);
    const auto result = group->group->result(index);
    pending = !result;
    return result.value_or(Done());
  });
  return pending && status == HFHUB_OK ? HFHUB_PENDING : status;
}

void hfhub_xet_group_free(hfhub_xet_group* group) { delete group; }

// ---- streams ----

hfhub_status hfhub_xet_stream_open(hfhub_session* session, const hfhub_xet_options* options, const char* hash,
                                   uint64_t size_bytes, uint64_t range_begin, uint64_t range_end, int32_t ordered,
                                   hfhub_xet_stream** out_stream, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_stream);
    *out_stream = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(hash);
    hfhub::xet::StreamRequest request;
    HFHUB_TRY(request.hash, hfhub::client::parse_xet_hash(hash));
    if (size_bytes != HFHUB_XET_UNKNOWN) request.size = size_bytes;
    if (range_end != HFHUB_XET_UNKNOWN) request.end = range_end;
    request.begin = range_begin;
    request.ordered = ordered != 0;
    HFHUB_TRY(auto stream, hfhub::client::open_xet_stream(*session->session, options_of(options), request));
    const uint64_t generation = stream->machinery->generation;
    *out_stream = new hfhub_xet_stream{std::move(stream), generation};
    return {};
  });
}

hfhub_status hfhub_xet_stream_next(hfhub_xet_stream* stream, int64_t timeout_ms, const void** out_data,
                                   size_t* out_size, uint64_t* out_offset, hfhub_error** err) {
  hfhub_status state = HFHUB_OK;
  const hfhub_status status = guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_data);
    HFHUB_REQUIRE(out_size);
    *out_data = nullptr;
    *out_size = 0;
    HFHUB_REQUIRE(stream);
    if (hfhub::client::is_forked(stream->generation)) return forked_stream();
    HFHUB_TRY(const auto next, stream->stream->stream->next(timeout_ms));
    using State = hfhub::xet::ReadStream::State;
    if (next.state != State::kPiece) {
      state = next.state == State::kEnd ? HFHUB_END : HFHUB_PENDING;
      return {};
    }
    *out_data = next.piece.data.data();
    *out_size = next.piece.data.size();
    if (out_offset != nullptr) *out_offset = next.piece.offset;
    return {};
  });
  return status == HFHUB_OK ? state : status;
}

hfhub_status hfhub_xet_stream_get_progress(const hfhub_xet_stream* stream, hfhub_progress* out_progress,
                                           hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(stream);
    HFHUB_REQUIRE(out_progress);
    if (hfhub::client::is_forked(stream->generation)) return forked_stream();
    return hfhub::capi::give_progress(hfhub::capi::item_progress(stream->stream->stream->progress()), out_progress);
  });
}

void hfhub_xet_stream_cancel(hfhub_xet_stream* stream) {
  if (stream != nullptr && !hfhub::client::is_forked(stream->generation)) stream->stream->stream->cancel();
}

void hfhub_xet_stream_free(hfhub_xet_stream* stream) {
  if (stream == nullptr || hfhub::client::is_forked(stream->generation)) return;  // leaked, once, in the child
  delete stream;
}

// ---- local ----

hfhub_status hfhub_xet_hash_file(hfhub_session* session, const char* file_path, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(file_path);
    return hfhub::capi::start_op(
        session,
        [path = std::string(file_path)](hfhub::client::Story& story) { return hfhub::client::hash_file(story, path); },
        out_op);
  });
}
