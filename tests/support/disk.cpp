#include "support/disk.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "localhub/digest.h"

namespace hfhub::test {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_file(const std::string& path, std::string_view content) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::string noise(size_t size, uint64_t seed) {
  std::string out;
  out.reserve(size + 8);
  uint64_t state = seed * 0x9e3779b97f4a7c15 + 1;
  while (out.size() < size) {
    uint64_t z = (state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    out.append(reinterpret_cast<const char*>(&z), sizeof z);
  }
  out.resize(size);
  return out;
}

std::string sha256_hex(std::string_view content) { return localhub::sha256_hex(content); }
std::string git_sha1_hex(std::string_view content) { return localhub::git_oid("blob", content); }

Listing list_folder(const std::string& folder) {
  Listing out;
  if (!fs::exists(fs::symlink_status(folder))) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::string& what = out[entry.path().lexically_relative(folder).string()];
    if (entry.is_symlink()) {
      what = "link " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_directory()) {
      what = "folder";
    } else {
      const std::string content = read_file(entry.path().string());
      what = "file " + std::to_string(content.size()) + " " + sha256_hex(content);
    }
  }
  return out;
}

size_t count_entries(const std::string& folder) {
  const fs::directory_iterator entries(folder);
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

std::vector<std::string> find_files(const std::string& folder, std::string_view ending) {
  std::vector<std::string> out;
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().string().ends_with(ending)) out.push_back(entry.path().string());
  }
  return out;
}

}  // namespace hfhub::test
