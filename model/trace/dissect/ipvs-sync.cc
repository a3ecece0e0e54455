// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/dissect/ipvs-sync.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "base/printable.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipvs-sync.h"
#include "wire/udp.h"

namespace lvs::trace {
namespace {

namespace sync_flag = wire::ipvs_sync_flag;

constexpr auto kTcpStates =
    std::to_array<std::string_view>({"NONE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT", "TIME_WAIT", "CLOSE",
                                     "CLOSE_WAIT", "LAST_ACK", "LISTEN", "SYNACK"});
constexpr auto kMethods = std::to_array<std::string_view>({"Masq", "Local", "Tunnel", "Route", "Bypass"});
constexpr struct {
  std::uint32_t bit;
  std::string_view name;
} kFlags[] = {{sync_flag::synced, "synced"},         {sync_flag::no_output, "no-output"},
              {sync_flag::inactive, "inactive"},     {sync_flag::no_client_port, "no-client-port"},
              {sync_flag::one_packet, "one-packet"}, {sync_flag::keep_conntrack, "conntrack"}};

std::string protocol_text(std::uint8_t protocol) {
  switch (static_cast<wire::IpProto>(protocol)) {
    case wire::IpProto::tcp: return "TCP";
    case wire::IpProto::udp: return "UDP";
    case wire::IpProto::sctp: return "SCTP";
    default: return protocol == 0 ? "IP" : fmt::format("proto-{}", protocol);
  }
}

std::string state_text(const wire::IpvsSyncConn& conn) {
  if ((conn.flags & sync_flag::template_) != 0) return (conn.state & 1) != 0 ? "template ASSURED" : "template NONE";
  if (conn.protocol == static_cast<std::uint8_t>(wire::IpProto::tcp) && conn.state < kTcpStates.size()) {
    return std::string(kTcpStates[conn.state]);
  }
  return fmt::format("state {}", conn.state);
}

void seq_text(std::string& out, std::string_view name, const wire::IpvsSeq& seq) {
  fmt::format_to(std::back_inserter(out), ", {} {} {:+d} {:+d}", name, seq.initial,
                 static_cast<std::int32_t>(seq.delta), static_cast<std::int32_t>(seq.previous_delta));
}

std::string conn_text(const wire::IpvsSyncConn& conn) {
  const std::uint32_t method = conn.flags & sync_flag::method_mask;
  std::string out = fmt::format("{} {}:{} > {}:{} at {}:{}: {}, {}", protocol_text(conn.protocol), conn.caddr.text(),
                                conn.cport, conn.vaddr.text(), conn.vport, conn.daddr.text(), conn.dport,
                                state_text(conn), method < kMethods.size() ? kMethods[method] : "no method");
  for (const auto& [bit, name] : kFlags) {
    if ((conn.flags & bit) != 0) fmt::format_to(std::back_inserter(out), ", {}", name);
  }
  if (conn.mark != 0) fmt::format_to(std::back_inserter(out), ", fwmark {}", conn.mark);
  if (conn.timeout != 0) fmt::format_to(std::back_inserter(out), ", timeout {}", conn.timeout);
  if (conn.has_seq) {
    seq_text(out, "in-seq", conn.in_seq);
    seq_text(out, "out-seq", conn.out_seq);
  }
  if (!conn.pe_data.empty()) {
    fmt::format_to(std::back_inserter(out), ", engine {} {}", base::printable_line(conn.pe_name),
                   base::printable_line(conn.pe_data));
  }
  return out;
}

std::vector<std::string> message_lines(base::ByteView message) {
  using Step = wire::IpvsSyncReader::Step;
  wire::IpvsSyncReader reader(message);
  if (!reader.problem().empty()) return {fmt::format("IPVS sync: {}", reader.problem())};
  const wire::IpvsSyncHeader& header = reader.header();
  std::vector<std::string> lines{fmt::format("IPVS sync: version {}, syncid {}, {} connection{}", header.version,
                                             header.syncid, header.count, header.count == 1 ? "" : "s")};
  wire::IpvsSyncConn conn;
  for (Step step = reader.next(conn); step != Step::end; step = reader.next(conn)) {
    lines.push_back(step == Step::conn ? conn_text(conn) : fmt::format("[{}]", reader.problem()));
    if (step == Step::broken) break;
  }
  return lines;
}

}  // namespace

std::vector<std::string> ipvs_sync_lines(base::ByteView frame) {
  using wire::Ethernet, wire::Ipv4, wire::Udp;
  if (frame.size() < Ethernet::kSize + Ipv4::kMinSize) return {};
  const std::uint8_t* const bytes = frame.data();
  if (wire::ConstEthernet{bytes}.type() != static_cast<std::uint16_t>(wire::EtherType::ipv4)) return {};
  const wire::ConstIpv4 ip{bytes + Ethernet::kSize};
  if (ip.protocol() != wire::IpProto::udp || ip.fragment_offset() != 0 || !ip.dst().is_multicast()) return {};
  const std::size_t at = Ethernet::kSize + ip.header_size();
  if (ip.header_size() < Ipv4::kMinSize || frame.size() < at + Udp::kSize) return {};
  const wire::ConstUdp udp{bytes + at};
  if (udp.dport() != wire::kIpvsSyncPort || udp.length() < Udp::kSize) return {};
  const std::size_t size = udp.length() - Udp::kSize;
  if (frame.size() < at + Udp::kSize + size) return {"IPVS sync: not all of the message is here"};
  return message_lines(frame.subspan(at + Udp::kSize, size));
}

}  // namespace lvs::trace
