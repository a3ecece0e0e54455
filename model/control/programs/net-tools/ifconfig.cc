// SPDX-License-Identifier: GPL-2.0-or-later
// ifconfig of net-tools 2.10: interfaces and aliases (eth0:1, lo:0), as its ioctls change them.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::InterfaceAddress;

constexpr std::string_view kKnown =
    "-a, INTERFACE [inet] [ADDRESS[/N]] [netmask M] [broadcast B] [mtu N] [hw ether MAC] [-]arp [-]promisc up down";

struct IfconfigWords {
  std::string name;  // with the alias
  bool all = false;
  std::optional<base::Ipv4Addr> address, netmask, broadcast;
  std::optional<unsigned> prefix_length;
  std::optional<bool> up, arp, promisc;
  std::optional<std::uint32_t> mtu;
  std::optional<base::MacAddr> mac;

  bool changes() const { return address || netmask || broadcast || up || arp || promisc || mtu || mac; }
  std::string device() const { return name.substr(0, name.find(':')); }
  bool alias() const { return name.find(':') != std::string::npos; }
};

// --- showing ---

std::string flags_text(const host::Device& dev) {
  const bool ethernet = dev.is_ethernet();
  const bool running = dev.up && dev.carrier;
  unsigned bits = 0;
  std::string names;
  const auto add = [&](bool set, unsigned bit, std::string_view name) {
    if (!set) return;
    bits |= bit;
    names += names.empty() ? "" : ",";
    names += name;
  };
  add(dev.up, 0x1, "UP");
  add(ethernet, 0x2, "BROADCAST");
  add(dev.is_loopback(), 0x8, "LOOPBACK");
  add(dev.kind() == host::DeviceKind::ipip && !dev.tunnel_remote.is_any(), 0x10, "POINTOPOINT");
  add(running, 0x40, "RUNNING");
  add(dev.noarp && !dev.is_loopback(), 0x80, "NOARP");
  add(dev.promiscuous, 0x100, "PROMISC");
  add(ethernet && dev.multicast, 0x1000, "MULTICAST");
  return fmt::format("{}<{}>", bits, names);
}

std::string amount(std::uint64_t bytes) {
  static constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  // Units of 1000, shown under the names of 1024: so does net-tools.
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", static_cast<double>(static_cast<std::uint64_t>(value * 10)) / 10, kUnits[unit]);
}

void show_entry(Io& io, const host::Device& dev, const std::string& label, const InterfaceAddress* address) {
  io.print(fmt::format("{}: flags={}  mtu {}\n", label, flags_text(dev), dev.mtu));
  if (address != nullptr) {
    std::string line = fmt::format("        inet {}  netmask {}", address->prefix.addr.text(),
                                   base::Ipv4Addr{address->prefix.mask()}.text());
    if (dev.is_ethernet()) line += fmt::format("  broadcast {}", address->broadcast.text());
    if (!address->peer.is_any() && address->peer != address->prefix.addr && dev.kind() == host::DeviceKind::ipip) {
      line += fmt::format("  destination {}", address->peer.text());
    }
    io.print(line + "\n");
  }
  switch (dev.kind()) {
    case host::DeviceKind::loopback:
      io.print(fmt::format("        loop  txqueuelen {}  (Local Loopback)\n", dev.tx_queue_length));
      break;
    case host::DeviceKind::ethernet:
    case host::DeviceKind::made:
      io.print(fmt::format("        ether {}  txqueuelen {}  (Ethernet)\n", dev.mac.text(), dev.tx_queue_length));
      break;
    case host::DeviceKind::ipip:
      io.print(fmt::format("        tunnel   txqueuelen {}  (IPIP Tunnel)\n", dev.tx_queue_length));
      break;
  }
  if (label == dev.name()) {
    const host::DeviceCounters& c = dev.counters;
    io.print(
        fmt::format("        RX packets {}  bytes {} ({})\n        RX errors {}  dropped {}  overruns 0  frame 0\n",
                    c.rx_packets, c.rx_bytes, amount(c.rx_bytes), c.rx_errors, c.rx_dropped));
    io.print(fmt::format(
        "        TX packets {}  bytes {} ({})\n        TX errors {}  dropped {} overruns 0  carrier {}  collisions "
        "{}\n",
        c.tx_packets, c.tx_bytes, amount(c.tx_bytes), c.tx_errors, c.tx_dropped, c.tx_carrier_errors, c.collisions));
  }
  io.print("\n");
}

