// SPDX-License-Identifier: GPL-2.0-or-later
// One modelled machine: a host, its IPVS, its files, and a shell to command it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "control/machine/files.h"
#include "control/machine/line-run.h"
#include "control/machine/processes.h"
#include "control/machine/shell/shell.h"
#include "host/host.h"
#include "host/socket/sockets.h"
#include "ipvs/ip-vs.h"

namespace lvs::control {

// What a script did, as far as it came.
struct ScriptOutcome {
  int status = 0;   // of the last line that ran
  std::string out;  // of all lines
  std::string err;
};

class Machine {
 public:
  // As host::Host: `clock` must outlive the machine.
  Machine(std::string name, trace::HostId id, std::uint64_t seed, base::Clock& clock);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  host::Host& host() { return host_; }
  const host::Host& host() const { return host_; }
  ipvs::IpVs& ipvs() { return ipvs_; }
  const ipvs::IpVs& ipvs() const { return ipvs_; }
  Files& files() { return files_; }
  host::Sockets& sockets() { return sockets_; }

  // Seconds between 1970 and the start of the run, for `date` and the like.
  base::Time epoch{};

  // Names the socket of a ping: a number of its own.
  std::uint16_t next_ident() { return ++ident_; }

  Processes& processes() { return processes_; }
  // A line of /var/log/messages, as a syslog daemon writes it: "Jan  1 00:00:01 HOST TAG[PID]: TEXT".
  void log(std::string_view tag, Pid pid, std::string_view text);

  // Somebody sees every ARP packet that comes in (arping); any number of them.
  void add_arp_tap(host::Arp::Tap tap, void* self);
  void remove_arp_tap(host::Arp::Tap tap, void* self);

  // Somebody sees every frame of every interface (tcpdump); any number of them.
  void add_frame_tap(host::Host::FrameTap tap, void* self);
  void remove_frame_tap(host::Host::FrameTap tap, void* self);

  // Programs that say something when the run ends and takes them along (SIGTERM); any number of them.
  void add_last_words(std::function<void()> say, const void* self) { last_words_.emplace_back(self, std::move(say)); }
  void remove_last_words(const void* self);
  // The run is over: everybody who goes on says so. Outputs of runs are complete then.
  void say_last_words();

  // Interfaces that `ip link set up` has had its way with; a tunnel that never was up is listed otherwise.
  void note_up(std::uint32_t ifindex) { been_up_.insert(ifindex); }
  bool has_been_up(std::uint32_t ifindex) const { return been_up_.contains(ifindex); }

  // The power goes: every program ends without a word, and all that the machine knew is gone, its files too. It neither
  // sends nor takes anything until boot(). Interfaces keep their names and ports; the host is a new one at the same
  // place. Not from within a call on the machine.
  void crash();
  // As a machine that has just come up: lo and Ethernet interfaces up, no addresses.
  void boot();
  bool on() const { return on_; }

  // Starts a parsed line. `done` is called once, when its foreground commands have ended: maybe from within this call.
  // The run stays with the machine; its output grows while background jobs go on.
  const LineRun& start(ShellLinePtr line, std::function<void(const LineRun&)> done = {}, Pid parent = kInit);
  // Forgets a run, and ends what of it still goes on. Not from within its `done`.
  void end(const LineRun& run);

  // Lines of commands that take no time, one after the other until one fails: set-up of tests and of helpers. A line
  // that is not modelled or wants to wait ends the script with status 2 and a message in `err`. Commands before such a
  // line have run.
  ScriptOutcome run_script(std::string_view script);
  // The same, and std::runtime_error with the line and its messages when the status is not 0. Returns what was printed.
  std::string run(std::string_view script);

 private:
  void rebuild();

  std::uint64_t seed_;
  base::Clock& clock_;
  bool on_ = true;
  host::Host host_;
  ipvs::IpVs ipvs_;
  Processes processes_;
  Files files_;
  std::set<std::uint32_t> been_up_;
  std::uint16_t ident_ = 0;
  std::vector<std::pair<host::Arp::Tap, void*>> arp_taps_;
  std::vector<std::pair<host::Host::FrameTap, void*>> frame_taps_;
  std::vector<std::pair<const void*, std::function<void()>>> last_words_;
  host::Sockets sockets_;
  std::vector<std::unique_ptr<LineRun>> runs_;
};

}  // namespace lvs::control
