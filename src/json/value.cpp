#include "json/value.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "json/document.h"

namespace hfhub::json {
namespace {

// Numbers come as text: the reader's own conversion refuses some and makes others NaN, near the ends of the range.
constexpr unsigned kParseFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;

const rapidjson::Value* node_of(const void* node) { return static_cast<const rapidjson::Value*>(node); }

std::string_view text_of(const rapidjson::Value& node) { return {node.GetString(), node.GetStringLength()}; }

template <class Number>
bool read_whole(std::string_view text, Number* out) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), *out);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// The power of ten of the first digit that is not 0, for a number so long or with such an exponent that it is out of range.
double decimal_exponent(std::string_view text) {
  const size_t mark = std::min(text.find_first_of("eE"), text.size());
  double exponent = 0;
  if (mark < text.size()) {
    const std::string_view digits = text.substr(text.find_first_of("0123456789", mark));
    for (char digit : digits) exponent = exponent * 10 + (digit - '0');
    if (text[mark + 1] == '-') exponent = -exponent;
  }
  const std::string_view mantissa = text.substr(0, mark);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  const size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  return exponent + static_cast<double>(point) - static_cast<double>(first);
}

// Nearest double; a number too small for one is 0. False when it is too big.
bool read_double(std::string_view text, double* out) {
  if (read_whole(text, out)) return true;
  *out = text[0] == '-' ? -0.0 : 0.0;
  return decimal_exponent(text) < 0;
}

// Passes what the reader finds to the document and holds three limits that the reader does not have: depth, no number out
// of range, and no lone surrogate from a \u escape, which would become invalid UTF-8.
class Builder {
 public:
  explicit Builder(rapidjson::Document& tree) : tree_(tree) {}
  const char* refusal() const { return refusal_; }

  bool Null() { return tree_.Null(); }
  bool Bool(bool value) { return tree_.Bool(value); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) { return number({text, length}); }
  // Never called with these flags, but the reader's template names them.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return accept(text, length) && tree_.String(text, length, copy);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return accept(text, length) && tree_.Key(text, length, copy);
  }
  bool StartObject() { return enter() && tree_.StartObject(); }
  bool EndObject(rapidjson::SizeType members) { return leave() && tree_.EndObject(members); }
  bool StartArray() { return enter() && tree_.StartArray(); }
  bool EndArray(rapidjson::SizeType elements) { return leave() && tree_.EndArray(elements); }

 private:
  bool number(std::string_view text) {
    const bool integral = text.find_first_of(".eE") == std::string_view::npos;
    int64_t integer = 0;
    if (integral && read_whole(text, &integer)) return tree_.Int64(integer);
    uint64_t large = 0;
    if (integral && read_whole(text, &large)) return tree_.Uint64(large);
    double value = 0;
    if (read_double(text, &value)) return tree_.Double(value);
    refusal_ = "The number is too big";
    return false;
  }
  bool accept(const char* text, size_t length) {
    if (is_valid_utf8({text, length})) return true;
    refusal_ = "The string holds half of a surrogate pair";
    return false;
  }
  bool enter() {
    if (++depth_ <= Value::kMaxDepth) return true;
    refusal_ = "The nesting is too deep";
    return false;
  }
  bool leave() {
    --depth_;
    return true;
  }

  rapidjson::Document& tree_;
  size_t depth_ = 0;
  const char* refusal_ = nullptr;
};

Error bad_json(size_t offset, std::string reason) {
  while (reason.ends_with('.')) reason.pop_back();
  return Error::make(Code::kProtocol, "invalid JSON at byte " + std::to_string(offset) + ": " + reason);
}

// One step of a JSON Pointer: "~1" stands for "/", "~0" for "~".
std::string unescape_step(std::string_view step) {
  return replace_all(replace_all(std::string(step), "~1", "/"), "~0", "~");
}

View element_at(View array, std::string_view step) {
  const bool leading_zero = step.size() > 1 && step[0] == '0';
  const auto index = parse_uint64(step);
  return leading_zero || !index.ok() ? View() : array[static_cast<size_t>(*index)];
}

}  // namespace

