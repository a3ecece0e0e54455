// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/packet-socket.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cstring>

#include "base/bytes.h"

namespace lvs::referee {
namespace {

constexpr int kBuffer = 32 << 20;            // a small frame counts for about 1 KB there: room for 30 thousand
constexpr std::size_t kLargest = 65549 + 4;  // greatest MTU, Ethernet header, VLAN tag
constexpr std::size_t kMacs = 12;            // both addresses; a VLAN tag follows them
constexpr std::size_t kTag = 4;

// Protocol 0: no frame is received until bind() names one.
os::Fd packet_socket() {
  return os::Fd(os::check(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "packet socket"));
}

void bind_to(const os::Fd& socket, const std::string& interface, int protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(static_cast<std::uint16_t>(protocol));
  address.sll_ifindex = static_cast<int>(::if_nametoindex(interface.c_str()));
  if (address.sll_ifindex == 0) os::check(-1, interface);
  os::check(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), interface);
}

void set_option(const os::Fd& socket, int level, int option, int value) {
  os::check(::setsockopt(socket.get(), level, option, &value, sizeof value), "setsockopt");
}

// What the control messages of a received frame say.
struct Ancillary {
  base::Time at{};
  std::optional<std::pair<std::uint16_t, std::uint16_t>> vlan;  // TPID and TCI, cut out of the frame by the kernel
};

Ancillary ancillary(msghdr& message) {
  Ancillary result;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      timespec at;
      std::memcpy(&at, CMSG_DATA(c), sizeof at);
      result.at = std::chrono::seconds(at.tv_sec) + base::Time(at.tv_nsec);
    } else if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
      tpacket_auxdata data;
      std::memcpy(&data, CMSG_DATA(c), sizeof data);
      if ((data.tp_status & TP_STATUS_VLAN_VALID) != 0)
        result.vlan.emplace((data.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? data.tp_vlan_tpid : ETHERTYPE_VLAN,
                            data.tp_vlan_tci);
    }
  }
  return result;
}

}  // namespace

PacketTap::PacketTap(const std::string& interface) : socket_(packet_socket()), buffer_(kLargest) {
  set_option(socket_, SOL_SOCKET, SO_RCVBUFFORCE, kBuffer);
  set_option(socket_, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set_option(socket_, SOL_PACKET, PACKET_AUXDATA, 1);
  bind_to(socket_, interface, ETH_P_ALL);
}

std::optional<TappedFrame> PacketTap::receive() {
  for (;;) {
    sockaddr_ll from{};
    iovec part{buffer_.data(), buffer_.size()};
    alignas(cmsghdr) char control[256];
    msghdr message{&from, sizeof from, &part, 1, control, sizeof control, 0};
    const auto size = ::recvmsg(socket_.get(), &message, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (size < 0 && errno == ENETDOWN) continue;  // told once when the interface goes down; frames follow when it is up
    os::check(size, "recvmsg");
    // A multicast that the host gives back to itself never was on the wire.
    if (from.sll_pkttype == PACKET_LOOPBACK) continue;
    const Ancillary with = ancillary(message);
    TappedFrame frame{with.at, from.sll_pkttype == PACKET_OUTGOING, {}};
    frame.bytes.assign(buffer_.begin(), buffer_.begin() + size);
    if (with.vlan && frame.bytes.size() >= kMacs) {
      std::uint8_t tag[kTag];
      base::store_be16(tag, with.vlan->first);
      base::store_be16(tag + 2, with.vlan->second);
      frame.bytes.insert(frame.bytes.begin() + kMacs, tag, tag + kTag);
    }
    return frame;
  }
}

std::uint32_t PacketTap::lost() {
  tpacket_stats statistics{};
  socklen_t size = sizeof statistics;
  os::check(::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size), "packet statistics");
  return statistics.tp_drops;
}

std::optional<std::string> send_frame(const std::string& interface, const std::vector<std::uint8_t>& frame) {
  const os::Fd socket = packet_socket();
  // The qdisc's path, so that the taps see the frame as one sent.
  bind_to(socket, interface, 0);
  if (::send(socket.get(), frame.data(), frame.size(), 0) < 0) return std::strerror(errno);
  return {};
}

}  // namespace lvs::referee
