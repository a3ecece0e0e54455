// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ns3/application-container.h"
#include "ns3/data-rate.h"
#include "ns3/ipv4-address.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-load-client.h"
#include "ns3/lvs-load-profile.h"
#include "ns3/lvs-load-server.h"
#include "ns3/lvs-load-stats.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"

namespace ns3 {

/** How the director sends requests on (ipvsadm -m, -g, -i). */
enum class LvsMethod { NAT, DR, TUN };
/** \returns "NAT", "DR", "TUN". */
const char* LvsMethodName(LvsMethod method);

/** What a cluster is made of. The defaults are a working one. */
struct LvsClusterConfig {
  LvsMethod method = LvsMethod::DR;
  uint32_t servers = 3;             ///< real servers, up to 60000
  uint32_t clients = 1;             ///< client machines
  uint32_t addressesPerClient = 1;  ///< addresses of a client machine, up to 60000 for all clients

  Ipv4Address vip{"10.0.0.100"};
  bool udp = false;               ///< the service is UDP, else TCP
  uint16_t port = 80;             ///< of the service
  uint16_t serverPort = 0;        ///< of the real servers; 0: as the service. Only NAT can map ports.
  std::string scheduler = "rr";   ///< ipvsadm -s
  std::vector<uint32_t> weights;  ///< of the servers in turn; empty: 1 each
  std::string serviceOptions;     ///< more words for ipvsadm -A ("-p 300")

  DataRate serverRate{"1Gbps"};      ///< NICs of the real servers
  DataRate directorRate{"1Gbps"};    ///< NICs of the director
  DataRate backboneRate{"100Gbps"};  ///< router and clients
  Time delay = MicroSeconds(5);      ///< of each cable
  uint32_t queue = 1000;             ///< frames that may wait at a NIC (txqueuelen)
  bool remoteServers = true;  ///< TUN: servers in a subnet of their own behind the router; else beside the director
  /** ip neigh add ... nud permanent for all that speak to each other, so that none asks, and switches that know where
   * each machine is, so that none floods. Linux keeps 1024 others. */
  bool pinNeighbours = false;
  /** net.ipv4.neigh.default.gc_thresh1 to 3 on director and router, so that their tables hold all of the cluster. */
  bool raiseNeighbourLimits = false;
  bool suppressArp = true;  ///< DR and TUN: arp_ignore=1 and arp_announce=2 on the real servers
};

/** A cluster that was built: its machines, and the load on it. */
struct LvsCluster {
  LvsClusterConfig config;
  Ptr<LvsHost> director;
  Ptr<LvsHost> router;
  std::vector<Ptr<LvsHost>> servers;
  std::vector<Ptr<LvsHost>> clients;
  NodeContainer nodes;     ///< all of the above
  NodeContainer switches;  ///< of the segments
  /** Interfaces: the director's towards the router, and in NAT its second, towards the servers. */
  NetDeviceContainer directorDevices;
  NetDeviceContainer routerDevices;  ///< towards clients, front, and (TUN) servers
  NetDeviceContainer serverDevices;
  NetDeviceContainer clientDevices;

  Ipv4Address directorAddress;                            ///< DIP
  std::vector<Ipv4Address> serverAddresses;               ///< RIPs
  std::vector<std::vector<Ipv4Address>> clientAddresses;  ///< CIPs of each client machine