Result<Value> Value::parse(std::string_view text) {
  auto document = std::make_unique<Document>(text.size());
  // Not rapidjson's own Parse: that one skips a byte order mark and stops at a NUL byte.
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::Reader reader;
  Builder builder(document->tree);
  rapidjson::ParseResult parsed;
  auto generate = [&](rapidjson::Document&) {
    parsed = reader.Parse<kParseFlags>(stream, builder);
    return !parsed.IsError();
  };
  document->tree.Populate(generate);
  if (builder.refusal() != nullptr) return bad_json(stream.Tell(), builder.refusal());
  if (parsed.IsError()) return bad_json(parsed.Offset(), rapidjson::GetParseError_En(parsed.Code()));
  if (stream.Tell() != text.size()) return bad_json(stream.Tell(), "Unexpected NUL byte");
  return Value(std::move(document));
}

Value::Value(std::unique_ptr<Document> document) : document_(std::move(document)) {}
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

View Value::root() const { return document_ ? View(static_cast<const rapidjson::Value*>(&document_->tree)) : View(); }

const char* Value::c_string(View view) const { return view.is_string() ? node_of(view.node_)->GetString() : nullptr; }

Type View::type() const {
  if (node_ == nullptr) return Type::kMissing;
  switch (node_of(node_)->GetType()) {
    case rapidjson::kNullType: return Type::kNull;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType: return Type::kBool;
    case rapidjson::kNumberType: return Type::kNumber;
    case rapidjson::kStringType: return Type::kString;
    case rapidjson::kArrayType: return Type::kArray;
    case rapidjson::kObjectType: return Type::kObject;
  }
  return Type::kMissing;
}

View View::operator[](std::string_view name) const {
  if (!is_object()) return {};
  for (const auto& member : node_of(node_)->GetObject()) {
    if (text_of(member.name) == name) return View(&member.value);
  }
  return {};
}

View View::operator[](size_t index) const {
  if (!is_array() || index >= size()) return {};
  return View(node_of(node_)->Begin() + index);
}

View View::at(std::string_view pointer) const {
  if (pointer.empty()) return *this;
  if (pointer[0] != '/') return {};
  View current = *this;
  for (std::string_view step : split(pointer.substr(1), '/')) {
    current = current.is_array() ? element_at(current, step) : current[unescape_step(step)];
  }
  return current;
}

size_t View::size() const {
  if (is_object()) return node_of(node_)->MemberCount();
  return is_array() ? node_of(node_)->Size() : 0;
}

std::string_view View::key(size_t index) const {
  if (!is_object() || index >= size()) return {};
  return text_of((node_of(node_)->MemberBegin() + static_cast<std::ptrdiff_t>(index))->name);
}

View View::member(size_t index) const {
  if (!is_object() || index >= size()) return {};
  return View(&(node_of(node_)->MemberBegin() + static_cast<std::ptrdiff_t>(index))->value);
}

std::optional<std::string_view> View::string() const {
  if (!is_string()) return std::nullopt;
  return text_of(*node_of(node_));
}

std::optional<int64_t> View::integer() const {
  if (node_ == nullptr || !node_of(node_)->IsInt64()) return std::nullopt;
  return node_of(node_)->GetInt64();
}

std::optional<uint64_t> View::unsigned_integer() const {
  if (node_ == nullptr || !node_of(node_)->IsUint64()) return std::nullopt;
  return node_of(node_)->GetUint64();
}

std::optional<double> View::number() const {
  if (node_ == nullptr || !node_of(node_)->IsNumber()) return std::nullopt;
  return node_of(node_)->GetDouble();
}

std::optional<bool> View::boolean() const {
  if (node_ == nullptr || !node_of(node_)->IsBool()) return std::nullopt;
  return node_of(node_)->GetBool();
}

std::string_view View::string_or(std::string_view fallback) const { return string().value_or(fallback); }
int64_t View::integer_or(int64_t fallback) const { return integer().value_or(fallback); }

}  // namespace hfhub::json
