// What is on disk, seen without the library under test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hfhub::test {

std::string read_file(const std::string& path);                      // throws when it cannot be read
void write_file(const std::string& path, std::string_view content);  // makes the folders

// `size` bytes that do not repeat and do not compress; the same for the same seed everywhere.
std::string noise(size_t size, uint64_t seed);

std::string sha256_hex(std::string_view content);
std::string git_sha1_hex(std::string_view content);  // the name that git gives the content

// Everything below `folder`: relative path -> "folder", "link <target>" or "file <size> <SHA-256>". Empty when the folder
// is missing. Two equal maps mean that nothing was written, removed or changed.
using Listing = std::map<std::string, std::string>;
Listing list_folder(const std::string& folder);

// Of the folder itself: "/proc/self/fd" has a descriptor each, "/proc/self/task" a thread.
size_t count_entries(const std::string& folder);

// Paths below `folder` that end in `ending`.
std::vector<std::string> find_files(const std::string& folder, std::string_view ending);

}  // namespace hfhub::test
