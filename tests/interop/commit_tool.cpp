// The commit of upload_test.py's SameRequests: commit_tool REPO FILE
#include <cstdio>
#include <fstream>
#include <hfhub.hpp>
#include <iterator>

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  std::ifstream in(argv[2], std::ios::binary);
  const std::string weights((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  hfhub::Session session;
  hfhub::Commit commit =
      session.commit(argv[1], hfhub::CommitOptions().message("Message \xC3\xA9").description("more \"words\""));
  commit.delete_file("gone.txt")
      .delete_folder("old/")
      .add_bytes("a \"b\" \xC3\xA9.txt", "text\n")
      .add_bytes("empty", "");
  commit.add_bytes("w.bin", weights).copy("keep.txt", "copy.txt");
  commit.finish().wait();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "commit_tool: %s\n", error.what());
  return 1;
}
