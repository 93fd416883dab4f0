#include "capi/handles.h"
#include "client/stories.h"
#include "platform/system.h"

using hfhub::Done;
using hfhub::client::Story;

hfhub_status hfhub_cache_scan(hfhub_session* session, const char* cache_dir, hfhub_op** out_op, hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    std::string folder =
        cache_dir != nullptr ? hfhub::platform::expand_path(cache_dir) : session->session->config().cache_dir();
    return hfhub::capi::start_op(
        session, [folder = std::move(folder)](Story& story) { return hfhub::client::scan_cache(story, folder); },
        out_op);
  });
}

hfhub_status hfhub_cache_verify(hfhub_session* session, const char* repo_id, const hfhub_download_options* options,
                                hfhub_op** out_op, hfhub_error** err) {
  return hfhub::capi::guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(repo_id);
    HFHUB_TRY(auto request, hfhub::client::make_snapshot_request(session->session->config(), repo_id,
                                                                 hfhub::capi::options_of(options)));
    return hfhub::capi::start_op(
        session, [request = std::move(request)](Story& story) { return hfhub::client::verify_cache(story, request); },
        out_op);
  });
}
