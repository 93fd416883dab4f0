#include "cli/cache_filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "cli/failure.h"

namespace cli {

namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr int64_t kDay = 24 * 60 * 60;
constexpr std::array kSizeUnits{Unit{"k", 1'000},
                                Unit{"kb", 1'000},
                                Unit{"m", 1'000'000},
                                Unit{"mb", 1'000'000},
                                Unit{"g", 1'000'000'000},
                                Unit{"gb", 1'000'000'000},
                                Unit{"t", 1'000'000'000'000},
                                Unit{"tb", 1'000'000'000'000},
                                Unit{"p", 1'000'000'000'000'000},
                                Unit{"pb", 1'000'000'000'000'000}};
constexpr std::array kTimeUnits{Unit{"s", 1},        Unit{"m", 60},         Unit{"h", 60 * 60},   Unit{"d", kDay},
                                Unit{"w", 7 * kDay}, Unit{"mo", 30 * kDay}, Unit{"y", 365 * kDay}};

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

// A whole number, or digits and a unit.
template <size_t kCount>
double read_amount(std::string_view text, const std::array<Unit, kCount>& units) {
  int64_t number = 0;
  const bool plus = text.substr(0, 1) == "+";
  const char* last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data() + (plus ? 1 : 0), last, number);
  const std::string unit = lower({end, static_cast<size_t>(last - end)});
  if (failure == std::errc{} && unit.empty()) return static_cast<double>(number);
  const bool letters = std::all_of(unit.begin(), unit.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (failure != std::errc{} || plus || number < 0 || text.front() == '-' || !letters) {
    throw UsageError("Invalid value: Invalid value '" + std::string(text) + "'. A number and a unit are expected.");
  }
  std::string known;
  for (const Unit& candidate : units) {
    if (candidate.name == unit) return static_cast<double>(number) * static_cast<double>(candidate.factor);
    known.append(known.empty() ? "" : ", ").append(candidate.name);
  }
  throw UsageError("Invalid value: Unknown unit '" + unit + "'. Must be one of " + known + ".");
}

bool compare(double left, std::string_view op, double right) {
  if (op == "=") return left == right;
  if (op == "!=") return left != right;
  if (op == ">") return left > right;
  if (op == "<") return left < right;
  return op == ">=" ? left >= right : left <= right;
}

struct Parts {
  std::string key;
  std::string_view op;
  std::string_view value;
};

std::optional<Parts> split_filter(std::string_view text) {
  size_t at = 0;
  while (at < text.size() && (std::isalpha(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_')) ++at;
  if (at == 0) return std::nullopt;
  const std::string key = lower(text.substr(0, at));
  const std::string_view rest = trimmed(text.substr(at));
  for (const std::string_view op : {"==", "!=", ">=", "<=", ">", "<", "="}) {
    if (rest.substr(0, op.size()) != op) continue;
    if (rest.size() == op.size()) return std::nullopt;
    return Parts{key, op, trimmed(rest.substr(op.size()))};
  }
  return std::nullopt;
}

CacheFilter text_filter(const Parts& parts, const std::string& expression) {
  if (parts.op != "=") {
    throw UsageError("Invalid value: Only '=' is supported for '" + parts.key + "' filters. Got '" + expression + "'.");
  }
  const std::string wanted = lower(parts.value);
  if (parts.key == "type") {
    return [wanted](const CacheEntry& entry, double) { return lower(entry.repo->type) == wanted; };
  }
  return [wanted](const CacheEntry& entry, double) {
    const auto& refs = entry.revision != nullptr ? entry.revision->refs : entry.repo->refs;
    return std::any_of(refs.begin(), refs.end(), [&](const std::string& ref) { return lower(ref) == wanted; });
  };
}

}  // namespace

CacheFilter read_cache_filter(const std::string& text) {
  const auto parts = split_filter(trimmed(text));
  if (!parts) throw UsageError("Invalid value: Invalid filter expression: '" + text + "'.");
  if (parts->op == "==")
    throw UsageError("Invalid value: Unsupported operator '==' in filter '" + text + "'. Use '='.");
  const std::string op(parts->op);
  if (parts->key == "size") {
    return [op, size = read_amount(parts->value, kSizeUnits)](const CacheEntry& entry, double) {
      return compare(static_cast<double>(entry.size()), op, size);
    };
  }
  if (parts->key == "accessed" || parts->key == "modified") {
    const bool accessed = parts->key == "accessed";
    return [op, accessed, age = read_amount(parts->value, kTimeUnits)](const CacheEntry& entry, double now) {
      return compare(now - (accessed ? entry.repo->last_accessed : entry.last_modified()), op, age);
    };
  }
  if (parts->key == "type" || parts->key == "refs") return text_filter(*parts, text);
  throw UsageError("Invalid value: Unsupported filter key '" + parts->key + "' in '" + text +
                   "'. Must be one of accessed, modified, refs, size, type.");
}

void sort_cache_entries(std::vector<CacheEntry>& entries, const std::string& key_and_order) {
  const size_t colon = key_and_order.find(':');
  const std::string key = key_and_order.substr(0, colon);
  const std::string order = colon != std::string::npos ? key_and_order.substr(colon + 1)
                            : key == "name"            ? "asc"
                                                       : "desc";
  const auto sort_by = [&](auto value) {
    std::stable_sort(entries.begin(), entries.end(), [&](const CacheEntry& left, const CacheEntry& right) {
      return order == "desc" ? value(right) < value(left) : value(left) < value(right);
    });
  };
  if (key == "name") sort_by([](const CacheEntry& entry) { return lower(entry.repo->cache_id()); });
  if (key == "size") sort_by([](const CacheEntry& entry) { return entry.size(); });
  if (key == "accessed") sort_by([](const CacheEntry& entry) { return entry.repo->last_accessed; });
  if (key == "modified") sort_by([](const CacheEntry& entry) { return entry.last_modified(); });
}

}  // namespace cli
