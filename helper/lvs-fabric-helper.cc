// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses, commands, who simulates what, and the load; the cables are in lvs-fabric-build.cc.
#include "ns3/lvs-fabric-helper.h"

#include <algorithm>
#include <numeric>

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/lvs-fabric-names.h"
#include "ns3/node.h"
#include "ns3/uinteger.h"

namespace ns3 {

using namespace lvsfabric;

LvsFabricHelper::LvsFabricHelper(LvsFabricConfig config) : m_config(std::move(config)) {
  const auto within = [](uint64_t number, uint64_t most) { return number != 0 && number <= most; };
  using C = LvsFabricConfig;
  NS_ABORT_MSG_UNLESS(within(m_config.racks, C::kMostRacks), "1 to " << C::kMostRacks << " racks");
  NS_ABORT_MSG_UNLESS(within(m_config.pods, C::kMostPods), "1 to " << C::kMostPods << " pods");
  NS_ABORT_MSG_UNLESS(within(m_config.serversPerRack, C::kMostMachines), "1 to 60000 servers in a rack");
  NS_ABORT_MSG_UNLESS(within(uint64_t{m_config.clientsPerPod} * m_config.addressesPerClient, C::kMostMachines),
                      "1 to 60000 client addresses in a pod");
  NS_ABORT_MSG_UNLESS(m_config.rank < m_config.ranks, "a rank below " << m_config.ranks);
}

// --- who simulates what ----------------------------------------------------------------------------------------------

LvsFabricPlaces LvsFabricHelper::Place(const LvsLoadProfile& profile) const {
  // Frames that a part takes for an exchange: the front switch twice and the director once, a leaf and a server (which
  // also makes the replies), router, access switch and client.
  const auto requests = static_cast<double>(profile.GetRequestCost().packets);
  const auto replies = static_cast<double>(profile.GetReplyCost().packets);
  const double rack = (2 * requests + 1.5 * replies) / m_config.racks;
  const double pod = (3 * requests + 3 * replies) / m_config.pods;

  LvsFabricPlaces places{0, std::vector<uint32_t>(m_config.racks), std::vector<uint32_t>(m_config.pods)};
  std::vector<double> busy(m_config.ranks, 0);
  busy[0] = 3 * requests;
  const auto put = [&](std::vector<uint32_t>& parts, double weight) {
    for (uint32_t& part : parts) {
      part = static_cast<uint32_t>(std::ranges::min_element(busy) - busy.begin());
      busy[part] += weight;
    }
  };
  if (pod >= rack) {
    put(places.pods, pod);
    put(places.racks, rack);
  } else {
    put(places.racks, rack);
    put(places.pods, pod);
  }
  return places;
}

// --- commands --------------------------------------------------------------------------------------------------------

Ipv4Address LvsFabricHelper::GetServerAddress(uint32_t rack, uint32_t index) const {
  return Ipv4Address(RackNet(rack) + kFirstInNet + index);
}

Ipv4Address LvsFabricHelper::GetClientAddress(uint32_t pod, uint32_t index, uint32_t number) const {
  return Ipv4Address(PodNet(pod) + kFirstInNet + index * m_config.addressesPerClient + number);
}

std::vector<std::string> LvsFabricHelper::GetDirectorCommands() const {
  std::vector<std::string> lines = {AddAddress(kFront + 2, "eth0"), AddAddress(m_config.vip.Get(), "eth0", 32)};
  for (uint32_t r = 0; r < m_config.racks; ++r) lines.push_back(AddAddress(RackNet(r) + kDirectorInRack, "eth0"));
  const std::string service =
      (m_config.udp ? "-u " : "-t ") + Text(m_config.vip.Get()) + ":" + std::to_string(m_config.port);
  lines.push_back("ipvsadm -A " + service + " -s " + m_config.scheduler);
  for (uint32_t r = 0; r < m_config.racks; ++r) {
    for (uint32_t i = 0; i < m_config.serversPerRack; ++i) {
      lines.push_back("ipvsadm -a " + service + " -r " + Text(GetServerAddress(r, i).Get()) + ":" +
                      std::to_string(m_config.port) + " -g");
      lines.push_back(Knows(GetServerAddress(r, i).Get(), "eth0", MacOf(Kind::server, r, i)));
    }
  }
  return lines;
}

std::vector<std::string> LvsFabricHelper::GetServerCommands(uint32_t rack, uint32_t index) const {
  std::vector<std::string> lines = {
      AddAddress(GetServerAddress(rack, index).Get(), "eth0"), "sysctl -w net.ipv4.conf.all.arp_ignore=1",
      "sysctl -w net.ipv4.conf.all.arp_announce=2", AddAddress(m_config.vip.Get(), "lo", 32)};
  for (uint32_t p = 0; p < m_config.pods; ++p) {
    lines.push_back("ip route add " + Text(PodNet(p)) + "/16 via " + Text(RouterInRack(rack, p)));
    lines.push_back(Knows(RouterInRack(rack, p), "eth0", MacOf(Kind::routerRack, p, rack)));
  }
  return lines;
}

std::vector<std::string> LvsFabricHelper::GetRouterCommands(uint32_t pod) const {
  std::vector<std::string> lines = {"sysctl -w net.ipv4.ip_forward=1", "sysctl -w net.ipv4.conf.all.rp_filter=0",
                                    "sysctl -w net.ipv4.conf.all.arp_ignore=1",
                                    "sysctl -w net.ipv4.conf.all.arp_announce=2"};
  const auto eth = [](uint32_t number) { return "eth" + std::to_string(number); };
  lines.push_back(AddAddress(kFront + 256 + pod, "eth0"));
  lines.push_back(Knows(m_config.vip.Get(), "eth0", MacOf(Kind::director)));
  for (uint32_t r = 0; r < m_config.racks; ++r) lines.push_back(AddAddress(RouterInRack(r, pod), eth(1 + r)));
  const std::string access = eth(1 + m_config.racks);
  lines.push_back(AddAddress(PodNet(pod) + 1, access));
  for (uint32_t i = 0; i < m_config.clientsPerPod; ++i) {
    for (uint32_t n = 0; n < m_config.addressesPerClient; ++n) {
      lines.push_back(Knows(GetClientAddress(pod, i, n).Get(), access, MacOf(Kind::client, pod, i)));
    }
  }
  return lines;
}

std::vector<std::string> LvsFabricHelper::GetClientCommands(uint32_t pod, uint32_t index) const {
  std::vector<std::string> lines;
  for (uint32_t n = 0; n < m_config.addressesPerClient; ++n) {
    lines.push_back(AddAddress(GetClientAddress(pod, index, n).Get(), "eth0"));
  }
  lines.push_back("ip route add default via " + Text(PodNet(pod) + 1));
  lines.push_back(Knows(PodNet(pod) + 1, "eth0", MacOf(Kind::routerPod, pod)));
  return lines;
}

// --- load ------------------------------------------------------------------------------------------------------------

void LvsFabric::InstallLoad(const LvsLoadProfile& profile, double requestRate, uint32_t flows, Time start,
                            LvsLoadClient::Arrival arrival, bool inStep) {
  for (const Ptr<LvsHost>& server : servers) {
    Ptr<LvsLoadServer> load = CreateObject<LvsLoadServer>();
    load->SetProfile(profile);
    load->SetAttribute("Port", UintegerValue(config.port));
    server->GetObject<Node>()->AddApplication(load);
    loadServers.push_back(load);
  }
  const uint32_t all = config.pods * config.clientsPerPod;
  LvsFabricHelper helper(config);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const uint32_t number = clientNumbers[i];
    Ptr<LvsLoadClient> load = CreateObject<LvsLoadClient>();
    load->SetProfile(profile);
    load->SetRemote(config.vip, config.port);
    std::vector<Ipv4Address> sources;
    for (uint32_t n = 0; n < config.addressesPerClient; ++n) {
      sources.push_back(helper.GetClientAddress(number / config.clientsPerPod, number % config.clientsPerPod, n));
    }
    load->SetSources(std::move(sources));
    load->SetRequestRate(requestRate / all);
    load->SetAttribute("Poisson", BooleanValue(arrival == LvsLoadClient::POISSON));
    if (arrival == LvsLoadClient::EXACT && !inStep)
      load->SetAttribute("Phase", DoubleValue(static_cast<double>(number) / all));
    load->SetAttribute("Flows", UintegerValue(std::max<uint32_t>(1, flows / all)));
    load->AssignStreams(number);
    load->SetStartTime(start);
    clients[i]->GetObject<Node>()->AddApplication(load);
    loadClients.push_back(load);
  }
}

void LvsFabric::ResetCounters() {
  for (const auto& client : loadClients) client->ResetCounters();
  for (const auto& server : loadServers) server->ResetCounters();
  if (director != nullptr) director->ResetCpuCounters();
}

}  // namespace ns3
