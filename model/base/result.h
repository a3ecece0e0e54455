// SPDX-License-Identifier: GPL-2.0-or-later
// A value or an error (C++20 has no std::expected).
#pragma once

#include <utility>
#include <variant>

namespace lvs::base {

template <class E>
struct Error {
  E value;
};
template <class E>
Error(E) -> Error<E>;

template <class T, class E>
class Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}               // NOLINT: implicit on purpose
  Result(Error<E> error) : state_(std::in_place_index<1>, std::move(error.value)) {}  // NOLINT: implicit on purpose
  template <class F>
  Result(Error<F> error) : state_(std::in_place_index<1>, std::move(error.value)) {}  // NOLINT: implicit on purpose

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }
  T& value() { return *std::get_if<0>(&state_); }
  const T& value() const { return *std::get_if<0>(&state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const E& error() const { return *std::get_if<1>(&state_); }

 private:
  std::variant<T, E> state_;
};

}  // namespace lvs::base
