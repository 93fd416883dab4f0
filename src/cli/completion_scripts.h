// The files in completions/, made part of the program by CMake.
#pragma once

namespace cli {

extern const char* const kBashScript;
extern const char* const kZshScript;
extern const char* const kFishScript;

}  // namespace cli
