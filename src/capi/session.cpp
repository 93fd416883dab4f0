#include "base/text.h"
#include "capi/handles.h"

using hfhub::Code;
using hfhub::Done;
using hfhub::Error;
using hfhub::capi::guard;
using hfhub::runtime::Log;
using hfhub::runtime::LogLevel;
using hfhub::runtime::Option;

namespace {

LogLevel log_level(const hfhub::runtime::Config& config) {
  if (config.flag(Option::kDebug)) return LogLevel::kDebug;
  const std::string level = hfhub::to_lower_ascii(config.text(Option::kLogLevel));
  if (level == "debug") return LogLevel::kDebug;
  if (level == "info") return LogLevel::kInfo;
  if (level == "error" || level == "critical") return LogLevel::kError;
  return LogLevel::kWarning;
}

Log make_log(const hfhub_session_options& options) {
  if (!options.log_hook) return Log();
  return Log(
      [hook = options.log_hook](LogLevel level, std::string_view message) {
        hook->line(static_cast<int32_t>(level), std::string(message).c_str());
      },
      log_level(options.config));
}

const hfhub::runtime::OptionRow* row_at(size_t index) { return hfhub::runtime::option_row_at(index); }

// One typed setter: the same as setting `option` to `value`.
hfhub_status set_option(hfhub_session_options* options, Option option, const char* value, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(value);
    return options->config.set(option, value);
  });
}

}  // namespace

size_t hfhub_option_get_count(void) { return hfhub::runtime::kOptionCount; }
const char* hfhub_option_get_key(size_t index) { return row_at(index) != nullptr ? row_at(index)->key : nullptr; }
const char* hfhub_option_get_default(size_t index) {
  return row_at(index) != nullptr ? row_at(index)->fallback : nullptr;
}
const char* hfhub_option_get_environment(size_t index) {
  return row_at(index) != nullptr ? row_at(index)->environment : nullptr;
}
const char* hfhub_option_get_help(size_t index) { return row_at(index) != nullptr ? row_at(index)->help : nullptr; }

hfhub_status hfhub_session_options_new(hfhub_session_options** out_options, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_options);
    *out_options = nullptr;
    HFHUB_TRY(auto config, hfhub::runtime::Config::from_process());
    *out_options = new hfhub_session_options{std::move(config)};
    return {};
  });
}

hfhub_status hfhub_session_options_set(hfhub_session_options* options, const char* key, const char* value,
                                       hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    HFHUB_REQUIRE(key);
    HFHUB_REQUIRE(value);
    return options->config.set(std::string_view(key), value);
  });
}

hfhub_status hfhub_session_options_set_token(hfhub_session_options* options, const char* token, hfhub_error** err) {
  return set_option(options, Option::kToken, token, err);
}
hfhub_status hfhub_session_options_set_endpoint(hfhub_session_options* options, const char* endpoint,
                                                hfhub_error** err) {
  return set_option(options, Option::kEndpoint, endpoint, err);
}
hfhub_status hfhub_session_options_set_cache_dir(hfhub_session_options* options, const char* cache_dir,
                                                 hfhub_error** err) {
  return set_option(options, Option::kCacheDir, cache_dir, err);
}
hfhub_status hfhub_session_options_set_offline(hfhub_session_options* options, int32_t enable, hfhub_error** err) {
  return set_option(options, Option::kOffline, enable != 0 ? "true" : "false", err);
}
hfhub_status hfhub_session_options_set_memory_budget(hfhub_session_options* options, uint64_t size_bytes,
                                                     hfhub_error** err) {
  return set_option(options, Option::kMemoryBudget, std::to_string(size_bytes).c_str(), err);
}
hfhub_status hfhub_session_options_set_user_agent(hfhub_session_options* options, const char* user_agent,
                                                  hfhub_error** err) {
  return set_option(options, Option::kUserAgent, user_agent, err);
}

hfhub_status hfhub_session_options_set_log_hook(hfhub_session_options* options, hfhub_log_fn log_fn, void* user_data,
                                                hfhub_release_fn user_data_free, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(options);
    // NULL releases at once what it is given.
    const auto none = [](int32_t, const char*, void*) {};
    auto hook = std::make_shared<const LogHook>(log_fn != nullptr ? log_fn : none, user_data, user_data_free);
    options->log_hook = log_fn != nullptr ? std::move(hook) : nullptr;
    return {};
  });
}

void hfhub_session_options_free(hfhub_session_options* options) { delete options; }

hfhub_status hfhub_session_new(const hfhub_session_options* options, hfhub_session** out_session, hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_session);
    *out_session = nullptr;
    hfhub_session_options from_process;
    if (options == nullptr) {
      HFHUB_TRY(from_process.config, hfhub::runtime::Config::from_process());
    }
    const hfhub_session_options& chosen = options != nullptr ? *options : from_process;
    HFHUB_TRY(auto session, hfhub::client::Session::make(chosen.config, make_log(chosen)));
    *out_session = new hfhub_session{std::move(session)};
    return {};
  });
}

hfhub_status hfhub_session_get_option(const hfhub_session* session, const char* key, char** out_string,
                                      hfhub_error** err) {
  return guard(err, [&]() -> Done {
    HFHUB_REQUIRE(out_string);
    *out_string = nullptr;
    HFHUB_REQUIRE(session);
    HFHUB_REQUIRE(key);
    HFHUB_TRY(const Option option, hfhub::runtime::find_option(key));
    *out_string = hfhub::capi::copy_string(session->session->config().display(option));
    return {};
  });
}

int32_t hfhub_session_has_token(const hfhub_session* session) {
  return session != nullptr && session->session->has_token();
}

void hfhub_session_cancel(hfhub_session* session) {
  if (session != nullptr) session->session->cancel_all();
}

void hfhub_session_free(hfhub_session* session) { delete session; }
