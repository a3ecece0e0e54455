// SPDX-License-Identifier: GPL-2.0-or-later
// Packets between ns-3's transport protocols and the host.
#include "ns3/lvs-ipv4-l3-protocol.h"

#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-raw-socket-impl.h"
#include "ns3/log.h"
#include "ns3/lvs-host.h"
#include "ns3/lvs-ipv4-routing.h"
#include "ns3/lvs-ipv4-transport.h"
#include "ns3/lvs-packet.h"
#include "ns3/node.h"
#include "ns3/trace-source-accessor.h"
#include "wire/ethernet.h"
#include "wire/icmp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace ns3 {

NS_LOG_COMPONENT_DEFINE("LvsIpv4L3Protocol");
NS_OBJECT_ENSURE_REGISTERED(LvsIpv4L3Protocol);

using ::lvs::host::Hook;
using ::lvs::host::HookResult;
using ::lvs::host::PacketPtr;
using ::lvs::wire::IpProto;
using WireIpv4 = ::lvs::wire::Ipv4;

TypeId LvsIpv4L3Protocol::GetTypeId() {
  static TypeId tid = [] {
    TypeId id("ns3::LvsIpv4L3Protocol");
    // Trace sources of the parent's names are declared while the parent is Object, and found before the parent's then.
    id.SetParent<Object>()
        .SetGroupName("Lvs")
        .AddConstructor<LvsIpv4L3Protocol>()
        .AddTraceSource("Tx", "An IPv4 packet, with its header, is about to leave, before it is fragmented.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_txTrace),
                        "ns3::Ipv4L3Protocol::TxRxTracedCallback")
        .AddTraceSource("Rx", "An IPv4 packet, with its header, has come in by an interface.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_rxTrace),
                        "ns3::Ipv4L3Protocol::TxRxTracedCallback")
        .AddTraceSource("Drop",
                        "A packet ends here, by the nearest of ns-3's reasons; LvsHost's Drop has the kernel's. The "
                        "packet has headers "
                        "and zeros for the rest. Connect before the simulation begins.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_dropTrace),
                        "ns3::Ipv4L3Protocol::DropTracedCallback")
        .AddTraceSource("SendOutgoing", "A packet of a socket of this node is about to be sent.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_sendOutgoingTrace),
                        "ns3::Ipv4L3Protocol::SentTracedCallback")
        .AddTraceSource("UnicastForward", "A packet is forwarded, by routing or by IPVS.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_unicastForwardTrace),
                        "ns3::Ipv4L3Protocol::SentTracedCallback")
        .AddTraceSource("MulticastForward", "Never fires: multicast is not forwarded.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_multicastForwardTrace),
                        "ns3::Ipv4L3Protocol::SentTracedCallback")
        .AddTraceSource("LocalDeliver", "A packet is delivered to this node.",
                        MakeTraceSourceAccessor(&LvsIpv4L3Protocol::m_localDeliverTrace),
                        "ns3::Ipv4L3Protocol::SentTracedCallback");
    return id.SetParent<Ipv4L3Protocol>();
  }();
  return tid;
}

LvsIpv4L3Protocol::LvsIpv4L3Protocol() = default;
LvsIpv4L3Protocol::~LvsIpv4L3Protocol() = default;

// --- life ------------------------------------------------------------------------------------------------------------

void LvsIpv4L3Protocol::NotifyNewAggregate() {
  Ipv4L3Protocol::NotifyNewAggregate();
  if (m_host != nullptr) return;
  m_node = GetObject<Node>();
  m_host = GetObject<LvsHost>();
  if (m_node == nullptr || m_host == nullptr) {
    m_host = nullptr;
    return;
  }
  constexpr int kFirst = INT32_MIN + 1, kLast = INT32_MAX;
  ::lvs::host::Netfilter& netfilter = m_host->GetHost().netfilter;
  const auto add = [&](Hook hook, int priority) {
    netfilter.add(hook, {.priority = priority, .name = "ns3", .function = &LvsIpv4L3Protocol::OnHook, .self = this});
  };
  add(Hook::NF_INET_PRE_ROUTING, kFirst);
  add(Hook::NF_INET_LOCAL_IN, kLast);
  add(Hook::NF_INET_FORWARD, kLast);
  add(Hook::NF_INET_LOCAL_OUT, kFirst);
  add(Hook::NF_INET_POST_ROUTING, kLast);
}

