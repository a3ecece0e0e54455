// SPDX-License-Identifier: GPL-2.0-or-later
// arp of net-tools 2.10: the table, -s and -d.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"
#include "control/names/host-names.h"
#include "control/words/addresses.h"
#include "control/words/getopt.h"

namespace lvs::control {
namespace {

using host::Neighbour;
using host::NeighbourState;

constexpr std::string_view kKnown =
    "[-n] [-v] [-i IF] [ADDRESS]; -a [ADDRESS]; [-i IF] -s ADDRESS MAC [temp]; [-i IF] -d ADDRESS";

struct ArpWords {
  bool all = false, add = false, remove = false, temporary = false, verbose = false, numeric = false;
  std::string dev;
  std::optional<base::Ipv4Addr> addr;
  base::MacAddr mac;
};

bool listed(const Neighbour& entry, const ArpWords& words) {
  if (entry.state == NeighbourState::none || entry.state == NeighbourState::noarp) return false;
  if (!words.dev.empty() && entry.dev->name() != words.dev) return false;
  return !words.addr || entry.addr == *words.addr;
}

// What -v adds below the table.
std::string count(std::size_t entries, std::size_t shown) {
  return fmt::format("Entries: {}\tSkipped: {}\tFound: {}\n", entries, entries - shown, shown);
}

int show(Machine& machine, Io& io, const ArpWords& words) {
  const HostNames names(machine, words.numeric);
  bool header = false;
  std::size_t entries = 0, shown = 0;
  for (const Neighbour* entry : machine.host().neighbours.entries()) {
    if (entry->state != NeighbourState::none && entry->state != NeighbourState::noarp) ++entries;
    if (!listed(*entry, words)) continue;
    ++shown;
    const bool permanent = entry->state == NeighbourState::permanent;
    if (words.all) {
      const std::string name = names.has(entry->addr) ? names.of(entry->addr) : "?";
      io.print(entry->valid()
                   ? fmt::format("{} ({}) at {} [ether] {}on {}\n", name, entry->addr.text(), entry->mac.text(),
                                 permanent ? "PERM " : "", entry->dev->name())
                   : fmt::format("{} ({}) at <incomplete> on {}\n", name, entry->addr.text(), entry->dev->name()));
      header = true;
      continue;
    }
    if (!header) io.print("Address                  HWtype  HWaddress           Flags Mask            Iface\n");
    header = true;
    if (entry->valid()) {
      io.print(fmt::format("{:<24} {:<7} {:<19} {:<5} {:<15} {}\n", names.of(entry->addr), "ether", entry->mac.text(),
                           permanent ? "CM" : "C", "", entry->dev->name()));
    } else {
      io.print(fmt::format("{:<24} {:<7} {:<19} {:<5} {:<15} {}\n", names.of(entry->addr), "", "(incomplete)", "", "",
                           entry->dev->name()));
    }
  }
  if (header) {
    if (words.verbose) io.print(count(entries, shown));
    return 0;
  }
  if (words.addr) {
    io.print(fmt::format("{0} ({0}) -- no entry\n", words.addr->text()));
  } else if (!words.dev.empty()) {
    io.print(fmt::format("arp: in {} entries no match found.\n", entries));
  }
  if (words.verbose) io.print(count(entries, shown));
  return 0;
}

// The interface that leads there, as SIOCSARP finds it.
host::Device* device_for(Machine& machine, const ArpWords& words) {
  if (!words.dev.empty()) return machine.host().device(words.dev);
  const host::Route route = machine.host().fib.output({.dst = *words.addr});
  return route.valid() ? route.dev : nullptr;
}

int add(Machine& machine, Io& io, const ArpWords& words) {
  host::Device* dev = device_for(machine, words);
  if (dev == nullptr) {
    io.complain(fmt::format("SIOCSARP: {}\n", words.dev.empty() ? "Network is unreachable" : "No such device"));
    return 255;
  }
  if (dev->noarp) {
    io.complain("SIOCSARP: Invalid argument\n");
    return 255;
  }
  auto& neighbours = machine.host().neighbours;
  Neighbour& entry = neighbours.find_or_create(*dev, *words.addr);
  const NeighbourState state = words.temporary ? NeighbourState::stale : NeighbourState::permanent;
  neighbours.update(entry, words.mac, state, {.override_ = true, .admin = true});
  return 0;
}

int remove(Machine& machine, Io& io, const ArpWords& words) {
  host::Device* dev = device_for(machine, words);
  Neighbour* entry = dev == nullptr ? nullptr : machine.host().neighbours.find(*dev, *words.addr);
  if (dev == nullptr) {
    io.complain("SIOCDARP(dontpub): Network is unreachable\n");
    return 255;
  }
  if (entry == nullptr || !entry->valid()) {
    io.print(fmt::format("No ARP entry for {}\n", words.addr->text()));
    return 255;
  }
  machine.host().neighbours.remove(*entry);
  return 0;
}

CommandResultOrError parse_arp_of_addresses(const std::vector<Word>& words) {
  ArpWords parsed;
  Getopt getopt(words, "A:H:adfp:nsei:Dt:vh?DNV");
  while (const auto option = getopt.next()) {
    switch (option->known && !option->missing ? option->letter : '?') {
      case 'a': parsed.all = true; break;
      case 'd': parsed.remove = true; break;
      case 's': parsed.add = true; break;
      case 'n': parsed.numeric = true; break;
      case 'e': break;
      case 'v': parsed.verbose = true; break;
      case 'i': parsed.dev = option->value; break;
      default:
        return base::Error{SyntaxError{words[option->word].column, words[option->word].text,
                                       "this option of arp is not modelled", std::string(kKnown)}};
    }
  }
  const auto& operands = getopt.operands();
  const auto bad = [&](std::size_t i, std::string reason) {
    const Word& word = words[i < operands.size() ? operands[i] : words.size() - 1];
    return base::Error{SyntaxError{word.column, word.text, std::move(reason), std::string(kKnown)}};
  };
  const std::size_t needed = parsed.add ? 2 : parsed.remove ? 1 : 0;
  // It tells of each call then, on standard error.
  if (parsed.verbose && needed > 0) return bad(0, "-v of arp -s and arp -d is not modelled");
  if (operands.size() < needed) return bad(operands.size(), "something is missing behind this");
  if (!operands.empty()) {
    const Word& word = words[operands[0]];
    if (looks_like_ipv6(word.text)) return base::Error{ipv6_error(word)};
    parsed.addr = inet_aton_of(word.text);
    if (!parsed.addr) return refusal(255, fmt::format("{}: Host name lookup failure\n", word.text));
  }
  if (parsed.add) {
    const auto mac = base::MacAddr::parse(words[operands[1]].text);
    if (!mac) return refusal(255, "arp: invalid hardware address\n");
    parsed.mac = *mac;
    for (std::size_t i = 2; i < operands.size(); ++i) {
      if (words[operands[i]].text != "temp") return bad(i, "not modelled here");
      parsed.temporary = true;
    }
    return instant([parsed](Machine& machine, Io& io) { return add(machine, io, parsed); });
  }
  if (operands.size() > 1) return bad(1, "not modelled here");
  if (parsed.remove) return instant([parsed](Machine& machine, Io& io) { return remove(machine, io, parsed); });
  return instant([parsed](Machine& machine, Io& io) { return show(machine, io, parsed); });
}

}  // namespace

CommandResultOrError parse_arp(const std::vector<Word>& words) {
  std::vector<std::size_t> operands;
  for (std::size_t i = 1; i < words.size() && operands.empty(); ++i)
    if (!words[i].text.starts_with('-') && words[i - 1].text != "-i") operands.push_back(i);
  return with_host_names(words, operands, parse_arp_of_addresses);
}

}  // namespace lvs::control