// The ioctls know an interface's address by its label.
const InterfaceAddress* labelled(const host::Device& dev, const std::string& label) {
  const auto at = std::ranges::find(dev.addresses, label, &InterfaceAddress::label);
  return at == dev.addresses.end() ? nullptr : &*at;
}

int show(Machine& machine, Io& io, const IfconfigWords& words) {
  if (!words.name.empty()) {
    const host::Device* dev = machine.host().device(words.device());
    const InterfaceAddress* address = dev == nullptr ? nullptr : labelled(*dev, words.name);
    if (dev == nullptr) {
      io.complain(fmt::format("{}: error fetching interface information: Device not found\n", words.name));
      return 1;
    }
    show_entry(io, *dev, words.name, address);  // of a label without an address only what is the interface's
    return 0;
  }
  std::vector<std::pair<std::string, const host::Device*>> entries;
  for (const auto& dev : machine.host().devices()) {
    if (!dev->up && !words.all) continue;
    entries.emplace_back(dev->name(), dev.get());
    for (const InterfaceAddress& address : dev->addresses) {
      if (std::ranges::find(entries, address.label, &decltype(entries)::value_type::first) == entries.end()) {
        entries.emplace_back(address.label, dev.get());
      }
    }
  }
  std::ranges::sort(entries);
  for (const auto& [label, dev] : entries) show_entry(io, *dev, label, labelled(*dev, label));
  return 0;
}

// --- changing ---

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
    if (dev_ == nullptr) {
      io_.complain(
          words_.address
              ? fmt::format("SIOCSIFADDR: No such device\n{0}: ERROR while getting interface flags: No such device\n",
                            words_.name)
              : fmt::format("{}: ERROR while getting interface flags: No such device\n", words_.name));
      if (words_.address && (words_.netmask || words_.prefix_length)) io_.complain("SIOCSIFNETMASK: No such device\n");
      return 255;
    }
    if (words_.mac) host_.set_mac(*dev_, *words_.mac);
    if (words_.mtu) {
      if (*words_.mtu < 68 || *words_.mtu > 65535) {
        io_.complain("SIOCSIFMTU: Invalid argument\n");
        return 1;
      }
      host_.set_mtu(*dev_, *words_.mtu);
    }
    if (words_.arp && may_set_flags()) host_.set_arp(*dev_, *words_.arp);
    if (words_.promisc && may_set_flags()) dev_->promiscuous = *words_.promisc;
    if (words_.address) {
      set_address(*words_.address);
      // An address brings the interface up, unless it is told otherwise.
      if (!words_.address->is_any() && !words_.up) set_up(true);
    }
    if (words_.netmask || words_.prefix_length) set_netmask();
    if (words_.broadcast) set_broadcast(*words_.broadcast);
    if (words_.up && may_set_flags()) {
      if (words_.alias() && !*words_.up) {
        remove();
      } else {
        set_up(*words_.up);
      }
    }
    return status_;
  }

 private:
  void set_up(bool up) {
    host_.set_up(*dev_, up);
    if (up) machine_.note_up(dev_->index());
  }

  // Kernel: devinet_ioctl() sets flags under a label only where an address has it.
  bool may_set_flags() {
    if (!words_.alias() || labelled(*dev_, words_.name) != nullptr) return true;
    refuse("SIOCSIFFLAGS", 255);
    return false;
  }

  void refuse(std::string_view request, int status) {
    io_.complain(fmt::format("{}: Cannot assign requested address\n", request));
    status_ = std::max(status_, status);
  }

  std::optional<InterfaceAddress> remove() {
    const InterfaceAddress* found = labelled(*dev_, words_.name);
    if (found == nullptr) return std::nullopt;
    const InterfaceAddress address = *found;
    host_.remove_address(*dev_, address.prefix);
    return address;
  }

  void add(InterfaceAddress address) {
    address.label = words_.name;
    address.secondary = false;
    host_.add_address(*dev_, std::move(address));
  }

  // Kernel: SIOCSIFADDR.
  void set_address(base::Ipv4Addr addr) {
    remove();
    if (addr.is_any()) return;
    InterfaceAddress address;
    const bool point_to_point = dev_->kind() == host::DeviceKind::ipip && !dev_->tunnel_remote.is_any();
    address.prefix = {addr, point_to_point ? 32 : class_length(addr)};
    if (dev_->is_ethernet() && address.prefix.length < 31) address.broadcast = address.prefix.directed_broadcast();
    if (addr.is_loopback()) address.scope = host::Scope::host;
    add(std::move(address));
  }

  // Kernel: SIOCSIFNETMASK: the broadcast address follows when it was the mask's, unless the new mask has none.
  void set_netmask() {
    const unsigned length =
        words_.prefix_length ? *words_.prefix_length : static_cast<unsigned>(std::countl_one(words_.netmask->value));
    const InterfaceAddress* found = labelled(*dev_, words_.name);
    if (found == nullptr) return refuse("SIOCSIFNETMASK", 1);
    if (words_.netmask && length != static_cast<unsigned>(std::popcount(words_.netmask->value))) {
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
  }

  Machine& machine_;
  host::Host& host_;
  Io& io_;
  const IfconfigWords& words_;
  host::Device* dev_ = nullptr;
  int status_ = 0;
};

}  // namespace

