#include "cli/output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/failure.h"
#include "cli/terminal.h"
#include "cli/text.h"

namespace cli {

namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kBoldRed = "\x1b[1m\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kGray = "\x1b[90m";

void write_line(FILE* stream, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stream);
  std::fputc('\n', stream);
}

void write_stderr(std::string_view text) {
  std::fflush(stdout);
  write_line(stderr, text);
}

std::string without_colours(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "\x1b[") {
      const size_t end = text.find_first_not_of("0123456789;", at + 2);
      if (end != std::string_view::npos && text[end] == 'm') {
        at = end + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

// camelCase becomes CAMEL_CASE.
std::string screaming(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool hump = i > 0 && std::islower(static_cast<unsigned char>(name[i - 1])) &&
                      std::isupper(static_cast<unsigned char>(name[i]));
    if (hump) out += '_';
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(name[i])));
  }
  return out;
}

using Cells = std::vector<std::vector<std::string>>;

std::vector<size_t> column_widths(const Cells& cells) {
  std::vector<size_t> widths(cells.front().size());
  for (const auto& row : cells) {
    for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], length(row[c]));
  }
  return widths;
}

// Shrinks the widest column, again and again, until a line fits; a header is never cut. True when a cell was.
bool fit_to_terminal(Cells& cells) {
  std::vector<size_t> widths = column_widths(cells);
  const size_t gaps = widths.size() - 1;
  const size_t columns = static_cast<size_t>(terminal_columns(Stream::kStdout));
  const size_t budget = columns > gaps ? columns - gaps : 0;
  size_t total = 0;
  for (const size_t width : widths) total += width;
  if (total <= budget) return false;
  while (total > budget) {
    size_t widest = widths.size();
    for (size_t c = 0; c < widths.size(); ++c) {
      const bool may_shrink = widths[c] > std::max<size_t>(4, length(cells[0][c]));
      if (may_shrink && (widest == widths.size() || widths[c] > widths[widest])) widest = c;
    }
    if (widest == widths.size()) break;
    --widths[widest];
    --total;
  }
  bool cut = false;
  for (size_t r = 1; r < cells.size(); ++r) {
    for (size_t c = 0; c < widths.size(); ++c) {
      if (length(cells[r][c]) <= widths[c]) continue;
      cells[r][c] = std::string(head(cells[r][c], widths[c] - 3)) + "...";
      cut = true;
    }
  }
  return cut;
}

std::string padded(const std::string& text, size_t width, bool right) {
  const std::string space(width - std::min(width, length(text)), ' ');
  return right ? space + text : text + space;
}

bool is_right_aligned(const std::vector<Row>& rows, const TableShape& shape, std::string_view header) {
  if (std::find(shape.right_aligned.begin(), shape.right_aligned.end(), header) != shape.right_aligned.end()) {
    return true;
  }
  return std::all_of(rows.begin(), rows.end(),
                     [&](const Row& row) { return is_null(field(row, header)) || is_number(field(row, header)); });
}

}  // namespace

bool no_color() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

bool run_by_agent() {
  for (const char* name : {"AI_AGENT", "AGENT"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && value[std::strspn(value, " \t\r\n")] != '\0') return true;
  }
  return false;
}

void flush_stdout() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw CommandError(std::string("Cannot write to the standard output: ") + std::strerror(errno) + ".");
}

std::string Output::styled(std::string_view code, std::string_view text) const {
  if (mode_ != Mode::kHuman || no_color()) return std::string(text);
  return std::string(code).append(text).append(kReset);
}

std::string Output::bold(std::string_view text) const { return styled(kBold, text); }
std::string Output::green(std::string_view text) const { return styled(kGreen, text); }
std::string Output::gray(std::string_view text) const { return styled(kGray, text); }
std::string Output::red(std::string_view text) const { return styled(kBoldRed, text); }

void Output::plain(std::string_view text) { write_line(stdout, text); }

void Output::prompt(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Output::text(std::string_view text) {
  if (mode_ == Mode::kHuman) write_line(stdout, text);
  if (mode_ == Mode::kAgent) write_line(stdout, without_colours(text));
}

void Output::human_table(const std::vector<Row>& rows, const TableShape& shape) {
  Cells cells(1);
  std::vector<bool> right;
  for (const std::string_view header : shape.headers) {
    cells[0].push_back(screaming(header));
    right.push_back(is_right_aligned(rows, shape, header));
  }
  for (const Row& row : rows) {
    auto& line = cells.emplace_back();
    for (const std::string_view header : shape.headers) line.push_back(human_text(field(row, header)));
  }
  const bool cut = !no_truncate_ && fit_to_terminal(cells);
  const std::vector<size_t> widths = column_widths(cells);
  std::vector<std::string> rule;
  for (const size_t width : widths) rule.emplace_back(width, '-');
  cells.insert(cells.begin() + 1, rule);
  for (const auto& row : cells) {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) line += (c > 0 ? " " : "") + padded(row[c], widths[c], right[c]);
    write_line(stdout, line);
  }
  if (cut) hint("Use `--no-truncate` or `--format json` to display full values.");
}

void Output::table(const std::vector<Row>& rows, const TableShape& shape) {
  if (rows.empty()) {
    if (mode_ == Mode::kJson) write_line(stdout, "[]");
    if (mode_ == Mode::kHuman || mode_ == Mode::kAgent) write_line(stdout, "No results found.");
    return;
  }
  switch (mode_) {
    case Mode::kHuman: human_table(rows, shape); break;
    case Mode::kJson: write_line(stdout, json_text(rows)); break;
    case Mode::kQuiet: {
      const std::string_view key = shape.id_key.empty() ? shape.headers.front() : shape.id_key;
      for (const Row& row : rows) write_line(stdout, escape_unprintable(python_text(field(row, key))));
      break;
    }
    case Mode::kAgent: {
      std::string header;
      for (const std::string_view name : shape.headers) header.append(header.empty() ? "" : "\t").append(name);
      write_line(stdout, header);
      for (const Row& row : rows) {
        std::string line;
        for (size_t c = 0; c < shape.headers.size(); ++c) {
          line += (c > 0 ? "\t" : "") + single_line(python_text(field(row, shape.headers[c])));
        }
        write_line(stdout, line);
      }
      break;
    }
  }
}

void Output::result(std::string_view message, const Row& data) {
  if (mode_ == Mode::kJson) {
    write_line(stdout, data.empty() ? "" : json_text(data));
    return;
  }
  if (mode_ == Mode::kQuiet) {
    if (!data.empty()) write_line(stdout, python_text(data.front().second));
    return;
  }
  std::string out = mode_ == Mode::kHuman ? styled(kGreen, "✓ " + std::string(message)) : "";
  for (const auto& [key, value] : data) {
    if (is_null(value)) continue;
    if (mode_ == Mode::kHuman) {
      out.append("\n  ").append(key).append(": ").append(python_text(value));
    } else {
      out.append(out.empty() ? "" : " ").append(key).append("=").append(python_text(value));
    }
  }
  write_line(stdout, out.empty() ? message : out);
}

void Output::error(std::string_view message) { write_stderr(styled(kBoldRed, "Error: " + std::string(message))); }

void Output::warning(std::string_view message) { write_stderr(styled(kYellow, "Warning: " + std::string(message))); }

void Output::log(std::string_view message) {
  if (mode_ != Mode::kQuiet) write_stderr(styled(kGray, message));
}

void Output::hint(std::string_view message) { log("Hint: " + std::string(message)); }

}  // namespace cli