void LvsIpv4L3Protocol::DoInitialize() {
  if (m_host != nullptr && !m_dropTrace.IsEmpty()) m_host->AddSink(*this);
  Ipv4L3Protocol::DoInitialize();
}

void LvsIpv4L3Protocol::DoDispose() {
  if (m_host != nullptr) {
    m_host->RemoveSink(*this);
    m_transports.clear();
    ::lvs::host::Netfilter& netfilter = m_host->GetHost().netfilter;
    for (const Hook hook : {Hook::NF_INET_PRE_ROUTING, Hook::NF_INET_LOCAL_IN, Hook::NF_INET_FORWARD,
                            Hook::NF_INET_LOCAL_OUT, Hook::NF_INET_POST_ROUTING}) {
      netfilter.remove(hook, "ns3", this);
    }
  }
  m_host = nullptr;
  m_node = nullptr;
  m_rawSockets.clear();
  Ipv4L3Protocol::DoDispose();
}

void LvsIpv4L3Protocol::Insert(Ptr<IpL4Protocol> protocol) {
  Ipv4L3Protocol::Insert(protocol);
  TakeOver(static_cast<uint8_t>(protocol->GetProtocolNumber()));
}

void LvsIpv4L3Protocol::Insert(Ptr<IpL4Protocol> protocol, uint32_t interface) {
  Ipv4L3Protocol::Insert(protocol, interface);
  TakeOver(static_cast<uint8_t>(protocol->GetProtocolNumber()));
}

void LvsIpv4L3Protocol::TakeOver(uint8_t protocol) {
  // ICMP is answered by the host itself.
  if (m_host == nullptr || protocol == static_cast<uint8_t>(IpProto::icmp)) return;
  std::unique_ptr<LvsIpv4Transport>& transport = m_transports[protocol];
  if (transport == nullptr) transport = std::make_unique<LvsIpv4Transport>(*this, protocol);
}

Ptr<Socket> LvsIpv4L3Protocol::CreateRawSocket() {
  Ptr<Ipv4RawSocketImpl> socket = CreateObject<Ipv4RawSocketImpl>();
  socket->SetNode(m_node);
  m_rawSockets.push_back(socket);
  return socket;
}

void LvsIpv4L3Protocol::DeleteRawSocket(Ptr<Socket> socket) {
  std::erase_if(m_rawSockets, [&](const Ptr<Ipv4RawSocketImpl>& each) { return each == socket; });
}

// --- sending ---------------------------------------------------------------------------------------------------------

