// SPDX-License-Identifier: GPL-2.0-or-later
// TCP as the tracker sees it: states and timeouts (kernel: nf_conntrack_proto_tcp.c, Linux 6.1).
#include <array>
#include <chrono>
#include <utility>

#include "host/netfilter/conntrack-tcp-window.h"
#include "host/netfilter/conntrack.h"
#include "wire/tcp.h"

namespace lvs::host {

namespace {

using wire::Tcp;
namespace flag = ct_tcp_flag;

// Beside the states: the segment is invalid, or may be valid or not and the receiver will say so.
constexpr CtTcp sIV = CtTcp::count_;
constexpr auto sIG = static_cast<CtTcp>(static_cast<int>(CtTcp::count_) + 1);
constexpr CtTcp sNO = CtTcp::none, sSS = CtTcp::syn_sent, sSR = CtTcp::syn_recv, sES = CtTcp::established,
                sFW = CtTcp::fin_wait, sCW = CtTcp::close_wait, sLA = CtTcp::last_ack, sTW = CtTcp::time_wait,
                sCL = CtTcp::close, sS2 = CtTcp::syn_sent2;

using Row = std::array<CtTcp, static_cast<std::size_t>(CtTcp::count_)>;
// tcp_conntracks[direction][segment][state].
constexpr std::array<std::array<Row, 6>, 2> kTable{{
    {{
        // sNO sSS  sSR  sES  sFW  sCW  sLA  sTW  sCL  sS2
        {sSS, sSS, sIG, sIG, sIG, sIG, sIG, sSS, sSS, sS2},  // SYN
        {sIV, sIV, sSR, sIV, sIV, sIV, sIV, sIV, sIV, sSR},  // SYN and ACK
        {sIV, sIV, sFW, sFW, sLA, sLA, sLA, sTW, sCL, sIV},  // FIN
        {sES, sIV, sES, sES, sCW, sCW, sTW, sTW, sCL, sIV},  // ACK
        {sIV, sCL, sCL, sCL, sCL, sCL, sCL, sCL, sCL, sCL},  // RST
        {sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV},
    }},
    {{
        {sIV, sS2, sIV, sIV, sIV, sIV, sIV, sSS, sIV, sS2},
        {sIV, sSR, sIG, sIG, sIG, sIG, sIG, sIG, sIG, sSR},
        {sIV, sIV, sFW, sFW, sLA, sLA, sLA, sTW, sCL, sIV},
        {sIV, sIG, sSR, sES, sCW, sCW, sTW, sTW, sCL, sIG},
        {sIV, sCL, sCL, sCL, sCL, sCL, sCL, sCL, sCL, sCL},
        {sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV, sIV},
    }},
}};
static_assert(sNO == CtTcp::none);

// Kernel: tcp_valid_flags[]; PSH, ECE and CWR are always right.
bool valid_flags(std::uint8_t flags) {
  constexpr std::uint8_t urg = 0x20;
  switch (flags & (Tcp::fin | Tcp::syn | Tcp::rst | Tcp::ack | urg)) {
    case Tcp::syn:
    case Tcp::syn | urg:
    case Tcp::syn | Tcp::ack:
    case Tcp::rst:
    case Tcp::rst | Tcp::ack:
    case Tcp::fin | Tcp::ack:
    case Tcp::fin | Tcp::ack | urg:
    case Tcp::ack:
    case Tcp::ack | urg: return true;
    default: return false;
  }
}

bool closing(CtTcp state) { return state == sFW || state == sLA || state == sTW || state == sCL || state == sCW; }

CtTcpEnd& end_of(CtTcpState& state, CtDir dir) { return state.seen[static_cast<std::size_t>(dir)]; }

// The first segment of a connection. False: it cannot be one (kernel: tcp_new()).
bool begin(CtTcpState& state, const Packet& packet, const CtTcpHeader& tcp, bool loose) {
  const CtTcp first = kTable[0][static_cast<std::size_t>(tcp.kind())][static_cast<std::size_t>(sNO)];
  if (first >= CtTcp::count_) return false;
  if (first != sSS && !loose) return false;
  state = {};
  CtTcpEnd& sender = state.seen[0];
  sender.end = tcp.end;
  sender.max_win = tcp.window == 0 ? 1 : tcp.window;
  if (first == sSS) {
    sender.max_end = sender.end;
    read_tcp_options(packet, tcp, sender);
  } else {  // picked up in its middle
    sender.max_end = sender.end + sender.max_win;
    state.seen[0].flags = state.seen[1].flags = flag::sack_perm | flag::be_liberal;
  }
  state.last_index = static_cast<std::uint8_t>(CtSegment::none);
  return true;
}

// A SYN, or an answer to one, that the states do not account for: the two ends may be in step though we are not. True:
// the answer shows that they are.
bool resynchronise(CtTcpState& state, CtDir dir, const Packet& packet, const CtTcpHeader& tcp, CtTcp old) {
  const CtSegment kind = tcp.kind();
  const auto last = static_cast<CtSegment>(state.last_index);
  if (kind == CtSegment::syn_ack && last == CtSegment::syn && state.last_dir != dir && tcp.ack == state.last_end) {
    CtTcpEnd& asked = end_of(state, state.last_dir);
    asked.end = asked.max_end = state.last_end;
    asked.max_win = state.last_win == 0 ? 1 : state.last_win;
    asked.scale = state.last_wscale;
    state.last_flags &= static_cast<std::uint8_t>(~flag::expect_challenge_ack);
    asked.flags = state.last_flags;
    CtTcpEnd& answers = end_of(state, dir);
    const std::uint8_t kept = answers.flags & flag::be_liberal;
    answers = {};
    answers.flags = kept;
    return true;
  }
  state.last_index = static_cast<std::uint8_t>(kind);
  state.last_dir = dir;
  state.last_seq = tcp.seq;
  state.last_end = tcp.end;
  state.last_win = tcp.window;
  if (kind == CtSegment::syn && dir == CtDir::original) {
    state.last_flags = state.last_wscale = 0;
    CtTcpEnd seen;
    read_tcp_options(packet, tcp, seen);
    if ((seen.flags & flag::window_scale) != 0) {
      state.last_flags |= flag::window_scale;
      state.last_wscale = seen.scale;
    }
    state.last_flags |= seen.flags & flag::sack_perm;
    // RFC 5961: the answer may be a challenge, which acknowledges no FIN.
    if (old == sLA) state.last_flags |= flag::expect_challenge_ack;
  }
  if (old == sSS && kind == CtSegment::ack && dir == CtDir::reply) state.last_ack = tcp.ack;
  return false;
}

// Is a RST to be believed? `skip`: without a look at the window; `next` may be put back to `old`.
bool believe_reset(ConntrackEntry& entry, CtDir dir, const CtTcpHeader& tcp, CtTcp old, bool ignore_invalid,
                   CtTcp& next, bool& skip) {
  CtTcpState& state = entry.tcp;
  const auto last = static_cast<CtSegment>(state.last_index);
  if (closing(state.state)) {
    skip = true;
    return true;
  }
  const CtTcpEnd& peer = end_of(state, other(dir));
  if ((peer.flags & flag::maxack_set) != 0 && last != CtSegment::syn) {
    const bool established = state.state == sES;
    if (tcp.seq == 0 && !established) return true;
    if (seq_before(tcp.seq, peer.max_ack) && !ignore_invalid) return false;
    if (!established || tcp.seq == peer.max_ack) return true;
    if (last == CtSegment::ack && state.last_dir == dir && tcp.seq == state.last_end) return true;
    next = old;  // not exact: a challenge may follow
  }
  const bool answers_syn = entry.has(ct_status::seen_reply) && last == CtSegment::syn && state.last_dir != dir;
  const bool answers_ack = !entry.has(ct_status::assured) && last == CtSegment::ack;
  if ((answers_syn || answers_ack) && tcp.ack == state.last_end) skip = true;
  if (old == sSS && last == CtSegment::ack && state.last_dir == CtDir::reply && tcp.seq == state.last_ack) skip = true;
  return true;
}

// Where a segment takes a connection.
struct Move {
  enum class Says : std::uint8_t { go_on, accept, invalid, reopens };

