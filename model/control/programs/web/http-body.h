// SPDX-License-Identifier: GPL-2.0-or-later
// What a client takes of an answer: fields of the head, and the body, which is as long as the head says, in chunks, or
// goes to the end of the connection (RFC 9112 section 6.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/dechunker.h"

namespace lvs::control {

// `prefix` is in small letters.
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// The value behind "name:", which is in small letters, of the first line that has it; empty: there is none.
std::string http_field(std::string_view head, std::string_view name);

class HttpBody {
 public:
  enum class State : std::uint8_t { more, whole, broken };

  // `head`: its lines, each with its end.
  void expect(std::string_view head);
  // There is none, whatever the head says.
  void expect_nothing();
  // Takes its own off the front of `received`.
  State take(std::string& received);

  // It ends before the connection does.
  bool is_delimited() const { return length_ || chunks_; }
  bool is_chunked() const { return chunks_.has_value(); }
  const std::string& text() const { return text_; }
  const std::optional<std::uint64_t>& length() const { return length_; }  // as announced

 private:
  std::optional<std::uint64_t> length_;
  std::optional<Dechunker> chunks_;
  std::string text_;
};

}  // namespace lvs::control