namespace {

// ns-3 leaves checksums out unless the global value ChecksumEnabled says otherwise; real machines would not take that.
void CompleteChecksum(::lvs::host::Packet& packet) {
  const ::lvs::wire::ConstIpv4 ip = packet.ip();
  const uint32_t size = packet.transport_size();
  uint8_t* at = packet.transport();
  const auto pseudo = [&] {
    return ::lvs::wire::sum_pseudo_header(ip.src(), ip.dst(), static_cast<uint8_t>(ip.protocol()), size);
  };
  switch (ip.protocol()) {
    case IpProto::tcp: {
      if (packet.transport_head_size() < ::lvs::wire::Tcp::kMinSize) return;
      ::lvs::base::store_be16(at + ::lvs::wire::Tcp::kChecksumOffset, 0);
      const auto sum = ::lvs::wire::sum_add(packet.transport_sum(), pseudo());
      ::lvs::base::store_be16(at + ::lvs::wire::Tcp::kChecksumOffset, ::lvs::wire::checksum_of(sum));
      break;
    }
    case IpProto::udp: {
      if (packet.transport_head_size() < ::lvs::wire::Udp::kSize) return;
      ::lvs::base::store_be16(at + ::lvs::wire::Udp::kChecksumOffset, 0);
      const auto sum = ::lvs::wire::sum_add(packet.transport_sum(), pseudo());
      const uint16_t checksum = ::lvs::wire::checksum_of(sum);
      ::lvs::base::store_be16(at + ::lvs::wire::Udp::kChecksumOffset, checksum == 0 ? 0xffff : checksum);
      break;
    }
    case IpProto::icmp: {
      if (packet.transport_head_size() < ::lvs::wire::Icmp::kSize) return;
      ::lvs::base::store_be16(at + ::lvs::wire::Icmp::kChecksumOffset, 0);
      ::lvs::base::store_be16(at + ::lvs::wire::Icmp::kChecksumOffset,
                              ::lvs::wire::checksum_of(packet.transport_sum()));
      break;
    }
    default: return;
  }
  packet.checksum = ::lvs::host::ChecksumState::unnecessary;
}

}  // namespace

void LvsIpv4L3Protocol::Send(Ptr<Packet> packet, Ipv4Address source, Ipv4Address destination, uint8_t protocol,
                             Ptr<Ipv4Route> route) {
  NS_LOG_FUNCTION(this << packet << source << destination << +protocol << route);
  const ::lvs::host::Host& host = m_host->GetHost();
  using ::lvs::host::Ipv4Key;
  Ipv4Header header;
  SocketIpTtlTag ttl;
  header.SetTtl(packet->RemovePacketTag(ttl) ? ttl.GetTtl()
                                             : static_cast<uint8_t>(host.sysctls.get(Ipv4Key::ip_default_ttl)));
  SocketIpTosTag tos;
  if (packet->RemovePacketTag(tos)) header.SetTos(tos.GetTos());
  header.SetSource(source);
  header.SetDestination(destination);
  header.SetProtocol(protocol);
  header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
  header.SetIdentification(m_host->GetHost().next_ip_id());
  SocketSetDontFragmentTag dontFragment;
  const bool tagged = packet->RemovePacketTag(dontFragment) && dontFragment.IsEnabled();
  // Linux's TCP makes no segment that the path does not take; ns-3's does (SegmentSize, and options beside it), and
  // makes none smaller for an error: it goes in fragments.
  const bool discovers = protocol == static_cast<uint8_t>(IpProto::tcp) &&
                         host.sysctls.get(Ipv4Key::ip_no_pmtu_disc) == 0 &&
                         header.GetSerializedSize() + packet->GetSize() <= PathMtu(route);
  if (tagged || discovers) header.SetDontFragment();
  SendWithHeader(packet, header, route);
}

uint32_t LvsIpv4L3Protocol::PathMtu(Ptr<Ipv4Route> route) const {
  if (Ptr<LvsIpv4Routing> routing = DynamicCast<LvsIpv4Routing>(GetRoutingProtocol())) {
    if (const uint32_t mtu = routing->PathMtu(route); mtu != 0) return mtu;
  }
  return route == nullptr || route->GetOutputDevice() == nullptr ? UINT32_MAX : route->GetOutputDevice()->GetMtu();
}

