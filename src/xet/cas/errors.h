// What a refusal by CAS, by a refresh route or by a storage host means. Texts name what was asked, never a secret.
#pragma once

#include <string_view>

#include "net/client.h"

namespace hfhub::xet {

// Who refused. A storage host's body is not quoted: it may repeat the signed URL.
enum class Side { kCas, kRefreshRoute, kStorage };

// `what` completes "CAS refused ...": "the reconstruction of file <hash>". For every status but a success.
Error refusal(const net::Response& response, Side side, std::string_view what);

// An answer of 200 that is no answer.
Error garbage(const net::Response& response, Side side, std::string_view what, std::string_view why);

// Nothing else may be tried after it: cancelled, forked, closed, out of memory, offline, or no token that is accepted.
bool is_final(const Error& error);

}  // namespace hfhub::xet
