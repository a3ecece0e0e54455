// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/proto/ftp.h"

#include <fmt/format.h>

#include "ipvs/proto/ftp-parse.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

using Ftp = ConnExtra::Ftp;

constexpr std::uint8_t kTcp = static_cast<std::uint8_t>(IpProto::tcp);
constexpr std::uint8_t kSackPermittedEnd = 0, kNop = 1, kSack = 5;

bool after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(b - a) < 0; }

// One segment of the control connection, its headers in the head.
struct Segment {
  Packet& packet;
  std::uint32_t transport;
  std::uint32_t header;  // of TCP, bytes

  wire::Tcp tcp() const { return {packet.data() + transport}; }
  std::string text() const {
    std::string bytes(packet.size() - transport - header, '\0');
    packet.read(transport + header, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    return bytes;
  }
  // The checksum anew over everything; what was still to be completed is complete then.
  void refresh_checksum() const {
    const wire::Ipv4 ip = packet.ip();
    tcp().set_checksum(0);
    packet.set_transport_header(transport);
    const wire::Sum pseudo = wire::sum_pseudo_header(ip.src(), ip.dst(), kTcp, packet.size() - transport);
    tcp().set_checksum(wire::checksum_of(wire::sum_add(pseudo, packet.transport_sum())));
    packet.checksum = host::ChecksumState::unnecessary;
  }
  bool checksum_ok() const {
    if (packet.checksum != host::ChecksumState::none) return true;
    const wire::Ipv4 ip = packet.ip();
    packet.set_transport_header(transport);
    const wire::Sum pseudo = wire::sum_pseudo_header(ip.src(), ip.dst(), kTcp, packet.size() - transport);
    return wire::sum_fold(wire::sum_add(pseudo, packet.transport_sum())) == 0xffff;
  }
  void replace_text(std::string_view text) const {
    packet.trim(transport + header);
    packet.payload = host::Payload::copy_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    const wire::Ipv4 ip = packet.ip();
    ip.set_total_length(static_cast<std::uint16_t>(packet.size()));
    ip.refresh_checksum();
  }
};

std::optional<Segment> read_segment(Packet& packet, const Header& header) {
  const std::uint32_t transport = header.offset + header.size;
  if (!packet.may_pull(transport + wire::Tcp::kMinSize)) return std::nullopt;
  const std::uint32_t size = wire::Tcp{packet.data() + transport}.header_size();
  if (size < wire::Tcp::kMinSize || !packet.may_pull(transport + size)) return std::nullopt;
  return Segment{packet, transport, size};
}

// The connection that the data will come by: known to its control connection, waiting for the first packet.
void expect(Core& core, Conn& data, Conn& control_conn, bool fresh) {
  if (fresh) control(data, control_conn);
  data.state = tcp_state::listen;
  data.timeout = core.protocols.tcp[tcp_state::listen];
  put_conn(core, data);
}

// Kernel: nf_ct_sack_adjust(), for the blocks in which a client names bytes of the server's stream.
void adjust_sack(const Segment& segment, const ConnExtra& extra) {
  std::uint8_t* options = segment.packet.data() + segment.transport;
  for (std::uint32_t at = wire::Tcp::kMinSize; at < segment.header && options[at] != kSackPermittedEnd;) {
    if (options[at] == kNop) {
      ++at;
      continue;
    }
    const std::uint32_t size = at + 1 < segment.header ? options[at + 1] : 0;
    if (size < 2 || at + size > segment.header) return;
    if (options[at] == kSack) {
      for (std::uint32_t edge = at + 2; edge + 4 <= at + size; edge += 4) {
        const std::uint32_t value = base::load_be32(options + edge);
        const bool late = after(value - static_cast<std::uint32_t>(extra.before), extra.position);
        base::store_be32(options + edge, value - static_cast<std::uint32_t>(late ? extra.after : extra.before));
      }
    }
    at += size;
  }
}

// The client acknowledges what it got; the server must hear of what it sent (kernel: nf_ct_seq_adjust()).
void adjust_ack(const Segment& segment, const ConnExtra& extra) {
  if (extra.before == 0 && extra.after == 0) return;
  const wire::Tcp tcp = segment.tcp();
  const bool late = after(tcp.ack_seq() - static_cast<std::uint32_t>(extra.before), extra.position);
  base::store_be32(tcp.p + 8, tcp.ack_seq() - static_cast<std::uint32_t>(late ? extra.after : extra.before));
  adjust_sack(segment, extra);
  segment.refresh_checksum();
}

std::string passive_text(Ftp mode, const Conn& data) {
  const std::uint32_t a = data.vaddr.value;
  if (mode == Ftp::extended_passive) return fmt::format("|||{}|", data.vport);
  return fmt::format("{},{},{},{},{},{}", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, data.vport >> 8,
                     data.vport & 255);
}

// Kernel: ip_vs_ftp_out(): the server says where it waits for the client.
void translate_answer(Core& core, Conn& conn, ConnExtra& extra, const Segment& segment) {
  std::string text = segment.text();
  const auto place =
      extra.ftp == Ftp::passive ? parse_ftp_address(text, "227 ", '(') : parse_ftp_extended(text, "229 ", '(', true);
  if (!place) return;
  const Ftp mode = extra.ftp;
  const base::Ipv4Addr from = place->addr.value_or(conn.daddr);
  Conn* data = core.conns.find_out({from, conn.caddr, place->port, 0, kTcp});
  const bool fresh = data == nullptr;
  if (fresh) {
    data = new_conn(core, {conn.caddr, conn.vaddr, 0, place->port, kTcp}, from, place->port,
                    conn_flag::no_client_port | conn_flag::keep_conntrack, conn.dest, segment.packet.mark);
  }
  const std::string translated = passive_text(mode, *data);
  const auto growth =
      static_cast<std::int32_t>(translated.size()) - static_cast<std::int32_t>(place->end - place->begin);
  text.replace(place->begin, place->end - place->begin, translated);
  const std::uint32_t seq = segment.tcp().seq();
  segment.replace_text(text);
  // Kernel: nf_ct_seqadj_set().
  if (growth != 0 && (extra.before == extra.after || after(seq, extra.position))) {
    extra.position = seq;
    extra.before = extra.after;
    extra.after += growth;
  }
  extra.ftp = Ftp::active;
  expect(core, *data, conn, fresh);
}

}  // namespace

