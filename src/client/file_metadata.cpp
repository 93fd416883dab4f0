// Asking the Hub about one file, and the URL it is served from.
#include "base/url.h"
#include "client/stories.h"
#include "hub/files.h"

namespace hfhub::client {

using runtime::OpResult;

Result<OpResult> file_metadata(Story& story, const DownloadRequest& request) {
  HFHUB_TRY(const hub::Api api, story.api(request.options.token, false));
  HFHUB_TRY(const hub::FileFacts facts,
            hub::probe_file(api, request.repo, request.options.revision, request.path,
                            story.config.duration_ms(runtime::Option::kEtagTimeout), story.cancel));
  if (facts.missing) return *facts.missing;
  json::Writer writer;
  writer.begin_object().key("commit_hash").string(facts.commit).key("etag").string(facts.etag).key("size");
  if (facts.size) writer.unsigned_integer(*facts.size);
  else writer.null();
  // A presigned query is as good as a token: it is not handed out.
  const bool own = facts.location.same_origin(api.endpoint);
  writer.key("location").string(own ? facts.location.str() : redacted(facts.location.str())).key("xet_hash");
  if (facts.xet_hash.empty()) writer.null();
  else writer.string(facts.xet_hash);
  writer.end_object();
  return OpResult{"", writer.finish()};
}

Result<std::string> file_url(const Session& session, const DownloadRequest& request) {
  HFHUB_TRY(const Url url, hub::file_url(session.endpoint(), request.repo, request.options.revision, request.path));
  return url.str();
}

}  // namespace hfhub::client
