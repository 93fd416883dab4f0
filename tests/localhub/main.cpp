// hfhub-localhub: command line, start and stop.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "hub.h"
#include "offline.h"
#include "server.h"

namespace {

constexpr char kUsage[] = R"(usage:
  hfhub-localhub --data DIR [--host 127.0.0.1] [--port 0] [--cdn-port 0] [--cas-port 0]
                 [--public-url URL] [--cdn-url URL] [--cas-url URL] [--log FILE] [--faults FILE.json] [--threads N]
                 [--ready-file FILE] [--page-size N]
  hfhub-localhub import --data DIR --repo TYPE:ns/name [--revision main] [--message M]
                 [--private] [--lfs-over BYTES] FOLDER
  hfhub-localhub seed-demo --data DIR [--size 200MB] [--repo model:demo/tiny-llama]
)";

struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Arguments {
  std::map<std::string, std::string> options;
  std::vector<std::string> plain;

  std::string get(const std::string& name, const std::string& otherwise = "") const {
    auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
  int number(const std::string& name, int otherwise) const {
    auto found = options.find(name);
    if (found == options.end()) return otherwise;
    auto value = localhub::parse_int(found->second);
    if (!value) throw UsageError("--" + name + " wants a number");
    return static_cast<int>(*value);
  }
};

Arguments parse(int argc, char** argv, int first, const std::vector<std::string>& known,
                const std::vector<std::string>& switches) {
  auto among = [](const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  Arguments out;
  for (int i = first; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "--help" || word == "-h") throw UsageError("");
    if (word.compare(0, 2, "--") != 0) {
      out.plain.push_back(word);
      continue;
    }
    size_t equals = word.find('=');
    std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (among(switches, name)) {
      out.options[name] = "1";
    } else if (!among(known, name)) {
      throw UsageError("unknown option --" + name);
    } else if (equals != std::string::npos) {
      out.options[name] = word.substr(equals + 1);
    } else if (i + 1 < argc) {
      out.options[name] = argv[++i];
    } else {
      throw UsageError("--" + name + " wants a value");
    }
  }
  if (out.get("data").empty()) throw UsageError("--data is needed");
  return out;
}

int64_t parse_size(const std::string& text) {
  size_t digits = text.find_first_not_of("0123456789");
  auto number = localhub::parse_int(text.substr(0, digits));
  std::string unit = digits == std::string::npos ? "" : text.substr(digits);
  static const std::map<std::string, int64_t> kUnits = {{"", 1},          {"B", 1},           {"KB", 1000},
                                                        {"MB", 1000000},  {"GB", 1000000000}, {"KiB", 1 << 10},
                                                        {"MiB", 1 << 20}, {"GiB", 1 << 30}};
  auto found = kUnits.find(unit);
  if (!number || found == kUnits.end()) throw UsageError("a size looks like 200MB or 1GiB");
  return *number * found->second;
}

int run_import(int argc, char** argv) {
  Arguments given = parse(argc, argv, 2, {"data", "repo", "revision", "message", "lfs-over"}, {"private"});
  if (given.plain.size() != 1) throw UsageError("import wants one folder");
  localhub::ImportOptions options;
  options.data_dir = given.get("data");
  options.repo = given.get("repo");
  options.folder = given.plain[0];
  options.revision = given.get("revision", options.revision);
  options.message = given.get("message", options.message);
  options.is_private = !given.get("private").empty();
  if (!given.get("lfs-over").empty()) options.lfs_over = parse_size(given.get("lfs-over"));
  std::printf("{\"commit\": \"%s\"}\n", localhub::import_folder(options).c_str());
  return 0;
}

int run_seed(int argc, char** argv) {
  Arguments given = parse(argc, argv, 2, {"data", "size", "repo"}, {});
  std::string repo = given.get("repo", "model:demo/tiny-llama");
  int64_t size = parse_size(given.get("size", "200MB"));
  std::string commit = localhub::seed_demo(given.get("data"), repo, size);
  std::printf("{\"commit\": \"%s\"}\n", commit.c_str());
  return 0;
}

void announce(const std::string& line, const std::string& ready_file) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  if (ready_file.empty()) return;
  std::string temp = ready_file + ".tmp";
  std::ofstream(temp) << line << "\n";
  std::rename(temp.c_str(), ready_file.c_str());
}

int run_server(int argc, char** argv) {
  Arguments given = parse(argc, argv, 1,
                          {"data", "host", "port", "cdn-port", "cas-port", "public-url", "cdn-url", "cas-url", "log",
                           "faults", "threads", "ready-file", "page-size"},
                          {});
  if (!given.plain.empty()) throw UsageError("unknown command " + given.plain[0]);
  // Blocked before any thread starts, so that only sigwait() below ever sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  signal(SIGPIPE, SIG_IGN);

  localhub::Settings settings;
  settings.public_url = given.get("public-url");
  settings.cdn_url = given.get("cdn-url");
  settings.cas_url = given.get("cas-url");
  settings.page_size = given.number("page-size", static_cast<int>(settings.page_size));
  localhub::Hub hub(given.get("data"), settings);
  if (!given.get("log").empty() && !hub.log.open_file(given.get("log")))
    throw std::runtime_error("cannot write " + given.get("log"));
  if (!given.get("faults").empty()) {
    std::string error = hub.faults.add_file(given.get("faults"));
    if (!error.empty()) throw std::runtime_error(error);
  }
  localhub::ListenOptions listen;
  listen.host = given.get("host", listen.host);
  listen.port = given.number("port", 0);
  listen.cdn_port = given.number("cdn-port", 0);
  listen.cas_port = given.number("cas-port", 0);
  listen.threads = given.number("threads", 0);
  localhub::Server server(hub, listen);
  std::string base = "http://" + listen.host + ":";
  announce("{\"endpoint\": \"" + base + std::to_string(server.port()) + "\", \"cdn\": \"" + base +
               std::to_string(hub.cdn_port) + "\", \"cas\": \"" + base + std::to_string(hub.cas_port) +
               "\", \"pid\": " + std::to_string(getpid()) + "}",
           given.get("ready-file"));
  int signal_number = 0;
  sigwait(&stop, &signal_number);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::string command = argc > 1 ? argv[1] : "";
    if (command == "import") return run_import(argc, argv);
    if (command == "seed-demo") return run_seed(argc, argv);
    return run_server(argc, argv);
  } catch (const UsageError& error) {
    if (*error.what()) std::fprintf(stderr, "hfhub-localhub: %s\n", error.what());
    std::fputs(kUsage, stderr);
    return *error.what() ? 2 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "hfhub-localhub: %s\n", error.what());
    return 1;
  }
}
