// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-trace-helper.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "control/machine/machine.h"
#include "ns3/abort.h"
#include "ns3/lvs-eth-cable.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-switch.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/rng-seed-manager.h"

namespace ns3 {

namespace {

// The simulation's zero in files: 2000-01-01, as for labs.
constexpr auto kEpoch = std::chrono::seconds(946684800);

::lvs::trace::TraceWriter::Output ToFile(const std::string& name) {
  std::FILE* file = std::fopen(name.c_str(), "wb");
  NS_ABORT_MSG_IF(file == nullptr, "cannot write " << name << ": " << std::strerror(errno));
  const std::shared_ptr<std::FILE> owner(file, [](std::FILE* closed) { std::fclose(closed); });
  return [owner](std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), owner.get()) == bytes.size() && std::fflush(owner.get()) == 0;
  };
}

}  // namespace

LvsTraceHelper::LvsTraceHelper(const std::string& program, const std::string& title, const std::string& file)
    : LvsTraceHelper(program, title, ToFile(file)) {}

LvsTraceHelper::LvsTraceHelper(const std::string& program, const std::string& title,
                               ::lvs::trace::TraceWriter::Output output, ::lvs::trace::TraceOptions options)
    : m_output(std::move(output)), m_options(options) {
  m_info.program = program;
  m_info.title = title;
  m_info.engine = "simulation";
  m_info.epoch = kEpoch;
}

LvsTraceHelper::~LvsTraceHelper() { Finish(); }

int LvsTraceHelper::SegmentOf(Ptr<NetDevice> device) {
  Ptr<LvsEthNetDevice> eth = DynamicCast<LvsEthNetDevice>(device);
  Ptr<LvsEthNetDevice> peer = eth == nullptr ? nullptr : eth->GetPeer();
  if (peer == nullptr) return -1;
  // What the other end belongs to: a switch, or a machine at the end of this cable.
  const void* medium = std::min<const void*>(PeekPointer(eth), PeekPointer(peer));
  std::string name;
  for (uint32_t i = 0; i < peer->GetNode()->GetNDevices(); ++i) {
    if (Ptr<LvsSwitch> bridge = DynamicCast<LvsSwitch>(peer->GetNode()->GetDevice(i)); bridge != nullptr) {
      medium = PeekPointer(bridge);
      name = Names::FindName(peer->GetNode());
    }
  }
  const auto known = std::find(m_segments.begin(), m_segments.end(), medium);
  if (known != m_segments.end()) return static_cast<int>(known - m_segments.begin());
  m_segments.push_back(medium);
  if (name.empty()) name = "lan" + std::to_string(m_segments.size());
  m_info.segments.push_back({name, eth->GetDataRate().GetBitRate(), {}});
  return static_cast<int>(m_segments.size()) - 1;
}

void LvsTraceHelper::Install(const NodeContainer& nodes) {
  NS_ABORT_MSG_IF(m_trace != nullptr, "a trace is installed once");
  m_info.seed = RngSeedManager::GetSeed();
  std::vector<std::pair<Ptr<LvsHost>, std::vector<int>>> hosts;
  for (auto node = nodes.Begin(); node != nodes.End(); ++node) {
    Ptr<LvsHost> host = (*node)->GetObject<LvsHost>();
    if (host == nullptr) continue;
    std::vector<int> segments;
    for (const auto& port : host->GetPorts()) segments.push_back(SegmentOf(port->GetNetDevice()));
    hosts.emplace_back(host, std::move(segments));
  }
  m_trace = std::make_unique<::lvs::control::RunTrace>(m_info, m_output, m_options);
  for (auto& [host, segments] : hosts) {
    ::lvs::trace::Sink& sink = m_trace->add(host->GetMachine(), std::move(segments));
    host->AddSink(sink);
    m_hosts.emplace_back(host, &sink);
  }
  m_trace->begin();
  // Tables and addresses as they are now, for those who look at the first packet.
  std::vector<std::unique_ptr<LvsHost::Entry>> entries;
  for (const auto& [host, sink] : m_hosts) entries.push_back(std::make_unique<LvsHost::Entry>(*host));
  if (!m_hosts.empty()) m_trace->mark_timeline(m_hosts.front().first->GetHost().now());
}

bool LvsTraceHelper::Finish() {
  if (m_trace == nullptr) return true;
  {
    std::vector<std::unique_ptr<LvsHost::Entry>> entries;
    for (const auto& [host, sink] : m_hosts) entries.push_back(std::make_unique<LvsHost::Entry>(*host));
    m_trace->finish();
  }
  for (const auto& [host, sink] : m_hosts) host->RemoveSink(*sink);
  const bool good = !m_trace->failed();
  m_hosts.clear();
  m_trace.reset();
  m_output = nullptr;  // closes the file
  return good;
}

}  // namespace ns3
