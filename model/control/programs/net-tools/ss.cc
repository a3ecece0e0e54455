// SPDX-License-Identifier: GPL-2.0-or-later
// ss of iproute2 6.1: TCP and UDP sockets.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/net-tools/socket-list.h"
#include "control/programs/net-tools/ss-filter.h"
#include "control/words/getopt.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

using host::TcpState;

constexpr std::string_view kKnown = "-4 -a -H -l -n -o -p -t -u";

struct Options {
  bool all = false, listening = false, numeric = false, processes = false, tcp = false, udp = false, header = true;
  bool timers = false;
  bool four = false;   // IPv4 alone
  bool local = false;  // neither -t nor -u: what is connected, UNIX sockets as well
  SsFilter filter;
};

std::string_view name_of(TcpState state) {
  switch (state) {
    case TcpState::established: return "ESTAB";
    case TcpState::syn_sent: return "SYN-SENT";
    case TcpState::syn_recv: return "SYN-RECV";
    case TcpState::fin_wait1: return "FIN-WAIT-1";
    case TcpState::fin_wait2: return "FIN-WAIT-2";
    case TcpState::time_wait: return "TIME-WAIT";
    case TcpState::close: return "UNCONN";
    case TcpState::close_wait: return "CLOSE-WAIT";
    case TcpState::last_ack: return "LAST-ACK";
    case TcpState::listen: return "LISTEN";
    case TcpState::closing: return "CLOSING";
  }
  return {};
}

// Without -a and -l what is connected, TIME_WAIT and SYN_RECV left out.
bool wanted(const Options& options, TcpState state) {
  if (!options.filter.states.empty()) return options.filter.states.contains(state);
  if (options.all) return true;
  if (options.listening) return state == TcpState::listen || state == TcpState::close;
  return state != TcpState::listen && state != TcpState::close && state != TcpState::time_wait &&
         state != TcpState::syn_recv;
}

// The columns: what stands before one, and on which side its text stands.
enum Column : std::size_t { kNet, kState, kReceive, kSend, kLocal, kLocalPort, kPeer, kPeerPort, kProcess, kColumns };
using Row = std::array<std::string, kColumns>;
constexpr std::array<std::string_view, kColumns> kBefore{"", " ", " ", " ", " ", "", " ", "", ""};
constexpr bool at_right(std::size_t column) { return column == kLocal || column == kPeer; }

std::string port_text(const host::SocketAddress& address, bool tcp, bool numeric) {
  if (address.port == 0) return "*";
  if (!numeric) {
    if (const auto name = service_name(address.port, tcp ? "tcp" : "udp")) return std::string(*name);
  }
  return std::to_string(address.port);
}

// iproute2: print_ms_timer(), coarser the longer it is.
std::string ss_time(base::Time left) {
  const auto all = left / std::chrono::milliseconds(1);
  auto minutes = all / 60'000, seconds = all / 1000 % 60, milliseconds = all % 1000;
  std::string text;
  if (minutes > 0) {
    text = fmt::format("{}min", minutes);
    milliseconds = 0;
    if (minutes > 9) seconds = 0;
  }
  if (seconds > 9) milliseconds = 0;
  if (seconds > 0) text += fmt::format("{}{}", seconds, milliseconds > 0 ? "." : "sec");
  if (milliseconds > 0) text += fmt::format("{:03}ms", milliseconds);
  return text;
}

std::string ss_timer(const host::TcpTimer& timer) {
  constexpr std::array<std::string_view, 5> kNames{"off", "on", "keepalive", "timewait", "persist"};
  if (timer.kind == host::TcpTimer::Kind::off) return {};
  using Kind = host::TcpTimer::Kind;
  // One field for either (kernel: inet_sk_diag_fill()).
  const unsigned times = timer.kind == Kind::on                                        ? timer.retransmits
                         : timer.kind == Kind::keep_alive || timer.kind == Kind::probe ? timer.probes
                                                                                       : 0;
  return fmt::format(" timer:({},{},{})", kNames[static_cast<std::size_t>(timer.kind)], ss_time(timer.left), times);
}

