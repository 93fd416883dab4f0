#include "support/proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace hfhub::test {
namespace {

int connect_to(const std::string& host_and_port) {
  const size_t colon = host_and_port.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // the only host of these tests, under any name
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(host_and_port.c_str() + colon + 1)));
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

bool send_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t sent = ::send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// Up to and including the empty line; "" when the client left. What follows stays in the socket: these clients send no
// body before an answer.
std::string read_head(int fd, const std::atomic<bool>& stop) {
  std::string head;
  while (!stop && head.size() < 65536) {
    pollfd watched{fd, POLLIN, 0};
    if (::poll(&watched, 1, 50) == 0) continue;
    char c;
    if (::recv(fd, &c, 1, 0) != 1) return "";
    head += c;
    if (head.ends_with("\r\n\r\n")) return head;
  }
  return "";
}

void pump_both(int a, int b, const std::atomic<bool>& stop) {
  char buffer[65536];
  while (!stop) {
    pollfd watched[2] = {{a, POLLIN, 0}, {b, POLLIN, 0}};
    if (::poll(watched, 2, 50) < 0) return;
    for (int i = 0; i < 2; ++i) {
      if (watched[i].revents == 0) continue;
      const ssize_t got = ::recv(watched[i].fd, buffer, sizeof buffer, 0);
      if (got <= 0 || !send_all(watched[1 - i].fd, {buffer, static_cast<size_t>(got)})) return;
    }
  }
}

// "GET http://host:port/path HTTP/1.1" becomes "GET /path HTTP/1.1", and the connection ends after it.
std::string forwarded(const std::string& head, const std::string& host) {
  std::string out = head;
  out.erase(out.find("http://"), 7 + host.size());
  const size_t line_end = out.find("\r\n") + 2;
  return out.insert(line_end, "Connection: close\r\n");
}

}  // namespace

Proxy::Proxy(std::string refusal) : refusal_(std::move(refusal)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0) std::abort();
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Proxy::~Proxy() {
  stop_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

std::vector<std::string> Proxy::heads() const {
  const std::lock_guard lock(mutex_);
  return heads_;
}

void Proxy::accept_all() {
  while (!stop_) {
    pollfd watched{listener_, POLLIN, 0};
    if (::poll(&watched, 1, 50) != 1) continue;
    const int client = ::accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    const std::lock_guard lock(mutex_);
    threads_.emplace_back([this, client] {
      serve(client);
      ::close(client);
    });
  }
}

void Proxy::serve(int client) {
  const std::string head = read_head(client, stop_);
  if (head.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    heads_.push_back(head);
  }
  if (!refusal_.empty()) {
    (void)send_all(client, "HTTP/1.1 " + refusal_ + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  const size_t space = head.find(' ') + 1;
  const bool tunnel = head.rfind("CONNECT ", 0) == 0;
  const size_t begin = tunnel ? space : space + 7;
  const std::string host = head.substr(begin, head.find_first_of(tunnel ? " " : "/ ", begin) - begin);
  const int server = connect_to(host);
  if (server < 0) {
    (void)send_all(client, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  const bool ready = tunnel ? send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n")
                            : send_all(server, forwarded(head, host));
  if (ready) pump_both(client, server, stop_);
  ::close(server);
}

}  // namespace hfhub::test