  // --- load ----------------------------------------------------------------------------------------------------------
  std::vector<Ptr<LvsLoadServer>> loadServers;
  std::vector<Ptr<LvsLoadClient>> loadClients;
  /** Puts a LvsLoadServer on every real server. */
  void InstallLoadServers(const LvsLoadProfile& profile);
  /**
   * Puts a LvsLoadClient on every client, which share \p requestRate (requests a second of all together) evenly and,
   * with exact arrivals, begin one after the other. \param start when the first begins \param flows client ports and
   * addresses of all clients together; 0: 1000 a client
   */
  void InstallLoadClients(const LvsLoadProfile& profile, double requestRate, Time start,
                          LvsLoadClient::Arrival arrival = LvsLoadClient::EXACT, uint32_t flows = 0);
  /** Sums over all clients, and over all servers. */
  LvsLoadCounters GetClientCounters() const;
  LvsLoadCounters GetServerCounters() const;
  LvsLoadHistogram GetLatency() const;
  /** Counters of load and CPUs start from zero: the end of a warm-up. */
  void ResetCounters();
  /** Fixes the random numbers of machines and clients. \returns how many streams were used */
  int64_t AssignStreams(int64_t stream);
};

/**
 * \brief Builds a cluster as an administrator would: cables, then the real commands on every machine.
 *
 * \verbatim
   clients --- switch --- router --- switch "front" --- director
                             |           |                  |
                             |           +--- servers (DR)  +--- switch "inner" --- servers (NAT)
                             +--- switch "remote" --- servers (TUN)
   \endverbatim
 *
 * clients 172.16.0.0/16, front 10.0.0.0/16 (router .0.1, director .0.2, VIP), inner 192.168.0.0/16 (director .0.1),
 * remote 10.1.0.0/16 (router .0.1); machines count from .1.0 on. Interfaces are eth0, and in the order of the picture.
 *
 * Every list of commands can be changed before it is run, so that the mistakes that people make can be made here:
 * \code
 *   LvsClusterHelper helper(config);
 *   helper.SetServerSetup([](uint32_t index, std::vector<std::string> usual) {
 *     if (index == 2) usual.pop_back();  // the third server lacks the VIP
 *     return usual;
 *   });
 *   LvsCluster cluster = helper.Build();
 * \endcode
 */
class LvsClusterHelper {
 public:
  explicit LvsClusterHelper(LvsClusterConfig config = {}) : m_config(std::move(config)) {}

  /** \returns the commands to run on machine \p index (from 0) of its kind, made of the \p usual ones. */
  using Setup = std::function<std::vector<std::string>(uint32_t index, std::vector<std::string> usual)>;
  void SetDirectorSetup(Setup setup) { m_directorSetup = std::move(setup); }
  void SetServerSetup(Setup setup) { m_serverSetup = std::move(setup); }
  void SetClientSetup(Setup setup) { m_clientSetup = std::move(setup); }
  void SetRouterSetup(Setup setup) { m_routerSetup = std::move(setup); }
  /** An attribute of the director's LvsHost (RewriteCost, Backlog, ...). */
  void SetDirectorAttribute(const std::string& name, const AttributeValue& value) { m_director.Set(name, value); }

  /** The usual commands. */
  std::vector<std::string> GetDirectorCommands() const;
  std::vector<std::string> GetServerCommands(uint32_t index) const;
  std::vector<std::string> GetClientCommands(uint32_t index) const;
  std::vector<std::string> GetRouterCommands() const;
  /** Of director and router, before the others. */
  std::vector<std::string> GetNeighbourCommands() const;

  Ipv4Address GetServerAddress(uint32_t index) const;
  Ipv4Address GetClientAddress(uint32_t index, uint32_t number = 0) const;

  /** Makes nodes, cables and machines, and runs the commands; one that fails ends the program with its message. */
  LvsCluster Build() const;

 private:
  bool Remote() const { return m_config.method == LvsMethod::TUN && m_config.remoteServers; }
  void Cable(LvsCluster& cluster) const;
  void Pin(LvsCluster& cluster) const;
  static void TeachSwitches(const LvsCluster& cluster);

  /** What to set on the director's LvsHost. */
  class Attributes {
   public:
    void Set(const std::string& name, const AttributeValue& value) { m_values.emplace_back(name, value.Copy()); }
    void Apply(Ptr<Object> object) const {
      for (const auto& [name, value] : m_values) object->SetAttribute(name, *value);
    }

   private:
    std::vector<std::pair<std::string, Ptr<AttributeValue>>> m_values;
  };

  LvsClusterConfig m_config;
  Attributes m_director;
  Setup m_directorSetup, m_serverSetup, m_clientSetup, m_routerSetup;
};

}  // namespace ns3
