// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "host/host.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/traced-callback.h"

namespace ns3 {

class Ipv4RawSocketImpl;
class LvsHost;
class LvsIpv4Transport;

/**
 * \brief ns-3's IPv4 on top of an LvsHost: sockets and applications of ns-3 send and receive through the Linux host.
 *
 * What a socket sends is a packet of the host from then on: routed by its tables, seen by its hooks, with valid
 * checksums whatever the global value ChecksumEnabled says. What the host delivers goes to ns3::TcpL4Protocol,
 * ns3::UdpL4Protocol and raw sockets. Addresses, link states and forwarding are the host's: `ip addr add` and
 * Ipv4AddressHelper::Assign have the same effect. ns-3's interface 0 stands for lo and for tunnels; then come the
 * host's Ethernet interfaces in order.
 *
 * It needs an LvsHost, an (idle) ArpL3Protocol and an LvsTrafficControlLayer on its node, and an LvsIpv4Routing:
 * LvsStackHelper sees to it. The attributes DefaultTtl, IpForward and FragmentExpirationTimeout of its parents are the
 * sysctls ip_default_ttl, ip_forward and ipfrag_time; IpForward takes effect when it is set on the object.
 */
class LvsIpv4L3Protocol : public Ipv4L3Protocol, private ::lvs::trace::Sink {
 public:
  static TypeId GetTypeId();
  LvsIpv4L3Protocol();
  ~LvsIpv4L3Protocol() override;

  // --- packets: lvs-ipv4-l3-protocol.cc ------------------------------------------------------------------------------
  void Send(Ptr<Packet> packet, Ipv4Address source, Ipv4Address destination, uint8_t protocol,
            Ptr<Ipv4Route> route) override;
  void SendWithHeader(Ptr<Packet> packet, Ipv4Header header, Ptr<Ipv4Route> route) override;
  Ptr<Socket> CreateRawSocket() override;
  void DeleteRawSocket(Ptr<Socket> socket) override;
  void Insert(Ptr<IpL4Protocol> protocol) override;
  void Insert(Ptr<IpL4Protocol> protocol, uint32_t interface) override;

  /** \returns the header of a complete packet as ns-3 has it: without options. */
  static Ipv4Header HeaderOf(::lvs::wire::ConstIpv4 ip);
  /** \returns ns-3's number of \p interface; 0 for lo, tunnels and nullptr. */
  uint32_t GetInterfaceIndex(const ::lvs::host::Device* interface) const;
  Ptr<LvsHost> GetHost() const { return m_host; }

  // --- addresses and links: lvs-ipv4-config.cc -----------------------------------------------------------------------
  uint32_t AddInterface(Ptr<NetDevice> device) override;
  uint32_t GetNInterfaces() const override;
  int32_t GetInterfaceForAddress(Ipv4Address address) const override;
  int32_t GetInterfaceForPrefix(Ipv4Address address, Ipv4Mask mask) const override;
  int32_t GetInterfaceForDevice(Ptr<const NetDevice> device) const override;
  bool IsDestinationAddress(Ipv4Address address, uint32_t iif) const override;
  bool AddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
  Ipv4InterfaceAddress GetAddress(uint32_t interface, uint32_t index) const override;
  uint32_t GetNAddresses(uint32_t interface) const override;
  bool RemoveAddress(uint32_t interface, uint32_t index) override;
  bool RemoveAddress(uint32_t interface, Ipv4Address address) override;
  Ipv4Address SourceAddressSelection(uint32_t interface, Ipv4Address destination) override;
  Ipv4Address SelectSourceAddress(Ptr<const NetDevice> device, Ipv4Address destination,
                                  Ipv4InterfaceAddress::InterfaceAddressScope_e scope) override;
  uint16_t GetMtu(uint32_t interface) const override;
  bool IsUp(uint32_t interface) const override;
  void SetUp(uint32_t interface) override;
  void SetDown(uint32_t interface) override;
  bool IsForwarding(uint32_t interface) const override;
  void SetForwarding(uint32_t interface, bool forward) override;
  Ptr<NetDevice> GetNetDevice(uint32_t interface) override;

 protected:
  void NotifyNewAggregate() override;
  void DoInitialize() override;
  void DoDispose() override;

 private:
  // The host's drops, for the trace source.
  void packet(const ::lvs::trace::PacketEvent& event) override;
  void journal(const ::lvs::trace::JournalEvent&) override {}

  void SetIpForward(bool forward) override;
  bool GetIpForward() const override;

  // Brings ns-3's interfaces in step with the host, if anything has changed.
  void Follow() const;
  void FollowInterface(uint32_t interface);
  ::lvs::host::Device* GetDevice(uint32_t interface) const;
  // The host's interfaces that ns-3's interface stands for.
  std::vector<::lvs::host::Device*> GetDevices(uint32_t interface) const;

  static ::lvs::host::HookResult OnHook(void* self, ::lvs::host::Hook hook, ::lvs::host::PacketPtr& packet);
  // Packets of this IP protocol go to ns-3's from now on.
  void TakeOver(uint8_t protocol);
  // Raw sockets and LocalDeliver. True if a raw socket took a packet that nobody else wants.
  bool PassUp(const ::lvs::host::Packet& packet);
  uint32_t PathMtu(Ptr<Ipv4Route> route) const;
  void SendCore(::lvs::host::PacketPtr packet, Ptr<Ipv4Route> route);

  Ptr<LvsHost> m_host;
  Ptr<Node> m_node;
  uint32_t m_generation = 0;  // of the host's tables when Follow() last looked
  bool m_following = false;
  std::vector<Ptr<Ipv4RawSocketImpl>> m_rawSockets;
  std::map<uint8_t, std::unique_ptr<LvsIpv4Transport>> m_transports;

  TracedCallback<const Ipv4Header&, Ptr<const Packet>, uint32_t> m_sendOutgoingTrace, m_unicastForwardTrace,
      m_multicastForwardTrace, m_localDeliverTrace;
  TracedCallback<Ptr<const Packet>, Ptr<Ipv4>, uint32_t> m_txTrace, m_rxTrace;
  TracedCallback<const Ipv4Header&, Ptr<const Packet>, DropReason, Ptr<Ipv4>, uint32_t> m_dropTrace;
};

}  // namespace ns3
