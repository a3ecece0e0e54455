// SPDX-License-Identifier: GPL-2.0-or-later
// TCP as the director sees it (kernel: ip_vs_proto_tcp.c).
#include <array>

#include "ipvs/proto/tcp.h"
#include "wire/tcp.h"

namespace lvs::ipvs {
namespace {

constexpr std::uint8_t NO = tcp_state::none, ES = tcp_state::established, SS = tcp_state::syn_sent,
                       SR = tcp_state::syn_recv, FW = tcp_state::fin_wait, TW = tcp_state::time_wait,
                       CL = tcp_state::close, CW = tcp_state::close_wait, LA = tcp_state::last_ack,
                       LI = tcp_state::listen, SA = tcp_state::synack;

using Row = std::array<std::uint8_t, tcp_state::count_>;
using Table = std::array<Row, 4>;  // by TcpEvent

// clang-format off
// Column: the present state, NO ES SS SR FW TW CL CW LA LI SA.
constexpr std::array<Table, 3> kNormal{{
    // input
    {{{SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR},     // syn
      {CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, TW},     // fin
      {ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES},     // ack
      {CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, SR}}},   // rst
    // output
    {{{SS, ES, SS, SR, SS, SS, SS, SS, SS, LI, SR},
      {TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW},
      {ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES},
      {CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL}}},
    // input only
    {{{SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR},
      {CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW},
      {ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES},
      {CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL}}},
}};

constexpr std::array<Table, 3> kSecure{{
    {{{SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SA},
      {CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, SA},
      {ES, ES, SS, SR, FW, TW, CL, CW, CL, LI, SA},
      {CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL}}},
    {{{SS, ES, SS, SA, SS, SS, SS, SS, SS, LI, SA},
      {TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW},
      {ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES},
      {CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL}}},
    {{{SA, ES, ES, SR, SA, SA, SA, SA, SA, SA, SA},
      {CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW},
      {ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES},
      {CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL}}},
}};
// clang-format on

}  // namespace

TcpEvent tcp_event(std::uint8_t flags) {
  if ((flags & wire::Tcp::rst) != 0) return TcpEvent::rst;
  if ((flags & wire::Tcp::syn) != 0) return TcpEvent::syn;
  if ((flags & wire::Tcp::fin) != 0) return TcpEvent::fin;
  return (flags & wire::Tcp::ack) != 0 ? TcpEvent::ack : TcpEvent::none;
}

std::uint8_t tcp_next_state(bool secure, TcpTable table, TcpEvent event, std::uint8_t state) {
  if (event == TcpEvent::none) return CL;
  return (secure ? kSecure : kNormal)[static_cast<std::size_t>(table)][static_cast<std::size_t>(event)][state];
}

bool tcp_active(std::uint8_t state) { return state == ES || state == SS || state == SR || state == SA; }

}  // namespace lvs::ipvs
