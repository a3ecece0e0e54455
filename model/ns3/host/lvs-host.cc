// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-host.h"

#include <algorithm>
#include <numeric>

#include "control/machine/machine.h"
#include "control/machine/shell/statements/script-names.h"
#include "ns3/boolean.h"
#include "ns3/log.h"
#include "ns3/lvs-compat.h"
#include "ns3/lvs-host-text.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsHost");
NS_OBJECT_ENSURE_REGISTERED(LvsHost);

using ::lvs::host::CpuModel;

TypeId LvsHost::GetTypeId() {
  static TypeId tid =
      TypeId("ns3::LvsHost")
          .SetParent<Object>()
          .SetGroupName("Lvs")
          .AddConstructor<LvsHost>()
          .AddAttribute("Name", "Name of the machine; empty: the node's name (Names::Add), or node-N.", StringValue(),
                        MakeStringAccessor(&LvsHost::m_name), MakeStringChecker())
          .AddAttribute("CpuEnabled", "Whether packets cost CPU time.", BooleanValue(false),
                        MakeBooleanAccessor(&LvsHost::SetCpuEnabled, &LvsHost::GetCpuEnabled), MakeBooleanChecker())
          .AddAttribute("ReceiveCost", "CPU time for a packet delivered to this host, or dropped early.",
                        TimeValue(Time(0)),
                        MakeTimeAccessor(&LvsHost::SetCost<&CpuModel::receive>, &LvsHost::GetCost<&CpuModel::receive>),
                        MakeTimeChecker(Time(0)))
          .AddAttribute("RouteCost", "CPU time for a packet forwarded unchanged.", TimeValue(Time(0)),
                        MakeTimeAccessor(&LvsHost::SetCost<&CpuModel::route>, &LvsHost::GetCost<&CpuModel::route>),
                        MakeTimeChecker(Time(0)))
          .AddAttribute("RewriteCost",
                        "CPU time for a packet whose addresses or ports IPVS rewrites (NAT), in each direction.",
                        TimeValue(Time(0)),
                        MakeTimeAccessor(&LvsHost::SetCost<&CpuModel::rewrite>, &LvsHost::GetCost<&CpuModel::rewrite>),
                        MakeTimeChecker(Time(0)))
          .AddAttribute("DirectRouteCost", "CPU time for a packet that IPVS sends on unchanged (DR).",
                        TimeValue(Time(0)),
                        MakeTimeAccessor(&LvsHost::SetCost<&CpuModel::droute>, &LvsHost::GetCost<&CpuModel::droute>),
                        MakeTimeChecker(Time(0)))
          .AddAttribute(
              "EncapsulationCost", "CPU time for a packet that IPVS puts into a tunnel (TUN).", TimeValue(Time(0)),
              MakeTimeAccessor(&LvsHost::SetCost<&CpuModel::encapsulate>, &LvsHost::GetCost<&CpuModel::encapsulate>),
              MakeTimeChecker(Time(0)))
          .AddAttribute("Backlog", "Frames that may wait for the CPU (net.core.netdev_max_backlog).",
                        UintegerValue(1000), MakeUintegerAccessor(&LvsHost::SetBacklogLimit, &LvsHost::GetBacklogLimit),
                        MakeUintegerChecker<uint32_t>())
          .AddAttribute("UtilizationWindow",
                        "Length of the windows of the trace CpuUtilization; zero: none. An event each keeps a "
                        "simulation going that has no stop time.",
                        TimeValue(Time(0)), MakeTimeAccessor(&LvsHost::m_utilizationWindow), MakeTimeChecker(Time(0)))
          .AddTraceSource("Drop", "A packet ends here: the reason's name, the stage, the packet.",
                          MakeTraceSourceAccessor(&LvsHost::m_dropTrace), "ns3::LvsHost::DropTracedCallback")
          .AddTraceSource("Hook", "A packet passes a stage or a netfilter hook: one line of text.",
                          MakeTraceSourceAccessor(&LvsHost::m_hookTrace), "ns3::LvsHost::TextTracedCallback")
          .AddTraceSource("Journal", "What happens beside packets (ARP entries, connections): one line of text.",
                          MakeTraceSourceAccessor(&LvsHost::m_journalTrace), "ns3::LvsHost::TextTracedCallback")
          .AddTraceSource("CpuBacklog", "Frames that wait for the CPU.",
                          MakeTraceSourceAccessor(&LvsHost::m_cpuBacklog), "ns3::TracedValueCallback::Uint32")
          .AddTraceSource("CpuUtilization", "Share of the last UtilizationWindow that the CPU served, 0 to 1.",
                          MakeTraceSourceAccessor(&LvsHost::m_utilizationTrace),
                          "ns3::LvsHost::UtilizationTracedCallback");
  return tid;
}

