// How one xorb gets to CAS: by grants (leave to upload, the upload to a storage host, the commit), else directly.
#pragma once

#include <string>

#include "xet/cas/answers.h"
#include "xet/cas/call.h"

namespace hfhub::xet {

// The request that ends a grant.
Question xorb_commit(const Hash& xorb, const std::string& grant_id);

// What may go wrong with grants leads to the direct upload, which always works; only what nothing helps against (is_final)
// ends the upload.
class XorbUpload {
 public:
  XorbUpload(const Call& call, CasMemory& memory, const Hash& xorb, std::string_view body, uint64_t crc64,
             const SentCounter& sent, const CasClient::Granted& granted, const runtime::Cancel& cancel)
      : call_(call),
        memory_(memory),
        xorb_(xorb),
        body_(body),
        crc64_(crc64),
        sent_(sent),
        granted_(granted),
        cancel_(cancel) {}
  Result<bool> run();  // true: it was new

 private:
  enum class Step {
    kGoOn,      // to the next of the three requests; after the last: stored
    kKnown,     // the server has the xorb
    kNewGrant,  // this one is used up
    kDirect,    // no more grants for this xorb
  };
  Result<Step> try_grant();
  Result<Step> ask_grant(Grant* grant);
  Result<Step> read_grant(const net::Response& response, Grant* grant);
  Result<Step> put(const Grant& grant);
  Result<Step> put_failed(const Error& error);
  Result<Step> commit(const Grant& grant);
  Result<Step> give_up(const Error& error);
  Result<bool> post();
  // Short: the direct upload is the better retry. True: try again.
  Result<bool> pause(Error error, int attempt);
  std::string xorb_text() const { return "xorb " + xorb_.text(); }

  const Call& call_;
  CasMemory& memory_;
  const Hash& xorb_;
  std::string_view body_;
  const uint64_t crc64_;
  const SentCounter& sent_;
  const CasClient::Granted& granted_;
  const runtime::Cancel& cancel_;
};

}  // namespace hfhub::xet
