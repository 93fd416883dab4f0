// hf auth: login, logout, whoami, list, switch, token
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <hfhub.hpp>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/prompt.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "cli/values.h"

namespace cli {

namespace {

constexpr std::string_view kNotLoggedIn = "Not logged in. Run `hf auth login` first.";

// Result of an operation that only takes a moment.
hfhub::Json result_of(Output& out, hfhub::Op op) {
  finish(out, op);
  return op.json();
}

// "" when there is none.
std::string token_in_force(Output& out) { return result_of(out, session().token())["token"].string(); }

void warn_of_environment(Output& out, const hfhub::Json& result, const std::string& text) {
  const std::string source = result["overridden_by"].string();
  if (source == "environment") out.warning(text);
  if (source == "oidc") out.warning("HF_OIDC_RESOURCE is set, so a CI job's token goes before it.");
}

// ---- login ---------------------------------------------------------------------------------------------------------

void report_git(Output& out, const hfhub::Json& result) {
  const hfhub::Json helpers = result["git_helpers"];
  if (helpers.is_null()) return;
  if (helpers.size() == 0) {
    out.plain(out.red(
        "Cannot authenticate through git-credential as no helper is defined on your machine.\nYou might have to "
        "re-authenticate when pushing to the Hugging Face Hub.\nRun the following command in your terminal in case you "
        "want to set the 'store' credential helper as default.\n\ngit config --global credential.helper store\n\nRead "
        "https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details."));
    out.warning("Token has not been saved to git credential helper.");
    return;
  }
  std::string names;
  for (size_t i = 0; i < helpers.size(); ++i) names += (i > 0 ? "," : "") + helpers[i].string();
  out.log("Your token has been saved in your configured git credential helpers (" + names + ").");
}

void report_login(Output& out, const hfhub::Json& result) {
  const std::string name = escape_unprintable(result["name"].string());
  const std::string role = result["role"].string();
  out.log(role.empty() ? "Token is valid." : "Token is valid (permission: " + escape_unprintable(role) + ").");
  out.log("The token `" + name + "` has been saved to " + result["stored_tokens_path"].string());
  report_git(out, result);
  out.log("Your token has been saved to " + result["token_path"].string());
  out.log("Login successful.");
  if (result["overridden_by"].is_null()) out.log("The current active token is: `" + name + "`");
  warn_of_environment(out, result,
                      "Note: Environment variable`HF_TOKEN` is set and is the current active token independently from "
                      "the token you've just configured.");
  if (result["expires_in"].is_null()) return;
  const int64_t days = std::max<int64_t>(1, result["expires_in"].integer() / 86400);
  out.log(result["refreshable"].boolean()
              ? "Note: This token will be refreshed automatically when it expires."
              : "Note: This token expires in " + std::to_string(days) + " days. Log in again to renew it.");
}

int login_with_token(Output& out, const std::string& token, bool git_credential) {
  report_login(out, result_of(out, session().login(token, git_credential)));
  return 0;
}

// Failures of the login itself; what comes after it (files, the account) speaks for itself.
[[noreturn]] void throw_login_failed(const hfhub::Exception& error) {
  const std::string code = error.hub_code();
  if (error.status() == HFHUB_E_CANCELLED || (error.status() == HFHUB_E_AUTH && code.empty())) throw error;
  throw CommandError(std::string("Login failed: ") + error.what());
}

hfhub::DeviceLogin start_device_login(Output& out, hfhub::Json* code) {
  hfhub::DeviceLogin login = session().device_login();
  try {
    *code = result_of(out, login.request());
  } catch (const hfhub::Exception& error) {
    throw_login_failed(error);
  }
  return login;
}

// Waits for the person, with a dot for each time that the Hub said "not yet".
hfhub::Json wait_for_device(Output& out, hfhub::DeviceLogin& login, bool dots) {
  hfhub::Op op = login.finish();
  const InterruptScope scope([](void* target) { hfhub_op_cancel(static_cast<hfhub_op*>(target)); }, op.get());
  uint32_t shown = 0;
  const auto show = [&] {
    for (; dots && shown < login.pending_count(); ++shown) std::fputc('.', stdout);
    std::fflush(stdout);
  };
  try {
    while (!op.wait_for(hfhub::Milliseconds(100))) show();
    show();
  } catch (const hfhub::Exception& error) {
    show();
    if (dots) out.plain("");
    if (interrupted()) throw Interrupted("Interrupted.");
    throw_login_failed(error);
  }
  if (dots) out.plain("");
  return op.json();
}

int login_in_browser(Output& out) {
  hfhub::Json code;
  hfhub::DeviceLogin login = start_device_login(out, &code);
  out.plain("\n    Open this URL in your browser:\n        " + escape_unprintable(login.url()) + "\n");
  out.plain("    And enter the code: " + escape_unprintable(login.user_code()) + "\n");
  std::fputs("    Waiting for authorization", stdout);
  std::fflush(stdout);
  report_login(out, wait_for_device(out, login, true));
  return 0;
}

// Nothing is asked; the agent passes it on.
int login_for_agent(Output& out) {
  hfhub::Json code;
  hfhub::DeviceLogin login = start_device_login(out, &code);
  out.text("Ask the user to open " + escape_unprintable(login.url()) + " in a browser and enter the code " +
           escape_unprintable(login.user_code()) + ". The code expires in " +
           std::to_string(code["expires_in"].integer()) + " seconds. Waiting for authorization...");
  flush_stdout();
  const hfhub::Json result = wait_for_device(out, login, false);
  report_login(out, result);
  out.text("Login successful: logged in as " + escape_unprintable(result["user"].string()) + " (token saved as '" +
           escape_unprintable(result["name"].string()) + "').");
  return 0;
}

int login_with_pasted_token(Output& out) {
  out.log("    To log in, hf needs a token generated from https://huggingface.co/settings/tokens .");
  const auto token = read_secret("Enter your token (input will not be visible): ");
  if (!token) throw CommandError("Aborted!");
  return login_with_token(out, *token, false);
}

int login_by_hand(Output& out, const Values& values) {
  if (values.flag("add-to-git-credential")) {
    out.warning("`--add-to-git-credential` is only supported with --token. The browser-based login ignores it.");
  }
  const bool known = !token_in_force(out).empty();
  if (known && !values.flag("force")) {
    out.log("User is already logged in. Use `hf auth login --force` to force re-login.");
    return 0;
  }
  if (known) {
    out.log("Note: a token is already saved on this machine. Logging in again will replace the active token.");
  }
  if (!is_terminal(Stream::kStdin)) return login_in_browser(out);
  const size_t choice =
      select_choice(out, "How would you like to log in?", {"Log in with your browser", "Paste an access token"});
  return choice == 0 ? login_in_browser(out) : login_with_pasted_token(out);
}

int run_login(Output& out, const Values& values) {
  if (values.has("token")) {
    const bool git_credential = values.flag("add-to-git-credential");
    if (!git_credential) {
      out.log(
          "The token has not been saved to the git credentials helper. Pass `--add-to-git-credential` if you want to "
          "set the git credential as well.");
    }
    return login_with_token(out, values.text("token"), git_credential);
  }
  if (out.mode() == Mode::kHuman) return login_by_hand(out, values);
  if (out.mode() != Mode::kAgent) {
    throw CommandError("`hf auth login` is interactive and does not support --format json/quiet. Pass --token for a "
                       "non-interactive login.");
  }
  if (values.flag("force") || token_in_force(out).empty()) return login_for_agent(out);
  out.text("Already logged in. Use `hf auth login --force` to re-login.");
  return 0;
}

// ---- logout, switch ------------------------------------------------------------------------------------------------

int run_logout(Output& out, const Values& values) {
  const std::string name = values.text("token-name");
  const hfhub::Json result = result_of(out, session().logout(name, true));
  if (!result["was_logged_in"].boolean()) {
    out.warning("Not logged in!");
    return 0;
  }
  if (name.empty()) {
    out.log("Successfully logged out from all access tokens.");
  } else if (result["removed"].size() == 0) {
    out.warning("There is no stored token '" + escape_unprintable(name) + "'.");
  } else {
    if (result["active_removed"].boolean()) {
      out.warning("Active token '" + escape_unprintable(name) + "' has been deleted.");
    }
    out.log("Successfully logged out from access token: " + escape_unprintable(name) + ".");
  }
  if (result["overridden_by"].is_null()) return 0;
  throw CommandError(
      "Token has been deleted from your machine but you are still logged in.\nTo log out, you must clear "
      "out " +
      std::string(result["overridden_by"].string() == "oidc"
                      ? "the `HF_OIDC_RESOURCE` environment variable."
                      : "both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables."));
}

// "" when there is nothing to choose from.
std::string select_token_name(Output& out) {
  const hfhub::Json tokens = result_of(out, session().stored_tokens())["tokens"];
  std::vector<std::string> names, shown;
  for (size_t i = 0; i < tokens.size(); ++i) {
    names.push_back(tokens[i]["name"].string());
    shown.push_back(escape_unprintable(names.back()));
  }
  if (names.empty()) {
    out.log("No stored tokens found. Please login first.");
    return "";
  }
  if (out.mode() != Mode::kHuman) {
    throw CommandError("Use --token-name to select a token in non-interactive mode.");
  }
  return names[select_choice(out, "Select a token to switch to:", shown)];
}

int run_switch(Output& out, const Values& values) {
  std::string name = values.text("token-name");
  if (!values.has("token-name")) {
    name = select_token_name(out);
    if (name.empty()) {
      out.plain("No token name provided. Aborting.");
      return 0;
    }
  }
  const hfhub::Json result = result_of(out, session().switch_token(name, values.flag("add-to-git-credential")));
  report_git(out, result);
  out.log("Your token has been saved to " + result["token_path"].string());
  out.log("The current active token is: " + escape_unprintable(name));
  warn_of_environment(
      out, result,
      "The environment variable `HF_TOKEN` is set and will override the access token you've just switched to.");
  return 0;
}

// ---- list, token, whoami -------------------------------------------------------------------------------------------

std::string expiry_text(const hfhub::Json& token) {
  if (token["expires_at"].is_null()) return "";
  const std::time_t seconds = static_cast<std::time_t>(token["expires_at"].integer());
  std::tm parts{};
  char text[32] = "";
  if (localtime_r(&seconds, &parts) == nullptr) return "";
  const size_t size = std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return std::string(text, size) + (token["expired"].boolean() ? " (expired)" : "");
}

// The command's own table, the same in every mode.
void print_tokens(Output& out, const hfhub::Json& tokens) {
  bool expiry = false;
  for (size_t i = 0; i < tokens.size(); ++i) expiry = expiry || tokens[i]["has_expiry"].boolean();
  std::vector<std::vector<std::string>> lines{{" ", "name", "token"}};
  if (expiry) lines[0].push_back("expires");
  for (size_t i = 0; i < tokens.size(); ++i) {
    const hfhub::Json token = tokens[i];
    lines.push_back({token["active"].boolean() ? "*" : "", escape_unprintable(token["name"].string()),
                     escape_unprintable(token["token"].string("<not set>"))});
    if (expiry) lines.back().push_back(expiry_text(token));
  }
  std::vector<size_t> widths(lines[0].size());
  for (const auto& line : lines) {
    for (size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], length(line[c]));
  }
  std::vector<std::string> rule;
  for (const size_t width : widths) rule.emplace_back(width, '-');
  lines.insert(lines.begin() + 1, std::move(rule));
  for (const auto& line : lines) {
    std::string text;
    for (size_t c = 0; c < line.size(); ++c) {
      text += (c > 0 ? " " : "") + line[c] + std::string(widths[c] - length(line[c]), ' ');
    }
    out.plain(text);
  }
}

int run_list(Output& out, const Values&) {
  const hfhub::Json result = result_of(out, session().stored_tokens());
  const hfhub::Json tokens = result["tokens"];
  const bool environment = result["source"].string() == "environment";
  if (tokens.size() == 0) {
    out.log(environment ? "No stored access tokens found." : "No access tokens found.");
    if (environment) {
      out.warning("Note: Environment variable `HF_TOKEN` is set and is the current active token.");
    }
    return 0;
  }
  print_tokens(out, tokens);
  bool active = false;
  for (size_t i = 0; i < tokens.size(); ++i) active = active || tokens[i]["active"].boolean();
  if (environment) {
    out.warning("Note: Environment variable `HF_TOKEN` is set and is the current active token independently from the "
                "stored tokens listed above.");
  } else if (!active) {
    out.warning("Note: No active token is set and no environment variable `HF_TOKEN` is found. Use `hf auth login` to "
                "log in.");
  }
  return 0;
}

int run_token(Output& out, const Values&) {
  const std::string token = token_in_force(out);
  if (token.empty()) throw CommandError(std::string(kNotLoggedIn));
  out.plain(token);
  out.hint("Run `hf auth whoami` to see which account this token belongs to.");
  return 0;
}

int run_whoami(Output& out, const Values&) {
  if (token_in_force(out).empty()) throw CommandError(std::string(kNotLoggedIn));
  const hfhub::Json account = result_of(out, session().whoami());
  const hfhub::Json orgs = account["orgs"];
  std::string names;
  for (size_t i = 0; i < orgs.size(); ++i) names += (i > 0 ? "," : "") + orgs[i]["name"].string();
  const std::string endpoint = session().option("endpoint");
  const auto or_null = [](const std::string& text) { return text.empty() ? Value(nullptr) : Value(text); };
  out.result("Logged in", {{"user", account["name"].string()},
                           {"orgs", or_null(names)},
                           {"endpoint", or_null(endpoint == "https://huggingface.co" ? "" : endpoint)}});
  return 0;
}

// ---- rows ----------------------------------------------------------------------------------------------------------

constexpr Option kGitOption{"--add-to-git-credential", OptionKind::kSwitch, "",
                            "Give the token to git's credential helpers, too, for git commands on the Hub."};

constexpr std::array kLoginOptions{
    kTokenOption,
    kGitOption,
    Option{"--force", OptionKind::kSwitch, "", "Log in although somebody is logged in already."},
};
constexpr std::array kLogoutOptions{
    Option{"--token-name", OptionKind::kText, "TEXT", "The token to forget. Default: all of them."},
};
constexpr std::array kSwitchOptions{
    Option{"--token-name", OptionKind::kText, "TEXT", "The token to use from now on. Default: you are asked."},
    kGitOption,
};

constexpr std::array<std::string_view, 4> kLoginExamples{
    "hf auth login",
    "hf auth login --token $HF_TOKEN",
    "hf auth login --token $HF_TOKEN --add-to-git-credential",
    "hf auth login --force",
};
constexpr std::array<std::string_view, 2> kLogoutExamples{"hf auth logout", "hf auth logout --token-name my-token"};
constexpr std::array<std::string_view, 2> kSwitchExamples{"hf auth switch", "hf auth switch --token-name my-token"};
constexpr std::array<std::string_view, 1> kListExamples{"hf auth list"};
constexpr std::array<std::string_view, 2> kTokenExamples{
    "hf auth token",
    "hf auth token | xargs -I {} curl -H 'Authorization: Bearer {}' https://huggingface.co/api/whoami-v2"};
constexpr std::array<std::string_view, 2> kWhoamiExamples{"hf auth whoami", "hf auth whoami --json"};

constexpr std::array kCommands{
    Command{"auth",
            "list|ls",
            "List the stored tokens.",
            "The active one is marked; only the ends of tokens are shown. The table is the same in every output mode.",
            {},
            {},
            kListExamples,
            run_list},
    Command{
        "auth",
        "login",
        "Log in with your browser, or with a token.",
        "In a browser you open a page and enter the code shown here; such a login renews itself. A token comes from "
        "https://huggingface.co/settings/tokens. Either is checked, stored beside others, and active from then on.",
        {},
        kLoginOptions,
        kLoginExamples,
        run_login},
    Command{"auth",
            "logout",
            "Forget one token, or all of them.",
            "Also removes it from git's credential helpers.",
            {},
            kLogoutOptions,
            kLogoutExamples,
            run_logout},
    Command{"auth", "switch", "Use another of the stored tokens.", "", {}, kSwitchOptions, kSwitchExamples, run_switch},
    Command{"auth",
            "token",
            "Print the token in use.",
            "HF_TOKEN goes before the stored one.",
            {},
            {},
            kTokenExamples,
            run_token},
    Command{"auth", "whoami", "Print which account you are logged in as.", "", {}, {}, kWhoamiExamples, run_whoami},
};

}  // namespace

std::span<const Command> auth_commands() { return kCommands; }

}  // namespace cli
