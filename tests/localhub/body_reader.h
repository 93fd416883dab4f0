// Sends a body the slow way, with the faults that live in its bytes: drop, stall, drip, flip.
// Bodies without such faults never come here (sendfile or a memory buffer serves them).
#pragma once

#include <microhttpd.h>

#include "faults.h"
#include "parking.h"
#include "request_log.h"

namespace localhub {

class BodyReader {
 public:
  BodyReader(MHD_Connection* connection, Parking& parking, Body body, int64_t length, FaultPtr fault, LogEntryPtr log);
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  ~BodyReader();

  /// MHD's content callback; 0 = nothing yet, and the connection has been put to sleep.
  ssize_t read(int64_t at, char* out, size_t room);

 private:
  ssize_t sleep(int64_t ms);
  bool stalled(int64_t at);
  int64_t drip_allowance(int64_t at) const;
  void copy(int64_t at, char* out, int64_t count);
  bool client_gone() const;

  MHD_Connection* connection_;
  Parking& parking_;
  Body body_;
  int64_t length_;
  FaultPtr fault_;
  LogEntryPtr log_;
  int fd_ = -1;
  int64_t started_ms_;
  int64_t stalled_since_ms_ = -1;
};

}  // namespace localhub
