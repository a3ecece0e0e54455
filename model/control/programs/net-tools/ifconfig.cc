// SPDX-License-Identifier: GPL-2.0-or-later
// ifconfig of net-tools 2.10: interfaces and aliases (eth0:1, lo:0), as its ioctls change them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/hosts.h"
#include "control/programs/net-tools/ifconfig.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::InterfaceAddress;

constexpr std::string_view kKnown =
    "-a -s, INTERFACE [inet] [ADDRESS[/N]] [netmask M] [broadcast B] [pointopoint A] [mtu N] [hw ether MAC] [-]arp "
    "[-]promisc [-]allmulti "
    "multicast txqueuelen N up down";

// Classes of before 1993, which SIOCSIFADDR goes by when no mask is given (kernel: inet_abc_len()).
unsigned class_length(base::Ipv4Addr addr) {
  const std::uint32_t first = addr.value >> 24;
  if (first < 128) return 8;
  if (first < 192) return 16;
  if (first < 224) return 24;
  return 32;
}

class Change {
 public:
  Change(Machine& machine, Io& io, const IfconfigWords& words)
      : machine_(machine), host_(machine.host()), io_(io), words_(words) {}

  int run() {
    dev_ = host_.device(words_.device());
    for (const IfconfigStep& step : words_.steps) {
      if (step.kind == Kind::complain || step.kind == Kind::stop) {
        if (is_known(step)) {
          io_.complain("not modelled: names of /etc/hosts are no addresses here\n");
          return 2;
        }
        io_.complain(step.text);
        status_ = 1;
        if (step.kind == Kind::stop) break;
        continue;
      }
      if (dev_ == nullptr) {
        no_device(step);
      } else {
        take(step);
      }
    }
    return status_;
  }

 private:
  using Kind = IfconfigStep::Kind;

  bool is_known(const IfconfigStep& step) const {
    const auto hosts = machine_.files().read("/etc/hosts");
    return !addresses_in_hosts(hosts.text, std::string_view(step.text).substr(0, step.text.find(':'))).empty();
  }

  void take(const IfconfigStep& step) {
    switch (step.kind) {
      case Kind::address: return set_address(step);
      case Kind::netmask: return set_netmask(step.addr, std::nullopt);
      case Kind::broadcast: return set_broadcast(step.addr);
      case Kind::peer: return set_peer(step.addr);
      case Kind::mtu: return set_mtu(step.number);
      case Kind::queue: dev_->tx_queue_length = step.number; return;
      case Kind::mac: host_.set_mac(*dev_, step.mac); return;
      default: break;
    }
    if (words_.alias()) return set_flags_of_alias(step);
    switch (step.kind) {
      case Kind::arp: return host_.set_arp(*dev_, step.on);
      case Kind::promisc: dev_->promiscuous = step.on; return;
      case Kind::allmulti: dev_->allmulticast = step.on; return;
      case Kind::multicast: dev_->multicast = true; return;
      default: break;
    }
    set_up(step.on);
  }

  // Kernel: devinet_ioctl(), SIOCSIFFLAGS under a label: flags without IFF_UP take the address away, and no other
  // flag is looked at. ifconfig sends those that it has read with one changed, so of an interface that is down each
  // does.
  void set_flags_of_alias(const IfconfigStep& step) {
    if (may_set_flags() && !(step.kind == Kind::up ? step.on : dev_->up)) remove();
  }

