#include "cli/errors.h"

#include <cctype>

namespace cli {

namespace {

const std::string kTokenPage = "https://huggingface.co/settings/tokens";

std::string capitalized(std::string word) {
  if (!word.empty()) word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

std::string kind_of_repo(const hfhub::Exception& error) {
  return error.repo_type().empty() ? "repository" : error.repo_type();
}

std::string quoted_repo(const hfhub::Exception& error) {
  return error.repo_id().empty() ? "" : " '" + error.repo_id() + "'";
}

// "https://huggingface.co/datasets/owner/name"; "" when the error does not say which repository.
std::string page_of_repo(const hfhub::Exception& error) {
  const size_t host = error.url().find("://");
  if (host == std::string::npos || error.repo_id().empty()) return "";
  std::string page = error.url().substr(0, error.url().find('/', host + 3)) + "/";
  if (error.repo_type() != "model" && !error.repo_type().empty()) page += error.repo_type() + "s/";
  return page + error.repo_id();
}

std::string with_page(const std::string& before, const hfhub::Exception& error, const std::string& otherwise) {
  const std::string page = page_of_repo(error);
  return before + (page.empty() ? otherwise : page);
}

Explanation explain_repo_not_found(const hfhub::Exception& error, bool has_token) {
  const std::string advice = has_token
                                 ? "if it is private, use a token that may read it"
                                 : "if it is private, run `hf auth login` or set HF_TOKEN to a token that may read it";
  const std::string type = error.repo_type() == "model" ? ", and --type for a dataset or Space" : "";
  return {capitalized(kind_of_repo(error)) + quoted_repo(error) + " not found.",
          "check the name" + type + "; " + advice + "."};
}

Explanation explain_gated(const hfhub::Exception& error, bool has_token) {
  const std::string ask = with_page("ask for access on ", error, "the repository's page");
  return {"Access denied. " + capitalized(kind_of_repo(error)) + quoted_repo(error) + " requires approval.",
          ask + (has_token ? "; the token in use must belong to an account that has it."
                           : ", then run `hf auth login` or set HF_TOKEN to a token of that account.")};
}

Explanation explain_access(const hfhub::Exception& error, bool has_token) {
  if (error.status() == HFHUB_E_GATED) return explain_gated(error, has_token);
  if (error.status() == HFHUB_E_REPO_NOT_FOUND) return explain_repo_not_found(error, has_token);
  if (error.status() == HFHUB_E_DISABLED) {
    return {error.what(), with_page("the repository's page may say why: ", error, "see huggingface.co")};
  }
  if (error.status() == HFHUB_E_FORBIDDEN) {
    return {error.what(), "the token in use does not allow this; see its permissions on " + kTokenPage + "."};
  }
  return {error.what(), has_token ? "the token in use was not accepted; make a new one on " + kTokenPage + "."
                                  : "run `hf auth login`, or set HF_TOKEN to a token (" + kTokenPage + ")."};
}

Explanation explain_revision(const hfhub::Exception& error) {
  return {"Revision not found in " + kind_of_repo(error) + quoted_repo(error) + ".",
          with_page("check --revision; branches and tags are listed on ", error, "the repository's page")};
}

Explanation explain_entry(const hfhub::Exception& error) {
  std::string message = "File not found in " + kind_of_repo(error) + quoted_repo(error) + ".";
  if (!error.url().empty()) message += "\nURL: " + error.url();
  if (error.repo_id().empty()) return {message, ""};
  const std::string type =
      error.repo_type() != "model" && !error.repo_type().empty() ? " --type " + error.repo_type() : "";
  return {message, "`hf download " + error.repo_id() + type + " --dry-run` lists the files."};
}

Explanation explain_local(const hfhub::Exception& error) {
  const std::string what = error.what();
  switch (error.status()) {
    case HFHUB_E_OFFLINE: return {what, "unset HF_HUB_OFFLINE to allow requests."};
    case HFHUB_E_NOT_CACHED:
      return {"Local entry not found. " + what,
              "run the command once with a connection to the Hub, or check --cache-dir."};
    case HFHUB_E_INCOMPLETE: {
      const std::string where = error.path().empty() ? "" : "\nIncomplete snapshot available at: " + error.path();
      return {"Local entry not found. " + what + where,
              "run the command again with a connection to the Hub to complete it."};
    }
    case HFHUB_E_DISK_FULL:
      return {what, "make room and run the same command again; what was fetched is kept and not fetched twice."};
    case HFHUB_E_IO: return {what, error.path().empty() ? "" : "check that " + error.path() + " can be written."};
    case HFHUB_E_CACHE: return {what, "check --cache-dir, HF_HUB_CACHE and HF_HOME; `hf env` shows what is in use."};
    case HFHUB_E_NO_MEMORY: return {what, "try a smaller --max-workers."};
    default: return {what, ""};
  }
}

Explanation explain_network(const hfhub::Exception& error) {
  const std::string what = error.what();
  const std::string again = "run the same command again; what was fetched is kept.";
  switch (error.status()) {
    case HFHUB_E_RATE_LIMITED: {
      const int64_t seconds = (error.retry_after_ms() + 999) / 1000;
      return {what, seconds > 0 ? "wait " + std::to_string(seconds) + " s, then " + again
                                : "wait a little, then " + again + " A token raises the limit."};
    }
    case HFHUB_E_NETWORK: return {what, "check the connection, HF_ENDPOINT and the proxy settings, then " + again};
    case HFHUB_E_TIMEOUT: return {what, "check the connection, then " + again};
    case HFHUB_E_TLS: return {what, "SSL_CERT_FILE names the file of the certificate authorities to trust."};
    case HFHUB_E_INTEGRITY: return {what, "run the same command again; if it stays so, the repository is damaged."};
    case HFHUB_E_UNSAFE_NAME: return {what, "leave the file out with --exclude, and do not trust the repository."};
    default: return {what, error.retriable() ? again : ""};
  }
}

}  // namespace

Explanation explain(const hfhub::Exception& error, bool has_token) {
  switch (error.status()) {
    case HFHUB_E_ARGUMENT: return {std::string("Invalid value. ") + error.what(), ""};
    case HFHUB_E_AUTH:
    case HFHUB_E_REPO_NOT_FOUND:
    case HFHUB_E_GATED:
    case HFHUB_E_FORBIDDEN:
    case HFHUB_E_DISABLED: return explain_access(error, has_token);
    case HFHUB_E_REVISION_NOT_FOUND: return explain_revision(error);
    case HFHUB_E_ENTRY_NOT_FOUND: return explain_entry(error);
    case HFHUB_E_IO:
    case HFHUB_E_DISK_FULL:
    case HFHUB_E_CACHE:
    case HFHUB_E_NOT_CACHED:
    case HFHUB_E_INCOMPLETE:
    case HFHUB_E_OFFLINE:
    case HFHUB_E_NO_MEMORY: return explain_local(error);
    case HFHUB_E_UNSUPPORTED: return {error.what(), "install libcurl (Debian: libcurl4)."};
    case HFHUB_E_INTERNAL:
      return {error.what(), "this is a bug; please report it with the output of `hf env` and of HF_DEBUG=1."};
    default: return explain_network(error);
  }
}

std::string technical_details(const hfhub::Exception& error) {
  std::string text = "status: " + std::string(hfhub_status_name(error.status()));
  if (error.http_status() != 0) text += ", HTTP " + std::to_string(error.http_status());
  if (!error.hub_code().empty()) text += ", X-Error-Code " + error.hub_code();
  if (!error.request_id().empty()) text += ", request id " + error.request_id();
  if (!error.url().empty()) text += "\nurl: " + error.url();
  if (!error.server_message().empty()) text += "\nserver: " + error.server_message();
  if (!error.path().empty()) text += "\npath: " + error.path();
  return text;
}

}  // namespace cli