LvsHost::LvsHost() : m_clock(&LvsHost::Wake, this) {}

LvsHost::~LvsHost() = default;

// --- life ------------------------------------------------------------------------------------------------------------

void LvsHost::NotifyNewAggregate() {
  Object::NotifyNewAggregate();
  if (m_machine != nullptr) return;
  m_node = GetObject<Node>();
  if (m_node == nullptr) return;
  if (m_name.empty()) m_name = Names::FindName(m_node);
  if (m_name.empty()) m_name = "node-" + std::to_string(m_node->GetId());
  m_clock.SetContext(m_node->GetId());
  // By node: what random variables a program makes elsewhere changes nothing here.
  if (m_stream < 0) m_stream = m_node->GetId();
  m_machine = std::make_unique<::lvs::control::Machine>(m_name, m_node->GetId() + 1, MakeSeed(m_stream), m_clock);
  m_machine->host().cpu.model = m_cpuModel;
  m_machine->host().events.add(&LvsHost::OnHostEvent, this);
  m_node->RegisterDeviceAdditionListener(MakeCallback(&LvsHost::OnDeviceAdded, this));
}

void LvsHost::DoInitialize() {
  FollowDevices();
  if (Ptr<TrafficControlLayer> traffic = GetObject<TrafficControlLayer>()) {
    for (const auto& port : m_ports) port->UseQueueDisc(traffic);
  }
  m_cpuBaseTime = Simulator::Now();
  if (m_utilizationWindow.IsStrictlyPositive()) {
    Simulator::Schedule(m_utilizationWindow, &LvsHost::SampleUtilization, Ptr<LvsHost>(this));
  }
  Object::DoInitialize();
}

void LvsHost::DoDispose() {
  if (m_node != nullptr) {
    m_node->UnregisterDeviceAdditionListener(MakeCallback(&LvsHost::OnDeviceAdded, this));
    m_node = nullptr;
  }
  // The machine itself lives as long as this object: applications may take back their timers and ports later.
  if (m_machine != nullptr) m_machine->host().set_sink(nullptr);
  m_sinks.clear();
  for (auto& port : m_ports) port->Close();
  Object::DoDispose();
}

uint64_t LvsHost::MakeSeed(int64_t stream) const {
  ::lvs::base::Rng mix(RngSeedManager::GetSeed() ^ RngSeedManager::GetRun() << 32);
  return mix.next() ^ static_cast<uint64_t>(stream) * 0x9e3779b97f4a7c15ull;
}

int64_t LvsHost::AssignStreams(int64_t stream) {
  m_stream = stream;
  if (m_machine != nullptr) m_machine->host().rng = ::lvs::base::Rng(MakeSeed(stream));
  return 1;
}

// --- the machine -----------------------------------------------------------------------------------------------------

::lvs::host::Host& LvsHost::GetHost() {
  NS_ABORT_MSG_IF(m_machine == nullptr, "LvsHost is not aggregated to a Node");
  return m_machine->host();
}

const ::lvs::host::Host& LvsHost::GetHost() const {
  NS_ABORT_MSG_IF(m_machine == nullptr, "LvsHost is not aggregated to a Node");
  return m_machine->host();
}

::lvs::ipvs::IpVs& LvsHost::GetIpVs() { return m_machine->ipvs(); }

void LvsHost::Wake(void* self) {
  LvsHost& host = *static_cast<LvsHost*>(self);
  if (host.m_machine == nullptr) return;
  const Entry entry(host);
  host.m_machine->host().advance();
}

