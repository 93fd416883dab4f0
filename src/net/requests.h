// From a caller's request to header lines: what is refused, what is added, where a secret goes.
#pragma once

#include <string>
#include <vector>

#include "net/redirect.h"
#include "net/settings.h"

namespace hfhub::net {

// Refuses what must not leave: an authorization among the headers, secrets that no header can carry, a GET with a body.
Done check_request(const Request& request);

// "Name: value" lines of one step. `identity` asks for a body as it is stored.
std::vector<std::string> header_lines(const Hop& hop, const Request& request, const Settings& settings, bool identity);

std::string random_uuid();  // version 4

}  // namespace hfhub::net
