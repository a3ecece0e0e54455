// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "control/machine/remote-commands.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-realtime.h"
#include "ns3/lvs-switch.h"
#include "ns3/lvs-tap.h"
#include "os/control-socket.h"
#include "os/signals.h"
#include "os/tap.h"

namespace ns3 {

/** How a lab runs in real time, among real machines. */
struct LvsRealtimeOptions {
  std::vector<::lvs::os::TapPlug> taps;         ///< segments of the lab and their TAPs
  std::set<std::string, std::less<>> real;      ///< hosts of the lab that are real machines behind a TAP
  std::string control;                          ///< socket for commands while it runs; empty: none
  std::function<void(const std::string&)> say;  ///< takes lines for people while it runs, and the summary
};

/** \returns what does not fit together, a line each: unknown segments, real hosts that nobody reaches. */
std::vector<std::string> LvsCheckRealtime(const ::lvs::control::Lab& lab, const LvsRealtimeOptions& options);

/**
 * The real world of a lab's run under RealtimeSimulatorImpl: TAPs, commands from outside, signals (INT and TERM end the
 * simulation, USR1 says what has happened so far).
 */
class LvsLabRealtime : private ::lvs::control::RemoteOutput {
 public:
  /** Opens the control socket and takes over the signals; throws what they throw. */
  LvsLabRealtime(const ::lvs::control::Lab& lab, const LvsRealtimeOptions& options);
  ~LvsLabRealtime() override;

  bool IsReal(const std::string& host) const { return m_options.real.contains(host); }
  /** Opens the TAPs and plugs them in. \param switches by the lab's segments */
  void Plug(const std::vector<Ptr<LvsSwitch>>& switches);
  /** Begins; from within the simulation. \param hosts by the lab's hosts, nullptr for real ones */
  void Begin(const std::vector<Ptr<LvsHost>>& hosts);
  /** Ends; afterwards the simulator may go. */
  void End();

 private:
  void Say(const std::string& text) const;
  void SaySummary() const;
  void ObeySignals();
  void Serve();
  void Poll();
  void output(uint64_t client, bool error, std::string_view text) override;
  void finish(uint64_t client, int status) override;

  const ::lvs::control::Lab& m_lab;
  const LvsRealtimeOptions& m_options;
  ::lvs::os::Signals m_signals;
  std::unique_ptr<::lvs::os::ControlServer> m_control;
  std::vector<Ptr<LvsTap>> m_taps;
  std::vector<Ptr<LvsHost>> m_hosts;
  ::lvs::control::RemoteCommands m_remote;
  LvsRealtime m_realtime;
  Time m_quietUntil;
  bool m_polling = false;
};

}  // namespace ns3
