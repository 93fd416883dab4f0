// A local Hub behind nginx: TLS with a certificate authority of the test's own, HTTP/2, https://localhost:<port>.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/local_hub.h"
#include "support/scratch.h"

namespace hfhub::test {

class TlsFront {
 public:
  TlsFront();  // throws when nginx or openssl is missing
  ~TlsFront();

  const LocalHub& hub() const { return *hub_; }
  std::string endpoint() const { return "https://localhost:" + std::to_string(hub_port_); }
  std::string cdn() const { return "https://localhost:" + std::to_string(cdn_port_); }
  int port() const { return hub_port_; }
  std::string ca_file() const { return folder_ / "ca.pem"; }
  std::string other_ca_file() const { return folder_ / "other.pem"; }  // did not sign anything here

  // Requests since the last call, "HTTP/2.0 GET /path" in the order they ended; waits a little for `least` of them. Throws
  // when they do not come.
  std::vector<std::string> requests(size_t least);

 private:
  void make_certificates();
  void write_configuration();

  Scratch folder_;
  int hub_port_ = 0, cdn_port_ = 0;
  size_t read_bytes_ = 0;  // of the access log
  std::unique_ptr<LocalHub> hub_;
  std::unique_ptr<Child> nginx_;
};

// A port of 127.0.0.1 that was free a moment ago.
int free_port();

}  // namespace hfhub::test