  CtTcp old, next;
  bool skip_window = false;
  Says says = Says::go_on;
};

Move move_of(ConntrackEntry& entry, CtDir dir, const Packet& packet, const CtTcpHeader& tcp, bool ignore_invalid) {
  CtTcpState& state = entry.tcp;
  const CtSegment kind = tcp.kind();
  const auto last = static_cast<CtSegment>(state.last_index);
  const Row& row = kTable[static_cast<std::size_t>(dir)][static_cast<std::size_t>(kind)];
  Move move{.old = state.state, .next = row[static_cast<std::size_t>(state.state)]};
  const auto over = [&move](Move::Says says) {
    move.says = says;
    return move;
  };

  if (move.next == sIV) return over(Move::Says::invalid);
  if (move.next == sSS && move.old >= sTW) {
    // The client uses its port again: the old connection is over.
    const bool closed = ((state.seen[0].flags | state.seen[1].flags) & flag::close_init) != 0;
    if (closed || (state.last_dir == dir && last == CtSegment::rst)) return over(Move::Says::reopens);
    move.next = sIG;
  }
  if (move.next == sIG) {
    if (!resynchronise(state, dir, packet, tcp, move.old)) return over(Move::Says::accept);
    move.old = sSS;
    move.next = sSR;
  } else if (move.next == sTW && move.old == sLA && kind == CtSegment::ack && state.last_dir != dir &&
             last == CtSegment::syn && (state.last_flags & flag::expect_challenge_ack) != 0) {
    state.last_flags &= static_cast<std::uint8_t>(~flag::expect_challenge_ack);
    return over(Move::Says::accept);
  } else if (move.next == sS2) {
    state.last_flags |= flag::simultaneous_open;
  } else if (move.next == sSR && dir == CtDir::reply && kind == CtSegment::ack &&
             (state.last_flags & flag::simultaneous_open) != 0) {
    move.next = sES;
  } else if (move.next == sCL && kind == CtSegment::rst) {
    if (!believe_reset(entry, dir, tcp, move.old, ignore_invalid, move.next, move.skip_window))
      return over(Move::Says::invalid);
  }
  return move;
}

}  // namespace

int Conntrack::tcp_timeout(CtTcp state) const {
  switch (state) {
    case sSR: return get(CtKey::nf_conntrack_tcp_timeout_syn_recv);
    case sES: return get(CtKey::nf_conntrack_tcp_timeout_established);
    case sFW: return get(CtKey::nf_conntrack_tcp_timeout_fin_wait);
    case sCW: return get(CtKey::nf_conntrack_tcp_timeout_close_wait);
    case sLA: return get(CtKey::nf_conntrack_tcp_timeout_last_ack);
    case sTW: return get(CtKey::nf_conntrack_tcp_timeout_time_wait);
    case sCL: return get(CtKey::nf_conntrack_tcp_timeout_close);
    default: return get(CtKey::nf_conntrack_tcp_timeout_syn_sent);
  }
}

// Kernel: nf_conntrack_tcp_packet().
Conntrack::Says Conntrack::handle_tcp(Hook hook, ConntrackEntry& entry, const Packet& packet, CtInfo info) {
  CtTcpHeader tcp;
  if (!read_tcp(packet, tcp)) return Says::invalid;
  if (hook == Hook::NF_INET_PRE_ROUTING && get(CtKey::nf_conntrack_checksum) != 0 && !checksum_ok(packet, hook)) {
    return Says::invalid;
  }
  if (!valid_flags(tcp.flags)) return Says::invalid;
  CtTcpState& state = entry.tcp;
  if (!entry.has(ct_status::confirmed) && !begin(state, packet, tcp, get(CtKey::nf_conntrack_tcp_loose) != 0)) {
    return Says::invalid;
  }
  const CtDir dir = direction_of(info);
  const CtSegment kind = tcp.kind();
  const Move move = move_of(entry, dir, packet, tcp, get(CtKey::nf_conntrack_tcp_ignore_invalid_rst) != 0);
  switch (move.says) {
    case Move::Says::accept: return Says::accept;
    case Move::Says::invalid: return Says::invalid;
    case Move::Says::reopens: return kill(entry) ? Says::repeat : Says::drop;
    case Move::Says::go_on: break;
  }
  const auto [old, next] = std::pair(move.old, move.next);
  if (!move.skip_window) {
    switch (tcp_in_window(state, dir, kind, packet, tcp, get(CtKey::nf_conntrack_tcp_be_liberal) != 0)) {
      case CtWindow::ignore: return Says::accept;
      case CtWindow::invalid: shorten_for_invalid(entry, dir, kind); return Says::invalid;
      case CtWindow::accept: break;
    }
  }
  state.last_index = static_cast<std::uint8_t>(kind);
  state.last_dir = dir;
  if (old != next) note(entry, ct_event::protocol);
  state.state = next;
  if (old != next && next == sFW) end_of(state, dir).flags |= flag::close_init;
  int timeout = tcp_timeout(next);
  const int retrans = get(CtKey::nf_conntrack_tcp_timeout_max_retrans);
  const int unacknowledged = get(CtKey::nf_conntrack_tcp_timeout_unacknowledged);
  const bool waiting = ((state.seen[0].flags | state.seen[1].flags) & flag::data_unacknowledged) != 0;
  if (state.retrans >= get(CtKey::nf_conntrack_tcp_max_retrans) && timeout > retrans) {
    timeout = retrans;
  } else if (kind == CtSegment::rst) {
    timeout = tcp_timeout(sCL);
  } else if (waiting && timeout > unacknowledged) {
    timeout = unacknowledged;
  } else if (state.last_win == 0 && timeout > retrans) {
    timeout = retrans;
  }
  if (!entry.has(ct_status::seen_reply)) {
    // A RST as the only answer: there never was a connection.
    if (tcp.has(Tcp::rst)) {
      kill(entry);
      return Says::accept;
    }
    if (kind == CtSegment::syn && old == sSS) return Says::accept;  // sent again: its time goes on
    if (next == sES && timeout > unacknowledged) timeout = unacknowledged;
  } else if (!entry.has(ct_status::assured) && (old == sSR || old == sES) && next == sES) {
    note_assured(entry);
  }
  refresh(entry, timeout);
  return Says::accept;
}

void Conntrack::set_closing(ConntrackEntry& entry) const {
  if (!entry.has(ct_status::confirmed)) return;
  const CtTcp old = entry.tcp.state;
  entry.tcp.state = sCL;
  if (old != sCL) refresh(entry, tcp_timeout(sCL));
}

// An end that answers nothing more: FIN or RST out of the window in both directions (kernel: nf_tcp_handle_invalid()).
void Conntrack::shorten_for_invalid(ConntrackEntry& entry, CtDir dir, CtSegment kind) const {
  if (!entry.has(ct_status::assured) || entry.has(ct_status::fixed_timeout)) return;
  if (kind != CtSegment::rst && kind != CtSegment::fin) return;
  CtTcpState& state = entry.tcp;
  const auto last = static_cast<CtSegment>(state.last_index);
  if (state.last_dir != dir && (last == CtSegment::fin || last == CtSegment::rst)) {
    const base::Time left = entry.expires - now();
    const base::Time unacknowledged = std::chrono::seconds(get(CtKey::nf_conntrack_tcp_timeout_unacknowledged));
    if (left >= std::chrono::seconds(120) && left > unacknowledged) entry.expires = now() + unacknowledged;
  } else {
    state.last_index = static_cast<std::uint8_t>(kind);
    state.last_dir = dir;
  }
}

}  // namespace lvs::host
