// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/counters.h"

#include <algorithm>
#include <regex>
#include <string>

#include "base/numbers.h"

namespace lvs::referee {
namespace {

constexpr std::string_view kDigits = "0123456789", kBetween = " []()";

// Takes a word off the front; columns are as wide as their numbers.
std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kBetween));
  text.remove_prefix(word.size());
  return word;
}

// Takes a number, or what is none, off the front.
std::string_view take(std::string_view& word, bool number) {
  const std::string_view taken = word.substr(0, number ? word.find_first_not_of(kDigits) : word.find_first_of(kDigits));
  word.remove_prefix(taken.size());
  return taken;
}

bool number_agrees(std::string_view left, std::string_view right, const CounterSlack& slack) {
  if (left == right) return true;
  const auto a = base::number<std::uint64_t>(left), b = base::number<std::uint64_t>(right);
  if (!a || !b) return false;
  constexpr std::uint64_t kLeast = 40;  // bytes of a packet
  const std::uint64_t apart = std::max(*a, *b) - std::min(*a, *b);
  return apart <= slack.packets || (std::min(*a, *b) >= kLeast && apart <= slack.bytes);
}

// "5", "5:342": not an address, and not what has a name in front ("dpt:80").
bool counts(std::string_view word) {
  return !word.empty() && kDigits.find(word.front()) != std::string_view::npos &&
         word.find_first_not_of("0123456789:") == std::string_view::npos;
}

bool word_agrees(std::string_view left, std::string_view right, const CounterSlack& slack) {
  if (left == right) return true;
  if (!counts(left) || !counts(right)) return false;
  while (!left.empty() || !right.empty()) {
    if (!number_agrees(take(left, true), take(right, true), slack)) return false;
    if (take(left, false) != take(right, false)) return false;
  }
  return true;
}

// What ifconfig adds for people: " (342.0 B)".
std::string without_units(std::string_view line) {
  static const std::regex units(R"(\([0-9.]+ [KMGT]?i?B\))");
  return std::regex_replace(std::string(line), units, "()");
}

}  // namespace

bool prints_counters(std::string_view command) {
  static const std::regex counters(
      R"(--(stats|rate)|iptables.* -[A-Za-z]*v|iptables-save.* -c|\bip( -[a-z0-9]+)* -s|ifconfig|netstat.* -[a-z]*[is]|)"
      R"(/proc/net/(dev|ip_vs_stats|ip_vs_stats_percpu|snmp|netstat)|conntrack|\bnstat\b)");
  return std::regex_search(command.begin(), command.end(), counters);
}

bool counters_agree(std::string_view left, std::string_view right, const CounterSlack& slack) {
  if (slack.packets == 0 && slack.bytes == 0) return false;
  const std::string l = without_units(left), r = without_units(right);
  std::string_view one = l, other = r;
  for (;;) {
    const std::string_view word = take_word(one);
    if (!word_agrees(word, take_word(other), slack)) return false;
    if (word.empty()) return true;
  }
}

}  // namespace lvs::referee
