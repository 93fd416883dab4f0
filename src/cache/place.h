// Putting finished files and links where readers see them: each step is one rename, and nothing is written through a link.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hfhub::cache {

// CACHEDIR.TAG, so that backup programs skip the folder. Made once, never rewritten, best effort.
void tag_cache_folder(const std::string& folder);

// Gives `path` the mode that the umask (and the folder's defaults) would give a new file beside it. Best effort: another
// user's file keeps its mode.
void reset_mode(const std::string& path);

// Renames `from` to `to`, a link or file there included. Copies where a rename cannot work
// (another file system, mounts that refuse to replace); the old `to` stays until the new one is whole.
Done move_into_place(const std::string& from, const std::string& to);

// Makes `link` a symbolic link with the text `target`, replacing atomically what is there; equal links are left alone.
// `scratch` is a folder of the same file system for the short-lived name.
Done place_link(const std::string& target, const std::string& link, const std::string& scratch);

// Copies `source` to `to` through a name in `scratch`; nobody sees half a file. The new file is flushed.
Done copy_into_place(const std::string& source, const std::string& to, const std::string& scratch);

// Is `text` one name inside a folder: not empty, no slash, not hidden, nothing that climbs?
bool is_plain_name(std::string_view text);

}  // namespace hfhub::cache
