// SPDX-License-Identifier: GPL-2.0-or-later
// LvsFabricHelper::Build(): nodes, cables, switches, machines.
#include <utility>

#include "ns3/lvs-eth-helper.h"
#include "ns3/lvs-eth-net-device.h"
#include "ns3/lvs-fabric-helper.h"
#include "ns3/lvs-fabric-names.h"
#include "ns3/lvs-host-helper.h"
#include "ns3/lvs-switch.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3 {

using namespace lvsfabric;

namespace {

using Nic = Ptr<LvsEthNetDevice>;

Mac48Address ToNs3(const ::lvs::base::MacAddr& mac) {
  Mac48Address address;
  address.CopyFrom(mac.bytes.data());
  return address;
}

// One rack or pod: the node of its switch, and the NICs of that switch and of its router that other parts are plugged
// into.
struct Part {
  uint32_t rank = 0;
  Ptr<Node> hub;
  std::vector<Ptr<Node>> machines;
};

class FabricBuilder {
 public:
  FabricBuilder(const LvsFabricConfig& config, const LvsFabricPlaces& places, const LvsFabricHelper& commands)
      : m_config(config), m_places(places), m_commands(commands) {
    m_eth.SetCableAttribute("Delay", TimeValue(config.delay));
    m_eth.SetSwitchAttribute("ExpirationTime", TimeValue(Hours(24)));
  }

  LvsFabric Build() {
    MakeNodes();
    Cross();
    LvsFabric fabric;
    fabric.config = m_config;
    fabric.places = m_places;
    if (IsHere(m_places.director)) Front(fabric);
    for (uint32_t r = 0; r < m_config.racks; ++r) {
      if (IsHere(m_racks[r].rank)) Rack(fabric, r);
    }
    for (uint32_t p = 0; p < m_config.pods; ++p) {
      if (IsHere(m_pods[p].rank)) Pod(fabric, p);
    }
    return fabric;
  }

 private:
  bool IsHere(uint32_t rank) const { return rank == m_config.rank; }

  // The same on every process, and so are their numbers.
  void MakeNodes() {
    m_director = CreateObject<Node>(m_places.director);
    m_front = CreateObject<Node>(m_places.director);
    const auto part = [](uint32_t rank, uint32_t machines) {
      Part made{rank, CreateObject<Node>(rank), {}};
      for (uint32_t i = 0; i < machines; ++i) made.machines.push_back(CreateObject<Node>(rank));
      return made;
    };
    for (const uint32_t rank : m_places.racks) m_racks.push_back(part(rank, m_config.serversPerRack));
    for (const uint32_t rank : m_places.pods) {
      m_routers.push_back(CreateObject<Node>(rank));
      m_pods.push_back(part(rank, m_config.clientsPerPod));
    }
  }

  Nic MakeNic(Ptr<Node> node, DataRate rate, const ::lvs::base::MacAddr& mac) const {
    Nic nic = CreateObject<LvsEthNetDevice>();
    nic->SetAddress(ToNs3(mac));
    nic->SetDataRate(rate);
    nic->SetAttribute("TxQueueLimit", UintegerValue(m_config.queue));
    node->AddDevice(nic);
    return nic;
  }
  // A port's address, 06 and the numbers of node and port.
  Nic MakePort(Ptr<Node> node, DataRate rate) const {
    const uint32_t id = node->GetId(), index = node->GetNDevices();
    const auto byte = [](uint32_t value, int shift) { return static_cast<uint8_t>(value >> shift); };
    return MakeNic(node, rate, {{6, byte(id, 16), byte(id, 8), byte(id, 0), byte(index, 8), byte(index, 0)}});
  }

  // The cables between parts: first on their nodes, and all of them everywhere, so that numbers of interfaces agree.
  void Cross() {
    for (uint32_t p = 0; p < m_config.pods; ++p) {
      const Nic router = MakeNic(m_routers[p], m_config.backboneRate, MacOf(Kind::routerFront, p));
      m_eth.Connect(router, MakePort(m_front, m_config.backboneRate));
    }
    for (Part& rack : m_racks) {
      const Nic port = MakePort(m_front, m_config.backboneRate);
      m_eth.Connect(port, MakePort(rack.hub, m_config.backboneRate));
    }
    for (uint32_t r = 0; r < m_config.racks; ++r) {
      for (uint32_t p = 0; p < m_config.pods; ++p) {
        const Nic port = MakePort(m_racks[r].hub, m_config.backboneRate);
        m_eth.Connect(port, MakeNic(m_routers[p], m_config.backboneRate, MacOf(Kind::routerRack, p, r)));
      }
    }
  }

