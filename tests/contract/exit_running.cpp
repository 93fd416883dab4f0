// Ends while downloads run. Usage: exit_running <endpoint> <cache> <repository> <milliseconds>
#include <chrono>
#include <cstdlib>
#include <hfhub.hpp>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  hfhub::SessionOptions options;
  options.endpoint(argv[1]).cache_dir(argv[2]);
  static hfhub::Session session(options);
  static std::vector<hfhub::Op> kept;  // destroyed during exit
  kept.push_back(session.download_file(argv[3], "large.bin"));
  kept.push_back(session.download_snapshot(argv[3]));
  static auto* const leaked = new hfhub::Op(session.download_file(argv[3], "mid.bin"));  // never destroyed
  std::thread([] { (void)leaked->wait_for(std::chrono::hours(1)); }).detach();
  std::this_thread::sleep_for(std::chrono::milliseconds(std::atoi(argv[4])));
  std::exit(0);
}
