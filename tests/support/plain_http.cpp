#include "support/plain_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace hfhub::test {
namespace {

class Socket {
 public:
  explicit Socket(const std::string& origin) {
    const size_t host = origin.find("://") + 3;
    const size_t colon = origin.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::atoi(origin.c_str() + colon + 1)));
    const std::string name = origin.substr(host, colon - host);
    inet_pton(AF_INET, name == "localhost" ? "127.0.0.1" : name.c_str(), &address.sin_addr);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      ::close(fd_);
      throw std::runtime_error("cannot connect to " + origin);
    }
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send(std::string_view data) {
    while (!data.empty()) {
      const ssize_t sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server closed the connection");
      data.remove_prefix(static_cast<size_t>(sent));
    }
  }
  // Everything until the server closes.
  std::string receive() {
    std::string out;
    char buffer[65536];
    for (ssize_t got; (got = ::recv(fd_, buffer, sizeof buffer, 0)) > 0;) out.append(buffer, static_cast<size_t>(got));
    return out;
  }

 private:
  int fd_;
};

}  // namespace

PlainAnswer plain_http(const std::string& origin, std::string_view method, std::string_view target,
                       std::string_view body, std::string_view headers) {
  std::string request;
  request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
  request.append(origin.substr(origin.find("://") + 3)).append("\r\nConnection: close\r\n");
  request.append(headers)
      .append("Content-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
  Socket socket(origin);
  socket.send(request);
  const std::string raw = socket.receive();
  const size_t end = raw.find("\r\n\r\n");
  if (end == std::string::npos || raw.size() < 12) throw std::runtime_error("no answer from " + origin);
  return {std::atoi(raw.c_str() + 9), raw.substr(0, end + 2), raw.substr(end + 4)};
}

}  // namespace hfhub::test
