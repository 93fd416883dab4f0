#include "body_reader.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace localhub {

BodyReader::BodyReader(MHD_Connection* connection, Parking& parking, Body body, int64_t length, FaultPtr fault,
                       LogEntryPtr log)
    : connection_(connection),
      parking_(parking),
      body_(std::move(body)),
      length_(length),
      fault_(std::move(fault)),
      log_(std::move(log)),
      started_ms_(now_ms()) {
  if (body_.kind == Body::Kind::kFile) fd_ = ::open(body_.file.c_str(), O_RDONLY | O_CLOEXEC);
}

BodyReader::~BodyReader() {
  if (fd_ >= 0) ::close(fd_);
}

ssize_t BodyReader::sleep(int64_t ms) { return parking_.park(connection_, ms) ? 0 : MHD_CONTENT_READER_END_WITH_ERROR; }

/// MHD does not watch a suspended connection, so a closed one must be looked for.
bool BodyReader::client_gone() const {
  const MHD_ConnectionInfo* info = MHD_get_connection_info(connection_, MHD_CONNECTION_INFO_CONNECTION_FD);
  char byte;
  return info && ::recv(info->connect_fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool BodyReader::stalled(int64_t at) {
  const FaultAction& action = fault_->action;
  if (action.stall_after < 0 || at < action.stall_after) return false;
  if (stalled_since_ms_ < 0) stalled_since_ms_ = now_ms();
  return action.stall_ms < 0 || now_ms() < stalled_since_ms_ + action.stall_ms;
}

int64_t BodyReader::drip_allowance(int64_t at) const {
  int64_t rate = fault_->action.drip_bytes_per_s;
  return rate * (now_ms() - started_ms_) / 1000 - at;
}

ssize_t BodyReader::read(int64_t at, char* out, size_t room) {
  const FaultAction& action = fault_->action;
  if (at >= length_) return MHD_CONTENT_READER_END_OF_STREAM;
  if (action.drop_after >= 0 && at >= action.drop_after) return MHD_CONTENT_READER_END_WITH_ERROR;
  if (stalled(at)) return client_gone() ? MHD_CONTENT_READER_END_WITH_ERROR : sleep(50);
  int64_t count = std::min(static_cast<int64_t>(room), length_ - at);
  if (action.drop_after >= 0) count = std::min(count, action.drop_after - at);
  if (action.stall_after > at) count = std::min(count, action.stall_after - at);
  if (action.drip_bytes_per_s > 0) {
    int64_t allowed = drip_allowance(at);
    if (allowed <= 0) return client_gone() ? MHD_CONTENT_READER_END_WITH_ERROR : sleep(20);
    count = std::min(count, allowed);
  }
  copy(at, out, count);
  log_->bytes = at + count;
  return static_cast<ssize_t>(count);
}

void BodyReader::copy(int64_t at, char* out, int64_t count) {
  size_t bytes = static_cast<size_t>(count);
  if (fd_ >= 0) {
    size_t got = static_cast<size_t>(std::max<ssize_t>(::pread(fd_, out, bytes, body_.offset + at), 0));
    std::memset(out + got, 0, bytes - got);
  } else if (body_.shared) {
    std::memcpy(out, body_.shared->data() + body_.offset + at, bytes);
  } else {
    std::memcpy(out, body_.text.data() + at, bytes);
  }
  // Counted in the whole object, so that every range over this byte sees the same damage.
  int64_t flip = fault_->action.flip_byte - body_.offset - at;
  if (fault_->action.flip_byte >= 0 && flip >= 0 && flip < count) out[flip] ^= 0x01;
}

}  // namespace localhub
