#include "cli/suggest.h"

#include <algorithm>

namespace cli {

namespace {

// Edits from one word to the other; swapped neighbours count as one.
size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::vector<size_t>> cost(left.size() + 1, std::vector<size_t>(right.size() + 1));
  for (size_t i = 0; i <= left.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= right.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= left.size(); ++i) {
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t change = cost[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[left.size()][right.size()];
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr size_t kLongestWord = 64;
  if (word.size() > kLongestWord) return {};
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const std::string& candidate : known) {
    const bool prefix = word.size() >= 3 && candidate.compare(0, word.size(), word) == 0;
    const size_t edits = prefix ? 0 : distance(word, candidate);
    if (edits <= std::max<size_t>(1, std::min(word.size(), candidate.size()) / 3))
      ranked.emplace_back(edits, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<std::string> out;
  for (size_t i = 0; i < ranked.size() && i < 3; ++i) out.push_back(ranked[i].second);
  return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& candidate : nearest(word, known)) list += (list.empty() ? "'" : ", '") + candidate + "'";
  return list.empty() ? "" : " Did you mean " + list + "?";
}

}  // namespace cli
