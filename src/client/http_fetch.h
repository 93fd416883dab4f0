// Fills a partial file over HTTP: one stream, or parallel ranges for a large file; every failure asks again from what is
// on disk; the digest is computed as the bytes become contiguous.
#pragma once

#include <string>

#include "cache/partial_file.h"
#include "client/file_store.h"
#include "client/session.h"
#include "runtime/progress.h"

namespace hfhub::client {

class XetSource;

struct FetchSource {
  hub::Api api;
  Url url;  // on the Hub: redirects lead to the bytes, and are asked for anew when a presigned URL has expired
  const RepoRef& repo;
  std::string revision;  // for the text of errors
  XetSource* xet = nullptr;
};

// On success the partial file holds exactly the file's bytes, verified against its etag. kIntegrity: what the server has
// is not what the Hub promised, and nothing is kept.
Done fetch_http(Story& story, const FetchSource& source, const RemoteFile& file, cache::PartialFile& partial,
                runtime::ItemProgress& item, const runtime::Cancel& cancel);

}  // namespace hfhub::client