CommandResultOrError parse_ifconfig(const std::vector<Word>& words) {
  Args args(words);
  IfconfigWords parsed;
  if (args.peek() == "-a") {
    args.take();
    parsed.all = true;
  }
  if (!args.empty()) parsed.name = args.take();
  if (parsed.name.starts_with('-'))
    return base::Error{args.unknown("this option of ifconfig is not modelled", std::string(kKnown))};
  if (args.peek() == "inet") args.take();  // the family of addresses
  while (!args.empty()) {
    const std::string& word = args.take();
    if (word == "up" || word == "down") {
      parsed.up = word == "up";
    } else if (word == "arp" || word == "-arp") {
      parsed.arp = word == "arp";
    } else if (word == "promisc" || word == "-promisc") {
      parsed.promisc = word == "promisc";
    } else if (word == "netmask" || word == "broadcast" || word == "mtu" || word == "hw") {
      if (args.empty()) return base::Error{args.unknown("a value is missing behind this")};
      const std::string& text = args.take();
      if (word == "mtu") {
        const auto number = base::c_number(text, 0x7fffffff);
        if (!number) return base::Error{args.unknown("a number is needed here")};
        parsed.mtu = static_cast<std::uint32_t>(*number);
      } else if (word == "hw") {
        if (text != "ether" || args.empty()) return base::Error{args.unknown("not modelled here", "hw ether MAC")};
        parsed.mac = base::MacAddr::parse(args.take());
        if (!parsed.mac) return base::Error{args.unknown("a MAC address is needed here")};
      } else {
        const auto addr = inet_aton_of(text);
        if (!addr) return refusal(1, fmt::format("{}: Host name lookup failure\n", text));
        (word == "netmask" ? parsed.netmask : parsed.broadcast) = *addr;
      }
    } else {
      if (looks_like_ipv6(word)) return base::Error{args.unknown("IPv6 is not modelled")};
      const bool hexadecimal = word.starts_with("0x") || word.starts_with("0X");
      const bool like_address = hexadecimal || word.find_first_not_of("0123456789./") == std::string::npos;
      if (!like_address || parsed.address)
        return base::Error{args.unknown("unknown word behind ifconfig", std::string(kKnown))};
      const std::size_t slash = std::min(word.find('/'), word.size());
      const auto addr = inet_aton_of(std::string_view(word).substr(0, slash));
      const auto prefix = iproute_prefix("0.0.0.0" + word.substr(slash));
      if (!prefix || !addr) {
        return refusal(1, fmt::format("{}: Unknown host\nifconfig: `--help' gives usage information.\n", word));
      }
      parsed.address = *addr;
      if (word.find('/') != std::string::npos) parsed.prefix_length = prefix->length;
    }
  }
  if (!parsed.changes()) return instant([parsed](Machine& machine, Io& io) { return show(machine, io, parsed); });
  return instant([parsed](Machine& machine, Io& io) { return Change(machine, io, parsed).run(); });
}

}  // namespace lvs::control
