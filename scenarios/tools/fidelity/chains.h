// SPDX-License-Identifier: GPL-2.0-or-later
// Do packets pass the chains that they pass in Linux? The target TRACE on every host, on the model and on a real
// kernel.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "control/lab/lab.h"
#include "referee/kernel/image.h"

namespace lvs::scenarios {

struct ChainVerdict {
  std::string lab;
  std::size_t agree = 0;                            // different lines that both wrote
  std::vector<std::string> only_linux, only_model;  // as chain_line() gives them
  std::string error;                                // not empty: not run, and why

  // Nothing to compare is no difference: some labs are about ARP only.
  bool good() const { return error.empty() && only_linux.empty() && only_model.empty(); }
};

struct ChainReport {
  std::string kernel;
  std::vector<ChainVerdict> labs;  // those that a kernel can run
  std::string error;               // no kernel: nothing was compared

  // No difference, no failure, and something was compared.
  bool good() const;
};

// Runs the labs one after another (the kernel's log is one for all hosts) with `iptables -t raw -j TRACE` in PREROUTING
// and OUTPUT of every host and the tables mangle and filter there, and compares what the kernel's log says with what
// the model writes: as a set of different lines, since how often and in which segments TCP sends is not compared
// anywhere.
ChainReport check_chains(std::span<const control::Lab> labs, const referee::KernelChoice& kernel,
                         const std::function<void(const std::string&)>& progress);

// What of a line of the log must be alike: the chain and the rule, interfaces, MAC addresses, addresses, TTL, protocol,
// ports below 32768, ICMP type and code, SYN and RST, and the same of a packet quoted. Empty: no line of TRACE.
std::string chain_line(std::string_view line);

// For people: what differs, or how much agrees; a line or more.
std::string chain_text(const ChainVerdict& verdict);

}  // namespace lvs::scenarios
