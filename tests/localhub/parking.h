// Puts a connection to sleep without holding a thread: it is suspended and resumed by one timer.
#pragma once

#include <microhttpd.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace localhub {

class Parking {
 public:
  /// `tick` runs about every 200 ms on the timer's thread.
  explicit Parking(std::function<void()> tick);
  Parking(const Parking&) = delete;
  Parking& operator=(const Parking&) = delete;
  ~Parking();

  /// Suspends; false when the server is stopping, and the caller must give up the connection.
  bool park(MHD_Connection* connection, int64_t ms);
  /// Wakes everyone and refuses new guests: needed before the daemons may stop.
  void close();

 private:
  void run();

  std::function<void()> tick_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::multimap<int64_t, MHD_Connection*> due_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace localhub
