#include "cli/progress.h"

#include <algorithm>
#include <cstdio>

#include "cli/output.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace cli {

namespace {

constexpr int64_t kFirstDrawMs = 300;  // what is over sooner needs no bars
constexpr int64_t kLineIntervalMs = 10000;
constexpr int64_t kIdleMs = 3000;  // without a byte for so long is worth a word
constexpr size_t kMostItemLines = 16;
constexpr size_t kItemsLookedAt = 4096;  // a redraw, however many files wait

double share_of(const hfhub_progress& counters) {
  if (counters.bytes_total == 0) return 0;
  return std::min(1.0, static_cast<double>(counters.bytes_done) / static_cast<double>(counters.bytes_total));
}

std::string percent(const hfhub_progress& counters) {
  const std::string number = std::to_string(static_cast<int>(share_of(counters) * 100));
  return number + "%";
}

std::string rate_text(const hfhub_progress& counters) {
  return counters.rate_bytes_per_s > 0 ? bytes_text(counters.rate_bytes_per_s) + "/s" : "";
}

std::string time_left(const hfhub_progress& counters) {
  if (counters.rate_bytes_per_s == 0 || counters.bytes_total <= counters.bytes_done) return "";
  const uint64_t left = counters.bytes_total - counters.bytes_done;
  return duration_text(static_cast<int64_t>((left + counters.rate_bytes_per_s - 1) / counters.rate_bytes_per_s));
}

std::string files_text(const hfhub_progress& total) {
  if (total.items_total == 1) return total.items_cached == 1 ? "already here" : "one file";
  std::string text = std::to_string(total.items_done) + " of " + std::to_string(total.items_total) + " files";
  if (total.items_cached > 0) text += ", " + std::to_string(total.items_cached) + " already here";
  return text;
}

size_t screen_width(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) width += static_cast<size_t>(columns_of(next_point(text, at)));
  return width;
}

// Cuts the front of a path, which tells least, until it fits.
std::string cut_front(const std::string& text, size_t width) {
  if (screen_width(text) <= width) return text;
  size_t at = 0;
  size_t left = screen_width(text);
  while (at < text.size() && left + 3 > width) left -= static_cast<size_t>(columns_of(next_point(text, at)));
  return "..." + text.substr(at);
}

std::string fill(const std::string& text, size_t width) {
  const size_t taken = screen_width(text);
  return taken < width ? text + std::string(width - taken, ' ') : text;
}

std::string lead(const std::string& text, size_t width) {
  const size_t taken = screen_width(text);
  return taken < width ? std::string(width - taken, ' ') + text : text;
}

std::string cut_spaces(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  return out;
}

// A line that would wrap would ruin the next redraw.
std::string clipped(const std::string& text, size_t columns) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    width += static_cast<size_t>(columns_of(next_point(text, at)));
    if (width > columns) return text.substr(0, begin);
  }
  return text;
}

}  // namespace

std::string progress_text(const hfhub_progress& total) {
  if (total.items_total == 0) return "asking the Hub";
  std::string text;
  if (total.bytes_total > 0) {
    text = bytes_text(total.bytes_done) + " of " + bytes_text(total.bytes_total) + " (" + percent(total) + "), ";
  } else if (total.bytes_done > 0) {
    text = bytes_text(total.bytes_done) + ", ";
  }
  text += files_text(total);
  if (total.rate_bytes_per_s > 0) text += ", " + rate_text(total);
  if (const std::string left = time_left(total); !left.empty()) text += ", " + left + " left";
  if (total.resumed_bytes > 0) text += ", resumed " + bytes_text(total.resumed_bytes);
  return text;
}

Progress::Progress(const hfhub::Op& op, ProgressStyle style)
    : op_(op), style_(style), utf8_(is_utf8_locale()), colour_(!no_color()), next_line_ms_(kLineIntervalMs) {}

void Progress::update(const hfhub_progress& total) {
  if (style_ == ProgressStyle::kBars && total.elapsed_ms >= kFirstDrawMs) draw_bars(total);
  if (style_ == ProgressStyle::kLines && total.elapsed_ms >= next_line_ms_) print_line(total);
}

void Progress::print_line(const hfhub_progress& total) {
  next_line_ms_ = total.elapsed_ms + kLineIntervalMs;
  anything_shown_ = true;
  std::fprintf(stderr, "hf: %s\n", progress_text(total).c_str());
}

void Progress::summarize(const hfhub_progress& total) {
  erase();
  if (!anything_shown_ || total.wire_bytes == 0) return;
  std::string text =
      bytes_text(total.bytes_done) + " in " + duration_text(total.elapsed_ms / 1000) + ", " + files_text(total);
  if (total.resumed_bytes > 0) text += ", resumed " + bytes_text(total.resumed_bytes);
  if (total.elapsed_ms > 0) {
    const double rate = static_cast<double>(total.wire_bytes) * 1000.0 / static_cast<double>(total.elapsed_ms);
    text += ", " + bytes_text(static_cast<uint64_t>(rate)) + "/s on average";
  }
  std::fprintf(stderr, "hf: %s\n", text.c_str());
}

void Progress::erase() {
  if (drawn_lines_ == 0) return;
  std::string out = "\r";
  if (drawn_lines_ > 1) out += "\x1b[" + std::to_string(drawn_lines_ - 1) + "A";
  out += "\x1b[J";
  std::fwrite(out.data(), 1, out.size(), stderr);
  drawn_lines_ = 0;
}

