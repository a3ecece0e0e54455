// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-lab-realtime.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "ns3/simulator.h"
#include "trace/drop.h"

namespace ns3 {

using ::lvs::control::Lab;

namespace {

Time PollPeriod() { return MilliSeconds(20); }

std::string SizeText(uint64_t bytes) {
  return bytes < 100'000 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} MB", static_cast<double>(bytes) * 1e-6);
}

std::string TapText(const std::string& segment, const LvsTap& tap) {
  const LvsTapCounters& c = tap.GetCounters();
  std::string text = fmt::format("{} = {}: {} frames in ({}), {} out ({})", segment, tap.GetName(), c.framesIn,
                                 SizeText(c.bytesIn), c.framesOut, SizeText(c.bytesOut));
  const auto lost = [&](uint64_t count, const char* why) {
    if (count != 0) text += fmt::format("\n  lost {}: {}", count, why);
  };
  lost(c.malformed, "in: malformed");
  lost(c.down, "out: the interface was down");
  lost(c.full, "out: the kernel had no room");
  lost(c.refused, "out: the kernel refused the frame");
  if (tap.IsGone()) return text + "\n  the interface was deleted";
  if (const auto kernel = tap.GetTap().counters()) {
    lost(kernel->tx_dropped, "in: the queue of the interface was full or it was down (kernel: tx_dropped)");
    lost(kernel->rx_dropped, "out: the machine's network stack had no use or no room (kernel: rx_dropped)");
  }
  return text;
}

std::string DropsText(const std::string& name, const ::lvs::host::Host& host) {
  using ::lvs::trace::Drop;
  std::string reasons;
  uint64_t sum = 0;
  for (std::size_t i = 1; i < static_cast<std::size_t>(Drop::count_); ++i) {
    const auto reason = static_cast<Drop>(i);
    const uint64_t count = host.drops(reason);
    if (count == 0 || reason == Drop::consumed) continue;
    sum += count;
    reasons += fmt::format("{} {} {}", reasons.empty() ? "" : ",", ::lvs::trace::name_of(reason), count);
  }
  return sum == 0 ? std::string() : fmt::format("{}: {} packets dropped:{}", name, sum, reasons);
}

}  // namespace

std::vector<std::string> LvsCheckRealtime(const Lab& lab, const LvsRealtimeOptions& options) {
  std::vector<std::string> errors;
  std::set<std::string> joined, interfaces;
  std::string known;
  for (const auto& segment : lab.segments) known += (known.empty() ? "" : ", ") + segment.name;
  for (const auto& plug : options.taps) {
    if (std::ranges::none_of(lab.segments, [&](const auto& segment) { return segment.name == plug.where; })) {
      errors.push_back(fmt::format("--tap {}={}: the lab has no segment '{}'; it has: {}", plug.where, plug.tap.name,
                                   plug.where, known));
    }
    if (!interfaces.insert(plug.tap.netns + "/" + plug.tap.name).second) {
      errors.push_back(fmt::format("--tap {}={}: that interface is taken already", plug.where, plug.tap.name));
    }
    joined.insert(plug.where);
  }
  for (const std::string& name : options.real) {
    const auto* host = lab.find_host(name);
    if (host == nullptr) {
      errors.push_back(fmt::format("--real {}: the lab has no such host", name));
    } else if (std::ranges::none_of(host->interfaces, [&](const auto& interface) {
                 return joined.contains(lab.segments[interface.segment].name);
               })) {
      errors.push_back(fmt::format("--real {}: none of its segments is joined to a TAP (--tap)", name));
    }
  }
  return errors;
}

LvsLabRealtime::LvsLabRealtime(const Lab& lab, const LvsRealtimeOptions& options)
    : m_lab(lab), m_options(options), m_signals({SIGINT, SIGTERM, SIGUSR1}), m_remote(*this) {
  // A viewer that reads the trace from a pipe may be closed: the run goes on.
  ::signal(SIGPIPE, SIG_IGN);
  if (!options.control.empty()) m_control = std::make_unique<::lvs::os::ControlServer>(options.control);
}

LvsLabRealtime::~LvsLabRealtime() { m_realtime.Stop(); }

void LvsLabRealtime::Say(const std::string& text) const {
  if (m_options.say) m_options.say(text);
}

void LvsLabRealtime::Plug(const std::vector<Ptr<LvsSwitch>>& switches) {
  for (const auto& plug : m_options.taps) {
    for (std::size_t i = 0; i < m_lab.segments.size(); ++i) {
      if (m_lab.segments[i].name != plug.where) continue;
      Ptr<LvsTap> tap = CreateObject<LvsTap>();
      tap->Open(plug.tap);
      tap->Plug(switches[i], DataRate(m_lab.segments[i].rate));
      m_taps.push_back(tap);
      m_realtime.Add(tap);
    }
  }
}

void LvsLabRealtime::Begin(const std::vector<Ptr<LvsHost>>& hosts) {
  m_hosts = hosts;
  m_realtime.Watch(m_signals.fd(), [this] { ObeySignals(); });
  if (m_control != nullptr) m_realtime.Watch(m_control->fd(), [this] { Serve(); });
  m_realtime.onLate = [this](Time lag) {
    if (Simulator::Now() < m_quietUntil) return;
    m_quietUntil = Simulator::Now() + Seconds(1);
    Say(fmt::format("late by {:.1f} ms at {:.3f} s: the machine was busy, or the lab has more to do than it can",
                    lag.GetSeconds() * 1e3, Simulator::Now().GetSeconds()));
  };
  m_realtime.Start();
}

void LvsLabRealtime::End() {
  m_realtime.Stop();
  m_remote.end_all();
  SaySummary();
  for (const Ptr<LvsTap>& tap : m_taps) tap->Dispose();
}

void LvsLabRealtime::SaySummary() const {
  for (std::size_t i = 0; i < m_taps.size(); ++i) Say(TapText(m_options.taps[i].where, *m_taps[i]));
  for (const Ptr<LvsHost>& host : m_hosts) {
    if (host == nullptr) continue;
    if (const std::string text = DropsText(host->GetHost().name(), host->GetHost()); !text.empty()) Say(text);
  }
  const LvsLateness& late = m_realtime.GetLateness();
  Say(fmt::format("real time: worst lateness {:.3f} ms at {:.3f} s; {} of {} looks found more than a tick ({} ms)",
                  late.worst.GetSeconds() * 1e3, late.worstAt.GetSeconds(), late.late, late.looks,
                  LvsLateness::TICK_NS / 1'000'000));
}

void LvsLabRealtime::ObeySignals() {
  while (const auto number = m_signals.take()) {
    if (*number == SIGUSR1) {
      SaySummary();
    } else {
      Simulator::Stop();
    }
  }
}

void LvsLabRealtime::Serve() {
  const ::lvs::os::ControlEvents events = m_control->serve();
  for (const uint64_t client : events.gone) m_remote.cancel(client);
  for (const auto& request : events.requests) {
    std::string known;
    bool found = false;
    for (const Ptr<LvsHost>& host : m_hosts) {
      if (host == nullptr) continue;
      const std::string& name = host->GetHost().name();
      known += (known.empty() ? "" : ", ") + name;
      if (name != request.host) continue;
      {
        const LvsHost::Entry entry(*host);
        m_remote.start(request.client, host->GetMachine(), request.command);
      }
      host->FollowDevices();
      found = true;
    }
    if (!found) m_remote.refuse(request.client, request.host, known);
  }
  if (m_remote.any() && !m_polling) {
    m_polling = true;
    Simulator::Schedule(PollPeriod(), &LvsLabRealtime::Poll, this);
  }
}

void LvsLabRealtime::Poll() {
  m_remote.poll();
  m_polling = m_remote.any();
  if (m_polling) Simulator::Schedule(PollPeriod(), &LvsLabRealtime::Poll, this);
}

void LvsLabRealtime::output(uint64_t client, bool error, std::string_view text) {
  m_control->output(client, error, text);
}

void LvsLabRealtime::finish(uint64_t client, int status) { m_control->finish(client, status); }

}  // namespace ns3
