// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/words/hosts-file.h"

#include <algorithm>
#include <utility>

#include "wire/dns.h"

namespace lvs::control {

std::vector<std::string> words_of_line(std::string_view line, std::string_view comments) {
  std::vector<std::string> words;
  line = line.substr(0, line.find_first_of(comments));
  while (!line.empty()) {
    const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    if (end > 0) words.emplace_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

std::vector<HostsLine> read_hosts(std::string_view text) {
  std::vector<HostsLine> lines;
  for_each_line(text, [&](std::string_view line) {
    std::vector<std::string> words = words_of_line(line, "#");
    if (words.size() < 2) return;
    const auto address = base::Ipv4Addr::parse(words.front());
    if (!address) return;
    words.erase(words.begin());
    lines.push_back({*address, std::move(words)});
  });
  return lines;
}

std::vector<base::Ipv4Addr> addresses_in_hosts(std::string_view text, std::string_view name) {
  std::vector<base::Ipv4Addr> result;
  for (const HostsLine& line : read_hosts(text))
    if (std::ranges::any_of(line.names, [&](const auto& each) { return wire::same_dns_name(each, name); }))
      result.push_back(line.address);
  return result;
}

std::vector<std::string> names_in_hosts(std::string_view text, std::string_view name) {
  for (const HostsLine& line : read_hosts(text))
    if (std::ranges::any_of(line.names, [&](const auto& each) { return wire::same_dns_name(each, name); }))
      return line.names;
  return {};
}

std::vector<std::string> names_in_hosts(std::string_view text, base::Ipv4Addr address) {
  for (const HostsLine& line : read_hosts(text))
    if (line.address == address) return line.names;
  return {};
}

std::optional<std::string> name_in_hosts(std::string_view text, base::Ipv4Addr address) {
  auto names = names_in_hosts(text, address);
  return names.empty() ? std::nullopt : std::optional(std::move(names.front()));
}

}  // namespace lvs::control