void LvsIpv4L3Protocol::SendWithHeader(Ptr<Packet> packet, Ipv4Header header, Ptr<Ipv4Route> route) {
  // FlowMonitor puts its tag on the packet here.
  if (!m_sendOutgoingTrace.IsEmpty()) {
    m_sendOutgoingTrace(header, packet,
                        GetInterfaceIndex(route == nullptr ? nullptr : m_host->GetInterface(route->GetOutputDevice())));
  }
  std::array<uint8_t, WireIpv4::kMinSize> bytes;
  const WireIpv4 ip{bytes.data()};
  const auto fragment =
      static_cast<uint16_t>((header.IsDontFragment() ? WireIpv4::kDf : 0) |
                            (header.IsLastFragment() ? 0 : WireIpv4::kMf) | header.GetFragmentOffset() / 8);
  ip.init(header.GetTos(), static_cast<uint16_t>(WireIpv4::kMinSize + packet->GetSize()), header.GetIdentification(),
          fragment, header.GetTtl(), static_cast<IpProto>(header.GetProtocol()), {header.GetSource().Get()},
          {header.GetDestination().Get()});
  PacketPtr core = LvsPacket::FromIp({bytes.data(), bytes.size()}, packet);
  core->set_network_header();
  core->set_transport_header(WireIpv4::kMinSize);
  if (!core->ip().is_fragment()) CompleteChecksum(*core);
  SendCore(std::move(core), route);
}

void LvsIpv4L3Protocol::SendCore(PacketPtr packet, Ptr<Ipv4Route> route) {
  const LvsHost::Entry entry(*m_host);
  if (Ptr<LvsIpv4Routing> routing = DynamicCast<LvsIpv4Routing>(GetRoutingProtocol())) {
    packet->route = routing->TakeLast(route);
  }
  const WireIpv4 ip = packet->ip();
  if (!packet->route.valid() && route != nullptr && (ip.dst().is_broadcast() || ip.dst().is_multicast())) {
    packet->out = m_host->GetInterface(route->GetOutputDevice());  // only the socket knows where to
  }
  m_host->GetHost().ip_local_out(std::move(packet));
}

// --- hooks -----------------------------------------------------------------------------------------------------------

namespace {

// What lies behind the IP header.
Ptr<Packet> DatagramOf(const ::lvs::host::Packet& packet) {
  return LvsPacket::ToNs3(packet, static_cast<uint32_t>(packet.transport_offset()));
}

}  // namespace

Ipv4Header LvsIpv4L3Protocol::HeaderOf(::lvs::wire::ConstIpv4 ip) {
  Ipv4Header header;
  header.SetSource(Ipv4Address(ip.src().value));
  header.SetDestination(Ipv4Address(ip.dst().value));
  header.SetProtocol(static_cast<uint8_t>(ip.protocol()));
  header.SetTtl(ip.ttl());
  header.SetTos(ip.tos());
  header.SetIdentification(ip.id());
  header.SetPayloadSize(static_cast<uint16_t>(ip.total_length() - ip.header_size()));
  if (ip.dont_fragment()) {
    header.SetDontFragment();
  } else {
    header.SetMayFragment();
  }
  if (ip.more_fragments()) {
    header.SetMoreFragments();
  } else {
    header.SetLastFragment();
  }
  header.SetFragmentOffset(static_cast<uint16_t>(ip.fragment_offset()));
  return header;
}

HookResult LvsIpv4L3Protocol::OnHook(void* self, Hook hook, PacketPtr& packet) {
  LvsIpv4L3Protocol& ipv4 = *static_cast<LvsIpv4L3Protocol*>(self);
  const auto whole = [&] { return LvsPacket::ToNs3(*packet); };
  switch (hook) {
    case Hook::NF_INET_PRE_ROUTING:
      if (!ipv4.m_rxTrace.IsEmpty()) ipv4.m_rxTrace(whole(), &ipv4, ipv4.GetInterfaceIndex(packet->in));
      break;
    case Hook::NF_INET_POST_ROUTING:
      if (!ipv4.m_txTrace.IsEmpty()) ipv4.m_txTrace(whole(), &ipv4, ipv4.GetInterfaceIndex(packet->out));
      break;
    case Hook::NF_INET_LOCAL_OUT:
      if (packet->in == nullptr) break;  // our own; what IPVS sends on was received
      [[fallthrough]];
    case Hook::NF_INET_FORWARD:
      if (!ipv4.m_unicastForwardTrace.IsEmpty()) {
        ipv4.m_unicastForwardTrace(HeaderOf(packet->ip()), DatagramOf(*packet), ipv4.GetInterfaceIndex(packet->out));
      }
      break;
    case Hook::NF_INET_LOCAL_IN:
      if (ipv4.PassUp(*packet)) {
        packet.reset();
        return HookResult::stolen();
      }
      break;
    case Hook::count_: break;
  }
  return HookResult::accept();
}

