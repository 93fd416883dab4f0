// xet_memory CAS CACHE FILE...: uploads the files in one commit and downloads them to FILE.back in one group, with a budget of
// 16 MiB. Prints the largest resident set of this process in KiB.
#include <cstdio>
#include <cstring>
#include <hfhub.hpp>

namespace {

long peak_kb() {
  long out = -1;
  char line[256];
  FILE* status = std::fopen("/proc/self/status", "r");
  while (status != nullptr && std::fgets(line, sizeof line, status) != nullptr) {
    if (std::strncmp(line, "VmHWM:", 6) == 0) out = std::strtol(line + 6, nullptr, 10);
  }
  if (status != nullptr) std::fclose(status);
  return out;
}

void transfer(hfhub::Session& session, const char* cas, int count, char** paths) {
  hfhub::XetOptions options;
  options.endpoint(cas);
  hfhub::XetCommit commit = session.xet_commit(options);
  for (int i = 0; i < count; ++i) commit.add_path(paths[i]);
  commit.finish().wait();
  hfhub::XetGroup group = session.xet_group(options);
  for (int i = 0; i < count; ++i) {
    const hfhub::Json item = commit.item(static_cast<size_t>(i)).value();
    const auto size = static_cast<uint64_t>(item["size"].integer());
    group.add(item["hash"].string(), size, std::string(paths[i]) + ".back");
  }
  group.start().wait();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  try {
    hfhub::SessionOptions options;
    options.set("cache.xet_dir", argv[2]).set("memory.budget", "16MiB").set("token", "");
    hfhub::Session session(options);
    transfer(session, argv[1], argc - 3, argv + 3);
  } catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
  std::printf("%ld\n", peak_kb());
  return 0;
}
