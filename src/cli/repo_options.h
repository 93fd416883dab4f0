// Options that the commands about repositories share, as the library takes them.
#pragma once

#include <hfhub.hpp>

namespace cli {

class Output;
class Values;

// --type and --token.
hfhub::RepoOptions base_options(const Values& values);
// --private, --public, --protected.
void add_visibility(const Values& values, hfhub::RepoOptions& options);
// --sdk, --flavor, --sleep-time, --secrets, --env and their files, --volume. Warns of secrets in the command line.
void add_space_options(Output& out, const Values& values, hfhub::RepoOptions& options);

}  // namespace cli
