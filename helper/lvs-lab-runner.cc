// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-lab-runner.h"

#include <algorithm>
#include <memory>

#include "control/lab/check.h"
#include "control/lab/cpu-preset.h"
#include "control/lab/trace/run-trace.h"
#include "control/machine/background-output.h"
#include "control/machine/machine.h"
#include "control/machine/shell/shell.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-lab-capture.h"
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
using ::lvs::control::CommandResult;
using ::lvs::control::Lab;
using ::lvs::control::LabMessage;
using ::lvs::control::LabRun;
using ::lvs::control::LineRun;

namespace {

constexpr int kTerminated = 128 + 15;  // sh's status of a line that SIGTERM ended

Time ToNs3(CoreTime t) { return NanoSeconds(t.count()); }
CoreTime Now() { return CoreTime(Simulator::Now().GetNanoSeconds()); }

// A lab at work.
class Simulation {
 public:
  Simulation(const Lab& lab, const LvsLabOptions& options) : m_lab(lab), m_options(options) {
    m_result.lab = lab.name;
    m_result.engine = "simulation";
    if (options.realtime != nullptr) {
      m_result.engine = "emulation";
      m_result.epoch = std::chrono::system_clock::now().time_since_epoch();
      m_realtime = std::make_unique<LvsLabRealtime>(lab, *options.realtime);
    }
    MakeHosts();
    MakeSegments();
    MakeTrace();
  }

  LabRun Run() {
    Simulator::ScheduleNow(&Simulation::NextStartupLine, this);
    if (m_realtime == nullptr) Watch();
    if (m_realtime != nullptr) Simulator::ScheduleNow(&LvsLabRealtime::Begin, m_realtime.get(), m_hosts);
    if (m_realtime != nullptr && m_trace != nullptr) FlushTrace();
    Simulator::Run();
    Finish();
    if (m_realtime != nullptr) m_realtime->End();
    return std::move(m_result);
  }

 private:
  struct Running {
    std::size_t command;  // index of its result
    const LineRun* line;
  };

  void MakeHosts();
  void MakeSegments();
  void MakeTrace();
  ::lvs::trace::HostInfo RealHost(std::size_t host) const;
  void Look(const std::function<void()>& look);
  void FlushTrace();
  void Overhear();
  void KeepOverhearing();
  void Watch();
  std::string ReasonToStop() const;
  void Plug(std::size_t host, const ::lvs::control::LabInterface& interface);
  void NextStartupLine();
  void NextEvent();
  void RunLine(std::size_t host, const ::lvs::control::LabPlace& place, const std::string& text,
               void (Simulation::*next)());
  void Inject(std::size_t host, const ::lvs::control::LabInject& inject);
  void StopAt(CoreTime when);
  void Finish();

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
  std::vector<Running> m_lines;
  ::lvs::control::BackgroundOutput m_background;
  std::size_t m_startupHost = 0;
  std::size_t m_startupLine = 0;
  std::size_t m_event = 0;
  std::string m_atWork;  // the line that the next one waits for; empty: none
  CoreTime m_zero{};
  bool m_timeline = false;
  int64_t m_stream = 1;
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
    host->GetMachine().epoch = m_result.epoch;
    m_stream += host->AssignStreams(m_stream);
    host->GetHost().set_ticks(m_options.ticks);
    host->GetHost().set_kernel(m_options.kernel);
    auto& model = host->GetHost().cpu.model;
    if (!spec.preset.empty()) model = ::lvs::control::cpu_model(*::lvs::control::find_cpu_preset(spec.preset));
    if (spec.cost) {
      model = {.enabled = true,
               .receive = *spec.cost,
               .route = *spec.cost,
               .rewrite = *spec.cost,
               .droute = *spec.cost,
               .encapsulate = *spec.cost};
    }
    model.backlog = spec.queue;
    m_hosts.push_back(host);
  }
}

