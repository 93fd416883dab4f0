// Reads pairs of lines, pattern and path, and prints 1 or 0 a pair: what tests/interop/fnmatch_test.py compares with
// Python.

#include <iostream>
#include <string>

#include "base/pattern.h"

int main() {
  std::string pattern, path;
  while (std::getline(std::cin, pattern) && std::getline(std::cin, path)) {
    std::cout << (hfhub::fnmatch_like_python(pattern, path) ? '1' : '0') << '\n';
  }
  return 0;
}
