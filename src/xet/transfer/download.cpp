#include "xet/transfer/download.h"

#include <algorithm>
#include <deque>
#include <exception>

#include "xet/transfer/fetcher.h"
#include "xet/transfer/file_download.h"

namespace hfhub::xet {
namespace {

using runtime::Cancel;
using runtime::ItemState;

// A batch is planned as a whole, so that what its files share is fetched once; the next one is planned meanwhile.
constexpr uint64_t kBatchBytes = 1ull << 30;
// The first batches have fewer files, so that bytes come while the others are still planned.
constexpr size_t kFirstBatchFiles = 64;
constexpr size_t kBatchFiles = 1024;
constexpr size_t kBatchesAlive = 2;
// Files opened before their bytes come, because an earlier download may have left some; the others start anew, so that
// thousands of small files do not need thousands of descriptors.
constexpr size_t kMostOpenAhead = 64;
constexpr uint64_t kLargeFileBytes = 16u << 20;
constexpr size_t kParallelTiles = 8;

using FilePtr = std::shared_ptr<FileDownload>;

class Download;

struct Slot {  // a part of a file in a batch
  FilePtr file;
  std::shared_ptr<FilePart> part;
};

class Batch : public RunTarget {
 public:
  explicit Batch(Download& download) : download_(download) {}
  bool wanted(const Use& use) override { return !slots[use.range].file->over(); }
  void take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
            std::span<const ByteView> data) override;
  void complete(const Use& use) override;
  void fail(const Use& use, const Error& error) override;
  UrlSource& source(uint32_t range) override { return slots[range].part->source; }
  runtime::ItemProgress& item(uint32_t range) override { return slots[range].file->item(); }
  void run_over() override;

  struct Request {  // a part that is to be planned
    FilePtr file;
    uint64_t begin = 0;
    uint64_t end = 0;
  };
  std::vector<Request> requests;  // constant once the batch is made
  std::atomic<size_t> to_plan{0};
  std::mutex mutex;
  std::vector<Slot> slots;  // guarded by mutex until the runs are planned, then constant
  std::atomic<size_t> runs_left{0};

 private:
  Download& download_;
};

class Download {
 public:
  Download(Engine& engine, CasClient& cas, std::vector<FileJob> jobs, const Cancel& cancel);
  ~Download();  // its threads are gone, whatever ended it
  std::vector<Done> run();

  void file_advanced(const FilePtr& file);
  void fail_file(const FilePtr& file, const Error& error);
  void batch_over();

 private:
  void plan_more();
  std::shared_ptr<Batch> next_batch();
  void start_planning(const std::shared_ptr<Batch>& batch, const Batch::Request& request);
  void plan_part(const std::shared_ptr<Batch>& batch, const Batch::Request& request);
  Done plan_now(Batch& batch, const Batch::Request& request);
  Result<std::shared_ptr<FilePart>> ask(const FileFacts& file, uint64_t begin, uint64_t end);
  bool may_hold_something(FileDownload& file);
  Result<std::vector<Tile>> look(const FilePtr& file, const FilePart& part);
  Done add_tiles(Batch& batch, const FilePtr& file, std::vector<Tile> tiles);
  void add_part(Batch& batch, const FilePtr& file, std::shared_ptr<FilePart> part);
  void start_batch(const std::shared_ptr<Batch>& batch);
  void publish_empty(const FilePtr& file);
  void end_file(const FilePtr& file, Done result);

  const std::shared_ptr<Fetcher> fetcher_;
  const Cancel cancel_;
  std::vector<FilePtr> files_;
  std::vector<Done> results_;  // one a file, set once
  std::atomic<size_t> left_;   // files without a result
  std::atomic<size_t> open_ahead_{0};