  // A switch on `node`, with the NICs that are there as its ports.
  Ptr<LvsSwitch> MakeSwitch(Ptr<Node> node) const {
    const uint32_t ports = node->GetNDevices();
    Ptr<LvsSwitch> bridge = m_eth.InstallSwitch(node);
    for (uint32_t i = 0; i < ports; ++i) bridge->AddBridgePort(node->GetDevice(i));
    return bridge;
  }

  // A machine's NIC at a port of its own.
  void Plug(Ptr<LvsSwitch> bridge, Ptr<Node> machine, DataRate rate, const ::lvs::base::MacAddr& mac) const {
    const Nic nic = MakeNic(machine, rate, mac);
    const Nic port = MakePort(bridge->GetNode(), rate);
    m_eth.Connect(nic, port);
    bridge->AddBridgePort(port);
    bridge->Learn(ToNs3(mac), port);
  }

  Ptr<LvsHost> MakeHost(Ptr<Node> node, const std::string& name, const std::vector<std::string>& lines) {
    m_hosts.SetAttribute("Name", StringValue(name));
    Ptr<LvsHost> host = m_hosts.Install(node);
    std::string script;
    for (const std::string& line : lines) script += line + "\n";
    host->MustRun(script);
    return host;
  }

  void Front(LvsFabric& fabric) {
    Ptr<LvsSwitch> front = MakeSwitch(m_front);
    for (uint32_t p = 0; p < m_config.pods; ++p) {
      front->Learn(ToNs3(MacOf(Kind::routerFront, p)), m_front->GetDevice(p));
    }
    for (uint32_t r = 0; r < m_config.racks; ++r) {
      const Ptr<NetDevice> leaf = m_front->GetDevice(m_config.pods + r);
      for (uint32_t i = 0; i < m_config.serversPerRack; ++i) front->Learn(ToNs3(MacOf(Kind::server, r, i)), leaf);
    }
    Plug(front, m_director, m_config.backboneRate, MacOf(Kind::director));
    fabric.director = MakeHost(m_director, "director", m_commands.GetDirectorCommands());
    if (m_config.directorCost.IsStrictlyPositive()) fabric.director->SetCpuCost(m_config.directorCost);
  }

  void Rack(LvsFabric& fabric, uint32_t r) {
    const Part& rack = m_racks[r];
    Ptr<LvsSwitch> leaf = MakeSwitch(rack.hub);
    leaf->Learn(ToNs3(MacOf(Kind::director)), rack.hub->GetDevice(0));
    for (uint32_t p = 0; p < m_config.pods; ++p) {
      leaf->Learn(ToNs3(MacOf(Kind::routerRack, p, r)), rack.hub->GetDevice(1 + p));
    }
    for (uint32_t i = 0; i < m_config.serversPerRack; ++i) {
      Plug(leaf, rack.machines[i], m_config.serverRate, MacOf(Kind::server, r, i));
      const std::string name = "rack" + std::to_string(r + 1) + "-server" + std::to_string(i + 1);
      fabric.servers.push_back(MakeHost(rack.machines[i], name, m_commands.GetServerCommands(r, i)));
      fabric.serverNumbers.push_back(r * m_config.serversPerRack + i);
    }
  }

  void Pod(LvsFabric& fabric, uint32_t p) {
    const Part& pod = m_pods[p];
    Ptr<LvsSwitch> access = MakeSwitch(pod.hub);
    Plug(access, m_routers[p], m_config.backboneRate, MacOf(Kind::routerPod, p));
    const std::string name = "pod" + std::to_string(p + 1);
    fabric.routers.push_back(MakeHost(m_routers[p], name + "-router", m_commands.GetRouterCommands(p)));
    for (uint32_t i = 0; i < m_config.clientsPerPod; ++i) {
      Plug(access, pod.machines[i], m_config.backboneRate, MacOf(Kind::client, p, i));
      fabric.clients.push_back(
          MakeHost(pod.machines[i], name + "-client" + std::to_string(i + 1), m_commands.GetClientCommands(p, i)));
      fabric.clientNumbers.push_back(p * m_config.clientsPerPod + i);
    }
  }

  const LvsFabricConfig& m_config;
  const LvsFabricPlaces& m_places;
  const LvsFabricHelper& m_commands;
  LvsEthHelper m_eth;
  LvsHostHelper m_hosts;
  Ptr<Node> m_director, m_front;
  std::vector<Ptr<Node>> m_routers;
  std::vector<Part> m_racks, m_pods;
};

}  // namespace

LvsFabric LvsFabricHelper::Build(const LvsFabricPlaces& places) const {
  return FabricBuilder(m_config, places, *this).Build();
}

}  // namespace ns3
