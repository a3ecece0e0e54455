// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/tools-text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <regex>

namespace lvs::referee {
namespace {

std::uint16_t renamed(const Renaming* renaming, base::Ipv4Addr addr, std::uint16_t port) {
  if (renaming == nullptr) return port;
  if (const auto other = renaming->renamed_port(addr, port)) return *other;
  return renaming->renamed_port_of_nat(addr, port).value_or(port);
}

// Calls `change` for each match, which gives what stands in its place.
template <class Change>
std::string replaced(const std::string& text, const std::regex& pattern, Change change) {
  std::string result;
  auto done = text.begin();
  for (std::sregex_iterator i(text.begin(), text.end(), pattern), end; i != end; ++i) {
    result.append(done, (*i)[0].first);
    result += change(*i);
    done = (*i)[0].second;
  }
  return result.append(done, text.end());
}

std::string rename_dotted(const std::string& text, const Renaming* renaming) {
  static const std::regex endpoint(R"(\b([0-9]{1,3}(?:\.[0-9]{1,3}){3})\.([0-9]{1,5})\b)");
  return replaced(text, endpoint, [&](const std::smatch& match) {
    const auto addr = base::Ipv4Addr::parse(match[1].str());
    if (!addr) return match[0].str();
    const auto port = static_cast<std::uint16_t>(std::atol(match[2].str().c_str()));
    constexpr std::uint16_t kFirst = 32768, kLast = 60999;
    // Nobody captures what goes over lo.
    if (match[1].str().starts_with("127.") && port >= kFirst && port <= kLast) return match[1].str() + ".PORT";
    return fmt::format("{}.{}", match[1].str(), renamed(renaming, *addr, port));
  });
}

std::string rename_hexadecimal(const std::string& text, const Renaming* renaming) {
  static const std::regex connection(R"(^(TCP|UDP|SCTP) +[0-9A-F]{8} [0-9A-F]{4} .*)");
  static const std::regex endpoint(R"(\b([0-9A-F]{8}) ([0-9A-F]{4})\b)");
  if (!std::regex_match(text, connection)) return text;
  constexpr int kHex = 16;
  return replaced(text, endpoint, [&](const std::smatch& match) {
    const base::Ipv4Addr addr{static_cast<std::uint32_t>(std::strtoul(match[1].str().c_str(), nullptr, kHex))};
    const auto port = static_cast<std::uint16_t>(std::strtoul(match[2].str().c_str(), nullptr, kHex));
    return fmt::format("{} {:04X}", match[1].str(), renamed(renaming, addr, port));
  });
}

struct Counts {
  std::string captured, received;
};

// "8 packets captured", "8 packets received by filter"; empty: the line does not say.
Counts counts_in(const std::string& err) {
  static const std::regex said(R"(([0-9]+) packets? captured\n([0-9]+) packets? received by filter\n)");
  std::smatch match;
  if (!std::regex_search(err, match, said)) return {};
  return {match[1].str(), match[2].str()};
}

std::string without_curl_times(std::string_view command, std::string text) {
  if (command.find("%{time_") == std::string_view::npos && command.find("%{speed_") == std::string_view::npos)
    return text;
  static const std::regex seconds(R"(\b[0-9]+\.[0-9]{6}\b)");
  return std::regex_replace(text, seconds, "*");
}

std::string without_curl_bundles(std::string text) {
  static const std::regex bundle(R"((Found bundle for host: )0x[0-9a-f]+)");
  return std::regex_replace(text, bundle, "$1*");
}

std::string without_table_size(std::string text) {
  static const std::regex size(R"((IP Virtual Server version [0-9.]+ \(size=)[0-9]+\))");
  return std::regex_replace(text, size, "$1*)");
}

std::string without_qdisc_handles(std::string_view command, std::string text) {
  if (command.find("tc ") == std::string_view::npos) return text;
  constexpr std::string_view kLine = "qdisc ";
  for (std::size_t at = 0; (at = text.find(kLine, at)) != std::string::npos; at += kLine.size()) {
    const std::size_t number = text.find(' ', at + kLine.size());
    if (number == std::string::npos) break;
    const std::size_t end = text.find(':', number);
    if (end - number == 5 && text[number + 1] == '8') text.replace(number + 1, 4, "*");
  }
  return text;
}

}  // namespace

void cut_unread(std::string_view command, const Dumped& left, Dumped& right) {
  if (command.find("tcpdump") == command.npos) return;
  const Counts l = counts_in(left.err), r = counts_in(right.err);
  const bool told = !l.captured.empty() && !r.captured.empty();
  if (told && (l.received != r.received || r.captured != r.received || l.captured == l.received)) return;
  const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
  const auto few = lines(left.out), many = lines(right.out);
  if (few < many) {
    const bool ends = left.out.ends_with("\n\n") || left.out == "\n";  // as it was interrupted
    std::size_t at = 0;
    for (auto i = ends ? few - 1 : few; i > 0; --i) at = right.out.find('\n', at) + 1;
    right.out = right.out.substr(0, at) + (ends ? "\n" : "");
  }
  if (told) right.err = left.err;
}

std::string without_drawn_numbers(std::string line, const Renaming* renaming) {
  // -t -tt -ttt -tttt and without: the moments of frames are compared.
  static const std::regex time(
      R"(^ ?((?:[0-9]{4}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}|)"
      R"([0-9]+\.[0-9]{6}) (?=IP |ARP|ethertype|[-a-zA-Z0-9_.@]+ +(?:In|Out|B|M|P) |[0-9a-f:]{17} (?:>|\(oui)))");
  // Relative numbers are small in a lab; absolute ones are drawn.
  static const std::regex number(R"(\b(seq|ack) ([0-9]{6,})(:[0-9]{6,})?)");
  static const std::regex stamps(R"(\bTS val [0-9]+ ecr ([0-9]+))");
  static const std::regex sum(R"(\bcksum 0x[0-9a-f]{4} \((correct|incorrect -> 0x[0-9a-f]{4})\))");
  line = std::regex_replace(line, time, "TIME ");
  static const std::regex named(
      R"(\b([a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)*)\.(3[3-9][0-9]{3}|[45][0-9]{4}|60[0-9]{3})(?=[: ]))");
  if (line.find(" > ") != line.npos) line = std::regex_replace(line, named, "$1.PORT");
  if (line.find("seq ") != line.npos || line.find("ack ") != line.npos) line = std::regex_replace(line, number, "$1 N");
  if (line.find("TS val") != line.npos)
    line = replaced(line, stamps, [](const std::smatch& match) {
      return std::string(match[1].str() == "0" ? "TS val N ecr 0" : "TS val N ecr N");
    });
  if (line.find("cksum") != line.npos) line = std::regex_replace(line, sum, "cksum *");
  return rename_hexadecimal(rename_dotted(line, renaming), renaming);
}

std::string without_process_numbers(std::string_view command, const std::string& text) {
  static const std::regex asks(R"(\b(pgrep|pidof|pid|PID)\b|\.pid\b|\$!|\$\$)"), lists(R"(\bps\b)");
  const std::string line(command);
  std::string result = text;
  if (std::regex_search(line, asks)) {
    // Dates stay whole: what is compared later knows them.
    static const std::regex dates(R"((^|\n)([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}) (\[[a-z]+\]) [0-9]+#[0-9]+:)");
    result = std::regex_replace(result, dates, "$1DATE $3");
    static const std::regex number(R"((^|\n|[ :=(\[])[0-9]+(?=[ :)\]\n]|$))");
    result = std::regex_replace(result, number, "$1*");
  }
  if (!std::regex_search(line, lists)) return result;
  // Numbers, times and sizes of processes, in columns as wide as they; what runs the lab's lines.
  static const std::regex column(
      R"((^| )([0-9]+(\.[0-9]+)?|[0-9]{2}:[0-9]{2}(:[0-9]{2})?|[A-Z][a-z]{2}[0-9]{2}|[0-9]+:[0-9]{2})(?= |$))");
  static const std::regex blanks(" +"), ours(R"(/bin/sh -c|\bagent\b|(^| )ps( |$))");
  std::string kept;
  for (std::size_t begin = 0; begin < result.size();) {
    const std::size_t end = std::min(result.find('\n', begin), result.size());
    std::string each = result.substr(begin, end - begin);
    begin = end + 1;
    if (std::regex_search(each, ours)) continue;
    each = std::regex_replace(each, column, "$1*");
    kept += std::regex_replace(each, blanks, " ") + '\n';
  }
  return kept;
}

bool shows_modules(std::string_view command) {
  constexpr std::string_view kWords[] = {"lsmod", "rmmod", "/proc/modules", "/sys/module/"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return command.find(word) != command.npos; });
}

std::string comparable_output(std::string_view command, const std::string& text) {
  const std::string printed =
      without_process_numbers(command, without_qdisc_handles(command, without_curl_times(command, text)));
  return without_curl_bundles(without_table_size(printed));
}

}  // namespace lvs::referee
