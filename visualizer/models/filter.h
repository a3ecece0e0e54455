// SPDX-License-Identifier: GPL-2.0-or-later
// Which packets are shown, as one line of text:
//   host:director hook:FORWARD verdict:drop addr:10.0.0.1 addr:VIP port:80 drop:arp_ignored conn:3 arp rewrite
// All terms hold for the same record; a packet is shown when one of its records fits. A word alone is looked for in the
// names of hosts, hooks, verdicts, reasons, functions, addresses and roles.
#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "trace/file/index.h"

namespace lvs::view {

class Filter {
 public:
  Filter() = default;
  // A term that cannot be understood: `error` says which.
  static Filter parse(const QString& text, const trace::TraceIndex& index, QString& error);

  bool empty() const { return tests_.empty(); }
  bool matches(const trace::IndexEntry& entry) const;
  const QString& text() const { return text_; }

 private:
  using Test = std::function<bool(const trace::IndexEntry&)>;
  static Test word(const QString& value, const trace::TraceIndex& index);

  QString text_;
  std::vector<Test> tests_;
};

// Numbers of the walks with a record that fits, in order.
std::vector<std::uint32_t> walksThat(const Filter& filter, const trace::TraceIndex& index);

}  // namespace lvs::view
