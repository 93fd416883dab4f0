// Uploads a folder as a pull request: upload_folder REPO_ID FOLDER MESSAGE
#include <chrono>
#include <cstdio>
#include <hfhub.hpp>

int main(int argc, char** argv) try {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s REPO_ID FOLDER MESSAGE\n", argv[0]);
    return 2;
  }
  hfhub::Session session;
  hfhub::Op upload = session.upload_folder(argv[1], argv[2], "", hfhub::CommitOptions().message(argv[3]).create_pr());
  upload.wait(std::chrono::milliseconds(200), [](const hfhub_progress& progress) {
    std::fprintf(stderr, "\r%u of %u files, %.1f of %.1f MB", progress.items_done, progress.items_total,
                 static_cast<double>(progress.bytes_done) / 1e6, static_cast<double>(progress.bytes_total) / 1e6);
  });
  std::fputc('\n', stderr);
  const hfhub::Json result = upload.json();
  if (!result["committed"].boolean()) {
    std::puts("Nothing has changed.");
    return 0;
  }
  std::printf("%s\n", result["pr_url"].string().c_str());
  std::printf("%lld bytes sent, %lld were on the Hub already\n", static_cast<long long>(result["sent_bytes"].integer()),
              static_cast<long long>(result["deduped_bytes"].integer()));
  return 0;
} catch (const hfhub::Exception& error) {
  std::fprintf(stderr, "upload_folder: %s\n", error.what());
  return 1;
}
