// Any operation of the Hub's table.
#include "client/stories.h"

namespace hfhub::client {

Result<runtime::OpResult> call_hub(Story& story, const hub::PreparedCall& call) {
  HFHUB_TRY(const hub::Api api, story.api(std::nullopt, false));
  HFHUB_TRY(auto answer, hub::run_call(api, call, story.cancel));
  return runtime::OpResult{"", std::move(answer)};
}

}  // namespace hfhub::client
