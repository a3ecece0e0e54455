// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-load-client.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-server.h"
#include "ns3/nstime.h"

namespace ns3 {

/** What a fabric is made of. */
struct LvsFabricConfig {
  static constexpr uint32_t kMostRacks = 250, kMostPods = 64, kMostMachines = 60000;  ///< the last in one rack or pod

  uint32_t racks = 2, pods = 2;
  uint32_t serversPerRack = 10, clientsPerPod = 1;
  uint32_t addressesPerClient = 16;

  Ipv4Address vip{"10.0.0.100"};
  bool udp = true;  ///< the service is UDP, else TCP
  uint16_t port = 80;
  std::string scheduler = "rr";  ///< ipvsadm -s

  DataRate serverRate{"1Gbps"};      ///< NICs of the real servers
  DataRate backboneRate{"100Gbps"};  ///< all others
  Time delay = MicroSeconds(5);      ///< of each cable
  uint32_t queue = 1000;             ///< frames that may wait at a NIC
  Time directorCost = Time(0);       ///< CPU time of the director a packet; zero: none

  uint32_t ranks = 1;  ///< processes that share the fabric
  uint32_t rank = 0;   ///< this one of them
};

/** The parts of a fabric, each simulated by one process: its director with the front switch, its racks, its pods. */
struct LvsFabricPlaces {
  uint32_t director = 0;
  std::vector<uint32_t> racks, pods;  ///< the rank of each
};

/** The machines of this process, in the order of racks and pods. */
struct LvsFabric {
  LvsFabricConfig config;
  LvsFabricPlaces places;
  Ptr<LvsHost> director;  ///< nullptr: another process has it
  std::vector<Ptr<LvsHost>> routers, servers, clients;
  std::vector<uint32_t> serverNumbers, clientNumbers;  ///< of each, counted over all racks, over all pods

  std::vector<Ptr<LvsLoadServer>> loadServers;
  std::vector<Ptr<LvsLoadClient>> loadClients;
  /** Servers and clients of the load on the machines that are here. \p requestRate and \p flows are those of all
   * clients of the fabric together. \param inStep exact arrivals begin at all clients at once, else one after the other
   */
  void InstallLoad(const LvsLoadProfile& profile, double requestRate, uint32_t flows, Time start,
                   LvsLoadClient::Arrival arrival, bool inStep = false);
  /** The end of a warm-up. */
  void ResetCounters();
};

/**
 * \brief A cluster of racks and pods behind one DR director, that several processes may share.
 *
 * \verbatim
   pod: clients --- access switch --- router -+- front switch --- director
                                              |      |
                                              +--- leaf switch --- servers       (a leaf a rack, a cable to each router)
   \endverbatim
 *
 * Requests go by the front switch, replies from a rack's leaf straight to the router of the client's pod. Servers of
 rack
 * r (from 0) are 10.r+1.1.0 and up, the routers 10.r+1.0.1 and up there, clients of pod p 100.64+p.1.0 and up. All
 racks
 * and the front are one segment, in which routers answer ARP for the interface asked alone; machines and switches know
 * from the start who is where, as with LvsClusterConfig::pinNeighbours.
 *
 * Every process makes all nodes and the cables between the parts; machines, and the cables inside a part, are made by
 the
 * process whose part it is. Where a part goes follows from the numbers (Place()), not from the processes' speed.
 */
class LvsFabricHelper {
 public:
  explicit LvsFabricHelper(LvsFabricConfig config);

  /** The heaviest parts first, each to the process that has least to do. */
  LvsFabricPlaces Place(const LvsLoadProfile& profile) const;
  /** Makes it; a command that fails ends the program with its message. */
  LvsFabric Build(const LvsFabricPlaces& places) const;

  Ipv4Address GetServerAddress(uint32_t rack, uint32_t index) const;
  Ipv4Address GetClientAddress(uint32_t pod, uint32_t index, uint32_t number = 0) const;
  std::vector<std::string> GetDirectorCommands() const;
  std::vector<std::string> GetServerCommands(uint32_t rack, uint32_t index) const;
  std::vector<std::string> GetRouterCommands(uint32_t pod) const;
  std::vector<std::string> GetClientCommands(uint32_t pod, uint32_t index) const;

 private:
  LvsFabricConfig m_config;
};

}  // namespace ns3
