// How one shard is registered: version 2, whose answer is a live feed of what the server does with it, else version 1.
#pragma once

#include <string>

#include "xet/cas/answers.h"
#include "xet/cas/call.h"

namespace hfhub::xet {

class ShardUpload {
 public:
  ShardUpload(const Call& call, CasMemory& memory, std::string_view body, CasClient::ShardStages* stages,
              const SentCounter& sent, const runtime::Cancel& cancel)
      : call_(call), memory_(memory), body_(body), stages_(stages), sent_(sent), cancel_(cancel) {}
  Done run();

 private:
  Question question(int version) const;
  Done post_v1();
  // False: the server has no version 2.
  Result<bool> post_v2();
  Result<bool> attempt_v2();
  Done follow(net::BodyStream& stream);
  Result<bool> take_line(std::string_view line);  // true: the shard is registered
  Result<bool> take_frame(const ShardFrame& frame);
  Error bad_answer(std::string why) const;
  // Counts what this shard adds to the commit's counters; a repeated attempt adds nothing twice.
  enum Stage { kUploaded = 1, kStored, kSynced };
  void reach(Stage stage);
  void count_entries(uint64_t verified, uint64_t total);

  const Call& call_;
  CasMemory& memory_;
  std::string_view body_;
  CasClient::ShardStages* const stages_;
  const SentCounter& sent_;
  const runtime::Cancel& cancel_;
  int reached_ = 0;
  uint64_t verified_ = 0;
  uint64_t total_ = 0;
};

}  // namespace hfhub::xet
