// The net thread's side of an exchange: a configured libcurl handle, its callbacks and its clock.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/curl_api.h"
#include "net/exchange.h"
#include "net/settings.h"

namespace hfhub::net {

class Transfer {
 public:
  // On any thread; everything below only on the net thread.
  static Result<std::unique_ptr<Transfer>> make(const CurlApi& api, const Settings& settings,
                                                std::shared_ptr<Exchange> exchange);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy() const { return easy_; }
  const std::shared_ptr<Exchange>& exchange() const { return exchange_; }
  static Transfer* of(const CurlApi& api, CURL* easy);

  // The clock starts. Transfers that received something line up in `touched` until the round's end.
  void begin(SteadyTime now, CURLSH* share, std::vector<Transfer*>* touched);
  void resume(SteadyTime now);
  // The error of a deadline that has passed or of a stall.
  std::optional<Error> overdue(SteadyTime now);
  void announce();
  void finish(CURLcode code);
  void fail(Error error);

 private:
  Transfer(const CurlApi& api, const Settings& settings, std::shared_ptr<Exchange> exchange);
  // options: transfer_options.cpp
  Done configure();
  void configure_method();
  void configure_connection();
  void configure_trust();
  void configure_callbacks();
  bool add_header_lines();
  template <class Value>
  void set(CURLoption option, Value value);

  static size_t on_header(char* data, size_t one, size_t size, void* self);
  static size_t on_data(char* data, size_t one, size_t size, void* self);
  static size_t on_read(char* out, size_t one, size_t size, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  bool header_line(std::string_view line);
  bool head_complete();
  size_t body_bytes(ByteView data);
  bool collect(ByteView data);
  void touch();
  void moved(uint64_t bytes);
  void restart_stall_clock(SteadyTime now);
  std::optional<Error> stalled(SteadyTime now);
  Error late(int64_t allowed_ms) const;
  bool is_sending() const;
  int64_t drain_ms() const;
  Error curl_failure(CURLcode code) const;

  const CurlApi& api_;
  const Settings& settings_;
  const std::shared_ptr<Exchange> exchange_;
  CURL* easy_ = nullptr;
  curl_slist* lines_ = nullptr;
  CURLcode option_error_ = CURLE_OK;
  char error_text_[CURL_ERROR_SIZE] = {};
  std::vector<Transfer*>* touched_ = nullptr;
  bool is_touched_ = false;

  Head head_;  // while it comes in
  uint64_t head_bytes_ = 0;
  bool head_done_ = false;
  bool skipping_body_ = false;  // of a redirect that will be followed
  uint64_t skipped_bytes_ = 0;
  uint64_t sent_bytes_ = 0;
  std::string collected_;
  std::optional<Error> refusal_;  // why a callback stopped the transfer

  SteadyTime begun_{};
  SteadyTime deadline_{};
  SteadyTime stall_since_{};
  uint64_t moved_bytes_ = 0;
  uint64_t stall_mark_bytes_ = 0;
  bool was_sending_ = false;
};

}  // namespace hfhub::net