void Simulation::MakeSegments() {
  LvsEthHelper eth;
  for (std::size_t i = 0; i < m_lab.segments.size(); ++i) {
    m_switches.push_back(eth.InstallSwitch(CreateObject<Node>()));
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

::lvs::trace::HostInfo Simulation::RealHost(std::size_t host) const {
  ::lvs::trace::HostInfo info;
  info.id = static_cast<::lvs::trace::HostId>(host + 1);
  info.name = m_lab.hosts[host].name;
  info.role = "host";
  info.modelled = false;
  for (const auto& interface : m_lab.hosts[host].interfaces) {
    info.interfaces.push_back({interface.name(), 0, static_cast<int>(interface.segment), {}, {}});
  }
  return info;
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
      m_trace->add_real(RealHost(h));
      continue;
    }
    m_hosts[h]->AddSink(m_trace->add(m_hosts[h]->GetMachine(), std::move(segments)));
  }
  m_trace->begin();
}

void Simulation::RunLine(std::size_t host, const ::lvs::control::LabPlace& place, const std::string& text,
                         void (Simulation::*next)()) {
  m_atWork = place.text() + ": " + text;
  if (m_options.onLine) m_options.onLine(m_atWork);
  auto line = ::lvs::control::parse_line(text);  // LvsCheckLab() has parsed it before
  CommandResult started;
  started.at = Now();
  started.host = m_lab.hosts[host].name;
  started.command = text;
  started.status = kTerminated;  // unless it returns
  const std::size_t index = m_result.commands.size();
  m_result.commands.push_back(started);
  // An MTU or a MAC address that the line changes is the NIC's from here on.
  const auto followed = [this, host, next] {
    m_hosts[host]->FollowDevices();
    (this->*next)();
  };
  LvsHost::Entry entry(*m_hosts[host]);
  const LineRun& run = m_hosts[host]->GetMachine().start(line.value(), [this, index, followed](const LineRun& ended) {
    CommandResult& result = m_result.commands[index];
    result.status = ended.status();
    result.out = ended.out();
    result.err = ended.err();
    if (m_options.onResult) {
      CommandResult shown = result;
      shown.at -= m_timeline ? m_zero : CoreTime{0};
      m_options.onResult(shown);
    }
    m_atWork.clear();
    m_background.watch(index, ended);
    Simulator::ScheduleNow(followed);
  });
  m_lines.push_back({index, &run});
  m_hosts[host]->FollowDevices();
}

void Simulation::Overhear() {
  if (!m_options.onOutput) return;
  m_background.collect([this](std::size_t command, std::string out, std::string err) {
    CommandResult news = m_result.commands[command];
    news.at = Now() - m_zero;
    news.status = 0;
    news.out = std::move(out);
    news.err = std::move(err);
    m_options.onOutput(news);
  });
}

void Simulation::KeepOverhearing() {
  Overhear();
  Simulator::Schedule(MilliSeconds(10), &Simulation::KeepOverhearing, this);
}

// In virtual time the only event of the run's own, so that it is seen when nothing else is left to happen.
void Simulation::Watch() {
  if (m_timeline) Overhear();
  m_result.stopped = ReasonToStop();
  if (!m_result.stopped.empty()) return Simulator::Stop();
  Simulator::Schedule(MilliSeconds(10), &Simulation::Watch, this);
}

std::string Simulation::ReasonToStop() const {
  if (m_options.onWatch) {
    std::string why = m_options.onWatch(Now() - m_zero, m_result.frames);
    if (!why.empty()) return why;
  }
  const std::string rest = m_timeline ? "; the timeline waits for it" : "; the timeline never begins";
  if (Now() - m_zero >= m_options.longest) {
    const std::string after = std::to_string(m_options.longest / std::chrono::hours(1)) + " hours of the lab's time";
    if (m_atWork.empty()) return "stopped after " + after + " (--until)";
    return m_atWork + ": this line has not ended after " + after + rest;
  }
  if (m_atWork.empty() || !Simulator::IsFinished()) return {};
  return m_atWork + ": this line does not end: nothing is left to happen" + rest;
}

void Simulation::NextStartupLine() {
  while (m_startupHost < m_lab.hosts.size() &&
         (IsReal(m_startupHost) || m_startupLine >= m_lab.hosts[m_startupHost].startup.size())) {
    ++m_startupHost;
    m_startupLine = 0;
  }
  if (m_startupHost < m_lab.hosts.size()) {
    const auto& line = m_lab.hosts[m_startupHost].startup[m_startupLine++];
    return RunLine(m_startupHost, line.place, line.text, &Simulation::NextStartupLine);
  }
  m_zero = Now();
  m_timeline = true;
  if (m_trace != nullptr) Look([this] { m_trace->mark_timeline(m_zero); });
  if (m_options.until) StopAt(*m_options.until);
  if (const auto end = m_lab.end()) StopAt(*end);
  if (m_options.onOutput && m_realtime != nullptr) KeepOverhearing();
  NextEvent();
}

