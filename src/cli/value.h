// A cell of a table or a field of a result, and how each output mode writes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cli {

using Value = std::variant<std::nullptr_t, bool, int64_t, std::string, std::vector<std::string>>;

// In the order in which JSON shows the fields.
using Row = std::vector<std::pair<std::string_view, Value>>;

// As Python's json.dumps writes it: ", " and ": ", ASCII only.
std::string json_text(const Value& value);
std::string json_text(const Row& row);
std::string json_text(const std::vector<Row>& rows);

// For tables that people read: "✔" for true, dates without their time, lists joined by commas.
std::string human_text(const Value& value);
// As Python's str writes it: True, None, ['a', 'b'].
std::string python_text(const Value& value);

bool is_null(const Value& value);
bool is_number(const Value& value);
// Null when the row has no such field.
const Value& field(const Row& row, std::string_view key);

}  // namespace cli
