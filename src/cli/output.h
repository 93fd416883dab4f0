// Everything a command says. Data goes to stdout in the mode the user chose, everything else to stderr.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/value.h"

namespace cli {

enum class Mode {
  kHuman,  // the default
  kAgent,  // tab-separated, nothing cut; chosen when an AI agent runs the command
  kJson,
  kQuiet,  // one identifier a line
};

struct TableShape {
  std::vector<std::string_view> headers;
  std::string_view id_key;  // the column of kQuiet; "" means the first
  std::vector<std::string_view> right_aligned;
};

class Output {
 public:
  explicit Output(Mode mode, bool no_truncate = false) : mode_(mode), no_truncate_(no_truncate) {}
  Mode mode() const { return mode_; }

  // ---- stdout ----
  void text(std::string_view text);  // kHuman and kAgent only
  void table(const std::vector<Row>& rows, const TableShape& shape);
  void result(std::string_view message, const Row& data);
  // The same in every mode.
  void plain(std::string_view text);
  void prompt(std::string_view text);  // as it is, without the end of the line
  // In bold or coloured where that is allowed.
  std::string bold(std::string_view text) const;
  std::string green(std::string_view text) const;
  std::string gray(std::string_view text) const;
  std::string red(std::string_view text) const;

  // ---- stderr ----
  void error(std::string_view message);
  void warning(std::string_view message);
  void hint(std::string_view message);  // not in kQuiet
  void log(std::string_view message);   // not in kQuiet

 private:
  std::string styled(std::string_view code, std::string_view text) const;
  void human_table(const std::vector<Row>& rows, const TableShape& shape);
  Mode mode_;
  bool no_truncate_;
};

// NO_COLOR is set and not empty.
bool no_color();
// An AI agent runs this process: AI_AGENT or AGENT is set and not blank.
bool run_by_agent();
// Pushes out what was printed. Throws CommandError when stdout cannot take it.
void flush_stdout();

}  // namespace cli
