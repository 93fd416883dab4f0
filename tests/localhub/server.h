// Three HTTP listeners (Hub, CDN and CAS) on libmicrohttpd: epoll threads, sendfile for large objects.
#pragma once

#include <microhttpd.h>

#include <memory>
#include <string>

#include "hub.h"
#include "parking.h"

namespace localhub {

struct ListenOptions {
  std::string host = "127.0.0.1";
  int port = 0;
  int cdn_port = 0;
  int cas_port = 0;
  int threads = 0;  // 0 = by the machine
};

class Server {
 public:
  Server(Hub& hub, const ListenOptions& options);  // throws std::runtime_error
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  int port() const { return port_; }

  /// What a listener's callbacks need; public for them only.
  struct Listener {
    Hub& hub;
    Parking& parking;
    Origin origin;
    MHD_Daemon* daemon = nullptr;
  };

 private:
  /// Returns the port it got.
  int start(Listener& listener, const ListenOptions& options, int port);

  Parking parking_;
  Listener hub_listener_;
  Listener cdn_listener_;
  Listener cas_listener_;
  int port_ = 0;
};

}  // namespace localhub
