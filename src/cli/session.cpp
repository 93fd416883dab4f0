#include "cli/session.h"

#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "cli/failure.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace cli {

namespace {

// The library logs from any thread; only the main thread prints.
struct LogLines {
  std::mutex mutex;
  std::vector<std::string> waiting;
};

LogLines& log_lines() {
  static auto* lines = new LogLines;  // outlives every thread of the library
  return *lines;
}

bool log_lines_waiting() {
  LogLines& lines = log_lines();
  const std::lock_guard lock(lines.mutex);
  return !lines.waiting.empty();
}

hfhub::Session make_session() {
  hfhub::SessionOptions options;
  options.user_agent("hf/" + hfhub::version());
  options.log_hook([](int32_t level, std::string_view message) {
    LogLines& lines = log_lines();
    const std::lock_guard lock(lines.mutex);
    const char* label = level >= HFHUB_LOG_WARNING ? "" : level == HFHUB_LOG_INFO ? "info: " : "debug: ";
    lines.waiting.push_back(label + std::string(message));
  });
  return hfhub::Session(options);
}

// "1", "on", "yes", "true" in any case.
bool is_true(std::string value) {
  for (char& c : value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return value == "1" || value == "on" || value == "yes" || value == "true";
}

void throw_interrupted(const hfhub_progress& total, Activity activity) {
  if (total.bytes_total == 0 && total.bytes_done == 0) throw Interrupted("Interrupted.");
  if (activity == Activity::kUploading) {
    throw Interrupted("Interrupted. What was sent is kept; run the same command again to go on from there.");
  }
  throw Interrupted("Interrupted. What was fetched is kept (" + bytes_text(total.bytes_done) +
                    "); run the same command again to go on from there.");
}

}  // namespace

hfhub::Session& session() {
  static auto* only = new hfhub::Session(make_session());  // never freed: the process ends with it
  return *only;
}

void show_log_lines(Output& out) {
  std::vector<std::string> lines;
  {
    LogLines& waiting = log_lines();
    const std::lock_guard lock(waiting.mutex);
    lines.swap(waiting.waiting);
  }
  for (const std::string& line : lines) {
    const bool detail = line.compare(0, 6, "info: ") == 0 || line.compare(0, 7, "debug: ") == 0;
    detail ? out.log(line) : out.warning(line);
  }
}

ProgressStyle progress_style(const Output& out) {
  const std::string forced = session().option("progress_bars");
  const bool wanted = forced.empty() ? out.mode() == Mode::kHuman : !is_true(forced);
  if (!wanted) return ProgressStyle::kNone;
  return can_redraw() ? ProgressStyle::kBars : ProgressStyle::kLines;
}

void finish(Output& out, hfhub::Op& op, ProgressStyle style, Activity activity) {
  const InterruptScope scope([](void* target) { hfhub_op_cancel(static_cast<hfhub_op*>(target)); }, op.get());
  Progress progress(op, style);
  const hfhub::Milliseconds interval(style == ProgressStyle::kLines ? 500 : 100);
  try {
    while (!op.wait_for(interval)) {
      progress.update(op.progress());
      if (!log_lines_waiting()) continue;
      progress.erase();
      show_log_lines(out);
    }
    progress.summarize(op.progress());
    show_log_lines(out);
  } catch (const hfhub::Exception& error) {
    progress.erase();
    show_log_lines(out);
    if (error.status() == HFHUB_E_CANCELLED && interrupted()) throw_interrupted(op.progress(), activity);
    throw;
  }
}

std::string absolute_folder(const std::string& path) {
  namespace fs = std::filesystem;
  std::string expanded = path;
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home != '\0' && (path == "~" || path.compare(0, 2, "~/") == 0)) {
    expanded = home + path.substr(1);
  }
  std::error_code failure;
  const fs::path resolved = fs::weakly_canonical(fs::absolute(expanded, failure), failure);
  if (failure) return expanded;
  const std::string text = resolved.lexically_normal().string();
  return text.size() > 1 && text.back() == '/' ? text.substr(0, text.size() - 1) : text;
}

}  // namespace cli
