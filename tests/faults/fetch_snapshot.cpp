// The program that kill_test.cpp kills: downloads a snapshot. Usage: fetch_snapshot <endpoint> <cache> <repository>
#include <cstdio>
#include <hfhub.hpp>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  try {
    hfhub::SessionOptions options;
    options.endpoint(argv[1]).cache_dir(argv[2]).set("net.range_size", "4MiB").set("net.retry_delay", "20ms");
    hfhub::Session(options).download_snapshot(argv[3]).wait();
    return 0;
  } catch (const hfhub::Exception& error) {
    std::fprintf(stderr, "%s: %s\n", hfhub_status_name(error.status()), error.what());
    return 1;
  }
}
