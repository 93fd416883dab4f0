#include <cassert>
#include <cmath>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/document.h"
#include "json/value.h"

namespace hfhub::json {
namespace {

constexpr size_t kExpectedBytes = 4096;

rapidjson::SizeType length_of(std::string_view text) { return static_cast<rapidjson::SizeType>(text.size()); }

}  // namespace

// The document takes events and keeps them on its own stack; only the counts that closing needs are ours.
struct Writer::State {
  struct Open {
    bool object;
    bool after_key;
    rapidjson::SizeType count;  // values of an array, complete members of an object
  };

  rapidjson::Document& tree() { return document->tree; }

  // Whether a value may come now; counts it.
  bool admit() {
    const bool allowed = open.empty() ? !has_root : !open.back().object || open.back().after_key;
    assert(allowed);
    if (!allowed) return false;
    has_root = true;
    if (!open.empty()) {
      open.back().after_key = false;
      ++open.back().count;
    }
    return true;
  }

  void end(bool object) {
    const bool allowed = !open.empty() && open.back().object == object && !open.back().after_key;
    assert(allowed);
    if (!allowed) return;
    if (object) tree().EndObject(open.back().count);
    else tree().EndArray(open.back().count);
    open.pop_back();
  }

  void end_all(Writer& writer) {
    while (!open.empty()) {
      if (open.back().after_key) writer.null();
      end(open.back().object);
    }
    if (!has_root) writer.null();
  }

  std::unique_ptr<Value::Document> document = std::make_unique<Value::Document>(kExpectedBytes);
  std::vector<Open> open;
  bool has_root = false;
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;

Writer& Writer::begin_object() {
  if (!state_->admit()) return *this;
  state_->tree().StartObject();
  state_->open.push_back({true, false, 0});
  return *this;
}

Writer& Writer::end_object() {
  state_->end(true);
  return *this;
}

Writer& Writer::begin_array() {
  if (!state_->admit()) return *this;
  state_->tree().StartArray();
  state_->open.push_back({false, false, 0});
  return *this;
}

Writer& Writer::end_array() {
  state_->end(false);
  return *this;
}

Writer& Writer::key(std::string_view name) {
  const bool allowed = !state_->open.empty() && state_->open.back().object && !state_->open.back().after_key;
  assert(allowed);
  if (!allowed) return *this;
  const std::string clean = to_valid_utf8(name);
  state_->tree().Key(clean.data(), length_of(clean), true);
  state_->open.back().after_key = true;
  return *this;
}

Writer& Writer::string(std::string_view value) {
  if (!state_->admit()) return *this;
  const std::string clean = to_valid_utf8(value);
  state_->tree().String(clean.data(), length_of(clean), true);
  return *this;
}

Writer& Writer::integer(int64_t value) {
  if (state_->admit()) state_->tree().Int64(value);
  return *this;
}

Writer& Writer::unsigned_integer(uint64_t value) {
  if (state_->admit()) state_->tree().Uint64(value);
  return *this;
}

Writer& Writer::number(double value) {
  if (!std::isfinite(value)) return null();
  if (state_->admit()) state_->tree().Double(value);
  return *this;
}

Writer& Writer::boolean(bool value) {
  if (state_->admit()) state_->tree().Bool(value);
  return *this;
}

Writer& Writer::null() {
  if (state_->admit()) state_->tree().Null();
  return *this;
}

Writer& Writer::value(View view) {
  if (view.missing()) return null();
  // Parsed and written strings are all owned by their document, so the copy flag that Accept passes on is set.
  if (state_->admit()) static_cast<const rapidjson::Value*>(view.node_)->Accept(state_->tree());
  return *this;
}

std::shared_ptr<const Value> Writer::finish() {
  state_->end_all(*this);
  auto nothing_more = [](rapidjson::Document&) { return true; };
  state_->tree().Populate(nothing_more);  // moves the finished root from the stack into the document
  return std::shared_ptr<const Value>(new Value(std::move(state_->document)));
}

}  // namespace hfhub::json
