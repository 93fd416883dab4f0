// Reads one JSON document a line and prints it as Python's json.dumps would, on one line and indented by two, a NUL behind
// each; a refused document prints "refused" twice. What tests/interop/json_text_test.py compares with Python.

#include <iostream>
#include <string>

#include "json/value.h"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto value = hfhub::json::Value::parse(line);
    for (int indent : {-1, 2}) {
      std::cout << (value.ok() ? hfhub::json::to_python_text(value->root(), indent) : "refused") << '\0';
    }
  }
  return 0;
}