  void no_device(const IfconfigStep& step) {
    std::string_view request;
    bool flags = false;
    switch (step.kind) {
      case Kind::address:
        request = "SIOCSIFADDR";
        flags = true;
        break;
      case Kind::netmask: request = "SIOCSIFNETMASK"; break;
      case Kind::broadcast:
        request = "SIOCSIFBRDADDR";
        flags = true;
        break;
      case Kind::peer:
        request = "SIOCSIFDSTADDR";
        flags = true;
        break;
      case Kind::mtu: request = "SIOCSIFMTU"; break;
      case Kind::queue: request = "SIOCSIFTXQLEN"; break;
      case Kind::mac: request = "SIOCSIFHWADDR"; break;
      default: flags = true; break;
    }
    if (!request.empty()) io_.complain(fmt::format("{}: No such device\n", request));
    if (flags) io_.complain(fmt::format("{}: ERROR while getting interface flags: No such device\n", words_.name));
    if (step.kind == Kind::address && step.prefix_length) io_.complain("SIOCSIFNETMASK: No such device\n");
    status_ = std::max(status_, flags ? 255 : 1);
  }

  void set_mtu(std::uint32_t mtu) {
    if (mtu >= 68 && mtu <= 65535) {
      host_.set_mtu(*dev_, mtu);
      return;
    }
    io_.complain("SIOCSIFMTU: Invalid argument\n");
    status_ = std::max(status_, 1);
  }

  void set_up(bool up) {
    host_.set_up(*dev_, up);
    if (up) machine_.note_up(dev_->index());
  }

  // Kernel: devinet_ioctl() sets flags under a label only where an address has it.
  bool may_set_flags() {
    if (!words_.alias() || ifconfig_labelled(*dev_, words_.name) != nullptr) return true;
    refuse("SIOCSIFFLAGS", 255);
    return false;
  }

  void refuse(std::string_view request, int status, std::string_view why = "Cannot assign requested address") {
    io_.complain(fmt::format("{}: {}\n", request, why));
    status_ = std::max(status_, status);
  }

  std::optional<InterfaceAddress> remove() {
    const InterfaceAddress* found = ifconfig_labelled(*dev_, words_.name);
    if (found == nullptr) return std::nullopt;
    const InterfaceAddress address = *found;
    host_.remove_address(*dev_, address.prefix);
    return address;
  }

  bool add(InterfaceAddress address) {
    address.label = words_.name;
    address.secondary = false;
    return host_.add_address(*dev_, std::move(address)) == host::ConfigError::none;
  }

  // Kernel: devinet_ioctl(), SIOCSIFADDR: the address that the label has stays, with its mask. ifconfig goes on with
  // the flags, which bring the interface up.
  void set_address(const IfconfigStep& step) {
    const base::Ipv4Addr addr = step.addr;
    const InterfaceAddress* const found = ifconfig_labelled(*dev_, words_.name);
    if (addr.is_multicast()) {
      refuse("SIOCSIFADDR", 1, "Invalid argument");
    } else if (found == nullptr || found->prefix.addr != addr) {
      remove();
      if (!addr.is_any() && !give(addr)) refuse("SIOCSIFADDR", 1, "File exists");
    }
    if (!addr.is_any() && may_set_flags() && !words_.alias()) set_up(true);
    if (step.prefix_length) set_netmask({}, step.prefix_length);
  }

  bool give(base::Ipv4Addr addr) {
    InterfaceAddress address;
    const bool point_to_point = dev_->kind() == host::DeviceKind::ipip && !dev_->tunnel_remote.is_any();
    address.prefix = {addr, point_to_point ? 32 : class_length(addr)};
    if (dev_->is_ethernet() && address.prefix.length < 31) address.broadcast = address.prefix.directed_broadcast();
    if (addr.is_loopback()) address.scope = host::Scope::host;
    return add(std::move(address));
  }

  // Kernel: SIOCSIFDSTADDR. That the interface is no point-to-point one stays as it is.
  void set_peer(base::Ipv4Addr addr) {
    const InterfaceAddress* found = ifconfig_labelled(*dev_, words_.name);
    if (found == nullptr) return refuse("SIOCSIFDSTADDR", 1);
    if (found->peer == addr) return;
    auto address = remove();
    address->peer = addr;
    add(std::move(*address));
  }