void LvsHost::StartLine(const std::string& line, std::function<void(const LvsCommandResult&)> done) {
  auto parsed = ::lvs::control::parse_line(
      line, ::lvs::control::scripts_on(::lvs::control::ShellScope::kUsualPath, m_machine->files()));
  if (!parsed) return done({2, "", line + ": " + parsed.error().text() + "\n"});
  m_machine->start(*parsed, [done = std::move(done)](const ::lvs::control::LineRun& run) {
    done({run.status(), run.out(), run.err()});
  });
}

LvsCommandResult LvsHost::Run(const std::string& lines) {
  FollowDevices();
  LvsCommandResult result;
  {
    const Entry entry(*this);
    for (std::size_t at = 0; at <= lines.size();) {
      const std::size_t end = std::min(lines.find('\n', at), lines.size());
      const std::string line = lines.substr(at, end - at);
      at = end + 1;
      // What goes on outlives this call, and what it says then is nobody's.
      auto outcome = std::make_shared<LvsCommandResult>(LvsCommandResult{kRunning, "", ""});
      StartLine(line, [outcome](const LvsCommandResult& ended) { *outcome = ended; });
      NS_LOG_INFO(m_name << "$ " << line << " -> " << outcome->status << ' ' << outcome->err);
      result.status = outcome->status;
      result.out += outcome->out;
      result.err += outcome->err;
    }
  }
  FollowDevices();
  return result;
}

void LvsHost::MustRun(const std::string& lines) {
  FollowDevices();
  {
    const Entry entry(*this);
    const ::lvs::control::ScriptOutcome outcome = m_machine->run_script(lines);
    NS_ABORT_MSG_IF(outcome.status != 0, m_name << ": " << outcome.err);
  }
  FollowDevices();
}

void LvsHost::RunAt(Time delay, const std::string& line, std::function<void(const LvsCommandResult&)> done) {
  if (!done) {
    done = [name = m_name, line](const LvsCommandResult& result) {
      if (result.status != 0) NS_LOG_WARN(name << "$ " << line << ": " << result.err);
    };
  }
  LvsScheduleWithContext(m_node->GetId(), delay, [self = Ptr<LvsHost>(this), line, done] {
    self->FollowDevices();
    {
      const Entry entry(*self);
      self->StartLine(line, done);
    }
    self->FollowDevices();
  });
}

// --- CPU -------------------------------------------------------------------------------------------------------------

void LvsHost::ApplyCpuModel() {
  if (m_machine != nullptr) m_machine->host().cpu.model = m_cpuModel;
}

template <LvsHost::CpuCost Cost>
void LvsHost::SetCost(Time cost) {
  m_cpuModel.*Cost = LvsClock::FromNs3(cost);
  ApplyCpuModel();
}

template <LvsHost::CpuCost Cost>
Time LvsHost::GetCost() const {
  return LvsClock::ToNs3(m_cpuModel.*Cost);
}

void LvsHost::SetCpuEnabled(bool enabled) {
  m_cpuModel.enabled = enabled;
  ApplyCpuModel();
}

bool LvsHost::GetCpuEnabled() const { return m_cpuModel.enabled; }

void LvsHost::SetCpuCost(Time cost) {
  const ::lvs::base::Time time = LvsClock::FromNs3(cost);
  m_cpuModel.receive = m_cpuModel.route = m_cpuModel.rewrite = m_cpuModel.droute = m_cpuModel.encapsulate = time;
  SetCpuEnabled(cost.IsStrictlyPositive());
}

void LvsHost::SetBacklogLimit(uint32_t frames) {
  m_cpuModel.backlog = frames;
  ApplyCpuModel();
}

uint32_t LvsHost::GetBacklogLimit() const { return m_cpuModel.backlog; }

::lvs::host::CpuCounters LvsHost::GetCpuCounters() const {
  ::lvs::host::CpuCounters counters = GetHost().cpu.counters;
  counters.processed -= m_cpuBase.processed;
  counters.ip_packets -= m_cpuBase.ip_packets;
  counters.ip_bytes -= m_cpuBase.ip_bytes;
  counters.dropped -= m_cpuBase.dropped;
  counters.busy -= m_cpuBase.busy;
  return counters;
}

