// SPDX-License-Identifier: GPL-2.0-or-later
// nc at work: one socket, standard input and output, and a loop that does what can be done, as the real one around
// poll(2). Writing to standard output never waits.
#include <fmt/format.h>

#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/web/nc-report.h"
#include "control/programs/web/nc-socket.h"
#include "control/programs/web/nc.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

using host::SocketError;

constexpr std::size_t kBuffer = 16384;
constexpr base::Time kSecond = std::chrono::seconds(1);
constexpr int kUdpScanSeconds = 3;

class Nc final : public Task, private host::SocketUser {
 public:
  Nc(Machine& machine, Io& io, Done done, const NcOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        owner_{io.pid, "nc", 3},
        lookup_(machine, owner_),
        report_(io_, lookup_, options_.numeric),
        alarm_(machine.host(), [this] { on_alarm(); }) {}

  ~Nc() override { io_.in->watch({}); }

  void begin() {
    if (options_.listen) {
      listen();
    } else {
      next_port();
    }
  }

 private:
  enum class Phase : std::uint8_t { resolving, connecting, accepting, caller, talking, scanning, leaving, over };

  void finish(int status) {
    if (phase_ == Phase::over) return;
    phase_ = Phase::over;
    alarm_.clear();
    net_.close();
    listener_.reset();
    done_(status);
  }
  void complain(const std::string& text) { io_.complain("nc: " + text + "\n"); }

  // --- opening ---

  void listen() {
    const host::SocketAddress address{options_.source, options_.ports.front()};
    SocketError error = SocketError::none;
    host::SocketAddress bound;
    if (options_.udp) {
      net_.udp = machine_.sockets().udp(this, owner_);
      net_.udp->set_reuse(true, true);
      error = net_.udp->bind(address);
      bound = net_.udp->local();
    } else {
      listener_ = machine_.sockets().tcp(this, owner_);
      listener_->set_reuse(true, true);
      error = listener_->bind(address);
      if (error == SocketError::none) error = listener_->listen(1);
      bound = listener_->local();
    }
    if (error != SocketError::none) {
      complain(std::string(text_of(error)));
      return finish(1);
    }
    report(options_.udp ? "Bound on" : "Listening on", bound, &Nc::await_caller);
  }

  void await_caller() {
    if (options_.udp && options_.keep) return talk();
    phase_ = options_.udp ? Phase::caller : Phase::accepting;
    socket_ready();
  }

  void report(const char* what, const host::SocketAddress& address, void (Nc::*then)()) {
    if (!options_.verbose) return (this->*then)();
    phase_ = Phase::resolving;
    report_.say(what, address, [this, then] { (this->*then)(); });
  }

  // One port after the other, as long as they answer at once; not within each other.
  void next_port() {
    next_ = true;
    if (within_) return;
    within_ = true;
    while (std::exchange(next_, false)) {
      if (port_ == options_.ports.size()) return finish(status_);
      resolve();
      if (phase_ == Phase::over) return;
    }
    within_ = false;
  }

  // The host's addresses, each port anew.
  void resolve() {
    address_ = 0;
    addresses_ = {options_.target};
    if (!options_.named) return connect();
    phase_ = Phase::resolving;
    lookup_.addresses(options_.host, [this](const Found& found) {
      addresses_ = found.addresses;
      if (!addresses_.empty()) return connect();
      complain(fmt::format("getaddrinfo for host \"{}\" port {}: {}", options_.host, options_.ports[port_],
                           text_of(found.error)));
      finish(1);
    });
  }

  void connect() {
    options_.target = addresses_[address_];
    const host::SocketAddress to{options_.target, options_.ports[port_]};
    const host::SocketAddress from{options_.source, options_.source_port};
    net_.close();
    SocketError error = SocketError::none;
    const bool binds = from.port != 0 || !from.addr.is_any();
    if (options_.udp) {
      net_.udp = machine_.sockets().udp(this, owner_);
      if (binds) error = net_.udp->bind(from);
    } else {
      net_.tcp = machine_.sockets().tcp(this, owner_);
      if (binds) error = net_.tcp->bind(from);
    }
    if (error != SocketError::none) {
      complain(fmt::format("bind failed: {}", text_of(error)));
      return finish(1);
    }
    error = options_.udp ? net_.udp->connect(to) : net_.tcp->connect(to);
    if (error != SocketError::none) return connect_failed(text_of(error), false);
    if (options_.udp) return connected();
    phase_ = Phase::connecting;
    if (options_.timeout > base::Time{0}) alarm_.set_after(options_.timeout);
  }

  std::string_view protocol() const { return options_.udp ? "udp" : "tcp"; }

  void connect_failed(std::string_view why, bool timed_out) {
    if (options_.verbose) {
      const std::string address = options_.target.text();
      const std::string name =
          options_.numeric || options_.host == address ? options_.host : fmt::format("{} ({})", options_.host, address);
      complain(fmt::format("connect to {} port {} ({}) {}: {}", name, options_.ports[port_], protocol(),
                           timed_out ? "timed out" : "failed", why));
    }
    if (address_ + 1 < addresses_.size()) {
      ++address_;
      return connect();
    }
    ++port_;
    next_port();
  }

  void connected() {
    alarm_.clear();
    status_ = 0;
    if (options_.udp && options_.verbose) {  // is somebody there?
      if (net_.udp->send("X") != SocketError::none || refused()) return nobody_there();
      seconds_ = options_.timeout > base::Time{0} ? static_cast<int>(options_.timeout / kSecond) : kUdpScanSeconds;
      phase_ = Phase::scanning;
      return alarm_.set_after(kSecond);
    }
    if (options_.verbose) report_connection();
    proceed();
  }

  void report_connection() {
    const std::string address = options_.target.text();
    const std::uint16_t port = options_.ports[port_];
    const auto service = options_.numeric ? std::nullopt : service_name(port, protocol());
    io_.complain(fmt::format(
        "Connection to {} {} port [{}/{}] succeeded!\n",
        options_.numeric || options_.host == address ? options_.host : fmt::format("{} ({})", options_.host, address),
        port, protocol(), service.value_or("*")));
  }

  void proceed() {
    if (!options_.scan) return talk();
    ++port_;
    next_port();
  }

  void nobody_there() {
    status_ = 1;
    ++port_;
    next_port();
  }

  // Debian's udptest(): of other errors (a firewall's "administratively prohibited") it makes nothing.
  bool refused() { return net_.udp->send("X") == SocketError::refused; }

  void scan_more() {
    if (refused()) return nobody_there();
    if (--seconds_ > 0) return alarm_.set_after(kSecond);
    report_connection();
    proceed();
  }

  // --- events ---

  void socket_ready() override {
    switch (phase_) {
      case Phase::connecting: {
        if (net_.tcp->failed()) return connect_failed(text_of(net_.tcp->take_error()), false);
        if (net_.tcp->state() == host::TcpState::syn_sent || net_.tcp->state() == host::TcpState::syn_recv) return;
        return connected();
      }
      case Phase::accepting: {
        host::TcpPtr caller = listener_->accept();
        if (caller == nullptr) return;
        net_.tcp = std::move(caller);
        net_.tcp->user = this;
        net_.tcp->owner = {owner_.process, "nc", 4};
        return report("Connection received on", net_.tcp->remote(), &Nc::talk);
      }
      case Phase::caller: {
        const auto* datagram = net_.udp->peek();
        if (datagram == nullptr) return;
        const host::SocketAddress caller = datagram->from;
        if (const SocketError error = net_.udp->connect(caller); error != SocketError::none) {
          complain(fmt::format("connect: {}", text_of(error)));
          return finish(1);
        }
        return report("Connection received on", caller, &Nc::talk);
      }
      case Phase::talking: return pump();
      case Phase::scanning:
      case Phase::resolving:
      case Phase::leaving:
      case Phase::over: return;
    }
  }

  void on_alarm() {
    switch (phase_) {
      case Phase::connecting: return connect_failed("Operation now in progress", true);
      case Phase::talking: return end_talk();
      case Phase::scanning: return scan_more();
      case Phase::leaving: return finish(0);
      default: return;
    }
  }

  // --- talking ---

  void talk() {
    phase_ = Phase::talking;
    input_open_ = !options_.detached;
    net_out_open_ = net_in_open_ = output_open_ = true;
    outgoing_.clear();
    io_.in->watch([this] {
      if (phase_ == Phase::talking) pump();
    });
    pump();
  }

  // One turn of the real one's loop after another, until nothing can be done.
  void pump() {
    for (;;) {
      const bool empty = outgoing_.empty();
      if (!input_open_ && !net_in_open_ && empty) return leave();
      if (!net_out_open_ && !output_open_) return leave();
      if (options_.listen && !net_in_open_ && empty) return leave();

      const bool watched = net_in_open_ || net_out_open_;
      const bool failed = watched && net_.failed(), hung_up = watched && net_.hung_up();
      const bool in = net_in_open_ && net_.readable();
      const bool out = net_out_open_ && !outgoing_.empty() && net_.writable();
      const bool input = input_open_ && outgoing_.size() < kBuffer && (!io_.in->ready().empty() || io_.in->ended());
      if (!failed && !hung_up && !in && !out && !input) {
        if (options_.timeout > base::Time{0}) alarm_.set_after(options_.timeout);
        return;
      }
      turn(failed, hung_up, in, out, input);
    }
  }

  void turn(bool failed, bool hung_up, bool in, bool out, bool input) {
    if (failed) net_in_open_ = net_out_open_ = false;
    if (hung_up && net_in_open_ && !in) net_in_open_ = false;
    if (hung_up && net_out_open_) {
      if (options_.shut_at_end) net_.shut_write();
      net_out_open_ = false;
    }
    if (!net_out_open_) input_open_ = false;
    if (input && input_open_) {
      const std::string_view piece = io_.in->ready().substr(0, kBuffer - outgoing_.size());
      if (piece.empty()) input_open_ = false;
      outgoing_ += with_line_ends(piece);
      io_.in->take(piece.size());
    }
    if (out && net_out_open_) send();
    if (in && net_in_open_) receive();
    if (!input_open_ && outgoing_.empty()) {
      if (net_out_open_ && options_.shut_at_end) net_.shut_write();
      net_out_open_ = false;
      if ((options_.listen || options_.udp) && net_in_open_ && options_.quit >= 0) {
        net_.shut_read();
        net_in_open_ = false;
        options_.keep = false;
      }
    }
    if (!net_in_open_) output_open_ = false;
  }

  std::string with_line_ends(std::string_view text) const {
    if (!options_.crlf) return std::string(text);
    std::string result;
    char before = 0;
    for (const char c : text) {
      if (c == '\n' && before != '\r') result += '\r';
      result += before = c;
    }
    return result;
  }

  void send() {
    if (!net_.send(outgoing_)) net_out_open_ = false;
  }

  void receive() {
    std::string data;
    if (!net_.receive(data, kBuffer)) net_in_open_ = false;
    if (!data.empty()) io_.print(data);
    if (options_.limit > 0 && ++received_ >= options_.limit) {
      if (net_in_open_) net_.shut_read();
      net_in_open_ = input_open_ = false;
    }
  }

  // Both sides are through. With -q the program stays a while, without its socket.
  void leave() {
    if (options_.quit <= 0) return end_talk();
    net_.close();
    phase_ = Phase::leaving;
    alarm_.set_after(options_.quit * kSecond);
  }

  void end_talk() {
    alarm_.clear();
    if (options_.listen) {
      net_.tcp.reset();
      if (!options_.keep) return finish(0);
      return await_caller();
    }
    ++port_;
    next_port();
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  NcOptions options_;
  host::SocketOwner owner_;
  std::string outgoing_;
  bool input_open_ = true, net_out_open_ = true, net_in_open_ = true, output_open_ = true;
  unsigned received_ = 0;
  Phase phase_ = Phase::connecting;
  std::size_t port_ = 0;
  std::vector<base::Ipv4Addr> addresses_;  // of the host
  std::size_t address_ = 0;                // that is tried
  bool next_ = false, within_ = false;     // of next_port()
  int seconds_ = 0;
  int status_ = 1;
  host::TcpPtr listener_;
  NcSocket net_;
  Lookup lookup_;
  NcReport report_;
  Alarm alarm_;
};

}  // namespace

std::unique_ptr<Task> start_nc(Machine& machine, Io& io, Done done, const NcOptions& options) {
  auto nc = std::make_unique<Nc>(machine, io, std::move(done), options);
  nc->begin();
  return nc;
}

}  // namespace lvs::control
