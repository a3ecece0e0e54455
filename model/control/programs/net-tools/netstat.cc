// SPDX-License-Identifier: GPL-2.0-or-later
// netstat of net-tools 2.10: Internet sockets, routes, interfaces.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/host-names.h"
#include "control/programs/net-tools/ifconfig.h"
#include "control/programs/net-tools/route-list.h"
#include "control/programs/net-tools/socket-list.h"
#include "control/words/getopt.h"
#include "control/words/service-names.h"
#include "host/socket/raw.h"

namespace lvs::control {
namespace {

using host::TcpState;

constexpr std::string_view kKnown = "-a -l -n -o -p -t -u -4; -r [-n -e -ee]; -i [-a -e -n]";

struct Options {
  bool all = false, listening = false, numeric = false, programs = false, tcp = false, udp = false;
  bool timers = false;
  bool routes = false, interfaces = false;
  unsigned extended = 0;  // of interfaces and routes alone: how many -e
  bool four = false;      // IPv4 alone
  bool local = false;     // neither -t nor -u: raw and UNIX sockets as well
};

std::string_view name_of(TcpState state) {
  switch (state) {
    case TcpState::established: return "ESTABLISHED";
    case TcpState::syn_sent: return "SYN_SENT";
    case TcpState::syn_recv: return "SYN_RECV";
    case TcpState::fin_wait1: return "FIN_WAIT1";
    case TcpState::fin_wait2: return "FIN_WAIT2";
    case TcpState::time_wait: return "TIME_WAIT";
    case TcpState::close: return "CLOSE";
    case TcpState::close_wait: return "CLOSE_WAIT";
    case TcpState::last_ack: return "LAST_ACK";
    case TcpState::listen: return "LISTEN";
    case TcpState::closing: return "CLOSING";
  }
  return {};
}

std::string endpoint(const host::SocketAddress& address, bool six, bool tcp, const HostNames& names) {
  std::string host = six                     ? (names.numeric() ? "::" : "[::]")
                     : address.addr.is_any() ? address.addr.text()
                                             : names.of(address.addr);
  std::string port = address.port == 0 ? "*" : std::to_string(address.port);
  if (!names.numeric()) {
    if (const auto name = service_name(address.port, tcp ? "tcp" : "udp")) port = *name;
    constexpr std::size_t kMost = 22;  // both
    if (host.size() + port.size() > kMost) host.resize(kMost - std::min(kMost, port.size()));
  }
  return fmt::format("{}:{}", host, port);
}

// "303/nginx: master p": what the process calls itself, cut.
std::string program_of(Machine& machine, const host::SocketOwner& owner) {
  constexpr std::size_t kMost = 19;
  if (owner.process == 0) return "-";
  const Process* const process = machine.processes().find(owner.process);
  std::string name(owner.program);
  if (process != nullptr && !process->arguments().empty()) name = process->arguments().front();
  name.erase(0, name.rfind('/') + 1);
  return fmt::format("{}/{}", owner.process, name).substr(0, kMost);
}

// A program at work whose raw or UNIX sockets would be listed, which are not modelled; empty: none.
std::string owner_of_others(Machine& machine) {
  constexpr std::string_view kRaw[] = {"ping", "traceroute", "dnsmasq", "named"};
  for (const Process* each : machine.processes().all()) {
    if (std::ranges::find(kRaw, each->name()) != std::end(kRaw)) return each->name();
  }
  return {};
}

std::string netstat_timer(const host::TcpTimer& timer) {
  constexpr std::array<std::string_view, 5> kNames{"off", "on", "keepalive", "timewait", "probe"};
  return fmt::format(" {} ({:.2f}/{}/{})", kNames[static_cast<std::size_t>(timer.kind)],
                     std::chrono::duration<double>(timer.left).count(), timer.retransmits, timer.probes);
}

// Those of keepalived; the newest is the first.
void show_raw(const Options& options, Machine& machine, Io& io) {
  constexpr std::uint8_t kVrrp = 112;
  const auto sockets = host::RawSocket::all_of(machine.host(), kVrrp);
  for (auto each = sockets.rbegin(); each != sockets.rend(); ++each) {
    io.print(fmt::format("raw   {:>6} {:>6} {:<23} {:<23} {:<11}", 0, 0,
                         fmt::format("{}:{}", (*each)->local().text(), kVrrp), "0.0.0.0:*", 7));
    if (options.programs) io.print(fmt::format(" {:<20}", program_of(machine, (*each)->owner)));
    io.print("\n");
  }
}

// The master of nginx speaks to each of its workers by a pair of UNIX sockets.
void show_channels(const Options& options, Machine& machine, Io& io) {
  const auto all = machine.processes().all();
  unsigned inode = 20'000;
  for (const Process* master : all) {
    const auto is_worker = [&](const Process* each) {
      return each->name() == "nginx" && each->parent() == master->pid();
    };
    if (master->name() != "nginx") continue;
    const auto sockets = 2 * std::ranges::count_if(all, is_worker);
    for (auto i = sockets; i > 0; --i) {
      io.print(fmt::format("unix  3      [ ]         STREAM     CONNECTED     {:<8} ", inode + i));
      if (options.programs) io.print(fmt::format("{:<20} ", program_of(machine, {master->pid(), "nginx"})));
      io.print("\n");
    }
    inode += static_cast<unsigned>(sockets);
  }
}

int show(const Options& options, Machine& machine, Io& io) {
  const std::string owner = options.local ? owner_of_others(machine) : std::string();
  if (!owner.empty()) {
    io.complain(fmt::format("not modelled: netstat lists raw and UNIX sockets of {}: say -t or -u\n", owner));
    return 2;
  }
  const std::string_view which = options.all         ? "servers and established"
                                 : options.listening ? "only servers"
                                                     : "w/o servers";
  io.print(fmt::format("Active Internet connections ({})\n", which));
  io.print("Proto Recv-Q Send-Q Local Address           Foreign Address         State      ");
  io.print(fmt::format("{}{}\n", options.programs ? " PID/Program name    " : "", options.timers ? " Timer" : ""));
  const HostNames names(machine, options.numeric);
  std::vector<SocketLine> lines = list_sockets(machine, options.tcp, options.udp);
  if (!options.four) std::ranges::move(list_six_sockets(machine, options.tcp, options.udp), std::back_inserter(lines));
  std::ranges::stable_partition(lines, [](const SocketLine& line) { return line.tcp; });
  for (const SocketLine& line : lines) {
    const bool server = line.tcp ? line.state == TcpState::listen : line.state == TcpState::close;
    if (!options.all && server != options.listening) continue;
    const std::string_view state = !line.tcp && line.state == TcpState::close ? "" : name_of(line.state);
    // Of a listener netstat shows no backlog.
    io.print(fmt::format(
        "{:<5} {:>6} {:>6} {:<23} {:<23} {:<11}", fmt::format("{}{}", line.tcp ? "tcp" : "udp", line.six ? "6" : ""),
        line.receive_queue, line.state == TcpState::listen ? 0 : line.send_queue,
        endpoint(line.local, line.six, line.tcp, names), endpoint(line.remote, line.six, line.tcp, names), state));
    if (options.programs) io.print(fmt::format(" {:<20}", program_of(machine, line.owner)));
    if (options.timers) io.print(netstat_timer(line.timer));
    io.print("\n");
  }
  if (options.local) {
    if (options.all || options.listening) show_raw(options, machine, io);
    io.print(fmt::format(
        "Active UNIX domain sockets ({})\nProto RefCnt Flags       Type       State         I-Node   {}Path\n", which,
        options.programs ? "PID/Program name     " : ""));
    if (options.all || !options.listening) show_channels(options, machine, io);
  }
  return 0;
}

// netstat -i, and with -e as ifconfig shows them: those that are up or all.
int list_interfaces(Machine& machine, Io& io, bool all, bool extended) {
  io.print("Kernel Interface table\n");
  if (!extended) io.print("Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n");
  IfconfigWords words;
  words.all = all;
  words.brief = !extended;
  return ifconfig_show(machine, io, words);
}

}  // namespace

CommandResultOrError parse_netstat(const std::vector<Word>& words) {
  Options options;
  Getopt getopt(words, "4aeilnoprtu");
  while (const auto option = getopt.next()) {
    const Word& word = words[option->word];
    switch (option->known ? option->letter : '?') {
      case '4': options.four = true; break;
      case 'a': options.all = true; break;
      case 'e': ++options.extended; break;
      case 'i': options.interfaces = true; break;
      case 'l': options.listening = true; break;
      case 'n': options.numeric = true; break;
      case 'o': options.timers = true; break;
      case 'p': options.programs = true; break;
      case 'r': options.routes = true; break;
      case 't': options.tcp = true; break;
      case 'u': options.udp = true; break;
      default:
        return base::Error{
            SyntaxError{word.column, word.text, "this option of netstat is not modelled", std::string(kKnown)}};
    }
  }
  if (!getopt.operands().empty()) {
    const Word& word = words[getopt.operands().front()];
    return base::Error{SyntaxError{word.column, word.text, "netstat takes no words", std::string(kKnown)}};
  }
  if (options.extended != 0 && !options.routes && !options.interfaces) {
    const auto is_extended = [](const Word& word) {
      return word.text.starts_with('-') && word.text.find('e') != std::string::npos;
    };
    const Word& word = *std::ranges::find_if(words, is_extended);
    return base::Error{SyntaxError{word.column, word.text, "-e is modelled of interfaces and routes alone", "-ie -re"}};
  }
  if (options.routes) {
    const RouteList form = options.extended == 0   ? RouteList::sizes
                           : options.extended == 1 ? RouteList::metrics
                                                   : RouteList::all;
    return instant([numeric = options.numeric, form](Machine& machine, Io& io) {
      return list_routes(machine, io, numeric, form);
    });
  }
  if (options.interfaces)
    return instant([all = options.all, extended = options.extended != 0](Machine& machine, Io& io) {
      return list_interfaces(machine, io, all, extended);
    });
  options.local = !options.tcp && !options.udp;
  if (options.local) options.tcp = options.udp = true;
  return instant([options](Machine& machine, Io& io) { return show(options, machine, io); });
}

}  // namespace lvs::control