void LvsHost::ResetCpuCounters() {
  GetHost().cpu.counters.max_backlog = GetCpuBacklog();
  m_cpuBase = GetHost().cpu.counters;
  m_cpuBaseTime = Simulator::Now();
}

double LvsHost::GetCpuUtilization() const {
  const double span = (Simulator::Now() - m_cpuBaseTime).GetSeconds();
  // A service is accounted for when it begins: at the end of a window one may be under way.
  return span <= 0 ? 0 : std::min(1.0, static_cast<double>(GetCpuCounters().busy.count()) * 1e-9 / span);
}

uint32_t LvsHost::GetCpuBacklog() const { return static_cast<uint32_t>(GetHost().cpu.backlog()); }

void LvsHost::SampleUtilization() {
  if (m_machine == nullptr) return;
  const ::lvs::base::Time busy = GetHost().cpu.counters.busy;
  const double window = m_utilizationWindow.GetSeconds();
  m_utilizationTrace(std::min(1.0, static_cast<double>((busy - m_windowBusy).count()) * 1e-9 / window));
  m_windowBusy = busy;
  Simulator::Schedule(m_utilizationWindow, &LvsHost::SampleUtilization, Ptr<LvsHost>(this));
}

// --- tracing ---------------------------------------------------------------------------------------------------------

void LvsHost::AddSink(::lvs::trace::Sink& sink) { m_sinks.push_back(&sink); }

void LvsHost::RemoveSink(::lvs::trace::Sink& sink) { std::erase(m_sinks, &sink); }

uint64_t LvsHost::GetDrops() const {
  uint64_t sum = 0;
  for (std::size_t reason = 1; reason < static_cast<std::size_t>(::lvs::trace::Drop::count_); ++reason) {
    sum += GetHost().drops(static_cast<::lvs::trace::Drop>(reason));
  }
  return sum;
}

void LvsHost::UpdateSink() {
  const bool wanted = !m_sinks.empty() || !m_dropTrace.IsEmpty() || !m_hookTrace.IsEmpty() ||
                      !m_journalTrace.IsEmpty() || g_log.IsEnabled(LOG_LOGIC);
  if (wanted == m_sinkSet || m_machine == nullptr) return;
  m_machine->host().set_sink(wanted ? this : nullptr);
  m_sinkSet = wanted;
}

void LvsHost::Leave() {
  if (m_cpuModel.enabled && m_machine != nullptr) m_cpuBacklog = GetCpuBacklog();
}

void LvsHost::packet(const ::lvs::trace::PacketEvent& event) {
  for (::lvs::trace::Sink* sink : m_sinks) sink->packet(event);
  const bool log = g_log.IsEnabled(LOG_LOGIC);
  if (log || !m_hookTrace.IsEmpty()) {
    const std::string text = LvsEventText(event, GetHost());
    NS_LOG_LOGIC(m_name << ": " << text);
    m_hookTrace(text);
  }
  if (event.verdict == ::lvs::trace::Verdict::drop && !m_dropTrace.IsEmpty()) {
    Ptr<Packet> packet = Create<Packet>(event.head.data(), static_cast<uint32_t>(event.head.size()));
    if (event.payload_size > 0) packet->AddAtEnd(Create<Packet>(event.payload_size));
    m_dropTrace(std::string(name_of(event.drop)), std::string(name_of(event.stage)), packet);
  }
}

void LvsHost::journal(const ::lvs::trace::JournalEvent& event) {
  for (::lvs::trace::Sink* sink : m_sinks) sink->journal(event);
  if (!g_log.IsEnabled(LOG_LOGIC) && m_journalTrace.IsEmpty()) return;
  const std::string text = std::string(event.kind) + ": " + std::string(event.text);
  NS_LOG_LOGIC(m_name << ": " << text);
  m_journalTrace(text);
}

void LvsHost::settled(::lvs::trace::HostId host) {
  for (::lvs::trace::Sink* sink : m_sinks) sink->settled(host);
}

}  // namespace ns3
