// SPDX-License-Identifier: GPL-2.0-or-later
// As much of JSON (RFC 8259) as traces need: reading untrusted text into values. Writing: base/json-writer.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lvs::trace {

class Json {
 public:
  enum class Type : std::uint8_t { null, boolean, number, string, array, object };

  // Nothing: `error` says what is wrong and where. At most 64 levels deep.
  static std::optional<Json> parse(std::string_view text, std::string& error);

  Type type() const { return type_; }
  // The member of an object, of that name; a null value when there is none.
  const Json& operator[](std::string_view name) const;
  // Elements of an array, else none.
  const std::vector<Json>& items() const { return items_; }
  // Values of other types give what is passed.
  std::string_view string(std::string_view otherwise = {}) const { return type_ == Type::string ? text_ : otherwise; }
  std::int64_t integer(std::int64_t otherwise = 0) const;    // whole numbers that fit
  std::uint64_t natural(std::uint64_t otherwise = 0) const;  // the same, from 0
  bool boolean(bool otherwise = false) const { return type_ == Type::boolean ? text_ == "true" : otherwise; }

 private:
  friend class JsonReader;
  Type type_ = Type::null;
  std::string text_;  // strings decoded; numbers and booleans as written
  std::vector<Json> items_;
  std::vector<std::pair<std::string, Json>> members_;
};

}  // namespace lvs::trace
