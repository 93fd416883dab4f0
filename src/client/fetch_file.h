// One file from "the Hub says it exists" to "it is there": the part that a single download and a snapshot share.
#pragma once

#include "client/file_store.h"
#include "client/http_fetch.h"

namespace hfhub::client {

struct FetchedFile {
  std::string path;  // the visible file
  bool cached = false;
};

// Steps: state > plan > lock > state again > the shared store > fetch (by Xet, else over HTTP) > publish. Nothing is
// visible before the last.
Result<FetchedFile> fetch_file(Story& story, FileStore& store, const FetchSource& source, const RemoteFile& file,
                               bool force, runtime::ItemProgress& item, const runtime::Cancel& cancel);

}  // namespace hfhub::client
