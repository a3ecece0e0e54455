// SPDX-License-Identifier: GPL-2.0-or-later
// Which records of a trace are meant, as one line of text:
//
//   host:director hook:FORWARD verdict:drop addr:10.0.0.0/24 addr:VIP port:80 drop:arp_ignored conn:3 arp rewrite
//
// All terms hold for the same record. Names are looked for as parts, in any case of letters. A word alone is looked for
// in the names of hosts, hooks, verdicts, reasons, functions, addresses and roles.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "base/result.h"
#include "trace/file/index.h"

namespace lvs::trace {

struct FilterError {
  enum class What : std::uint8_t { unknown_word, needs_value, no_address, no_port, no_packet };
  What what{};
  std::string word;  // as written

  std::string text() const;  // in English
};

class Filter {
 public:
  enum class Match : std::uint8_t { part, whole };
  // What a stage is called beside its own name: in the language of whoever reads.
  using StageTitle = std::function<std::string(Stage)>;

  Filter() = default;
  // `index` must outlive the filter, which knows the hosts, functions and roles that it has by now.
  static base::Result<Filter, FilterError> parse(std::string_view text, const TraceIndex& index,
                                                 const StageTitle& title = {});

  bool empty() const { return tests_.empty(); }
  bool matches(const IndexEntry& entry) const;

  // --- one term more
  void on_host(std::span<const std::string> names, const TraceIndex& index, Match match);
  void at_hook(std::span<const std::string> names, const TraceIndex& index, Match match, const StageTitle& title = {});
  void with_verdict(std::string_view part);
  void with_drop(std::string_view part);
  void touching(std::vector<base::Ipv4Prefix> addresses);
  // TCP, UDP and SCTP: what stands in the index for an ICMP message is no port.
  void with_port(std::uint16_t port);
  void of_connection(std::uint64_t connection, const TraceIndex& index);
  void of_walk(std::uint32_t walk);  // index into walks()
  void arp();
  void rewritten();

 private:
  using Test = std::function<bool(const IndexEntry&)>;
  void word(std::string_view text, const TraceIndex& index, const StageTitle& title);
  bool add(std::string_view key, std::string_view value, const TraceIndex& index, const StageTitle& title,
           FilterError& error);

  std::vector<Test> tests_;
};

// Walks (indexes into walks()) with a record that fits, in order.
std::vector<std::uint32_t> walks_that(const Filter& filter, const TraceIndex& index);

}  // namespace lvs::trace
