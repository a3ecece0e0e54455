// SPDX-License-Identifier: GPL-2.0-or-later
// arping of iputils 20221126.
#include <fmt/format.h>

#include <climits>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/host-names.h"
#include "control/programs/ping/iputils.h"
#include "control/words/getopt.h"

namespace lvs::control {
namespace {

constexpr std::string_view kUsage = R"(
Usage:
  arping [options] <destination>

Options:
  -f            quit on first reply
  -q            be quiet
  -b            keep on broadcasting, do not unicast
  -D            duplicate address detection mode
  -U            unsolicited ARP mode, update your neighbours
  -A            ARP answer mode, update your neighbours
  -V            print version and exit
  -c <count>    how many packets to send
  -w <timeout>  how long to wait for a reply
  -i <interval> set interval between packets (default: 1 second)
  -I <device>   which ethernet device to use
  -s <source>   source ip address
  <destination> dns name or ip address

For more details see arping(8).
)";

struct ArpingOptions {
  base::Ipv4Addr target;
  base::Ipv4Addr source;
  bool has_source = false;  // -s
  std::string device;       // -I; empty: where the route goes
  std::uint64_t count = 0;  // 0: for ever
  base::Time timeout{};     // -w, 0: none
  base::Time interval = std::chrono::seconds(1);
  bool first_reply = false;  // -f
  bool quiet = false;
  bool broadcast = false;    // -b
  bool duplicates = false;   // -D
  bool unsolicited = false;  // -U and -A
  bool answer = false;       // -A
};

class Arping final : public Task {
 public:
  Arping(Machine& machine, Io& io, Done done, const ArpingOptions& options)
      : machine_(machine),
        host_(machine.host()),
        io_(io),
        done_(std::move(done)),
        options_(options),
        source_(options.source),
        next_(host_, [this] { tick(); }),
        exit_(host_, [this] { finish(); }) {}

  ~Arping() override { machine_.remove_arp_tap(&Arping::on_arp, this); }

  // The status when it gives up before it begins.
  std::optional<int> begin() {
    if (const auto status = choose_device()) return status;
    if (const auto status = choose_source()) return status;
    if (!options_.quiet) {
      io_.print(fmt::format("ARPING {} from {} {}\n", options_.target.text(), source_.text(), dev_->name()));
    }
    if (source_.is_any() && !options_.duplicates) return refuse(2, "no source address in not-DAD mode");
    peer_ = base::MacAddr::broadcast();
    machine_.add_arp_tap(&Arping::on_arp, this);
    if (options_.timeout > base::Time{0}) exit_.set_after(options_.timeout);
    next_.set_at(host_.now());
    return std::nullopt;
  }

 private:
  int refuse(int status, std::string_view text) {
    io_.complain(fmt::format("arping: {}\n", text));
    return status;
  }

  std::optional<int> choose_device() {
    if (options_.device.empty()) {
      const host::Route route = host_.fib.output({.dst = options_.target});
      if (!route.valid()) return refuse(1, "NETLINK_ROUTE unexpected iov element");
      dev_ = route.dev;
    } else {
      dev_ = host_.device(options_.device);
      if (dev_ == nullptr) return refuse(2, fmt::format("Device {} not available.", options_.device));
    }
    const bool arp = dev_->is_ethernet() && !dev_->noarp;
    if (dev_->up && arp) return std::nullopt;
    if (!options_.quiet) {
      io_.print(fmt::format("Interface \"{}\" is {}\n", dev_->name(), dev_->up ? "not ARPable" : "down"));
    }
    return 2;
  }

  // As the probe socket does: bound to the source, or connected to the target on the interface.
  std::optional<int> choose_source() {
    if (options_.unsolicited && !options_.has_source) source_ = options_.target;
    if (options_.has_source || options_.unsolicited) {
      const bool ours = host_.fib.is_local(source_) || host_.sysctls.get(host::Ipv4Key::ip_nonlocal_bind) != 0;
      if (!ours) return refuse(2, "bind: Cannot assign requested address");
      return std::nullopt;
    }
    if (options_.duplicates) return std::nullopt;
    const host::Route route = host_.fib.output({.dst = options_.target, .out = dev_});
    const bool on_link = route.valid() && route.gateway.is_any();
    source_ = on_link ? route.src : host_.fib.select_address(dev_, {}, host::Scope::link);
    return std::nullopt;
  }

