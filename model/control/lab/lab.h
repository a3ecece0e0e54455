// SPDX-License-Identifier: GPL-2.0-or-later
// A lab as a value: what lab.conf, HOST.startup and lab.timeline say, with the commands still as text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "control/lab/folder-files.h"

namespace lvs::control {

// Where a text stands. `line` counts from 1; 0 means the file as a whole.
struct LabPlace {
  std::string file;  // name inside the lab folder, with the folder in front when it was read from one
  int line = 0;

  std::string text() const;  // "FILE:LINE", or "FILE"
};

struct LabMessage {
  LabPlace place;
  std::string reason;

  std::string text() const;  // "FILE:LINE: reason"
};

// One full-duplex cable of this kind joins each interface of the segment to the segment's switch.
struct LabSegment {
  static constexpr std::uint64_t kDefaultRate = 1'000'000'000;
  static constexpr base::Time kDefaultDelay{10'000};
  static constexpr std::uint32_t kDefaultQueue = 100;

  std::string name;
  std::uint64_t rate = kDefaultRate;    // bits a second, above 0
  base::Time delay = kDefaultDelay;     // one way through one cable, above 0
  double loss = 0;                      // probability a frame is lost on a cable, 0 to 1
  std::uint32_t queue = kDefaultQueue;  // frames waiting for a cable, 1 or more
};

struct LabInterface {
  unsigned number = 0;      // ethN
  std::size_t segment = 0;  // index into Lab::segments
  base::MacAddr mac;

  std::string name() const { return "eth" + std::to_string(number); }
};

// One line of sh text, without leading and trailing white space; lines ended by a backslash are joined as sh does.
struct LabLine {
  LabPlace place;
  std::string text;
};

struct LabHost {
  std::string name;
  std::vector<LabInterface> interfaces;  // in the order of lab.conf
  std::optional<base::Time> cost;        // CPU time for a packet; none: no CPU model
  std::uint32_t queue = 1000;            // packets waiting for the CPU (net.core.netdev_max_backlog)
  std::string preset;                    // name of a cost preset, empty: none
  std::vector<LabLine> startup;
};

struct LabCommand {
  std::string text;
};
// A raw frame, from the destination MAC on and without FCS, put on the wire as sent by an interface.
struct LabInject {
  unsigned interface = 0;  // ethN
  std::vector<std::uint8_t> frame;
};
struct LabEnd {};
// cut, mend: the cable of an interface.
struct LabCable {
  unsigned interface = 0;  // ethN
  bool plugged = true;
};
// crash, boot: the power of a machine.
struct LabPower {
  bool on = true;
};

struct LabEvent {
  LabPlace place;
  base::Time at{};       // since the startup scripts have run
  std::size_t host = 0;  // index into Lab::hosts; meaningless with LabEnd
  std::variant<LabCommand, LabInject, LabEnd, LabCable, LabPower> what;
};

struct Lab {
  std::string name;                  // LAB_NAME, or the folder's name
  std::string description;           // LAB_DESCRIPTION
  std::vector<LabSegment> segments;  // by first appearance
  std::vector<LabHost> hosts;        // by first appearance
  std::vector<LabEvent> timeline;    // in the order of the file, times never falling
  std::string model_only;            // why no real kernel can run it; empty: one can
  std::string virtual_time;          // why a kernel in real time does not repeat it; empty: it does
  LabFolder files;                   // of the lab's folder; nullptr where there is none

  // Nothing if there is no such name.
  const LabHost* find_host(std::string_view host_name) const;
  // The time of "end", or nothing: the lab then ends kLabTail after its last line has returned.
  std::optional<base::Time> end() const;
};

inline constexpr base::Time kLabTail = std::chrono::seconds(1);

// 02:00:00:HH:HH:NN: `host` counts from 1 in order of first appearance, `interface` is the N of ethN.
base::MacAddr default_mac(std::size_t host, unsigned interface);

struct LabReading {
  Lab lab;                          // meaningful where there are no errors
  std::vector<LabMessage> notices;  // what is accepted and has no effect here
  std::vector<LabMessage> errors;   // one for each wrong thing, by file and line

  bool ok() const { return errors.empty(); }
};

// The files of a lab by their names ("lab.conf", "director.startup", ...). `folder` is put before names in messages.
using LabFiles = std::map<std::string, std::string, std::less<>>;
LabReading parse_lab(const LabFiles& files, std::string_view folder = {});

// Reads the folder. A folder or file that cannot be read is an error of the result.
LabReading read_lab(const std::filesystem::path& folder);

// The files that parse_lab() reads back as the same lab (places apart).
LabFiles write_lab(const Lab& lab);

}  // namespace lvs::control