void Simulation::StopAt(CoreTime when) { Simulator::Stop(ToNs3(std::max(m_zero + when - Now(), CoreTime{0}))); }

void Simulation::NextEvent() {
  if (m_event >= m_lab.timeline.size()) {
    if (m_realtime != nullptr) return;  // until a signal, "end" or --until
    return StopAt(Now() - m_zero + ::lvs::control::kLabTail);
  }
  const auto& event = m_lab.timeline[m_event];
  if (m_zero + event.at > Now()) {
    Simulator::Schedule(ToNs3(m_zero + event.at - Now()), &Simulation::NextEvent, this);
    return;
  }
  ++m_event;
  if (std::holds_alternative<::lvs::control::LabEnd>(event.what)) return Simulator::Stop();
  if (IsReal(event.host)) return NextEvent();
  if (const auto* inject = std::get_if<::lvs::control::LabInject>(&event.what)) {
    Inject(event.host, *inject);
    return NextEvent();
  }
  RunLine(event.host, event.place, std::get<::lvs::control::LabCommand>(event.what).text, &Simulation::NextEvent);
}

void Simulation::Inject(std::size_t host, const ::lvs::control::LabInject& inject) {
  LvsHost::Entry entry(*m_hosts[host]);
  auto& machine = m_hosts[host]->GetHost();
  ::lvs::host::Device* device = machine.device("eth" + std::to_string(inject.interface));
  if (device == nullptr || !device->up) {
    m_result.notices.push_back(m_lab.timeline[m_event - 1].place.text() +
                               ": the frame could not be sent: Network is down");
    return;
  }
  machine.transmit_raw(*device, ::lvs::host::Packet::from_frame(inject.frame));
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
  const auto isLine = [](const auto& event) { return !std::holds_alternative<::lvs::control::LabEnd>(event.what); };
  const auto left =
      std::count_if(m_lab.timeline.begin() + static_cast<std::ptrdiff_t>(m_event), m_lab.timeline.end(), isLine);
  if (m_result.stopped.empty() && !m_atWork.empty() && left != 0)
    m_result.notices.push_back(m_atWork + ": this line was at work to the end; " + std::to_string(left) +
                               (left == 1 ? " line" : " lines") + " behind it never ran");
  for (const Ptr<LvsHost>& host : m_hosts) {
    if (host == nullptr) continue;
    LvsHost::Entry entry(*host);
    host->GetMachine().say_last_words();
  }
  Overhear();
  if (m_trace != nullptr) Look([this] { m_trace->finish(); });
  for (const Running& running : m_lines) {
    CommandResult& result = m_result.commands[running.command];
    result.out = running.line->out();  // of background jobs too
    result.err = running.line->err();
  }
  for (CommandResult& result : m_result.commands) result.at -= m_zero;
  for (auto& capture : m_result.captures) {
    for (auto& frame : capture.frames) frame.at -= m_zero;
  }
  m_result.end = Now() - m_zero;
}

}  // namespace

std::vector<LabMessage> LvsCheckLab(const Lab& lab) {
  std::vector<LabMessage> errors;
  for (const auto& host : lab.hosts) {
    if (host.preset.empty() || ::lvs::control::find_cpu_preset(host.preset) != nullptr) continue;
    std::string known;
    for (const auto& preset : ::lvs::control::cpu_presets()) known += " " + std::string(preset.name);
    errors.push_back({{"lab.conf", 0}, "host " + host.name + ": no CPU preset '" + host.preset + "'; known:" + known});
  }
  for (LabMessage& error : ::lvs::control::check_commands(lab)) errors.push_back(std::move(error));
  return errors;
}

LabRun LvsRunLab(const Lab& lab, const LvsLabOptions& options) {
  LabRun result;
  if (options.realtime != nullptr) LvsRealtime::UseRealtimeSimulator();
  {
    Simulation simulation(lab, options);
    result = simulation.Run();
  }
  Simulator::Destroy();
  return result;
}

}  // namespace ns3
