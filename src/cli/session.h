// The library as commands use it: one session, operations that show their progress and stop at Ctrl-C, log lines that
// do not run into the bars.
#pragma once

#include <hfhub.hpp>
#include <string>

#include "cli/output.h"
#include "cli/progress.h"

namespace cli {

// The process's session, made on first use from the environment. Its log lines are held back until show_log_lines.
hfhub::Session& session();

// Prints what the library logged since the last call.
void show_log_lines(Output& out);

// How much a command that moves files shows: the bars, lines, or nothing, by mode, terminal and
// HF_HUB_DISABLE_PROGRESS_BARS.
ProgressStyle progress_style(const Output& out);

enum class Activity { kDownloading, kUploading };  // for what is said after Ctrl-C

// Waits for the end. Throws the operation's error, or Interrupted after Ctrl-C.
void finish(Output& out, hfhub::Op& op, ProgressStyle style = ProgressStyle::kNone,
            Activity activity = Activity::kDownloading);

// "~" expanded, absolute, links resolved: as the Hub's other clients name folders.
std::string absolute_folder(const std::string& path);

}  // namespace cli
