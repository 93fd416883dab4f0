// What is wrong with bytes, in words. Out of line: texts put together in place are half of a parser's code.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hfhub::xet {

struct Word {
  Word(const char* words) : text(words) {}
  Word(std::string_view words) : text(words) {}
  Word(std::unsigned_integral auto value) : number(value), is_number(true) {}

  std::string_view text;
  uint64_t number = 0;
  bool is_number = false;
};

// kProtocol: "<object>: <words>".
Error broken_bytes(std::string_view object, std::initializer_list<Word> words);
// kProtocol: "<object>: <words> at byte <at>".
Error broken_bytes(std::string_view object, std::initializer_list<Word> words, uint64_t at);

}  // namespace hfhub::xet
