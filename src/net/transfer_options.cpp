// How a libcurl handle is set up: nothing of the user's curl configuration or environment has a say.
#include "net/curl_errors.h"
#include "net/transfer.h"

namespace hfhub::net {

// An option that this libcurl was built without is no error: what we must have is checked by its user.
template <class Value>
void Transfer::set(CURLoption option, Value value) {
  const CURLcode code = api_.easy_setopt(easy_, option, value);
  if (code == CURLE_OUT_OF_MEMORY) option_error_ = code;
}

Done Transfer::configure() {
  if (!add_header_lines()) return Error::make(Code::kNoMemory, "out of memory while a request was set up");
  set(CURLOPT_URL, exchange_->plan.url.str().c_str());
  set(CURLOPT_PATH_AS_IS, 1L);  // presigned paths are signed as they are
  set(CURLOPT_HTTPHEADER, lines_);
  set(CURLOPT_ERRORBUFFER, error_text_);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  if (exchange_->plan.decode) set(CURLOPT_ACCEPT_ENCODING, "");
  if (api_.easy_setopt(easy_, kCurlProtocolsText, "http,https") == CURLE_UNKNOWN_OPTION) {
    set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  }
  configure_callbacks();
  configure_method();
  configure_connection();
  configure_trust();
  if (option_error_ != CURLE_OK) return Error::make(Code::kNoMemory, "out of memory while a request was set up");
  return {};
}

bool Transfer::add_header_lines() {
  for (const std::string& line : exchange_->plan.header_lines) {
    curl_slist* longer = api_.slist_append(lines_, line.c_str());
    if (longer == nullptr) return false;
    lines_ = longer;
  }
  return true;
}

void Transfer::configure_callbacks() {
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_data);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_READFUNCTION, &Transfer::on_read);
  set(CURLOPT_READDATA, static_cast<void*>(this));
  set(CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
  set(CURLOPT_SEEKDATA, static_cast<void*>(this));
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

// Bodies are read through on_read, never copied into libcurl as a whole: a caller that gives up can take them away.
void Transfer::configure_method() {
  const auto size = static_cast<curl_off_t>(exchange_->body_size);
  switch (exchange_->plan.method) {
    case Method::kGet: set(CURLOPT_HTTPGET, 1L); break;
    case Method::kHead: set(CURLOPT_NOBODY, 1L); break;
    case Method::kPut:
      set(CURLOPT_UPLOAD, 1L);
      set(CURLOPT_INFILESIZE_LARGE, size);
      break;
    case Method::kPost:
      set(CURLOPT_POST, 1L);
      set(CURLOPT_POSTFIELDSIZE_LARGE, size);
      break;
    case Method::kDelete:
      if (size > 0) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, size);
      }
      set(CURLOPT_CUSTOMREQUEST, "DELETE");
      break;
  }
  if (size > (1 << 20)) set(CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(kUploadBufferBytes));
}

void Transfer::configure_connection() {
  const bool https = exchange_->plan.url.scheme == "https";
  const bool http2 = https && settings_.http2 && !exchange_->plan.own_connection;
  set(CURLOPT_HTTP_VERSION, static_cast<long>(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  if (exchange_->plan.fresh_connection) set(CURLOPT_FRESH_CONNECT, 1L);
  set(CURLOPT_PIPEWAIT, http2 ? 1L : 0L);  // small requests rather share a connection than open one each
  set(CURLOPT_BUFFERSIZE, static_cast<long>(exchange_->plan.receive_bytes));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout_ms));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(kCurlQuickExit, 1L);  // a name lookup that hangs holds up nobody but itself
  // Set even when empty: libcurl would look into the environment otherwise.
  set(CURLOPT_PROXY, (https ? settings_.https_proxy : settings_.http_proxy).c_str());
  set(CURLOPT_NOPROXY, settings_.no_proxy.c_str());
}

// One source named: only that one is trusted. None: libcurl's own, which is the system's.
void Transfer::configure_trust() {
  if (settings_.ca_file.empty() && settings_.ca_dir.empty()) return;
  const char* file = settings_.ca_file.empty() ? nullptr : settings_.ca_file.c_str();
  const char* folder = settings_.ca_dir.empty() ? nullptr : settings_.ca_dir.c_str();
  for (const CURLoption option : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO}) set(option, file);
  for (const CURLoption option : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH}) set(option, folder);
}

}  // namespace hfhub::net
