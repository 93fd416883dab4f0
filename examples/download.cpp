// download REPO_ID [PATTERN...]: the files of a model that match, in C++: no handle to free, failures are exceptions.
#include <cstdio>
#include <exception>
#include <hfhub.hpp>
#include <string>

namespace {

// What a program usually wants to know: is it worth trying again, and what has the server to say?
int report(const hfhub::Exception& error) {
  std::fprintf(stderr, "%s: %s\n", hfhub_status_name(error.status()), error.what());
  if (!error.server_message().empty()) std::fprintf(stderr, "the server: %s\n", error.server_message().c_str());
  if (error.status() == HFHUB_E_GATED)
    std::fprintf(stderr, "ask for access on the page of %s\n", error.repo_id().c_str());
  if (error.retriable()) std::fprintf(stderr, "the same call may succeed later\n");
  return 1;
}

void show(const hfhub::Op& op, const hfhub_progress& total) {
  std::fprintf(stderr, "%u of %u files, %.1f of %.1f MB\n", total.items_done, total.items_total,
               static_cast<double>(total.bytes_done) / 1e6, static_cast<double>(total.bytes_total) / 1e6);
  for (size_t i = 0; i < op.item_count(); ++i) {
    const hfhub_progress item = op.item_progress(i);
    if (item.state != HFHUB_ITEM_RUNNING) continue;
    std::fprintf(stderr, "  %s %.1f MB\n", op.item_name(i).c_str(), static_cast<double>(item.bytes_done) / 1e6);
  }
}

int download(const std::string& repo_id, int count, char** patterns) {
  hfhub::SessionOptions settings;  // the environment, then what the program says
  settings.user_agent("example/1.0").set("net.retries", "3");
  const hfhub::Session session(settings);

  hfhub::DownloadOptions options;
  for (int i = 0; i < count; ++i) options.allow(patterns[i]);
  hfhub::Op op = session.download_snapshot(repo_id, options);
  op.wait(hfhub::Milliseconds(500), [&](const hfhub_progress& total) { show(op, total); });

  std::printf("%s\n", op.path().c_str());
  // a second look costs no request: everything is in the cache
  const hfhub::CachedFile config = session.cached_file(repo_id, "config.json");
  if (config.state == HFHUB_CACHED_FOUND) std::printf("%s\n", config.path.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s REPO_ID [PATTERN...]\n", argv[0]);
    return 2;
  }
  try {
    return download(argv[1], argc - 2, argv + 2);
  } catch (const hfhub::Exception& error) {
    return report(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
