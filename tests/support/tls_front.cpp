#include "support/tls_front.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "support/disk.h"

namespace hfhub::test {
namespace {

std::string find_program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  }
  throw std::runtime_error(name + " is not installed; ./dev deps test installs it");
}

bool accepts(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return connected;
}

std::string server_block(int port, const std::string& upstream) {
  return "  server {\n    listen 127.0.0.1:" + std::to_string(port) +
         " ssl http2;\n    server_name localhost;\n    ssl_certificate server.pem;\n    ssl_certificate_key "
         "server.key;\n"
         "    location / {\n      proxy_pass " +
         upstream +
         ";\n      proxy_http_version 1.1;\n      proxy_set_header Host $http_host;\n      proxy_buffering off;\n"
         "      proxy_redirect off;\n    }\n  }\n";
}

}  // namespace

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

TlsFront::TlsFront() : hub_port_(free_port()), cdn_port_(free_port()) {
  const std::string nginx = find_program("nginx");
  make_certificates();
  hub_ = std::make_unique<LocalHub>(std::vector<std::string>{"--public-url", endpoint(), "--cdn-url", cdn()});
  write_configuration();
  nginx_ = std::make_unique<Child>(
      std::vector<std::string>{nginx, "-p", folder_.path(), "-c", folder_ / "nginx.conf", "-e", folder_ / "error.log"},
      std::map<std::string, std::string>{}, folder_ / "output");
  for (int i = 0; i < 500 && !(accepts(hub_port_) && accepts(cdn_port_)); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (!accepts(hub_port_)) throw std::runtime_error("nginx did not start: " + read_file(folder_ / "output"));
}

TlsFront::~TlsFront() {
  nginx_->signal(SIGTERM);
  (void)nginx_->wait(5000);
}

void TlsFront::make_certificates() {
  const std::string openssl = find_program("openssl");
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), openssl);
    Child child(arguments, {}, folder_ / "openssl.log");
    if (child.wait() != 0) throw std::runtime_error("openssl failed: " + read_file(folder_ / "openssl.log"));
  };
  const std::vector<std::string> key = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"};
  const auto with_key = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), key.begin(), key.end());
    return arguments;
  };
  for (const std::string name : {"ca", "other"}) {
    run(with_key({"req", "-x509", "-days", "2", "-subj", "/CN=Test " + name, "-keyout", folder_ / (name + ".key"),
                  "-out", folder_ / (name + ".pem")}));
  }
  run(with_key({"req", "-subj", "/CN=localhost", "-keyout", folder_ / "server.key", "-out", folder_ / "server.csr"}));
  write_file(folder_ / "names", "subjectAltName=DNS:localhost\n");
  run({"x509", "-req", "-in", folder_ / "server.csr", "-CA", ca_file(), "-CAkey", folder_ / "ca.key", "-CAcreateserial",
       "-days", "2", "-extfile", folder_ / "names", "-out", folder_ / "server.pem"});
}

void TlsFront::write_configuration() {
  std::string text = ::getuid() == 0 ? "user root;\n" : "";
  text += "daemon off;\nworker_processes 1;\npid nginx.pid;\nerror_log error.log;\nevents {}\nhttp {\n"
          "  log_format simple '$server_protocol $request_method $uri';\n  access_log access.log simple;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += std::string("  ") + kind + "_temp_path " + (folder_ / "temp_") + kind + ";\n";
  }
  text += server_block(hub_port_, hub_->endpoint()) + server_block(cdn_port_, hub_->cdn()) + "}\n";
  write_file(folder_ / "nginx.conf", text);
}

std::vector<std::string> TlsFront::requests(size_t least) {
  for (int attempt = 0; attempt < 300; ++attempt) {
    const std::string all = read_file(folder_ / "access.log");
    std::istringstream lines(all.substr(read_bytes_));
    std::vector<std::string> out;
    for (std::string line; std::getline(lines, line);) out.push_back(line);
    if (out.size() >= least) {
      read_bytes_ = all.size();
      return out;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("nginx has not seen " + std::to_string(least) + " requests");
}

}  // namespace hfhub::test