bool ftp_request(Core& core, Conn& conn, Packet& packet, const Header& header) {
  const auto segment = read_segment(packet, header);
  if (!segment || !segment->checksum_ok()) return false;
  if (conn.state == tcp_state::established && packet.size() > segment->transport + segment->header) {
    const std::string text = segment->text();
    // Kernel: ip_vs_ftp_in().
    if (const FtpRequest request = find_ftp_request(text); request != FtpRequest::other) {
      core.extra(conn).ftp = request == FtpRequest::passive ? Ftp::passive : Ftp::extended_passive;
    } else {
      auto place = parse_ftp_address(text, "PORT", ' ');
      if (!place) place = parse_ftp_extended(text, "EPRT", ' ', false);
      if (place) {
        core.extra(conn).ftp = Ftp::active;
        const Tuple tuple{*place->addr, conn.vaddr, place->port, static_cast<std::uint16_t>(conn.vport - 1), kTcp};
        Conn* data = core.conns.find_in(tuple);
        const bool fresh = data == nullptr;
        if (fresh) {
          data = new_conn(core, tuple, conn.daddr, static_cast<std::uint16_t>(conn.dport - 1),
                          conn_flag::keep_conntrack, conn.dest, packet.mark);
        }
        expect(core, *data, conn, fresh);
      }
    }
  }
  if (conn.has(conn_flag::has_extra)) adjust_ack(*segment, core.extra(conn));
  return true;
}

bool ftp_reply(Core& core, Conn& conn, Packet& packet, const Header& header) {
  const auto segment = read_segment(packet, header);
  if (!segment || !segment->checksum_ok()) return false;
  if (!conn.has(conn_flag::has_extra)) return true;
  ConnExtra& extra = core.extra(conn);
  const std::uint32_t seq = segment->tcp().seq();
  const bool waiting = extra.ftp != Ftp::active && conn.state == tcp_state::established;
  if (waiting && packet.size() > segment->transport + segment->header) {
    translate_answer(core, conn, extra, *segment);
  }
  if (extra.before != 0 || extra.after != 0) {
    const std::int32_t shift = after(seq, extra.position) ? extra.after : extra.before;
    base::store_be32(segment->tcp().p + 4, seq + static_cast<std::uint32_t>(shift));
    segment->refresh_checksum();
  }
  return true;
}

}  // namespace lvs::ipvs
