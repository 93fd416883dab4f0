// What a running operation shows on stderr: bars that are drawn again and again on a terminal, a line now and then
// elsewhere. Drawing happens on the caller's thread only.
#pragma once

#include <chrono>
#include <hfhub.hpp>
#include <string>
#include <vector>

namespace cli {

enum class ProgressStyle { kNone, kBars, kLines };

class Progress {
 public:
  Progress(const hfhub::Op& op, ProgressStyle style);
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Called again and again while the operation runs.
  void update(const hfhub_progress& total);
  // The operation has succeeded: leaves one line behind when anything had been drawn.
  void summarize(const hfhub_progress& total);
  // Takes the bars off the screen, e.g. before something else is printed.
  void erase();

 private:
  struct Running {
    std::string name;
    hfhub_progress counters;
  };
  std::vector<Running> running_items(const hfhub_progress& total, size_t limit);
  void draw_bars(const hfhub_progress& total);
  void print_line(const hfhub_progress& total);
  std::string item_line(const Running& item, size_t columns) const;
  std::string total_line(const hfhub_progress& total, size_t columns) const;
  std::string state_line(const hfhub_progress& total, size_t columns) const;
  std::string bar(double share, size_t columns) const;
  void note_movement(const hfhub_progress& total);

  const hfhub::Op& op_;
  const ProgressStyle style_;
  const bool utf8_;
  const bool colour_;
  size_t drawn_lines_ = 0;
  bool anything_shown_ = false;
  size_t listed_ = 0;         // items known so far
  std::vector<size_t> open_;  // those that have not finished
  size_t running_ = 0;
  int64_t next_line_ms_;
  uint64_t last_wire_bytes_ = 0;
  int64_t last_moved_ms_ = 0;
};

// "1.2 GB of 5.0 GB (24%), 3 of 19 files, 110.0 MB/s, 0:35 left": also what a plain line says.
std::string progress_text(const hfhub_progress& total);

}  // namespace cli
