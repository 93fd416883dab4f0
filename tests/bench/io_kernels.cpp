// What the kernel's part of a transfer costs the one who makes it: the bytes of a file in and out, and of a connection.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr size_t kBytes = 64 << 20;
constexpr size_t kPiece = 256 << 10;  // what is read, written and received at a time
constexpr size_t kSent = 128 << 10;   // libcurl's buffer

void check(bool right, const char* what) {
  if (right) return;
  std::perror(what);
  std::exit(1);
}

void report(benchmark::State& state) {
  const double bytes = static_cast<double>(state.iterations()) * kBytes;
  state.counters["GB/s"] = benchmark::Counter(bytes / 1e9, benchmark::Counter::kIsRate);
}

// In memory where that is possible, as the benchmarks' files are.
int scratch_file() {
  std::string path = access("/dev/shm", W_OK) == 0 ? "/dev/shm/hfhub-bench-XXXXXX" : "/tmp/hfhub-bench-XXXXXX";
  const int fd = ::mkstemp(path.data());
  check(fd >= 0, "mkstemp");
  ::unlink(path.c_str());
  return fd;
}

void write_file(benchmark::State& state) {
  const std::vector<char> data(kPiece, 'x');
  for (auto _ : state) {
    const int fd = scratch_file();
    for (size_t at = 0; at < kBytes; at += kPiece) {
      check(::pwrite(fd, data.data(), kPiece, static_cast<off_t>(at)) == static_cast<ssize_t>(kPiece), "pwrite");
    }
    ::close(fd);
  }
  report(state);
}
BENCHMARK(write_file);

void read_file(benchmark::State& state) {
  const int fd = scratch_file();
  std::vector<char> data(kPiece, 'x');
  for (size_t at = 0; at < kBytes; at += kPiece) check(::write(fd, data.data(), kPiece) > 0, "write");
  for (auto _ : state) {
    for (size_t at = 0; at < kBytes; at += kPiece) {
      check(::pread(fd, data.data(), kPiece, static_cast<off_t>(at)) == static_cast<ssize_t>(kPiece), "pread");
    }
  }
  ::close(fd);
  report(state);
}
BENCHMARK(read_file);

// Two ends of a TCP connection on loopback.
void connect_pair(int* ends) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  check(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  check(::listen(listener, 1) == 0, "listen");
  check(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  ends[0] = ::socket(AF_INET, SOCK_STREAM, 0);
  check(::connect(ends[0], reinterpret_cast<sockaddr*>(&address), size) == 0, "connect");
  ends[1] = ::accept(listener, nullptr, nullptr);
  check(ends[1] >= 0, "accept");
  ::close(listener);
}

// The CPU time that is reported is this thread's; the other end is somebody else's.
void send(benchmark::State& state) {
  int ends[2];
  connect_pair(ends);
  std::thread other([&] {
    std::vector<char> room(1 << 20);
    while (::recv(ends[1], room.data(), room.size(), 0) > 0) {
    }
  });
  const std::vector<char> data(kSent, 'x');
  for (auto _ : state) {
    for (size_t left = kBytes; left > 0;) {
      const ssize_t sent = ::send(ends[0], data.data(), std::min(left, kSent), MSG_NOSIGNAL);
      check(sent > 0, "send");
      left -= static_cast<size_t>(sent);
    }
  }
  ::shutdown(ends[0], SHUT_WR);
  other.join();
  ::close(ends[0]);
  ::close(ends[1]);
  report(state);
}
BENCHMARK(send);

void receive(benchmark::State& state) {
  int ends[2];
  connect_pair(ends);
  std::thread other([&] {
    const std::vector<char> data(1 << 20, 'x');
    while (::send(ends[1], data.data(), data.size(), MSG_NOSIGNAL) > 0) {
    }
  });
  std::vector<char> room(kPiece);
  for (auto _ : state) {
    for (size_t left = kBytes; left > 0;) {
      const ssize_t got = ::recv(ends[0], room.data(), std::min(left, kPiece), 0);
      check(got > 0, "recv");
      left -= static_cast<size_t>(got);
    }
  }
  ::close(ends[0]);
  other.join();
  ::close(ends[1]);
  report(state);
}
BENCHMARK(receive);

}  // namespace