std::vector<Progress::Running> Progress::running_items(const hfhub_progress& total, size_t limit) {
  const size_t known = std::max<size_t>(total.items_total, op_.item_count());
  for (; listed_ < known; ++listed_) open_.push_back(listed_);
  std::vector<Running> shown;
  running_ = 0;
  const size_t looked_at = std::min(open_.size(), kItemsLookedAt);
  const auto finished = std::remove_if(open_.begin(), open_.begin() + static_cast<ptrdiff_t>(looked_at), [&](size_t i) {
    const hfhub_progress counters = op_.item_progress(i);
    if (counters.state == HFHUB_ITEM_RUNNING) {
      ++running_;
      if (shown.size() < limit) shown.push_back({escape_unprintable(op_.item_name(i)), counters});
    }
    return counters.state != HFHUB_ITEM_RUNNING && counters.state != HFHUB_ITEM_WAITING;
  });
  open_.erase(finished, open_.begin() + static_cast<ptrdiff_t>(looked_at));
  return shown;
}

std::string Progress::bar(double share, size_t columns) const {
  const size_t full = static_cast<size_t>(share * static_cast<double>(columns));
  std::string done, rest;
  for (size_t i = 0; i < columns; ++i) (i < full ? done : rest) += utf8_ ? "━" : i < full ? "#" : "-";
  if (!colour_) {
    if (!utf8_) return done + rest;
    return done + std::string(columns - full, ' ');
  }
  return "\x1b[32m" + done + "\x1b[90m" + rest + "\x1b[0m";
}

std::string Progress::item_line(const Running& item, size_t columns) const {
  const std::string numbers = lead(percent(item.counters), 5) + lead(bytes_text(item.counters.bytes_done), 10) +
                              lead(rate_text(item.counters), 12) + lead(time_left(item.counters), 9);
  const size_t bar_width = columns >= 72 ? std::min<size_t>(24, (columns - 60) / 2) : 0;
  const size_t name_width = columns > numbers.size() + bar_width + 2 ? columns - numbers.size() - bar_width - 1 : 8;
  if (columns < 48) return clipped(lead(percent(item.counters), 4) + " " + cut_front(item.name, columns - 6), columns);
  std::string line = fill(cut_front(item.name, name_width - 1), name_width);
  if (bar_width > 0) line += bar(share_of(item.counters), bar_width);
  return line + numbers;
}

std::string Progress::total_line(const hfhub_progress& total, size_t columns) const {
  if (total.items_total == 0) {
    return clipped("Asking the Hub " + duration_text(total.elapsed_ms / 1000), columns);
  }
  // columns of fixed width, so that the bar does not jump
  std::string numbers = lead(bytes_text(total.bytes_done), 10);
  if (total.bytes_total > 0) numbers += " of " + fill(bytes_text(total.bytes_total), 9) + lead(percent(total), 4);
  numbers += lead(rate_text(total), 12) + lead(time_left(total), 9);
  if (columns < numbers.size() + 16) return clipped(cut_spaces(numbers), columns);
  return "Total " + bar(share_of(total), std::min<size_t>(40, columns - numbers.size() - 7)) + numbers;
}

void Progress::note_movement(const hfhub_progress& total) {
  if (total.wire_bytes == last_wire_bytes_) return;
  last_wire_bytes_ = total.wire_bytes;
  last_moved_ms_ = total.elapsed_ms;
}

std::string Progress::state_line(const hfhub_progress& total, size_t columns) const {
  const uint32_t over = total.items_done + static_cast<uint32_t>(running_);
  std::string text = files_text(total);
  if (total.items_total > 1) text += ", running " + std::to_string(running_);
  if (total.items_total > over) text += ", waiting " + std::to_string(total.items_total - over);
  if (total.resumed_bytes > 0) text += ", resumed " + bytes_text(total.resumed_bytes);
  const int64_t idle_ms = total.elapsed_ms - last_moved_ms_;
  if (running_ > 0 && idle_ms >= kIdleMs) text += ", no data for " + std::to_string(idle_ms / 1000) + " s";
  if (interrupted()) text = "Stopping; Ctrl-C again to leave at once. " + text;
  return clipped(text, columns);
}

void Progress::draw_bars(const hfhub_progress& total) {
  const size_t columns = std::max<size_t>(20, static_cast<size_t>(terminal_columns(Stream::kStderr)) - 1);
  const size_t rows = static_cast<size_t>(terminal_rows(Stream::kStderr));
  const size_t limit = rows > 5 ? std::min(kMostItemLines, rows - 4) : 1;
  std::vector<std::string> lines;
  for (const Running& item : running_items(total, limit)) lines.push_back(item_line(item, columns));
  if (running_ > limit) lines.push_back("... and " + std::to_string(running_ - limit) + " more");
  note_movement(total);
  if (total.items_total != 1 || lines.empty()) lines.push_back(total_line(total, columns));
  if (total.items_total > 0) lines.push_back(state_line(total, columns));

  std::string out = "\r";
  if (drawn_lines_ > 1) out += "\x1b[" + std::to_string(drawn_lines_ - 1) + "A";
  for (size_t i = 0; i < lines.size(); ++i) out += (i > 0 ? "\n" : "") + lines[i] + "\x1b[K";
  out += "\x1b[J";
  std::fwrite(out.data(), 1, out.size(), stderr);
  drawn_lines_ = lines.size();
  anything_shown_ = true;
}

}  // namespace cli
