// SPDX-License-Identifier: GPL-2.0-or-later
// The body of an answer as curl takes it: as long as the head says, in chunks, or to the end of the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/dechunker.h"

namespace lvs::control {

class CurlBody {
 public:
  enum class State : std::uint8_t { more, whole, broken };

  // `header`: all of it, with the empty line.
  void expect(std::string_view header);
  // Takes its own off the front of `received`.
  State take(std::string& received);
  // What curl says if the connection ends here; empty: nothing is missing.
  std::string missing() const;

  // It ends before the connection does.
  bool is_delimited() const { return length_ || chunks_; }
  const std::string& text() const { return text_; }
  const std::optional<std::uint64_t>& length() const { return length_; }  // as announced

 private:
  std::optional<std::uint64_t> length_;
  std::optional<Dechunker> chunks_;
  std::string text_;
};

}  // namespace lvs::control
