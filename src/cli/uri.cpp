#include "cli/uri.h"

#include "cli/failure.h"

namespace cli {

void refuse_beside_uri(const Values& values, const std::string& uri) {
  if (values.has("type")) throw CommandError("'--repo-type' cannot be used with an 'hf://' URI ('" + uri + "').");
  if (values.has("revision")) throw CommandError("'--revision' cannot be used with an 'hf://' URI ('" + uri + "').");
}

hfhub::Json uri_parts(const std::string& uri) {
  try {
    return hfhub::parse_uri(uri);
  } catch (const hfhub::Exception& error) {
    throw CommandError("Invalid HF URI: " + uri + ". " + error.what());
  }
}

}  // namespace cli