bool LvsIpv4L3Protocol::PassUp(const ::lvs::host::Packet& packet) {
  if (m_rawSockets.empty() && m_localDeliverTrace.IsEmpty()) return false;
  const Ipv4Header header = HeaderOf(packet.ip());
  const uint32_t index = GetInterfaceIndex(packet.in);
  Ptr<Packet> datagram = DatagramOf(packet);
  if (!m_localDeliverTrace.IsEmpty()) m_localDeliverTrace(header, datagram, index);
  bool taken = false;
  // By index: a socket's callback may make or close sockets.
  for (std::size_t i = 0; i < m_rawSockets.size(); ++i) {
    const Ptr<Ipv4RawSocketImpl> socket = m_rawSockets[i];
    taken |= socket->ForwardUp(datagram, header, GetInterface(index));
  }
  // Linux answers "protocol unreachable" only where no raw socket has the packet.
  const auto protocol = static_cast<uint8_t>(packet.ip().protocol());
  const bool known = packet.ip().protocol() == IpProto::icmp || packet.ip().protocol() == IpProto::ipip ||
                     packet.ip().protocol() == IpProto::tcp || packet.ip().protocol() == IpProto::udp ||
                     m_host->GetHost().transport(protocol) != nullptr;
  return taken && !known;
}

void LvsIpv4L3Protocol::packet(const ::lvs::trace::PacketEvent& event) {
  using ::lvs::trace::Drop;
  if (event.verdict != ::lvs::trace::Verdict::drop || event.drop == Drop::otherhost) return;
  ::lvs::base::ByteView bytes = event.head;
  if (event.has_link_header) {
    constexpr std::size_t kLink = ::lvs::wire::Ethernet::kSize;
    const auto type = static_cast<uint16_t>(::lvs::wire::EtherType::ipv4);
    if (bytes.size() < kLink || ::lvs::base::load_be16(bytes.data() + kLink - 2) != type) return;
    bytes = bytes.subspan(kLink);
  }
  const ::lvs::wire::ConstIpv4 ip{bytes.data()};
  if (bytes.size() < WireIpv4::kMinSize || bytes.size() < ip.header_size()) return;
  DropReason reason = DROP_ROUTE_ERROR;
  switch (event.drop) {
    case Drop::ip_ttl: reason = DROP_TTL_EXPIRED; break;
    case Drop::ip_innoroutes:
    case Drop::ip_outnoroutes:
    case Drop::ip_unreachable_route: reason = DROP_NO_ROUTE; break;
    case Drop::ip_csum: reason = DROP_BAD_CHECKSUM; break;
    case Drop::dev_down: reason = DROP_INTERFACE_DOWN; break;
    case Drop::frag_reasm_timeout: reason = DROP_FRAGMENT_TIMEOUT; break;
    default: break;
  }
  const ::lvs::base::ByteView rest = bytes.subspan(ip.header_size());
  Ptr<Packet> datagram = Create<Packet>(rest.data(), static_cast<uint32_t>(rest.size()));
  if (event.payload_size > 0) datagram->AddAtEnd(Create<Packet>(event.payload_size));
  m_dropTrace(HeaderOf(ip), datagram, reason, this,
              GetInterfaceIndex(m_host->GetHost().device_by_index(event.ifindex)));
}

}  // namespace ns3
