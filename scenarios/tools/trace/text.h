// SPDX-License-Identifier: GPL-2.0-or-later
// A trace as text for a terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tools/trace/filter.h"
#include "trace/file/index.h"

namespace lvs::scenarios {

class WalkText {
 public:
  using Put = std::function<void(std::string_view)>;
  WalkText(trace::TraceIndex& index, const WalkFilter& filter, bool colours, Put put)
      : index_(index), filter_(filter), colours_(colours), put_(std::move(put)) {}

  // Each of these gives the number of things shown.
  std::size_t list();
  std::size_t walk(std::uint32_t walk);
  std::size_t connections();
  std::size_t journal(const WalkOptions& options);
  std::size_t tables(const WalkOptions& options);
  std::size_t info();
  // Lines of the walk from record `number` on, for a trace that grows.
  void follow(std::size_t number);

 private:
  const char* colour(const char* code) const { return colours_ ? code : ""; }
  const char* verdict_colour(trace::Verdict verdict) const;
  double seconds(base::Time at) const;
  std::string packet_line(const trace::Record& record) const;
  std::string stage_line(const trace::Record& record) const;
  void widths();

  trace::TraceIndex& index_;
  const WalkFilter& filter_;
  bool colours_;
  Put put_;
  std::size_t host_width_ = 0, stage_width_ = 0;
};

// Every reason with its number, name and text, for those who translate; and the drops.
std::string reasons_text();

}  // namespace lvs::scenarios
