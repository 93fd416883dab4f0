// hub/errors.h: any refusal becomes an error whose text is one printable line without the URL's secrets.
// The input is a status, X-Error-Code, X-Error-Message, Retry-After, and then the body, one a line.
#include "hub/errors.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "require.h"

using namespace hfhub;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = input_text(data, size);
  const auto take_line = [&] {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    return line;
  };
  net::Response response;
  response.url = *parse_url("https://hub.example/ns/name/resolve/main/f?signature=s3cr3t");
  response.status = static_cast<int>(400 + parse_uint64(take_line()).value_or(404) % 200);
  for (const char* name : {"X-Error-Code", "X-Error-Message", "Retry-After"}) {
    response.headers.add_received(name, take_line());
  }
  response.body = rest;

  const RepoRef repo{RepoType::kModel, "ns/name"};
  for (const hub::About& about : {hub::About{&repo, "main", "f"}, hub::About{}}) {
    const Error error = hub::error_of(response, about);
    REQUIRE(error.code != Code::kOk && error.code != Code::kInternal);
    REQUIRE(is_valid_utf8(error.message) && !has_control_characters(error.message));
    REQUIRE(error.http && error.http->http_status == response.status);
    REQUIRE(error.http->url.find("s3cr3t") == std::string::npos);
    REQUIRE(is_valid_utf8(error.http->hub_code) && error.http->retry_after_ms >= -1);
  }
  return 0;
}
