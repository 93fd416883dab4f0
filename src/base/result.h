// Result<T>: a value or an Error. The only way a failure crosses a folder.
#pragma once

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace hfhub {

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    assert(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    assert(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T fallback) const& { return ok() ? std::get<0>(state_) : std::move(fallback); }

  const Error& error() const& {
    assert(!ok());
    return std::get<1>(state_);
  }
  Error&& error() && {
    assert(!ok());
    return std::get<1>(std::move(state_));
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

 private:
  std::optional<Error> error_;
};

using Done = Result<void>;

}  // namespace hfhub

#define HFHUB_CONCAT_INNER(a, b) a##b
#define HFHUB_CONCAT(a, b) HFHUB_CONCAT_INNER(a, b)

// HFHUB_TRY(auto x, f()): x = value of f(), or return its error from the enclosing function.
#define HFHUB_TRY(declaration, expression) \
  HFHUB_TRY_INNER(HFHUB_CONCAT(hfhub_result_, __LINE__), declaration, expression)
#define HFHUB_TRY_INNER(name, declaration, expression) \
  auto name = (expression);                            \
  if (!name.ok()) return std::move(name).error();      \
  declaration = std::move(name).value()

// HFHUB_CHECK(f()): return the error of f() from the enclosing function, if it has one.
#define HFHUB_CHECK(expression)                                                                    \
  do {                                                                                             \
    if (auto hfhub_check = (expression); !hfhub_check.ok()) return std::move(hfhub_check).error(); \
  } while (false)
