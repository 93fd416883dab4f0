#include "capi/handles.h"
#include "client/stories.h"

using hfhub::Done;

hfhub_status hfhub_lfs_upload(hfhub_session* session, const char* file_path, const char* sha256,
                              const char* action_json, hfhub_op** out_op, hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(file_path);
    HFHUB_REQUIRE(sha256);
    HFHUB_REQUIRE(action_json);
    HFHUB_TRY(auto action, hfhub::client::make_lfs_action(file_path, sha256, action_json));
    return hfhub::capi::start_op(
        session,
        [action = std::move(action)](hfhub::client::Story& story) {
          return hfhub::client::upload_lfs_action(story, action);
        },
        out_op);
  });
}
