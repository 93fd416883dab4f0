// What a refusal by the Hub means.
#pragma once

#include "hub/api.h"

namespace hfhub::hub {

// `response.status` is 400 or more. The first rule that matches decides, in the order of the reference client.
Error error_of(const net::Response& response, const About& about);

}  // namespace hfhub::hub
