// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/hosts, and lines of words as the C library's files have them.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"

namespace lvs::control {

struct HostsLine {
  base::Ipv4Addr address;
  std::vector<std::string> names;
};
// Lines with IPv4 addresses, in their order.
std::vector<HostsLine> read_hosts(std::string_view text);
std::vector<base::Ipv4Addr> addresses_in_hosts(std::string_view text, std::string_view name);
// The names of the first line with this name, or with this address; none: there is no such line. The first of them is
// the official one.
std::vector<std::string> names_in_hosts(std::string_view text, std::string_view name);
std::vector<std::string> names_in_hosts(std::string_view text, base::Ipv4Addr address);
std::optional<std::string> name_in_hosts(std::string_view text, base::Ipv4Addr address);

// Up to the first of `comments`.
std::vector<std::string> words_of_line(std::string_view line, std::string_view comments);

template <class Take>
void for_each_line(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace lvs::control
