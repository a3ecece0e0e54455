// SPDX-License-Identifier: GPL-2.0-or-later
// The head of an answer as wget takes it, and its body. Internal to wget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/dechunker.h"

namespace lvs::control {

class WgetAnswer {
 public:
  enum class State : std::uint8_t { more, whole, broken };

  WgetAnswer() = default;
  // `head`: its lines, each with its end. `of_head`: the answer to HEAD, which has no body.
  WgetAnswer(std::string head, bool of_head);

  const std::string& head() const { return head_; }
  int code() const { return code_; }
  const std::string& reason() const { return reason_; }
  bool fine() const { return code_ >= 200 && code_ < 300; }
  // 504, after which wget tries again.
  bool late() const { return code_ == 504; }
  // Where it sends who asks; empty: nowhere.
  std::string location() const;
  // The value behind "name:", which is in small letters; empty: there is none.
  std::string field(std::string_view name) const;
  const std::optional<std::uint64_t>& length() const { return length_; }  // as announced
  bool chunked() const { return chunks_.has_value(); }
  bool stays() const;  // the connection, when the body is over
  bool html() const;   // or nothing is said of its type

  // Takes the body's bytes off the front of `received`. `ended`: no more will come.
  State take(std::string& received, bool ended);
  const std::string& body() const { return body_; }

 private:
  std::string head_, reason_, body_;
  int code_ = 0;
  std::optional<std::uint64_t> length_;
  std::optional<Dechunker> chunks_;
};

}  // namespace lvs::control