  // The interval timer: the first time at once. It ends the run one interval after the last probe.
  void tick() {
    ++ticks_;
    if ((options_.count != 0 && ticks_ > options_.count) || (options_.first_reply && received_ > 0)) return finish();
    wire::Arp arp;
    arp.op = options_.answer ? wire::Arp::Op::reply : wire::Arp::Op::request;
    arp.sender_mac = dev_->mac;
    arp.sender_ip = source_;
    arp.target_mac = options_.answer ? dev_->mac : peer_;
    arp.target_ip = options_.target;
    sent_at_ = host_.now();
    ++sent_;
    if (peer_.is_broadcast()) ++broadcasts_sent_;
    next_.set_after(options_.interval);
    host_.arp.send(*dev_, arp, peer_, host_.new_walk());
  }

  static void on_arp(void* self, host::Device& in, const wire::Arp& arp, const host::Packet& frame) {
    static_cast<Arping*>(self)->receive(in, arp, frame);
  }

  bool concerns_us(const wire::Arp& arp) const {
    if (arp.sender_ip != options_.target) return false;
    if (options_.duplicates) {
      if (arp.sender_mac == dev_->mac) return false;
      return source_.is_any() || arp.target_ip == source_;
    }
    return arp.target_ip == source_ && arp.target_mac == dev_->mac;
  }

  void receive(host::Device& in, const wire::Arp& arp, const host::Packet& frame) {
    if (finished_ || &in != dev_ || ticks_ == 0) return;
    const bool unicast = frame.type == host::PacketType::host;
    if (!unicast && frame.type != host::PacketType::broadcast && frame.type != host::PacketType::multicast) return;
    if (!concerns_us(arp)) return;
    const bool reply = arp.op == wire::Arp::Op::reply;
    if (!options_.quiet) {
      std::string line = fmt::format("{} {} from {} [{}] ", unicast ? "Unicast" : "Broadcast",
                                     reply ? "reply" : "request", arp.sender_ip.text(), upper(arp.sender_mac));
      const bool other_ip = arp.target_ip != source_;
      if (other_ip) line += fmt::format("for {} ", arp.target_ip.text());
      if (arp.target_mac != dev_->mac) line += fmt::format("{}[{}]", other_ip ? "" : "for ", upper(arp.target_mac));
      // The real arping rounds to milliseconds and then shows microseconds off by half of one.
      const auto us = std::chrono::duration_cast<std::chrono::microseconds>(host_.now() - sent_at_).count();
      const auto ms = (us + 500) / 1000;
      io_.print(line + fmt::format(" {}.{:03}ms\n", ms, us - (ms * 1000 - 500)));
    }
    ++received_;
    if (!unicast) ++broadcasts_received_;
    if (!reply) ++requests_received_;
    if (!options_.broadcast) peer_ = arp.sender_mac;
    const bool enough = options_.timeout > base::Time{0} && options_.count != 0 && received_ >= options_.count;
    if (options_.first_reply || enough) exit_.set_at(host_.now());
  }

