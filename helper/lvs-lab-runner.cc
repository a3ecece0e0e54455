// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-lab-runner.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "control/lab/cpu-preset.h"
#include "control/lab/script-run.h"
#include "control/lab/trace/run-trace.h"
#include "control/machine/machine.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-lab-capture.h"
#include "ns3/lvs-lab-given.h"
#include "ns3/lvs-switch.h"
#include "ns3/mac48-address.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/pointer.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3 {

using CoreTime = ::lvs::base::Time;  // in nanoseconds, as ns3::Time is by default
using ::lvs::control::Lab;
using ::lvs::control::LabRun;
using ::lvs::control::LabScript;
using ::lvs::control::LineRun;

namespace {

Time ToNs3(CoreTime t) { return NanoSeconds(t.count()); }
CoreTime Now() { return CoreTime(Simulator::Now().GetNanoSeconds()); }

// A lab at work.
class Simulation : private ::lvs::control::LabWorld {
 public:
  Simulation(const LabScript& script, const LvsLabOptions& options)
      : m_lab(*script.lab), m_options(options), m_script(script, *this) {
    m_result.lab = m_lab.name;
    m_result.engine = "simulation";
    if (options.realtime != nullptr) {
      m_result.engine = "emulation";
      m_result.epoch = std::chrono::system_clock::now().time_since_epoch();
      m_realtime = std::make_unique<LvsLabRealtime>(m_lab, *options.realtime);
    }
    if (options.epoch) m_result.epoch = *options.epoch;
    MakeHosts();
    MakeSegments();
    MakeTrace();
    if (options.console != nullptr) MakePrompt();
  }

  LabRun Run() {
    if (m_options.draws != nullptr) LvsTakeDraws(*m_options.draws, m_lab, m_hosts, m_options.startup);
    m_script.not_before = m_options.startup;
    m_script.on_line = [this](const ::lvs::control::LabPlace& place, const std::string& text) {
      if (m_options.onLine) m_options.onLine(place.text() + ": " + text);
    };
    m_script.on_result = m_options.onResult;
    m_script.on_notice = [this](const std::string& text) { m_result.notices.push_back(text); };
    m_script.on_started = [this] { Started(); };
    m_script.on_finished = [this] {
      // In real time: until a signal, "end" or --until.
      if (m_prompt != nullptr)
        m_prompt->Ask();
      else if (m_realtime == nullptr)
        end_at(Now() + ::lvs::control::kLabTail);
    };
    Simulator::ScheduleNow(&::lvs::control::ScriptRun::begin, &m_script);
    if (m_realtime == nullptr) Watch();
    if (m_realtime != nullptr) Simulator::ScheduleNow(&LvsLabRealtime::Begin, m_realtime.get(), m_hosts);
    if (m_realtime != nullptr && m_trace != nullptr) FlushTrace();
    Simulator::Run();
    Finish();
    if (m_realtime != nullptr) m_realtime->End();
    return std::move(m_result);
  }

 private:
  void MakeHosts();
  void MakeSegments();
  void MakeTrace();
  void Look(const std::function<void()>& look);
  void FlushTrace();
  void Overhear();
  void KeepOverhearing();
  void Watch();
  void MakePrompt();
  void Question();
  std::string ReasonToStop() const;
  void Plug(std::size_t host, const ::lvs::control::LabInterface& interface);
  void Started();
  void Finish();
  // The line that is waited for, with its place; empty: none.
  std::string AtWork() const;

  CoreTime now() const override { return Now(); }
  void at(CoreTime when, std::function<void()> what) override;
  void end_at(CoreTime when) override { Simulator::Stop(ToNs3(std::max(when - Now(), CoreTime{0}))); }
  void stop() override { Simulator::Stop(); }
  ::lvs::control::Machine* find_machine(std::size_t host) override;
  const LineRun& start(std::size_t host, ::lvs::control::ShellLinePtr line,
                       std::function<void(const LineRun&)> done) override;
  bool inject(std::size_t host, const ::lvs::control::LabInject& what) override;
  void plug(std::size_t host, const ::lvs::control::LabCable& what) override;
  void switch_power(std::size_t host, bool on) override;

