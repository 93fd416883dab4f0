// From a failure of the library to what the user reads: one line that says what happened, one that says what to do.
#pragma once

#include <hfhub.hpp>
#include <string>

namespace cli {

struct Explanation {
  std::string message;
  std::string next;  // what to do now; "" when there is nothing to say
};

// `has_token`: whether requests carried one.
Explanation explain(const hfhub::Exception& error, bool has_token);

// HTTP status, request id, URL and what the server said, for HF_DEBUG=1; "" when there was no request.
std::string technical_details(const hfhub::Exception& error);

}  // namespace cli