  // Kernel: SIOCSIFNETMASK: the broadcast address follows when it was the mask's, unless the new mask has none.
  void set_netmask(base::Ipv4Addr mask, std::optional<unsigned> prefix_length) {
    const unsigned length = prefix_length.value_or(static_cast<unsigned>(std::countl_one(mask.value)));
    const InterfaceAddress* found = ifconfig_labelled(*dev_, words_.name);
    if (found == nullptr) return refuse("SIOCSIFNETMASK", 1);
    if (!prefix_length && length != static_cast<unsigned>(std::popcount(mask.value))) {
      io_.complain("SIOCSIFNETMASK: Invalid argument\n");
      status_ = std::max(status_, 1);
      return;
    }
    if (found->prefix.length == length) return;
    auto address = remove();
    const bool derived =
        dev_->is_ethernet() && length < 31 && address->broadcast == address->prefix.directed_broadcast();
    address->prefix.length = length;
    if (derived) address->broadcast = {address->prefix.addr.value | ~address->prefix.mask()};
    add(std::move(*address));
  }

  void set_broadcast(base::Ipv4Addr addr) {
    auto address = remove();
    if (!address) {
      refuse("SIOCSIFBRDADDR", 1);
      may_set_flags();  // that there is a broadcast address is a flag
      return;
    }
    address->broadcast = addr;
    add(std::move(*address));
    if (words_.alias()) set_flags_of_alias({.kind = IfconfigStep::Kind::broadcast, .prefix_length = {}});
  }

  Machine& machine_;
  host::Host& host_;
  Io& io_;
  const IfconfigWords& words_;
  host::Device* dev_ = nullptr;
  int status_ = 0;
};

class IfconfigReader {
 public:
  explicit IfconfigReader(const std::vector<Word>& words) : args_(words) {}

  CommandResultOrError run() {
    while (args_.peek() == "-a" || args_.peek() == "-s") (args_.take() == "-a" ? words_.all : words_.brief) = true;
    if (!args_.empty()) words_.name = args_.take();
    if (words_.name.starts_with('-')) return odd("this option of ifconfig is not modelled");
    if (args_.peek() == "inet") args_.take();  // the family of addresses
    while (!args_.empty())
      if (auto ended = word(args_.take())) return std::move(*ended);
    if (words_.steps.empty())
      return instant([words = words_](Machine& machine, Io& io) {
        if (words.brief) io.print("Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n");
        return ifconfig_show(machine, io, words);
      });
    return instant([words = words_](Machine& machine, Io& io) { return Change(machine, io, words).run(); });
  }

 private:
  using Kind = IfconfigStep::Kind;
  using Ended = std::optional<CommandResultOrError>;  // what ends the reading, or nothing

  CommandResultOrError odd(std::string text) {
    return base::Error{args_.unknown(std::move(text), std::string(kKnown))};
  }

  Ended word(const std::string& word) {
    static constexpr std::pair<std::string_view, Kind> kFlags[] = {
        {"up", Kind::up}, {"arp", Kind::arp}, {"promisc", Kind::promisc}, {"allmulti", Kind::allmulti}};
    static constexpr std::pair<std::string_view, Kind> kValues[] = {
        {"netmask", Kind::netmask}, {"broadcast", Kind::broadcast}, {"pointopoint", Kind::peer},
        {"mtu", Kind::mtu},         {"txqueuelen", Kind::queue},    {"hw", Kind::mac}};
    const auto named = [&](const auto& each) { return each.first == word; };
    IfconfigStep step;
    step.on = !word.starts_with('-') && word != "down";
    const std::string_view flag = word == "down" ? "up" : std::string_view(word).substr(word.starts_with('-') ? 1 : 0);
    const auto as_flag = std::ranges::find(kFlags, flag, [](const auto& each) { return each.first; });
    if (word == "multicast") {
      step.kind = Kind::multicast;
    } else if (as_flag != std::end(kFlags) && word != "-up") {
      step.kind = as_flag->second;
    } else if (const auto as_value = std::ranges::find_if(kValues, named); as_value != std::end(kValues)) {
      if (args_.empty()) return odd("a value is missing behind this");
      step.kind = as_value->second;
      if (auto ended = value(args_.take(), step)) return ended;
    } else if (auto ended = address(word, step)) {
      return ended;
    }
    words_.steps.push_back(step);
    return std::nullopt;
  }

