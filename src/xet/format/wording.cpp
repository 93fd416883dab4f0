#include "xet/format/wording.h"

namespace hfhub::xet {

Error broken_bytes(std::string_view object, std::initializer_list<Word> words) {
  std::string text(object);
  text += ": ";
  for (const Word& word : words) text += word.is_number ? std::to_string(word.number) : std::string(word.text);
  return Error::make(Code::kProtocol, std::move(text));
}

Error broken_bytes(std::string_view object, std::initializer_list<Word> words, uint64_t at) {
  Error error = broken_bytes(object, words);
  error.message += " at byte " + std::to_string(at);
  return error;
}

}  // namespace hfhub::xet
