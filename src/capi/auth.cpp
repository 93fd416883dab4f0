#include "base/names.h"
#include "capi/handles.h"
#include "client/login.h"

using hfhub::Done;
using hfhub::capi::guard;
using hfhub::client::DeviceLogin;
using hfhub::client::Story;

struct hfhub_device_login {
  std::shared_ptr<DeviceLogin> login;
  hfhub::capi::Counted counted{};
};

namespace {

hfhub_status start(hfhub_session* session, hfhub::client::Session::Body body, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    return hfhub::capi::start_op(session, std::move(body), out_op);
  });
}

// One of the two operations of a login.
template <class Start>
hfhub_status step(hfhub_device_login* login, Start begin, hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(login);
    return hfhub::capi::give_op(out_op, [&] { return begin(*login->login); });
  });
}

}  // namespace

hfhub_status hfhub_auth_login(hfhub_session* session, const char* token, int32_t git_credential, hfhub_op** out_op,
                              hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(token);
    HFHUB_CHECK(hfhub::client::check_login_token(token));
    return hfhub::capi::start_op(
        session,
        [token = std::string(token), git = git_credential != 0](Story& story) {
          return hfhub::client::login(story, token, git);
        },
        out_op);
  });
}

hfhub_status hfhub_auth_logout(hfhub_session* session, const char* token_name, int32_t git_credential,
                               hfhub_op** out_op, hfhub_error** err) {
  return start(
      session,
      [name = std::string(token_name != nullptr ? token_name : ""), git = git_credential != 0](Story& story) {
        return hfhub::client::logout(story, name, git);
      },
      out_op, err);
}

hfhub_status hfhub_auth_switch(hfhub_session* session, const char* token_name, int32_t git_credential,
                               hfhub_op** out_op, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(token_name);
    return hfhub::capi::start_op(
        session,
        [name = std::string(token_name), git = git_credential != 0](Story& story) {
          return hfhub::client::switch_token(story, name, git);
        },
        out_op);
  });
}

hfhub_status hfhub_auth_list(hfhub_session* session, hfhub_op** out_op, hfhub_error** err) {
  return start(
      session, [](Story& story) { return hfhub::client::list_tokens(story); }, out_op, err);
}

hfhub_status hfhub_auth_get_token(hfhub_session* session, hfhub_op** out_op, hfhub_error** err) {
  return start(
      session, [](Story& story) { return hfhub::client::get_token(story); }, out_op, err);
}

hfhub_status hfhub_auth_whoami(hfhub_session* session, const char* token, int32_t use_cache, hfhub_op** out_op,
                               hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_op);
    *out_op = nullptr;
    HFHUB_REQUIRE(session);
    std::optional<std::string> given;
    if (token != nullptr) {
      HFHUB_CHECK(hfhub::check_token(token));
      given = token;
    }
    return hfhub::capi::start_op(
        session,
        [given = std::move(given), cached = use_cache != 0](Story& story) {
          return hfhub::client::whoami(story, given, cached);
        },
        out_op);
  });
}

hfhub_status hfhub_device_login_new(hfhub_session* session, hfhub_device_login** out_login, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_login);
    *out_login = nullptr;
    HFHUB_REQUIRE(session);
    *out_login = new hfhub_device_login{DeviceLogin::make(session->session)};
    return {};
  });
}

hfhub_status hfhub_device_login_request(hfhub_device_login* login, hfhub_op** out_op, hfhub_error** err) {
  return step(
      login, [](DeviceLogin& it) { return it.request(); }, out_op, err);
}

hfhub_status hfhub_device_login_finish(hfhub_device_login* login, hfhub_op** out_op, hfhub_error** err) {
  return step(
      login, [](DeviceLogin& it) { return it.finish(); }, out_op, err);
}

const char* hfhub_device_login_get_url(const hfhub_device_login* login) {
  const auto* code = login != nullptr ? login->login->code() : nullptr;
  return code != nullptr ? code->complete_url.c_str() : nullptr;
}

const char* hfhub_device_login_get_user_code(const hfhub_device_login* login) {
  const auto* code = login != nullptr ? login->login->code() : nullptr;
  return code != nullptr ? code->user_code.c_str() : nullptr;
}

uint32_t hfhub_device_login_get_pending_count(const hfhub_device_login* login) {
  return login != nullptr ? login->login->pending_count() : 0;
}

void hfhub_device_login_free(hfhub_device_login* login) { delete login; }
