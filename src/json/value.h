// JSON values: parsed once, immutable, read by path. The only folder that knows the JSON library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hfhub::json {

enum class Type { kMissing = 0, kNull = 1, kBool = 2, kNumber = 3, kString = 4, kArray = 5, kObject = 6 };

// A view into a document: copyable, valid as long as the Value it came from.
class View {
 public:
  View() = default;  // missing
  Type type() const;
  bool missing() const { return type() == Type::kMissing; }
  bool is_object() const { return type() == Type::kObject; }
  bool is_array() const { return type() == Type::kArray; }
  bool is_string() const { return type() == Type::kString; }

  View operator[](std::string_view key) const;  // object member; missing when there is none
  View operator[](size_t index) const;          // array element
  View at(std::string_view pointer) const;      // JSON Pointer (RFC 6901); "" is this value
  size_t size() const;                          // members of an object, elements of an array, else 0
  std::string_view key(size_t index) const;     // of an object, in document order
  View member(size_t index) const;              // of an object, in document order

  std::optional<std::string_view> string() const;
  std::optional<int64_t> integer() const;  // written as an integer and in range; 3.0 is none
  std::optional<uint64_t> unsigned_integer() const;
  std::optional<double> number() const;
  std::optional<bool> boolean() const;
  std::string_view string_or(std::string_view fallback) const;
  int64_t integer_or(int64_t fallback) const;

 private:
  friend class Value;
  friend class Writer;
  explicit View(const void* node) : node_(node) {}
  const void* node_ = nullptr;
};

// A document that owns its memory.
class Value {
 public:
  // Strict JSON, UTF-8 checked, at most kMaxDepth levels deep; the error (kProtocol) names byte offset and reason. A key
  // that an object repeats is kept as often as it is written; by name the first one is found. Integers beyond 64 bits
  // become doubles; a number too big for a double is an error.
  static constexpr size_t kMaxDepth = 256;
  static Result<Value> parse(std::string_view text);
  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;
  ~Value();
  View root() const;
  const char* c_string(View view) const;  // NUL-terminated; nullptr when `view` is no string

 private:
  friend class Writer;
  struct Document;
  explicit Value(std::unique_ptr<Document> document);
  std::unique_ptr<Document> document_;
};

// Python's json.dumps(value): ", " and ": " separators, ASCII-escaped; with `indent` >= 0 one item a line. A missing view
// prints as null.
std::string to_python_text(View view, int indent = -1);
std::string to_compact_text(View view);  // no blanks, UTF-8 kept

// Builds a document in order: w.begin_object(); w.key("a"); w.string("b"); w.end_object(); w.finish(). Calls that make no
// document (a value without a key, a second root) are the caller's bug: asserted, and ignored in a release build.
class Writer {
 public:
  Writer();
  ~Writer();
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);  // invalid UTF-8 becomes U+FFFD
  Writer& integer(int64_t value);
  Writer& unsigned_integer(uint64_t value);
  Writer& number(double value);  // not finite: null, since JSON has no spelling for it
  Writer& boolean(bool value);
  Writer& null();
  Writer& value(View view);  // a deep copy; a missing view becomes null
  // Once. Ends what is still open; a document without a value is null.
  std::shared_ptr<const Value> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hfhub::json
