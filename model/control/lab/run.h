// SPDX-License-Identifier: GPL-2.0-or-later
// What a lab did: the same value from the simulation, from emulation and from a real kernel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/kernel-ticks.h"
#include "base/time.h"

namespace lvs::control {

// One startup or timeline line, "inject" and "end" apart.
struct CommandResult {
  base::Time at{};  // start, since the timeline's zero; startup lines at or below 0
  std::string host;
  std::string command;  // verbatim
  int status = 0;       // as sh's $?: 128 + signal if killed by one
  std::string out;      // standard output, of background jobs too until the end of the run
  std::string err;
};

// One frame seen on an interface, from the destination MAC on, without link padding and FCS.
struct CapturedFrame {
  base::Time at{};  // since the timeline's zero; startup below 0
  bool outbound = false;
  std::vector<std::uint8_t> bytes;
};

struct LabCapture {
  std::string host;
  std::string interface;              // "eth0"
  std::vector<CapturedFrame> frames;  // in the order sent and received
};

// What a kernel drew at random for the neighbours of an interface, and told.
struct LabDraw {
  base::Time at{};  // since when, from the timeline's zero
  std::string host, interface;
  base::Time reachable{};  // how long a confirmed neighbour counts as reachable
};

struct LabRun {
  std::string lab;                      // Lab::name
  std::string engine;                   // what ran it, for people: "simulation", "Linux 6.1.176 (User Mode Linux)"
  std::string kernel;                   // the release of a real one: "6.1.176"; empty: the model
  std::vector<CommandResult> commands;  // in the order run
  std::vector<LabCapture> captures;     // every interface of lab.conf, host by host
  base::Time epoch = std::chrono::seconds(946684800);  // of the timeline's zero, since 1970; simulations: 2000-01-01
  base::Time end{};                                    // when the run ended, since the timeline's zero
  base::Time start{};                                  // of the first startup line, since the timeline's zero
  // Of the kernel that ran it, counted from `start`, where its moments are exact: in virtual time.
  std::optional<base::KernelTicks> ticks;
  std::vector<LabDraw> draws;        // in virtual time
  std::vector<std::string> notices;  // what this engine did not do as the lab says
  std::string stopped;               // why it could not run to its end, with the line; empty: it did
  std::uint64_t frames = 0;          // seen on all interfaces, also where captures are not kept
};

}  // namespace lvs::control