  Ended value(const std::string& text, IfconfigStep& step) {
    if (step.kind == Kind::mtu || step.kind == Kind::queue) {
      const auto number = base::c_number(text, 0x7fffffff);
      if (!number) return odd("a number is needed here");
      step.number = static_cast<std::uint32_t>(*number);
    } else if (step.kind == Kind::mac) {
      if (text != "ether" || args_.empty()) return base::Error{args_.unknown("not modelled here", "hw ether MAC")};
      const auto mac = base::MacAddr::parse(args_.take());
      if (!mac) return odd("a MAC address is needed here");
      step.mac = *mac;
    } else {
      const auto addr = inet_aton_of(text);
      if (!addr) {
        step.kind = Kind::complain;
        step.text = no_host(text);
        return std::nullopt;
      }
      // Of a second one net-tools prints how it is used.
      if (step.kind == Kind::netmask &&
          std::ranges::find(words_.steps, Kind::netmask, &IfconfigStep::kind) != words_.steps.end())
        return odd("one netmask, not two");
      step.addr = *addr;
    }
    return std::nullopt;
  }

  // glibc takes words of digits and dots for addresses, and asks about no name that cannot be one. No name server
  // answers.
  static std::string no_host(const std::string& word) {
    constexpr std::string_view kDigits = "0123456789.";
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const bool address = word.find_first_not_of(kDigits) == word.npos && !word.ends_with('.');
    const bool name = word.find_first_not_of(kLetters) == word.npos && !word.starts_with('-');
    return fmt::format("{}: {}\n", word, name && !address ? "Host name lookup failure" : "Unknown host");
  }
  static Ended stop(const std::string& word, IfconfigStep& step) {
    step.kind = Kind::stop;
    step.text = no_host(word.substr(0, word.find('/'))) + "ifconfig: `--help' gives usage information.\n";
    return std::nullopt;
  }

  Ended address(const std::string& word, IfconfigStep& step) {
    if (looks_like_ipv6(word)) return odd("IPv6 is not modelled");
    const bool hexadecimal = word.starts_with("0x") || word.starts_with("0X");
    const bool like_address = hexadecimal || word.find_first_not_of("0123456789./") == std::string::npos;
    static constexpr auto kOthers = std::to_array<std::string_view>(
        {"add",     "ash",  "ax25",     "ddp",       "del",   "dstaddr",   "dynamic",   "ec",         "inet6",
         "io_addr", "ipx",  "irq",      "keepalive", "media", "mem_start", "metric",    "name",       "netrom",
         "outfill", "rose", "trailers", "tunnel",    "unix",  "x25",       "broadcast", "pointopoint"});
    const std::string_view bare = std::string_view(word).substr(word.starts_with('-') ? 1 : 0);
    if (std::ranges::find(kOthers, bare) != kOthers.end()) return odd("not modelled here");
    if (!like_address) return stop(word, step);
    const std::size_t slash = std::min(word.find('/'), word.size());
    const auto addr = inet_aton_of(std::string_view(word).substr(0, slash));
    const auto prefix = iproute_prefix("0.0.0.0" + word.substr(slash));
    if (!prefix || !addr) return stop(word, step);
    step.kind = Kind::address;
    step.addr = *addr;
    if (word.find('/') != std::string::npos) step.prefix_length = prefix->length;
    return std::nullopt;
  }

  Args args_;
  IfconfigWords words_;
};

}  // namespace

CommandResultOrError parse_ifconfig(const std::vector<Word>& words) { return IfconfigReader(words).run(); }

}  // namespace lvs::control