  std::mutex mutex_;
  std::deque<FilePtr> to_plan_;  // guarded by mutex_, as below
  uint64_t cursor_ = 0;          // the first one is planned up to here
  bool planning_ = false;
  size_t batches_ = 0;
  size_t batch_files_ = kFirstBatchFiles;  // of the next one, at most
};

// ---- what comes from the runs ----

void Batch::take(const Use& use, uint32_t first, std::span<const Chunk> chunks, uint64_t offset,
                 std::span<const ByteView> data) {
  const Slot& slot = slots[use.range];
  slot.part->put(use.term, first, chunks);
  if (Done done = slot.file->write(*slot.part, offset, data); !done.ok()) {
    download_.fail_file(slot.file, done.error());
  }
}

void Batch::complete(const Use& use) {
  const Slot& slot = slots[use.range];
  if (slot.part->term_complete()) download_.file_advanced(slot.file);
}

void Batch::fail(const Use& use, const Error& error) { download_.fail_file(slots[use.range].file, error); }

void Batch::run_over() {
  if (runs_left.fetch_sub(1) == 1) download_.batch_over();
}

// ---- the whole ----

// The caller's references live longer than the download.
template <class T>
std::shared_ptr<T> borrowed(T& object) {
  return std::shared_ptr<T>(std::shared_ptr<void>(), &object);
}

Download::Download(Engine& engine, CasClient& cas, std::vector<FileJob> jobs, const Cancel& cancel)
    : fetcher_(std::make_shared<Fetcher>(borrowed(engine), borrowed(cas), cancel)),
      cancel_(cancel),
      results_(jobs.size()),
      left_(jobs.size()) {
  for (size_t i = 0; i < jobs.size(); ++i) {
    files_.push_back(std::make_shared<FileDownload>(std::move(jobs[i]), i));
    to_plan_.push_back(files_.back());
  }
}

Download::~Download() {
  fetcher_->close();
  fetcher_->wait_until_quiet();
}

std::vector<Done> Download::run() {
  plan_more();
  fetcher_->work_until([this] { return left_ == 0; });
  fetcher_->close();
  fetcher_->wait_until_quiet();
  for (const FilePtr& file : files_) {
    fail_file(file, Error::make(Code::kCancelled, "the operation was cancelled"));
  }
  return std::move(results_);
}

void Download::end_file(const FilePtr& file, Done result) {
  file->item().state = result.ok() ? ItemState::kDone : ItemState::kFailed;
  results_[file->index()] = std::move(result);
  if (file->open_ahead.exchange(false)) open_ahead_.fetch_sub(1);
  if (left_.fetch_sub(1) == 1) fetcher_->poke();
}

void Download::fail_file(const FilePtr& file, const Error& error) {
  Done result(error);  // copied first: once the file has failed, nothing may prevent its end
  if (file->fail()) end_file(file, std::move(result));
}

void Download::file_advanced(const FilePtr& file) {
  Done result;
  switch (file->advance(&result)) {
    case FileDownload::Outcome::kGoesOn: return;
    case FileDownload::Outcome::kEnded: return end_file(file, std::move(result));
    case FileDownload::Outcome::kAgain: break;
  }
  fetcher_->engine().log().write(runtime::LogLevel::kWarning,
                                 "'" + file->facts().name + "' came with wrong bytes, fetching it again");
  {
    const std::lock_guard lock(mutex_);
    to_plan_.push_back(file);
  }
  plan_more();
}

// ---- planning ----

void Download::plan_more() try {
  for (;;) {
    std::shared_ptr<Batch> batch;
    {
      const std::lock_guard lock(mutex_);
      if (planning_ || batches_ >= kBatchesAlive) return;
      batch = next_batch();
      if (!batch) return;
      planning_ = true;
      ++batches_;
    }
    for (const Batch::Request& request : batch->requests) start_planning(batch, request);
  }
} catch (const std::bad_alloc&) {
  std::deque<FilePtr> unplanned;
  {
    const std::lock_guard lock(mutex_);
    unplanned.swap(to_plan_);
  }
  for (const FilePtr& file : unplanned) fail_file(file, Error::no_memory());
}

void Download::start_planning(const std::shared_ptr<Batch>& batch, const Batch::Request& request) {
  try {
    fetcher_->add_task([this, batch, &request] { plan_part(batch, request); });
  } catch (const std::bad_alloc&) {
    plan_part(batch, request);  // then here
  }
}

// With mutex_ held. nullptr: everything is planned.
std::shared_ptr<Batch> Download::next_batch() {
  auto batch = std::make_shared<Batch>(*this);
  uint64_t bytes = 0;
  batch->requests.reserve(std::min(to_plan_.size(), batch_files_));  // so that no file is lost between the two
  while (!to_plan_.empty() && bytes < kBatchBytes && batch->requests.size() < batch_files_) {
    const FilePtr file = to_plan_.front();
    if (file->over()) {
      to_plan_.pop_front();
      cursor_ = 0;
      continue;
    }
    const uint64_t size = file->facts().size;
    uint64_t end = cursor_ + std::min(size - cursor_, kBatchBytes - bytes);
    if (size - end < kBatchBytes / 8) end = size;  // no crumbs
    batch->requests.push_back({file, cursor_, end});
    bytes += end - cursor_;
    cursor_ = end;
    if (end < size) break;
    to_plan_.pop_front();
    cursor_ = 0;
  }
  batch->to_plan = batch->requests.size();
  batch_files_ = std::min(4 * batch_files_, kBatchFiles);
  return batch->requests.empty() ? nullptr : batch;
}

void Download::plan_part(const std::shared_ptr<Batch>& batch, const Batch::Request& request) {
  const FilePtr& file = request.file;
  try {
    if (request.end == 0) publish_empty(file);
    else if (!file->over()) {
      if (Done done = plan_now(*batch, request); !done.ok()) fail_file(file, done.error());
    }
  } catch (const std::bad_alloc&) {
    fail_file(file, Error::no_memory());
  } catch (const std::exception& error) {
    fail_file(file, Error::unexpected(error));
  }
  if (batch->to_plan.fetch_sub(1) == 1) start_batch(batch);
}

void Download::publish_empty(const FilePtr& file) {
  Done done = file->publish_empty();
  if (file->fail()) end_file(file, std::move(done));
}

Result<std::shared_ptr<FilePart>> Download::ask(const FileFacts& file, uint64_t begin, uint64_t end) {
  auto part = std::make_shared<FilePart>(file, begin, end);
  const SteadyTime asked = steady_now();
  HFHUB_TRY(auto content, fetcher_->cas().reconstruction(file.hash, {begin, end}, fetcher_->cancel()));
  fetcher_->note_answer_time(ms_since(asked));
  if (!content) {
    return Error::make(Code::kIntegrity, "'" + file.name + "' is declared with " + std::to_string(file.size) +
                                             " bytes, but has no more than " + std::to_string(begin) +
                                             " in Xet storage");
  }
  HFHUB_CHECK(part->accept(file, *std::move(content)));
  return part;
}

Done Download::plan_now(Batch& batch, const Batch::Request& request) {
  const FilePtr& file = request.file;
  if (request.begin == 0) file->item().state = ItemState::kRunning;
  HFHUB_TRY(auto part, ask(file->facts(), request.begin, request.end));
  if (!file->first_try()) return add_part(batch, file, std::move(part)), Done();
  HFHUB_TRY(std::vector<Tile> tiles, look(file, *part));
  const bool nothing = tiles.empty() || (tiles.size() == 1 && !tiles[0].known());
  if (nothing) return add_part(batch, file, std::move(part)), Done();
  return add_tiles(batch, file, std::move(tiles));
}

bool Download::may_hold_something(FileDownload& file) {
  if (file.is_open() || file.facts().size >= kLargeFileBytes || !file.seeds().empty()) return true;
  if (open_ahead_.fetch_add(1) < kMostOpenAhead) {
    file.open_ahead = true;
    return true;
  }
  open_ahead_.fetch_sub(1);
  return false;
}

// What of the part is on disk. Empty: nothing.
Result<std::vector<Tile>> Download::look(const FilePtr& file, const FilePart& part) {
  std::vector<Tile> none;
  if (!may_hold_something(*file)) return none;
  HFHUB_TRY(const auto partial, file->partial(true));
  if (!partial) return none;
  KnownTerms known;
  if (partial->resumed_bytes() > 0) {
    HFHUB_TRY(auto buffer, fetcher_->borrow_buffer());
    HFHUB_CHECK(find_on_disk(part, *partial, *buffer, fetcher_->cancel(), &known));
  }
  if (!file->seeds().empty()) {
    const auto book = file->seed_book(fetcher_->cas(), fetcher_->cancel());
    HFHUB_TRY(auto buffer, fetcher_->borrow_buffer());
    HFHUB_CHECK(book->copy_terms(part, *partial, *buffer, fetcher_->cancel(), &known));
  }
  if (known.empty()) return none;
  return cut_tiles(part, known);
}

// Holes are asked for anew: only then are their bytes, and no others, offered.
Done Download::add_tiles(Batch& batch, const FilePtr& file, std::vector<Tile> tiles) {
  Done asked =
      fetcher_->engine().pool().for_each(tiles.size(), kParallelTiles, fetcher_->cancel(), [&](size_t i) -> Done {
        Tile& tile = tiles[i];
        if (!tile.known()) {
          HFHUB_TRY(auto part, ask(file->facts(), tile.begin, tile.end));
          add_part(batch, file, std::move(part));
          return {};
        }
        auto part = std::make_shared<FilePart>(file->facts(), tile.begin, tile.end);
        uint64_t bytes = 0;
        for (const Chunk& chunk : tile.chunks) bytes += chunk.size;
        part->accept_chunks(tile.first_chunk, std::move(tile.chunks));
        file->item().bytes_done += bytes;
        file->item().resumed_bytes += bytes;
        file->add_part(std::move(part));
        return {};
      });
  HFHUB_CHECK(std::move(asked));
  file_advanced(file);
  return {};
}

void Download::add_part(Batch& batch, const FilePtr& file, std::shared_ptr<FilePart> part) {
  file->add_part(part);
  const std::lock_guard lock(batch.mutex);
  batch.slots.push_back({file, std::move(part)});
}

void Download::start_batch(const std::shared_ptr<Batch>& batch) {
  {
    const std::lock_guard lock(mutex_);
    planning_ = false;
  }
  try {
    // The answers came in any order; in the order of the jobs, files begin and end one after the other.
    std::sort(batch->slots.begin(), batch->slots.end(), [](const Slot& a, const Slot& b) {
      return std::pair(a.file->index(), a.part->begin) < std::pair(b.file->index(), b.part->begin);
    });
    std::vector<WantedRange> wanted;
    for (const Slot& slot : batch->slots) wanted.push_back(slot.part->wanted());
    std::vector<Run> runs = plan_runs(wanted);
    for (const Slot& slot : batch->slots) slot.part->forget_ranges();
    batch->runs_left = runs.size();
    if (runs.empty()) batch_over();
    else fetcher_->add_runs(std::move(runs), batch);
  } catch (const std::bad_alloc&) {
    for (const Slot& slot : batch->slots) fail_file(slot.file, Error::no_memory());
    batch_over();
  }
  plan_more();
}

void Download::batch_over() {
  {
    const std::lock_guard lock(mutex_);
    --batches_;
  }
  plan_more();
}

}  // namespace

std::vector<Done> download_files(Engine& engine, CasClient& cas, std::vector<FileJob> jobs, const Cancel& cancel) {
  return Download(engine, cas, std::move(jobs), cancel).run();
}

}  // namespace hfhub::xet
