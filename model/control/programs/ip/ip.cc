// SPDX-License-Identifier: GPL-2.0-or-later
// ip: options, and which object (iproute2 6.1 ip/ip.c).
#include "control/programs/ip/ip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "control/machine/usual/parsers.h"
#include "control/programs/ip/table-names.h"

namespace lvs::control {
namespace {

struct Object {
  std::string_view name;
  CommandResultOrError (*parse)(Args&, const ip::Options&) = nullptr;  // none: not modelled
  std::string_view shown{};                                            // as messages call it; empty: another spelling
};

// In iproute2's order, which decides what an abbreviation means. The one list of them: what is known follows from it,
// and a test holds the registry's summary and docs/commands.md against it.
constexpr auto kObjects = std::to_array<Object>({
    {"address", ip::parse_addr, "address"},
    {"addrlabel"},
    {"maddress"},
    {"route", ip::parse_route, "route"},
    {"rule", ip::parse_rule, "rule"},
    {"neighbor", ip::parse_neigh, "neigh"},
    {"neighbour", ip::parse_neigh},
    {"ntable"},
    {"link", ip::parse_link, "link"},
    {"l2tp"},
    {"fou"},
    {"ila"},
    {"macsec"},
    {"tunnel", ip::parse_tunnel, "tunnel"},
    {"tunl", ip::parse_tunnel},
    {"tuntap"},
    {"token"},
    {"tcp_metrics"},
    {"monitor"},
    {"xfrm"},
    {"mroute"},
    {"netns"},
    {"netconf"},
    {"vrf"},
    {"nexthop"},
});

constexpr std::string_view kKnownOptions = "-4 -s -d -o -br -j -p -c -h -iec -f inet";

std::string known_objects() { return fmt::format("{}", fmt::join(ip::modelled_objects(), " ")); }

}  // namespace

std::vector<std::string_view> ip::modelled_objects() {
  std::vector<std::string_view> names;
  for (const Object& object : kObjects)
    if (!object.shown.empty()) names.push_back(object.shown);
  std::ranges::sort(names);
  return names;
}

namespace {

// -c, -color, -color=always ... (iproute2: matches_color()); nothing: another option. What a lab prints is no terminal.
std::optional<bool> color_of(std::string_view option) {
  const std::size_t equals = option.find('=');
  if (option.size() < 2 || !std::string_view("-color").starts_with(option.substr(0, equals))) return std::nullopt;
  const std::string_view when = equals == std::string_view::npos ? "always" : option.substr(equals + 1);
  if (when == "always") return true;
  if (when == "auto" || when == "never") return false;
  return std::nullopt;
}

// Those that say how things are listed; false: another option.
bool take_listing_option(std::string_view option, ip::Options& options) {
  if (option == "-s" || option == "-stats" || option == "-statistics")
    ++options.stats;
  else if (option == "-o" || option == "-oneline")
    options.oneline = true;
  else if (option == "-d" || option == "-details" || option == "-detail")
    options.details = true;
  else if (option == "-br" || option == "-brief")
    options.brief = true;
  else if (option == "-j" || option == "-json")
    options.json = true;
  else if (option == "-p" || option == "-pretty")
    options.pretty = true;
  else if (option == "-iec")
    options.binary = true;
  else if (option == "-h" || option == "-human" || option == "-human-readable")
    options.human = true;
  else if (const auto color = color_of(option))
    options.color = *color;
  else
    return false;
  return true;
}

CommandResultOrError parse_words(const std::vector<Word>& words) {
  Args args(words);
  ip::Options options;
  while (args.peek().size() > 1 && args.peek()[0] == '-') {
    std::string option = args.take();
    if (option.starts_with("--")) option.erase(0, 1);
    if (option == "-4") {
      options.ipv4 = true;
      continue;
    }
    if (option == "-6") return base::Error{args.unknown("IPv6 is not modelled", "-4")};
    if (take_listing_option(option, options)) continue;
    if (option == "-f" || option == "-family") {
      if (args.take() != "inet") return base::Error{args.unknown("this family is not modelled", "inet")};
    } else if (option.starts_with("-c") && option.find('=') != std::string::npos) {
      return refusal(255, fmt::format("Option \"{}\" is unknown, try \"ip -help\".\n", option));
    } else {
      return base::Error{args.unknown("unknown option of ip", std::string(kKnownOptions))};
    }
  }
  if (args.empty()) return base::Error{args.unknown("an object is needed", known_objects())};
  const std::string& word = args.take();
  for (const Object& object : kObjects) {
    if (!ip::abbreviates(word, object.name)) continue;
    if (object.parse == nullptr) break;
    return object.parse(args, options);
  }
  return base::Error{args.unknown("this object of ip is not modelled", known_objects())};
}

}  // namespace

CommandResultOrError parse_ip(const std::vector<Word>& words) {
  auto parsed = parse_words(words);
  const auto names_tables = [](const Word& word) {
    return word.text == "ru" || word.text == "ro" || word.text == "r" || word.text.starts_with("rul") ||
           word.text.starts_with("rou");
  };
  if (parsed && std::ranges::any_of(words, names_tables))
    return ip::with_table_names(words, std::move(*parsed), parse_words);
  return parsed;
}

}  // namespace lvs::control
