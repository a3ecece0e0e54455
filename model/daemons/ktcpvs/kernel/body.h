// SPDX-License-Identifier: GPL-2.0-or-later
// Where a message of HTTP ends, as phttp has it (ktcpvs 0.0.18: tcp_vs_http_trans.c): in chunks, or so many bytes; of
// another one there is no body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemons/ktcpvs/table/schedule.h"

namespace lvs::ktcpvs {

class Body {
 public:
  void begin(const MessageHead& head);
  bool over() const { return step_ == Step::over; }
  bool broken() const { return step_ == Step::broken; }
  // Moves what belongs to it from the front of `from` to the end of `to`.
  void take(std::string& from, std::string& to);

 private:
  enum class Step : std::uint8_t { bytes, chunk_line, chunk, trailer, over, broken };
  Step step_ = Step::over;
  std::size_t left_ = 0;
};

}  // namespace lvs::ktcpvs