  // True for a host that is a real machine: it has no node's stack, and its lines are left out.
  bool IsReal(std::size_t host) const { return m_hosts[host] == nullptr; }

  const Lab& m_lab;
  const LvsLabOptions& m_options;
  LabRun m_result;
  std::unique_ptr<LvsLabRealtime> m_realtime;
  std::vector<Ptr<LvsHost>> m_hosts;  // by the lab's hosts; nullptr: real
  std::vector<Ptr<LvsSwitch>> m_switches;
  std::vector<std::unique_ptr<LvsLabCapture>> m_captures;
  std::unique_ptr<::lvs::control::RunTrace> m_trace;
  ::lvs::control::ScriptRun m_script;
  int64_t m_stream = 1;
  std::unique_ptr<LvsLabPrompt> m_prompt;  // of a console
  bool m_asked = false;                    // the options' question
};

void Simulation::MakeHosts() {
  std::size_t interfaces = 0;
  for (const auto& host : m_lab.hosts) interfaces += host.interfaces.size();
  m_result.captures.reserve(interfaces);  // captures keep references into it
  for (const auto& spec : m_lab.hosts) {
    Ptr<Node> node = CreateObject<Node>();
    if (m_realtime != nullptr && m_realtime->IsReal(spec.name)) {
      m_hosts.push_back(nullptr);
      continue;
    }
    Ptr<LvsHost> host = CreateObject<LvsHost>();
    host->SetAttribute("Name", StringValue(spec.name));
    node->AggregateObject(host);
    host->GetMachine().epoch = m_result.epoch - (m_options.epoch ? m_options.startup : CoreTime{});
    m_stream += host->AssignStreams(m_stream);
    host->GetHost().set_ticks(m_options.ticks);
    host->GetHost().set_kernel(m_options.kernel);
    ::lvs::control::set_cpu(host->GetHost().cpu.model, spec);
    m_hosts.push_back(host);
  }
}

void Simulation::MakeSegments() {
  LvsEthHelper eth;
  for (std::size_t i = 0; i < m_lab.segments.size(); ++i) {
    m_switches.push_back(eth.InstallSwitch(CreateObject<Node>()));
    // Beside a kernel in virtual time, whose switches forget nobody either: when they do is their own affair.
    if (m_options.draws != nullptr) m_switches.back()->SetAttribute("ExpirationTime", TimeValue(Hours(24 * 365)));
  }
  for (std::size_t h = 0; h < m_lab.hosts.size(); ++h) {
    if (IsReal(h)) continue;
    for (const auto& interface : m_lab.hosts[h].interfaces) Plug(h, interface);
  }
  if (m_realtime != nullptr) m_realtime->Plug(m_switches);
}

void Simulation::Plug(std::size_t host, const ::lvs::control::LabInterface& interface) {
  const auto& segment = m_lab.segments[interface.segment];
  LvsEthHelper eth;
  eth.SetDeviceAttribute("DataRate", DataRateValue(DataRate(segment.rate)));
  eth.SetDeviceAttribute("TxQueueLimit", UintegerValue(segment.queue));
  eth.SetCableAttribute("Delay", TimeValue(ToNs3(segment.delay)));
  Ptr<Node> node = m_hosts[host]->GetObject<Node>();
  Mac48Address address;
  address.CopyFrom(interface.mac.bytes.data());
  eth.SetDeviceAttribute("Address", Mac48AddressValue(address));
  Ptr<LvsEthNetDevice> device = DynamicCast<LvsEthNetDevice>(eth.Install(m_switches[interface.segment], node).Get(0));
  if (segment.loss > 0) {
    for (const Ptr<LvsEthNetDevice>& end : {device, device->GetPeer()}) {
      Ptr<RateErrorModel> errors = CreateObject<RateErrorModel>();
      errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
      errors->SetRate(segment.loss);
      m_stream += errors->AssignStreams(m_stream);
      end->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    }
  }
  if (m_hosts[host]->GetInterface(device) == nullptr) m_hosts[host]->AddDevice(device, interface.name());
  auto& capture = m_result.captures.emplace_back();
  capture.host = m_lab.hosts[host].name;
  capture.interface = interface.name();
  m_captures.push_back(std::make_unique<LvsLabCapture>(capture.frames, m_result.frames, m_options.capture));
  device->SetFrameObserver(m_captures.back().get());
}

void Simulation::MakeTrace() {
  if (!m_options.trace) return;
  ::lvs::trace::RunInfo info;
  info.program = "lvs-lab";
  info.title = m_lab.name;
  info.description = m_lab.description;
  info.engine = m_result.engine;
  info.seed = RngSeedManager::GetSeed();
  info.epoch = m_result.epoch;
  for (const auto& segment : m_lab.segments) info.segments.push_back({segment.name, segment.rate, segment.delay});
  m_trace = std::make_unique<::lvs::control::RunTrace>(std::move(info), m_options.trace);
  for (std::size_t h = 0; h < m_lab.hosts.size(); ++h) {
    std::vector<int> segments;
    for (const auto& interface : m_lab.hosts[h].interfaces) segments.push_back(static_cast<int>(interface.segment));
    if (IsReal(h)) {
      m_trace->add_real(LvsRealHost(m_lab, h));
      continue;
    }
    m_hosts[h]->AddSink(m_trace->add(m_hosts[h]->GetMachine(), std::move(segments)));
  }
  m_trace->begin();
  m_trace->tell(m_options.carried);
}

void Simulation::at(CoreTime when, std::function<void()> what) {
  if (when > Now()) {
    Simulator::Schedule(ToNs3(when - Now()), std::move(what));
  } else {
    Simulator::ScheduleNow(std::move(what));
  }
}

::lvs::control::Machine* Simulation::find_machine(std::size_t host) {
  return IsReal(host) ? nullptr : &m_hosts[host]->GetMachine();
}

// An MTU or a MAC address that the line changes is the NIC's from here on.
const LineRun& Simulation::start(std::size_t host, ::lvs::control::ShellLinePtr line,
                                 std::function<void(const LineRun&)> done) {
  const Ptr<LvsHost> machine = m_hosts[host];
  LvsHost::Entry entry(*machine);
  const LineRun& run = machine->GetMachine().start(std::move(line), [machine, done](const LineRun& ended) {
    Simulator::ScheduleNow(&LvsHost::FollowDevices, machine);
    done(ended);
  });
  machine->FollowDevices();
  return run;
}

bool Simulation::inject(std::size_t host, const ::lvs::control::LabInject& what) {
  LvsHost::Entry entry(*m_hosts[host]);
  return LabWorld::inject(host, what);
}

// The carrier follows the cable, at the host and at the switch.
void Simulation::plug(std::size_t host, const ::lvs::control::LabCable& what) {
  const ::lvs::host::Device* device = m_hosts[host]->GetHost().device("eth" + std::to_string(what.interface));
  const Ptr<NetDevice> nic = device == nullptr ? nullptr : m_hosts[host]->GetNetDevice(*device);
  if (nic != nullptr) DynamicCast<LvsEthCable>(nic->GetChannel())->SetUp(what.plugged);
}

void Simulation::switch_power(std::size_t host, bool on) {
  {
    LvsHost::Entry entry(*m_hosts[host]);
    LabWorld::switch_power(host, on);
    if (!on) {
      m_hosts[host]->FindInterfaces();
      m_hosts[host]->GetHost().set_ticks(m_options.ticks);
    }
  }
  m_hosts[host]->FollowDevices();
}

void Simulation::Started() {
  if (m_trace != nullptr) Look([this] { m_trace->mark_timeline(m_script.zero()); });
  if (m_options.until) end_at(m_script.zero() + *m_options.until);
  // Behind all that happens in that instant.
  if (m_options.question != nullptr) at(m_script.zero() + m_options.question->at + CoreTime{1}, [this] { Question(); });
  if (m_options.onOutput && m_realtime != nullptr) KeepOverhearing();
}

void Simulation::Question() {
  if (std::exchange(m_asked, true)) return;
  const LvsLabQuestion& question = *m_options.question;
  start(question.host, question.line, [this, &question](const LineRun& run) {
    question.answer(run.status(), run.out(), run.err());
    Simulator::Stop();
  });
}

std::string Simulation::AtWork() const {
  const auto line = m_script.at_work();
  return line ? line->place.text() + ": " + line->text : std::string();
}

void Simulation::Overhear() {
  if (m_options.onOutput) m_script.collect_background(m_options.onOutput);
}

void Simulation::KeepOverhearing() {
  Overhear();
  Simulator::Schedule(MilliSeconds(10), &Simulation::KeepOverhearing, this);
}

// In virtual time the only event of the run's own, so that it is seen when nothing else is left to happen.
void Simulation::Watch() {
  if (m_script.started()) Overhear();
  if (m_prompt != nullptr && m_prompt->Begun())
    m_prompt->Look();
  else
    m_result.stopped = ReasonToStop();
  if (!m_result.stopped.empty()) return Simulator::Stop();
  Simulator::Schedule(MilliSeconds(10), &Simulation::Watch, this);
}

std::string Simulation::ReasonToStop() const {
  const std::string atWork = AtWork();
  if (m_options.onWatch) {
    std::string why = m_options.onWatch(Now() - m_script.zero(), m_result.frames);
    if (!why.empty()) return why;
  }
  const std::string rest = m_script.started() ? "; the timeline waits for it" : "; the timeline never begins";
  if (Now() - m_script.zero() >= m_options.longest) {
    const std::string after = std::to_string(m_options.longest / std::chrono::hours(1)) + " hours of the lab's time";
    if (atWork.empty()) return "stopped after " + after + " (--until)";
    return atWork + ": this line has not ended after " + after + rest;
  }
  if (atWork.empty() || !Simulator::IsFinished()) return {};
  return atWork + ": this line does not end: nothing is left to happen" + rest;
}

void Simulation::MakePrompt() {
  const auto before = [this] {
    Overhear();
    if (m_trace != nullptr) m_trace->flush();
  };
  const auto signal = [this](std::size_t host, int number) {
    LvsHost::Entry entry(*m_hosts[host]);
    m_script.signal(number);
  };
  m_prompt = std::make_unique<LvsLabPrompt>(*m_options.console, m_script, before, signal);
}

// Looks at every machine, and they know what time it is and that somebody traces.
void Simulation::Look(const std::function<void()>& look) {
  std::vector<std::unique_ptr<LvsHost::Entry>> entries;
  for (const Ptr<LvsHost>& host : m_hosts) {
    if (host != nullptr) entries.push_back(std::make_unique<LvsHost::Entry>(*host));
  }
  look();
}

// Whoever reads along in real time gets more twice a second.
void Simulation::FlushTrace() {
  m_trace->flush();
  Simulator::Schedule(MilliSeconds(500), &Simulation::FlushTrace, this);
}

void Simulation::Finish() {
  if (m_options.question != nullptr) Question();
  const std::size_t left = m_script.left();
  if (m_result.stopped.empty() && m_script.at_work() && left != 0)
    m_result.notices.push_back(AtWork() + ": this line was at work to the end; " + std::to_string(left) +
                               (left == 1 ? " line" : " lines") + " behind it never ran");
  for (const Ptr<LvsHost>& host : m_hosts) {
    if (host == nullptr) continue;
    LvsHost::Entry entry(*host);
    host->GetMachine().say_last_words();
  }
  Overhear();
  if (m_trace != nullptr) Look([this] { m_trace->finish(); });
  m_result.commands = m_script.results();
  const CoreTime zero = m_script.zero();
  for (auto& capture : m_result.captures) {
    for (auto& frame : capture.frames) frame.at -= zero;
  }
  m_result.end = Now() - zero;
  m_result.start = -zero;
  m_result.ticks = m_options.ticks;
}

}  // namespace

LabRun LvsRunLab(const LabScript& script, const LvsLabOptions& options) {
  LabRun result;
  if (options.realtime != nullptr) LvsRealtime::UseRealtimeSimulator();
  {
    Simulation simulation(script, options);
    result = simulation.Run();
  }
  Simulator::Destroy();
  return result;
}

}  // namespace ns3
