// hf lfs-enable-largefiles, hf lfs-multipart-upload: git-lfs sends large files through us. Both are hidden: the first is
// named by the Hub's own error message, the second is run by git-lfs.
#include <array>
#include <filesystem>
#include <hfhub.hpp>
#include <iostream>
#include <optional>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/output.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/value.h"
#include "cli/values.h"

namespace cli {

namespace {

constexpr hfhub::Milliseconds kReportInterval(200);
constexpr int kWrongOperation = 32;  // what the reference agent says
constexpr int kUploadFailed = 2;     // what git-lfs calls an error of a transfer

int run_enable(Output& out, const Values& values) {
  const std::string folder = absolute_folder(values.text("PATH"));
  std::error_code failure;
  if (!std::filesystem::is_directory(folder, failure)) {
    throw CommandError("This does not look like a valid git repo.");
  }
  const std::array<std::array<std::string, 2>, 2> settings{
      {{"lfs.customtransfer.multipart.path", "hf"}, {"lfs.customtransfer.multipart.args", "lfs-multipart-upload"}}};
  for (const auto& [key, value] : settings) {
    if (run_program({"git", "-C", folder, "config", key, value}) != 0) {
      throw CommandError("git cannot configure " + folder + ".", "Is git installed, and is that a git repository?");
    }
  }
  out.result("Local repo set up for largefiles", {{"path", folder}});
  return 0;
}

// ---- the agent: JSON lines on stdin and stdout ----

void say(const std::string& line) {
  std::cout << line << "\n" << std::flush;
  if (!std::cout) throw CommandError("git-lfs has gone.");
}

std::string failure_line(const std::string& oid, const std::string& message) {
  const std::string error = json_text(Row{{"code", int64_t{kUploadFailed}}, {"message", message}});
  return R"({"event": "complete", "oid": )" + json_text(Value(oid)) + R"(, "error": )" + error + "}";
}

std::optional<hfhub::Json> next_message() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  return hfhub::Json::parse(line);
}

class Report {
 public:
  explicit Report(std::string oid) : oid_(std::move(oid)) {
    // Before the first report git-lfs starts nothing beside this.
    write(1, 0);
  }
  void update(uint64_t done) {
    if (done <= said_) return;
    write(done, done - said_);
    said_ = done;
  }

 private:
  void write(uint64_t so_far, uint64_t since) {
    say(json_text(Row{{"event", std::string("progress")},
                      {"oid", oid_},
                      {"bytesSoFar", static_cast<int64_t>(so_far)},
                      {"bytesSinceLast", static_cast<int64_t>(since)}}));
  }
  std::string oid_;
  uint64_t said_ = 0;
};

void upload(const hfhub::Json& message) {
  const std::string oid = message["oid"].string();
  Report report(oid);
  try {
    hfhub::Op op = session().lfs_upload(message["path"].string(), oid, message["action"].text());
    op.wait(kReportInterval, [&](const hfhub_progress& progress) { report.update(progress.bytes_done); });
    say(json_text(Row{{"event", std::string("complete")}, {"oid", oid}}));
  } catch (const hfhub::Exception& error) {
    say(failure_line(oid, error.what()));
  }
}

int run_agent(Output& out, const Values&) {
  const auto first = next_message();
  if (!first || (*first)["event"].string() != "init" || (*first)["operation"].string() != "upload") {
    say(R"({"error": )" +
        json_text(Row{{"code", int64_t{kWrongOperation}}, {"message", std::string("Wrong lfs init operation")}}) + "}");
    return kExitFailure;
  }
  say("{}");
  while (const auto message = next_message()) {
    const std::string event = (*message)["event"].string();
    if (event == "terminate") return 0;
    if (event != "upload") throw CommandError("git-lfs asks for '" + event + "', which this agent does not do.");
    upload(*message);
    show_log_lines(out);
  }
  return 0;
}

constexpr std::array kEnableArguments{
    Argument{"PATH", "The local git repository to configure.", true, false},
};
constexpr std::array<std::string_view, 1> kEnableExamples{"hf lfs-enable-largefiles ./my-model"};

constexpr std::array kCommands{
    Command{"",
            "lfs-enable-largefiles",
            "Configure a git repository for files over 5 GB.",
            "git-lfs then sends them in parts, through hf lfs-multipart-upload.",
            kEnableArguments,
            {},
            kEnableExamples,
            run_enable,
            true},
    Command{"",
            "lfs-multipart-upload",
            "The transfer agent that git-lfs runs for large files.",
            "Speaks the protocol of git-lfs's custom transfers on stdin and stdout.",
            {},
            {},
            {},
            run_agent,
            true},
};

}  // namespace

std::span<const Command> lfs_commands() { return kCommands; }

}  // namespace cli
