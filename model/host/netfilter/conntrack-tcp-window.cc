// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/netfilter/conntrack-tcp-window.h"

#include <algorithm>
#include <array>

#include "wire/tcp.h"

namespace lvs::host {

namespace {

using wire::Tcp;

constexpr std::size_t kMostOptions = 40;
constexpr std::uint8_t kEnd = 0, kNop = 1, kWindowScale = 3, kSackPermitted = 4, kSack = 5;
constexpr std::uint8_t kMostScale = 14;
constexpr std::uint32_t kMaxAckWindow = 66000;

// Calls use(kind, body) for each option that is whole.
template <class Use>
void each_option(const Packet& packet, const CtTcpHeader& tcp, Use use) {
  std::array<std::uint8_t, kMostOptions> bytes;
  const std::size_t size = std::min<std::size_t>(tcp.options_size, bytes.size());
  packet.read(tcp.options, std::span(bytes).first(size));
  for (std::size_t at = 0; at < size;) {
    const std::uint8_t kind = bytes[at];
    if (kind == kEnd) return;
    if (kind == kNop) {
      ++at;
      continue;
    }
    if (size - at < 2) return;
    const std::size_t length = bytes[at + 1];
    if (length < 2 || length > size - at) return;
    use(kind, std::span<const std::uint8_t>(bytes).subspan(at + 2, length - 2));
    at += length;
  }
}

// The right edge of what the segment selectively acknowledges.
void read_sack(const Packet& packet, const CtTcpHeader& tcp, std::uint32_t& sack) {
  each_option(packet, tcp, [&](std::uint8_t kind, std::span<const std::uint8_t> body) {
    if (kind != kSack || body.size() < 8 || body.size() % 8 != 0) return;
    for (std::size_t i = 4; i < body.size(); i += 8) {
      const std::uint32_t edge = base::load_be32(body.data() + i);
      if (seq_after(edge, sack)) sack = edge;
    }
  });
}

// Kernel: tcp_init_sender().
void init_sender(CtTcpEnd& sender, CtTcpEnd& receiver, const Packet& packet, const CtTcpHeader& tcp, CtDir dir) {
  sender.end = sender.max_end = tcp.end;
  sender.max_win = tcp.window == 0 ? 1 : tcp.window;
  read_tcp_options(packet, tcp, sender);
  // Both sides must offer scaling for either to use it (RFC 7323).
  const bool both = (sender.flags & receiver.flags & ct_tcp_flag::window_scale) != 0;
  if (dir == CtDir::reply && !both) sender.scale = receiver.scale = 0;
}

// A segment's numbers, as the tracker takes them.
struct Numbers {
  std::uint32_t seq, end;
  std::uint32_t ack, sack;  // sack: the right edge of what is acknowledged, selectively too
};

// What a segment tells of an end of which little is known. True: there is no more to it.
bool introduce(CtTcpState& state, CtDir dir, const Packet& packet, const CtTcpHeader& tcp, const Numbers& numbers) {
  CtTcpEnd& sender = state.seen[static_cast<std::size_t>(dir)];
  CtTcpEnd& receiver = state.seen[static_cast<std::size_t>(other(dir))];
  if (sender.max_win == 0 && tcp.has(Tcp::syn)) {
    init_sender(sender, receiver, packet, tcp, dir);
    return !tcp.has(Tcp::ack);  // simultaneous open
  }
  if (sender.max_win == 0) {
    // In the middle of a connection: the packet itself is all that is known.
    sender.end = numbers.end;
    const std::uint32_t scaled = std::uint32_t{tcp.window} << sender.scale;
    sender.max_win = scaled == 0 ? 1 : scaled;
    sender.max_end = numbers.end + sender.max_win;
    if (receiver.max_win == 0) {
      receiver.end = receiver.max_end = numbers.sack;
    } else if (numbers.sack == receiver.end + 1) {
      ++receiver.end;  // likely a reply to a keepalive
    }
    return false;
  }
  const bool opening = state.state == CtTcp::syn_sent || state.state == CtTcp::syn_recv;
  if (!tcp.has(Tcp::syn) || !seq_after(numbers.end, sender.end) || !opening) return false;
  init_sender(sender, receiver, packet, tcp, dir);
  return dir == CtDir::reply && !tcp.has(Tcp::ack);
}

// The segment lies in the window: what is known of both ends moves on.
void advance(CtTcpEnd& sender, CtTcpEnd& receiver, const CtTcpHeader& tcp, const Numbers& numbers) {
  const std::uint32_t win = std::uint32_t{tcp.window} << (tcp.has(Tcp::syn) ? 0 : sender.scale);
  const auto [seq, end, ack, sack] = numbers;
  sender.max_win = std::max(sender.max_win, win + (sack - ack));
  if (seq_after(end, sender.end)) {
    sender.end = end;
    sender.flags |= ct_tcp_flag::data_unacknowledged;
  }
  if (tcp.has(Tcp::ack)) {
    if ((sender.flags & ct_tcp_flag::maxack_set) == 0 || seq_after(ack, sender.max_ack)) sender.max_ack = ack;
    sender.flags |= ct_tcp_flag::maxack_set;
  }
  if (receiver.max_win != 0 && seq_after(end, sender.max_end)) receiver.max_win += end - sender.max_end;
  if (seq_after(sack + win, receiver.max_end - 1)) {
    receiver.max_end = sack + win + (win == 0 ? 1 : 0);
  }
  if (ack == receiver.end) receiver.flags &= static_cast<std::uint8_t>(~ct_tcp_flag::data_unacknowledged);
}

void count_retransmission(CtTcpState& state, CtDir dir, const CtTcpHeader& tcp, const Numbers& numbers) {
  if (state.last_dir == dir && state.last_seq == numbers.seq && state.last_ack == numbers.ack &&
      state.last_end == numbers.end && state.last_win == tcp.window) {
    ++state.retrans;
    return;
  }
  state.last_dir = dir;
  state.last_seq = numbers.seq;
  state.last_ack = numbers.ack;
  state.last_end = numbers.end;
  state.last_win = tcp.window;
  state.retrans = 0;
}

}  // namespace

CtSegment CtTcpHeader::kind() const {
  if (has(Tcp::rst)) return CtSegment::rst;
  if (has(Tcp::syn)) return has(Tcp::ack) ? CtSegment::syn_ack : CtSegment::syn;
  if (has(Tcp::fin)) return CtSegment::fin;
  return has(Tcp::ack) ? CtSegment::ack : CtSegment::none;
}

bool read_tcp(const Packet& packet, CtTcpHeader& header) {
  const auto at = static_cast<std::uint32_t>(packet.transport_offset());
  std::array<std::uint8_t, Tcp::kMinSize> bytes;
  if (packet.size() < at + bytes.size()) return false;
  packet.read(at, bytes);
  const Tcp tcp{bytes.data()};
  const std::uint32_t length = packet.size() - at;
  if (tcp.header_size() < Tcp::kMinSize || length < tcp.header_size()) return false;
  header.seq = tcp.seq();
  header.ack = tcp.ack_seq();
  header.window = tcp.window();
  header.flags = tcp.flags();
  header.end = header.seq + length - tcp.header_size() + (tcp.has(Tcp::syn) ? 1 : 0) + (tcp.has(Tcp::fin) ? 1 : 0);
  header.options = at + static_cast<std::uint32_t>(Tcp::kMinSize);
  header.options_size = tcp.header_size() - static_cast<std::uint32_t>(Tcp::kMinSize);
  return true;
}

void read_tcp_options(const Packet& packet, const CtTcpHeader& header, CtTcpEnd& end) {
  if (header.options_size == 0) return;
  end.scale = 0;
  end.flags &= ct_tcp_flag::be_liberal;
  each_option(packet, header, [&](std::uint8_t kind, std::span<const std::uint8_t> body) {
    if (kind == kSackPermitted && body.empty()) {
      end.flags |= ct_tcp_flag::sack_perm;
    } else if (kind == kWindowScale && body.size() == 1) {
      end.scale = std::min(body[0], kMostScale);
      end.flags |= ct_tcp_flag::window_scale;
    }
  });
}

CtWindow tcp_in_window(CtTcpState& state, CtDir dir, CtSegment kind, const Packet& packet, const CtTcpHeader& tcp,
                       bool be_liberal) {
  CtTcpEnd& sender = state.seen[static_cast<std::size_t>(dir)];
  CtTcpEnd& receiver = state.seen[static_cast<std::size_t>(other(dir))];
  const auto bad = [&](CtWindow says) {
    return be_liberal || (sender.flags & ct_tcp_flag::be_liberal) != 0 ? CtWindow::accept : says;
  };
  Numbers numbers{.seq = tcp.seq, .end = tcp.end, .ack = tcp.ack, .sack = tcp.ack};
  auto& [seq, end, ack, sack] = numbers;
  if ((receiver.flags & ct_tcp_flag::sack_perm) != 0) read_sack(packet, tcp, sack);
  if (introduce(state, dir, packet, tcp, numbers)) return CtWindow::accept;
  // Without ACK, or with RST and an acknowledgement of zero (broken stacks), as if it acknowledged all.
  if (!tcp.has(Tcp::ack) || (tcp.has(Tcp::rst) && ack == 0)) ack = sack = receiver.end;
  if (tcp.has(Tcp::rst) && seq == 0 && state.state == CtTcp::syn_sent) seq = end = sender.end;  // answers a SYN

  const std::uint32_t ack_window = std::max(sender.max_win, kMaxAckWindow);
  if (!seq_before(seq, sender.max_end + 1)) {
    const std::uint32_t overshot = end - sender.max_end + 1;
    const bool ack_ok = seq_after(sack, receiver.end - ack_window - 1);
    const bool in_window = receiver.max_win != 0 && seq_after(end, sender.end - receiver.max_win - 1);
    if (in_window && ack_ok && overshot <= receiver.max_win && seq_before(sack, receiver.end + 1)) {
      // More than the window allows: if the other end acknowledges it, later segments shall not be wrong too.
      sender.end = end;
      sender.flags |= ct_tcp_flag::data_unacknowledged;
      return bad(CtWindow::ignore);
    }
    return bad(CtWindow::invalid);
  }
  if (!seq_before(sack, receiver.end + 1)) return bad(CtWindow::invalid);
  const bool in_window = receiver.max_win == 0 || seq_after(end, sender.end - receiver.max_win - 1);
  if (!in_window) return bad(CtWindow::ignore);
  if (!seq_after(sack, receiver.end - ack_window - 1)) return bad(CtWindow::ignore);

  advance(sender, receiver, tcp, numbers);
  if (kind == CtSegment::ack) count_retransmission(state, dir, tcp, numbers);
  return CtWindow::accept;
}

}  // namespace lvs::host
