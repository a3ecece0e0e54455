// SPDX-License-Identifier: GPL-2.0-or-later
// lab.check as a value: what a lab must do, with points and hints (docs/exercises.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/addr.h"
#include "base/result.h"
#include "base/time.h"
#include "control/lab/lab.h"

namespace lvs::control {

// "client can fetch http://10.0.0.100/ 6 times: rs1 4 and rs2 2", "client cannot fetch ...".
struct FetchCheck {
  std::string client, url;
  bool can = true;
  unsigned times = 1;
  // Who must answer; with a number, so many of the requests.
  std::vector<std::pair<std::string, std::optional<unsigned>>> from;
};
// "client can ping 10.0.0.100".
struct PingCheck {
  std::string client;
  base::Ipv4Addr address;
  bool can = true;
};
// "replies of http://10.0.0.100/ to client do not pass director".
struct ReplyCheck {
  std::string client, url, host;
  bool pass = true;
};
// "no host but director answers ARP for 10.0.0.100"; uses: "... uses 10.0.0.100 in ARP".
struct ArpCheck {
  std::string owner;
  base::Ipv4Addr address;
  bool uses = false;
  std::string client, url;                                     // uses: whose requests make the others ask
  std::vector<std::pair<std::string, std::string>> questions;  // answers: hosts that ask, and their interface
};
// "director `ipvsadm -Sn` has the lines".
struct CommandCheck {
  enum class How : unsigned char { prints, lacks, prints_nothing, lines, text, succeeds, fails };
  std::string host, command;
  How how = How::succeeds;
  std::string text;  // lines: each ended by a line end
};
// "at most 4 of 30 requests fail after lb1 dies at 10 s".
struct FailCheck {
  std::string client, url;
  unsigned most = 0, requests = 20;
  std::optional<LabEvent> event;  // what happens in between
  std::string event_text;
};
// "lvs-lab check finds nothing", "... finds no arp-answers".
struct DiagnosisCheck {
  std::string rule;  // empty: any
};

struct Check {
  LabPlace place;
  std::string text;  // the sentence, with names in place of which addresses stand, on one line
  unsigned points = 1;
  std::string hint, hint_zh;
  std::optional<base::Time> at;  // of the timeline; nothing: when all of it has run
  std::variant<FetchCheck, PingCheck, ReplyCheck, ArpCheck, CommandCheck, FailCheck, DiagnosisCheck> what;
};

struct Exercise {
  std::string title;
  std::vector<std::string> hand_in;  // files that students change; empty: all of them
  std::vector<Check> checks;         // at least one

  unsigned points() const;
};

inline constexpr std::string_view kCheckFile = "lab.check";

// `file`: its name for messages, `lab`: whose hosts are meant. One message for each wrong line.
base::Result<Exercise, std::vector<LabMessage>> parse_exercise(const Lab& lab, const std::string& file,
                                                               std::string_view text);

}  // namespace lvs::control
