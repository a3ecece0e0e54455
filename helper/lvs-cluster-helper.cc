// SPDX-License-Identifier: GPL-2.0-or-later
#include "ns3/lvs-cluster-helper.h"

#include <algorithm>

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3 {

namespace {

constexpr uint32_t kFirstMachine = 256;  // x.y.1.0
constexpr uint32_t kMachines = 60000;

const Ipv4Address kClientNet("172.16.0.0"), kFrontNet("10.0.0.0"), kInnerNet("192.168.0.0"), kRemoteNet("10.1.0.0");
const Ipv4Address kRouterClients("172.16.0.1"), kRouterFront("10.0.0.1"), kRouterRemote("10.1.0.1");
const Ipv4Address kDirectorFront("10.0.0.2"), kDirectorInner("192.168.0.1");

std::string Text(Ipv4Address address) { return ::lvs::base::Ipv4Addr{address.Get()}.text(); }

std::string AddAddress(Ipv4Address address, const std::string& device, unsigned length = 16) {
  return "ip addr add " + Text(address) + "/" + std::to_string(length) + " dev " + device;
}

std::string Default(Ipv4Address gateway) { return "ip route add default via " + Text(gateway); }

std::string Sysctl(const std::string& name, int value) {
  return "sysctl -w net.ipv4." + name + "=" + std::to_string(value);
}

void RunSetup(Ptr<LvsHost> host, uint32_t index, std::vector<std::string> usual, const LvsClusterHelper::Setup& setup) {
  if (setup) usual = setup(index, std::move(usual));
  std::string lines;
  for (const std::string& line : usual) lines += line + "\n";
  host->MustRun(lines);
}

}  // namespace

const char* LvsMethodName(LvsMethod method) {
  switch (method) {
    case LvsMethod::NAT: return "NAT";
    case LvsMethod::DR: return "DR";
    case LvsMethod::TUN: return "TUN";
  }
  return "";
}

// --- commands --------------------------------------------------------------------------------------------------------

Ipv4Address LvsClusterHelper::GetServerAddress(uint32_t index) const {
  const Ipv4Address net = m_config.method == LvsMethod::NAT ? kInnerNet : Remote() ? kRemoteNet : kFrontNet;
  return Ipv4Address(net.Get() + kFirstMachine + index);
}

Ipv4Address LvsClusterHelper::GetClientAddress(uint32_t index, uint32_t number) const {
  return Ipv4Address(kClientNet.Get() + kFirstMachine + index * m_config.addressesPerClient + number);
}

std::vector<std::string> LvsClusterHelper::GetNeighbourCommands() const {
  if (!m_config.raiseNeighbourLimits) return {};
  const auto room = static_cast<int>(
      std::max<uint64_t>(1024, 2 * (m_config.servers + uint64_t{m_config.clients} * m_config.addressesPerClient)));
  std::vector<std::string> commands;
  for (const int level : {1, 2, 3}) {
    commands.push_back(Sysctl("neigh.default.gc_thresh" + std::to_string(level), room));
  }
  return commands;
}

std::vector<std::string> LvsClusterHelper::GetRouterCommands() const {
  std::vector<std::string> commands = {AddAddress(kRouterClients, "eth0"), AddAddress(kRouterFront, "eth1")};
  if (Remote()) commands.push_back(AddAddress(kRouterRemote, "eth2"));
  commands.push_back(Sysctl("ip_forward", 1));
  return commands;
}

std::vector<std::string> LvsClusterHelper::GetClientCommands(uint32_t index) const {
  std::vector<std::string> commands;
  for (uint32_t i = 0; i < m_config.addressesPerClient; ++i) {
    commands.push_back(AddAddress(GetClientAddress(index, i), "eth0"));
  }
  commands.push_back(Default(kRouterClients));
  return commands;
}

std::vector<std::string> LvsClusterHelper::GetDirectorCommands() const {
  std::vector<std::string> commands = {AddAddress(kDirectorFront, "eth0"), AddAddress(m_config.vip, "eth0", 32),
                                       Default(kRouterFront)};
  if (m_config.method == LvsMethod::NAT) {
    commands.push_back(AddAddress(kDirectorInner, "eth1"));
    commands.push_back(Sysctl("ip_forward", 1));
  }
  const std::string service = (m_config.udp ? "-u " : "-t ") + Text(m_config.vip) + ":" + std::to_string(m_config.port);
  commands.push_back("ipvsadm -A " + service + " -s " + m_config.scheduler +
                     (m_config.serviceOptions.empty() ? "" : " " + m_config.serviceOptions));
  const uint16_t port = m_config.serverPort == 0 ? m_config.port : m_config.serverPort;
  const char* method = m_config.method == LvsMethod::NAT ? " -m" : m_config.method == LvsMethod::DR ? " -g" : " -i";
  for (uint32_t i = 0; i < m_config.servers; ++i) {
    const uint32_t weight = m_config.weights.empty() ? 1 : m_config.weights[i % m_config.weights.size()];
    commands.push_back("ipvsadm -a " + service + " -r " + Text(GetServerAddress(i)) + ":" + std::to_string(port) +
                       method + " -w " + std::to_string(weight));
  }
  return commands;
}

std::vector<std::string> LvsClusterHelper::GetServerCommands(uint32_t index) const {
  std::vector<std::string> commands = {AddAddress(GetServerAddress(index), "eth0")};
  if (m_config.method == LvsMethod::NAT) {
    commands.push_back(Default(kDirectorInner));
    return commands;
  }
  commands.push_back(Default(Remote() ? kRouterRemote : kRouterFront));
  if (m_config.suppressArp) {  // before the VIP is there to be answered for
    commands.push_back(Sysctl("conf.all.arp_ignore", 1));
    commands.push_back(Sysctl("conf.all.arp_announce", 2));
  }
  if (m_config.method == LvsMethod::TUN) {
    commands.push_back("ip link set tunl0 up");
    commands.push_back(Sysctl("conf.all.rp_filter", 0));
    commands.push_back(Sysctl("conf.tunl0.rp_filter", 0));
  }
  commands.push_back(AddAddress(m_config.vip, m_config.method == LvsMethod::TUN ? "tunl0" : "lo", 32));
  return commands;
}

// --- building --------------------------------------------------------------------------------------------------------

void LvsClusterHelper::Cable(LvsCluster& cluster) const {
  LvsEthHelper eth;
  eth.SetCableAttribute("Delay", TimeValue(m_config.delay));
  eth.SetDeviceAttribute("TxQueueLimit", UintegerValue(m_config.queue));
  // A cable to a machine, both ends at the machine's rate.
  const auto plug = [&](Ptr<LvsSwitch> bridge, Ptr<LvsHost> host, DataRate rate, NetDeviceContainer& devices) {
    eth.SetDeviceAttribute("DataRate", DataRateValue(rate));
    devices.Add(eth.Install(bridge, host->GetObject<Node>()));
  };
  const auto segment = [&] {
    cluster.switches.Create(1);
    return eth.InstallSwitch(cluster.switches.Get(cluster.switches.GetN() - 1));
  };
  const Ptr<LvsSwitch> access = segment();
  for (const Ptr<LvsHost>& client : cluster.clients) {
    plug(access, client, m_config.backboneRate, cluster.clientDevices);
  }
  plug(access, cluster.router, m_config.backboneRate, cluster.routerDevices);
  const Ptr<LvsSwitch> front = segment();
  plug(front, cluster.router, m_config.backboneRate, cluster.routerDevices);
  plug(front, cluster.director, m_config.directorRate, cluster.directorDevices);

  Ptr<LvsSwitch> inner = front;
  if (m_config.method == LvsMethod::NAT) {
    inner = segment();
    plug(inner, cluster.director, m_config.directorRate, cluster.directorDevices);
  } else if (Remote()) {
    inner = segment();
    plug(inner, cluster.router, m_config.backboneRate, cluster.routerDevices);
  }
  for (const Ptr<LvsHost>& server : cluster.servers) plug(inner, server, m_config.serverRate, cluster.serverDevices);
}

void LvsClusterHelper::Pin(LvsCluster& cluster) const {
  const auto knows = [](Ptr<LvsHost> host, const std::string& device, Ipv4Address address, Ptr<NetDevice> at) {
    ::lvs::base::MacAddr mac;
    Mac48Address::ConvertFrom(at->GetAddress()).CopyTo(mac.bytes.data());
    host->MustRun("ip neigh replace " + Text(address) + " lladdr " + mac.text() + " dev " + device + " nud permanent");
  };
  const bool nat = m_config.method == LvsMethod::NAT;
  const Ptr<NetDevice> front = cluster.routerDevices.Get(1);
  for (uint32_t i = 0; i < m_config.clients; ++i) {
    knows(cluster.clients[i], "eth0", kRouterClients, cluster.routerDevices.Get(0));
    for (const Ipv4Address& address : cluster.clientAddresses[i]) {
      knows(cluster.router, "eth0", address, cluster.clientDevices.Get(i));
    }
  }
  knows(cluster.router, "eth1", m_config.vip, cluster.directorDevices.Get(0));
  knows(cluster.router, "eth1", kDirectorFront, cluster.directorDevices.Get(0));
  knows(cluster.director, "eth0", kRouterFront, front);
  for (uint32_t i = 0; i < m_config.servers; ++i) {
    const Ipv4Address address = cluster.serverAddresses[i];
    const Ptr<NetDevice> device = cluster.serverDevices.Get(i);
    if (nat) {
      knows(cluster.director, "eth1", address, device);
      knows(cluster.servers[i], "eth0", kDirectorInner, cluster.directorDevices.Get(1));
    } else if (Remote()) {
      knows(cluster.router, "eth2", address, device);
      knows(cluster.servers[i], "eth0", kRouterRemote, cluster.routerDevices.Get(2));
    } else {
      knows(cluster.director, "eth0", address, device);
      knows(cluster.servers[i], "eth0", kRouterFront, front);
    }
  }
}

void LvsClusterHelper::TeachSwitches(const LvsCluster& cluster) {
  for (const NetDeviceContainer* devices :
       {&cluster.clientDevices, &cluster.routerDevices, &cluster.directorDevices, &cluster.serverDevices}) {
    for (auto device = devices->Begin(); device != devices->End(); ++device) {
      const Ptr<LvsEthNetDevice> port = DynamicCast<LvsEthNetDevice>(*device)->GetPeer();
      const Ptr<Node> node = port->GetNode();
      for (uint32_t i = 0; i < node->GetNDevices(); ++i) {
        const auto bridge = DynamicCast<LvsSwitch>(node->GetDevice(i));
        if (bridge == nullptr) continue;
        bridge->Learn(Mac48Address::ConvertFrom((*device)->GetAddress()), port);
        break;
      }
    }
  }
}

LvsCluster LvsClusterHelper::Build() const {
  NS_ABORT_MSG_IF(m_config.servers > kMachines, "at most " << kMachines << " servers");
  NS_ABORT_MSG_IF(uint64_t{m_config.clients} * m_config.addressesPerClient > kMachines,
                  "at most " << kMachines << " client addresses");
  NS_ABORT_MSG_IF(m_config.addressesPerClient == 0, "a client needs an address");

  LvsCluster cluster;
  cluster.config = m_config;
  LvsHostHelper hosts;
  const auto machine = [&](const std::string& name) {
    hosts.SetAttribute("Name", StringValue(name));
    Ptr<Node> node = CreateObject<Node>();
    cluster.nodes.Add(node);
    return hosts.Install(node);
  };
  cluster.director = machine("director");
  m_director.Apply(cluster.director);
  cluster.router = machine("router");
  for (uint32_t i = 0; i < m_config.clients; ++i) {
    cluster.clients.push_back(machine("client" + std::to_string(i + 1)));
    cluster.clientAddresses.emplace_back();
    for (uint32_t n = 0; n < m_config.addressesPerClient; ++n) {
      cluster.clientAddresses.back().push_back(GetClientAddress(i, n));
    }
  }
  for (uint32_t i = 0; i < m_config.servers; ++i) {
    cluster.servers.push_back(machine("server" + std::to_string(i + 1)));
    cluster.serverAddresses.push_back(GetServerAddress(i));
  }
  cluster.directorAddress = kDirectorFront;
  Cable(cluster);

  for (const Ptr<LvsHost>& host : {cluster.router, cluster.director}) {
    RunSetup(host, 0, GetNeighbourCommands(), {});
  }
  RunSetup(cluster.router, 0, GetRouterCommands(), m_routerSetup);
  for (uint32_t i = 0; i < m_config.clients; ++i) {
    RunSetup(cluster.clients[i], i, GetClientCommands(i), m_clientSetup);
  }
  for (uint32_t i = 0; i < m_config.servers; ++i) {
    RunSetup(cluster.servers[i], i, GetServerCommands(i), m_serverSetup);
  }
  RunSetup(cluster.director, 0, GetDirectorCommands(), m_directorSetup);
  if (m_config.pinNeighbours) {
    Pin(cluster);
    TeachSwitches(cluster);
  }
  return cluster;
}

// --- load ------------------------------------------------------------------------------------------------------------

void LvsCluster::InstallLoadServers(const LvsLoadProfile& profile) {
  for (const Ptr<LvsHost>& server : servers) {
    Ptr<LvsLoadServer> load = CreateObject<LvsLoadServer>();
    load->SetProfile(profile);
    const bool mapped = config.method == LvsMethod::NAT && config.serverPort != 0;
    load->SetAttribute("Port", UintegerValue(mapped ? config.serverPort : config.port));
    server->GetObject<Node>()->AddApplication(load);
    loadServers.push_back(load);
  }
}

void LvsCluster::InstallLoadClients(const LvsLoadProfile& profile, double requestRate, Time start,
                                    LvsLoadClient::Arrival arrival, uint32_t flows) {
  const auto count = static_cast<uint32_t>(clients.size());
  for (uint32_t i = 0; i < count; ++i) {
    Ptr<LvsLoadClient> load = CreateObject<LvsLoadClient>();
    load->SetProfile(profile);
    load->SetRemote(config.vip, config.port);
    load->SetSources(clientAddresses[i]);
    load->SetRequestRate(requestRate / count);
    load->SetAttribute("Poisson", BooleanValue(arrival == LvsLoadClient::POISSON));
    if (arrival == LvsLoadClient::EXACT) load->SetAttribute("Phase", DoubleValue(static_cast<double>(i) / count));
    if (flows != 0) load->SetAttribute("Flows", UintegerValue(std::max<uint32_t>(1, flows / count)));
    load->SetStartTime(start);
    clients[i]->GetObject<Node>()->AddApplication(load);
    loadClients.push_back(load);
  }
}

LvsLoadCounters LvsCluster::GetClientCounters() const {
  LvsLoadCounters sum;
  for (const auto& client : loadClients) sum += client->GetCounters();
  return sum;
}

LvsLoadCounters LvsCluster::GetServerCounters() const {
  LvsLoadCounters sum;
  for (const auto& server : loadServers) sum += server->GetCounters();
  return sum;
}

LvsLoadHistogram LvsCluster::GetLatency() const {
  LvsLoadHistogram all;
  for (const auto& client : loadClients) all.Merge(client->GetLatency());
  return all;
}

void LvsCluster::ResetCounters() {
  for (const auto& client : loadClients) client->ResetCounters();
  for (const auto& server : loadServers) server->ResetCounters();
  for (const auto& host : servers) host->ResetCpuCounters();
  director->ResetCpuCounters();
  router->ResetCpuCounters();
}

int64_t LvsCluster::AssignStreams(int64_t stream) {
  const int64_t first = stream;
  stream += LvsHostHelper::AssignStreams(nodes, stream);
  for (const auto& client : loadClients) stream += client->AssignStreams(stream);
  return stream - first;
}

}  // namespace ns3
