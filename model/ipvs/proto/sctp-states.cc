// SPDX-License-Identifier: GPL-2.0-or-later
// SCTP as the director sees it (kernel: ip_vs_proto_sctp.c; RFC 9260 section 4).
#include <array>

#include "ipvs/proto/sctp.h"

namespace lvs::ipvs {
namespace {

using namespace sctp_state;  // NOLINT: the tables are unreadable otherwise

constexpr std::uint8_t NO = none, I1 = init1, IN = init, CS = cookie_sent, CR = cookie_replied, CW = cookie_wait,
                       CO = cookie, CE = cookie_echoed, ES = established, SS = shutdown_sent, SR = shutdown_received,
                       SA = shutdown_ack_sent, RJ = rejected, CL = closed;

enum Event : std::uint8_t {
  data,
  init_chunk,
  init_ack,
  cookie_echo,
  cookie_ack,
  shutdown,
  shutdown_ack,
  shutdown_complete,
  error,
  abort,
  events
};
enum Chunk : std::uint8_t { chunk_abort = 6, chunk_cookie_echo = 10, chunk_cookie_ack = 11 };

// By chunk type, RFC 9260 section 3.2: DATA, INIT, INIT ACK, SACK, HEARTBEAT, HEARTBEAT ACK, ABORT, SHUTDOWN,
// SHUTDOWN ACK, ERROR, COOKIE ECHO, COOKIE ACK, ECNE, CWR, SHUTDOWN COMPLETE.
constexpr std::array<std::uint8_t, 15> kEvents{data,        init_chunk, init_ack, data,         data,
                                               data,        abort,      shutdown, shutdown_ack, error,
                                               cookie_echo, cookie_ack, data,     data,         shutdown_complete};

using Table = std::array<std::array<std::uint8_t, count_>, events>;

// clang-format off
// Column: the present state, NO I1 IN CS CR CW CO CE ES SS SR SA RJ CL.
constexpr std::array<Table, 3> kStates{{
    // input
    {{{ES, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},     // data
      {I1, IN, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, IN, IN},     // init
      {CW, CW, CW, CS, CR, CO, CO, CE, ES, SS, SR, SA, RJ, CL},     // init ack
      {CR, IN, IN, CR, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},     // cookie echo
      {ES, I1, IN, CS, CR, CW, CO, ES, ES, SS, SR, SA, RJ, CL},     // cookie ack
      {SR, I1, IN, CS, CR, CW, CO, CE, SR, SS, SR, SA, RJ, CL},     // shutdown
      {CL, IN, IN, CS, CR, CW, CO, CE, ES, CL, SR, CL, RJ, CL},     // shutdown ack
      {CL, CL, CL, CS, CR, CW, CO, CE, ES, SS, SR, CL, RJ, CL},     // shutdown complete
      {CL, I1, IN, CS, CR, CW, CO, CL, ES, SS, SR, SA, RJ, CL},     // error
      {CL, CL, CL, CL, CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL}}},   // abort
    // output
    {{{ES, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},
      {CW, CW, CW, CW, CW, CW, CW, CW, ES, CW, CW, CW, CW, CW},
      {CS, CS, CS, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},
      {CE, CE, CE, CE, CE, CE, CE, CE, ES, SS, SR, SA, RJ, CL},
      {ES, ES, ES, ES, ES, ES, ES, ES, ES, SS, SR, SA, RJ, CL},
      {SS, SS, SS, SS, SS, SS, SS, SS, SS, SS, SR, SA, RJ, CL},
      {SA, SA, SA, SA, SA, CW, CO, CE, ES, SA, SA, SA, RJ, CL},
      {CL, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},
      {CL, CL, CL, CL, CL, CW, CO, CE, ES, SS, SR, SA, RJ, CL},
      {CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL, CL}}},
    // input only
    {{{ES, I1, IN, CS, CR, ES, CO, CE, ES, SS, SR, SA, RJ, CL},
      {I1, IN, IN, IN, IN, IN, CO, CE, ES, SS, SR, SA, IN, IN},
      {CE, CE, CE, CE, CE, CE, CO, CE, ES, SS, SR, SA, RJ, CL},
      {ES, ES, ES, ES, ES, ES, CO, CE, ES, SS, SR, SA, RJ, CL},
      {ES, I1, IN, ES, ES, CW, ES, ES, ES, SS, SR, SA, RJ, CL},
      {SR, I1, IN, CS, CR, CW, CO, CE, SR, SS, SR, SA, RJ, CL},
      {CL, IN, IN, CS, CR, CW, CO, CE, CL, CL, SR, CL, RJ, CL},
      {CL, CL, CL, CL, CL, CW, CO, CE, ES, SS, CL, CL, RJ, CL},
      {CL, I1, IN, CS, CR, CW, CO, CE, ES, SS, SR, SA, RJ, CL},
      {CL, CL, CL, CL, CL, RJ, CL, CL, CL, CL, CL, CL, CL, CL}}},
}};
// clang-format on
static_assert(kStates[0][data][none] == established && NO == 0);

}  // namespace

std::uint8_t sctp_event(std::uint8_t chunk, std::uint8_t second) {
  // An ABORT may be bundled behind a COOKIE chunk (RFC 9260 section 3.3.7).
  if ((chunk == chunk_cookie_echo || chunk == chunk_cookie_ack) && second == chunk_abort) return abort;
  return chunk < kEvents.size() ? kEvents[chunk] : static_cast<std::uint8_t>(data);
}

std::uint8_t sctp_next_state(SctpTable table, std::uint8_t event, std::uint8_t state) {
  return kStates[static_cast<std::size_t>(table)][event][state];
}

bool sctp_active(std::uint8_t state) { return state == established; }

}  // namespace lvs::ipvs
