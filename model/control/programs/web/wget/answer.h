// SPDX-License-Identifier: GPL-2.0-or-later
// The head of an answer as wget takes it, and its body. Internal to wget.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "control/programs/web/http-body.h"

namespace lvs::control {

class WgetAnswer {
 public:
  using State = HttpBody::State;

  WgetAnswer() = default;
  // `head`: its lines, each with its end.
  explicit WgetAnswer(std::string head);

  const std::string& head() const { return head_; }
  int code() const { return code_; }
  const std::string& reason() const { return reason_; }
  bool fine() const { return code_ >= 200 && code_ < 300; }
  // 504, after which wget tries again.
  bool late() const { return code_ == 504; }
  // Where it sends who asks; empty: nowhere.
  std::string location() const;
  std::string field(std::string_view name) const { return http_field(head_, name); }
  const std::optional<std::uint64_t>& length() const { return body_.length(); }  // as announced
  bool chunked() const { return body_.is_chunked(); }
  bool stays() const;  // the connection, when the body is over
  bool html() const;   // or nothing is said of its type

  // Takes the body's bytes off the front of `received`. `ended`: no more will come.
  State take(std::string& received, bool ended);
  const std::string& body() const { return body_.text(); }

 private:
  std::string head_, reason_;
  int code_ = 0;
  HttpBody body_;
};

}  // namespace lvs::control