  static std::string upper(const base::MacAddr& mac) {
    std::string text = mac.text();
    for (char& c : text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
  }

  void finish() {
    if (finished_) return;
    finished_ = true;
    next_.clear();
    exit_.clear();
    if (!options_.quiet) {
      io_.print(
          fmt::format("Sent {} probes ({} broadcast(s))\nReceived {} response(s)", sent_, broadcasts_sent_, received_));
      if (broadcasts_received_ > 0 || requests_received_ > 0) {
        std::string inner;
        if (requests_received_ > 0) inner = fmt::format("{} request(s)", requests_received_);
        if (broadcasts_received_ > 0)
          inner += fmt::format("{}{} broadcast(s)", inner.empty() ? "" : ", ", broadcasts_received_);
        io_.print(fmt::format(" ({})", inner));
      }
      io_.print("\n");
    }
    if (options_.duplicates) return done_(received_ > 0 ? 1 : 0);
    // iputils 20221126: one answer for each probe, no fewer and no more.
    done_(options_.unsolicited || received_ == sent_ ? 0 : 1);
  }

  Machine& machine_;
  host::Host& host_;
  Io& io_;
  Done done_;
  const ArpingOptions& options_;
  base::Ipv4Addr source_;
  host::Device* dev_ = nullptr;
  base::MacAddr peer_;  // where probes go
  bool finished_ = false;
  base::Time sent_at_{};
  std::uint64_t ticks_ = 0, sent_ = 0, broadcasts_sent_ = 0;
  std::uint64_t received_ = 0, broadcasts_received_ = 0, requests_received_ = 0;
  Alarm next_;
  Alarm exit_;
};

class ArpingCommand final : public Command {
 public:
  explicit ArpingCommand(ArpingOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    auto arping = std::make_unique<Arping>(machine, io, done, options_);
    const auto status = arping->begin();
    if (!status) return arping;
    done(*status);
    return nullptr;
  }

 private:
  ArpingOptions options_;
};

CommandResultOrError parse_arping_of_address(const std::vector<Word>& words) {
  ArpingOptions options;
  CommandPtr refused;
  const auto integer = [&](const std::string& text, long least) {
    return iputils_number("arping", text, least, INT_MAX, refused);
  };
  Getopt getopt(words, "hbfDUAqc:w:i:s:I:V");
  while (const auto option = getopt.next()) {
    const auto fail = [&](std::string reason) {
      return base::Error{SyntaxError{words[option->word].column, words[option->word].text, std::move(reason),
                                     "-A -b -c -D -f -I -i -q -s -U -V -w"}};
    };
    if (!option->known) return fail("unknown option of arping");
    if (option->missing) return fail("the argument of this option is missing");
    std::optional<long> number;
    switch (option->letter) {
      case 'b': options.broadcast = true; break;
      case 'f': options.first_reply = true; break;
      case 'q': options.quiet = true; break;
      case 'D': options.duplicates = options.first_reply = true; break;
      case 'A': options.answer = options.unsolicited = true; break;
      case 'U': options.unsolicited = true; break;
      case 'c':
        if ((number = integer(option->value, 1))) options.count = static_cast<std::uint64_t>(*number);
        break;
      case 'w':
        if ((number = integer(option->value, 0))) options.timeout = std::chrono::seconds(*number);
        break;
      case 'i':
        if ((number = integer(option->value, 1))) options.interval = std::chrono::seconds(*number);
        break;
      case 'I': options.device = option->value; break;
      case 's': {
        const auto source = base::Ipv4Addr::parse(option->value);
        if (looks_like_ipv6(option->value)) return base::Error{ipv6_error(words[option->word])};
        if (!source && !refused) refused = refusal(2, fmt::format("arping: invalid source {}\n", option->value));
        if (source) options.source = *source;
        options.has_source = true;
        break;
      }
      case 'V':
        if (refused) break;
        return refusal(0, {},
                       "arping from iputils 20221126\n"
                       "libcap: yes, IDN: yes, NLS: no, error.h: yes, getrandom(): yes, __fpending(): yes\n");
      default: return fail("this option of arping is not modelled");
    }
    if (refused) return refused;
  }
  if (getopt.operands().size() != 1) return refusal(2, std::string(kUsage));
  const Word& target = words[getopt.operands().front()];
  if (looks_like_ipv6(target.text)) return base::Error{ipv6_error(target)};
  const auto address = base::Ipv4Addr::parse(target.text);
  if (!address) return refusal(2, fmt::format("arping: {}: Temporary failure in name resolution\n", target.text));
  options.target = *address;
  return CommandPtr(std::make_shared<ArpingCommand>(std::move(options)));
}

}  // namespace

CommandResultOrError parse_arping(const std::vector<Word>& words) {
  return with_host_names(words, {words.size() - 1}, parse_arping_of_address);
}

}  // namespace lvs::control