int show(const Options& options, Machine& machine, Io& io) {
  const auto all = machine.processes().all();
  const bool pairs = std::ranges::any_of(all, [](const Process* each) { return each->name() == "nginx"; });
  if (options.local && pairs) {
    io.complain("not modelled: ss lists the UNIX sockets of nginx: say -t or -u\n");
    return 2;
  }
  const bool both = options.tcp && options.udp;
  const bool states = options.filter.states.size() != 1;  // one alone is no column
  std::vector<Row> rows;
  if (options.header) {
    rows.push_back({both ? "Netid" : "", "State", "Recv-Q", "Send-Q", "Local Address:", "Port", "Peer Address:", "Port",
                    "Process"});
  }
  std::vector<SocketLine> lines = list_sockets(machine, options.tcp, options.udp);
  if (!options.four) std::ranges::move(list_six_sockets(machine, options.tcp, options.udp), std::back_inserter(lines));
  std::ranges::stable_partition(lines, [](const SocketLine& line) { return !line.tcp; });  // UDP comes first
  for (const SocketLine& line : lines) {
    if (!wanted(options, line.state) || !options.filter.takes(line)) continue;
    std::string process;
    if (options.processes && line.owner.process != 0) {
      process =
          fmt::format(" users:((\"{}\",pid={},fd={}))", line.owner.program, line.owner.process, line.owner.descriptor);
    }
    if (options.timers) process += ss_timer(line.timer);
    rows.push_back(
        {both ? (line.tcp ? "tcp" : "udp") : "", std::string(name_of(line.state)),
         fmt::format("{:<6}", line.receive_queue), fmt::format("{:<6}", line.send_queue),
         (line.six ? "[::]" : line.local.addr.text()) + (line.device.empty() ? ":" : "%" + line.device + ":"),
         port_text(line.local, line.tcp, options.numeric), (line.six ? "[::]:" : line.remote.addr.text() + ":"),
         port_text(line.remote, line.tcp, options.numeric), std::move(process)});
  }
  std::array<std::size_t, kColumns> width{};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < kColumns; ++i) width[i] = std::max(width[i], row[i].size());
  for (const Row& row : rows) {
    std::string text;
    for (std::size_t i = both ? std::size_t{kNet} : std::size_t{kState}; i < kColumns; ++i) {
      if (i == kState && !states) continue;
      if (!text.empty()) text += kBefore[i];
      const std::string pad(width[i] - row[i].size(), ' ');
      text += at_right(i) ? pad + row[i] : row[i] + pad;
    }
    io.print(text + "\n");
  }
  return 0;
}

}  // namespace

CommandResultOrError parse_ss(const std::vector<Word>& words) {
  Options options;
  Getopt getopt(words, "4aHlnoptu");
  while (const auto option = getopt.next()) {
    const Word& word = words[option->word];
    switch (option->known ? option->letter : '?') {
      case '4': options.four = true; break;
      case 'a': options.all = true; break;
      case 'H': options.header = false; break;
      case 'l': options.listening = true; break;
      case 'n': options.numeric = true; break;
      case 'o': options.timers = true; break;
      case 'p': options.processes = true; break;
      case 't': options.tcp = true; break;
      case 'u': options.udp = true; break;
      default:
        return base::Error{
            SyntaxError{word.column, word.text, "this option of ss is not modelled", std::string(kKnown)}};
    }
  }
  std::vector<Word> expression;
  for (const std::size_t at : getopt.operands()) expression.push_back(words[at]);
  auto filter = parse_ss_filter(expression);
  if (!filter) return base::Error{filter.error()};
  options.filter = std::move(*filter);
  options.local = !options.tcp && !options.udp;
  if (options.local && (options.all || options.listening || !options.filter.states.empty())) {
    return base::Error{SyntaxError{words.front().column, words.front().text,
                                   "the kernel's netlink sockets are not modelled: say -t or -u", std::string(kKnown)}};
  }
  if (options.local) options.tcp = options.udp = true;
  return instant([options](Machine& machine, Io& io) { return show(options, machine, io); });
}

}  // namespace lvs::control
