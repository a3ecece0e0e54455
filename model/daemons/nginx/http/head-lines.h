// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of a head, of a request as of an answer, as they come.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lvs::nginx {

class HeadLines {
 public:
  // True: the next line is whole. `received`: all that has come, the head's first byte in front; what was there before
  // is still there.
  bool look(std::string_view received);
  std::size_t begin() const { return begin_; }
  // Of the next line, as far as it is here.
  std::size_t length() const { return length_; }
  // The line that look() has found, without its end.
  std::string_view take(std::string_view received);
  // Bytes of all lines taken.
  std::size_t size() const { return begin_; }

 private:
  std::size_t begin_ = 0, length_ = 0, searched_ = 0;  // searched_: up to where no end was found
};

struct HeaderLine {
  std::string_view name, value;  // without blanks around the value
  bool has_colon = false;
};
HeaderLine split_header(std::string_view line);

std::string lower_case(std::string_view text);
// What "Connection" says of the connection, in whatever case: true: it is kept; nothing: neither.
std::optional<bool> wants_to_keep(std::string_view connection);

}  // namespace lvs::nginx
