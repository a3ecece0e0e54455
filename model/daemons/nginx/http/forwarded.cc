// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/http/forwarded.h"

#include <algorithm>
#include <string_view>

#include "base/numbers.h"

namespace lvs::nginx {
namespace {

std::optional<host::SocketAddress> read_address(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto address = base::Ipv4Addr::parse(text.substr(0, colon));
  if (!address) return std::nullopt;
  if (colon == std::string_view::npos) return host::SocketAddress{*address, 0};
  const auto port = base::number<std::uint16_t>(text.substr(colon + 1));
  if (!port || *port == 0) return std::nullopt;
  return host::SocketAddress{*address, *port};
}

class Search {
 public:
  Search(const host::SocketAddress& connected, std::span<const base::Ipv4Prefix> trusted)
      : found_(connected), trusted_(trusted) {}

  // From the end of the list on. False: its first address was not believed, or is none.
  bool read(std::string_view list, bool recursive) {
    bool any = false;
    while (std::ranges::any_of(trusted_, [&](const base::Ipv4Prefix& each) { return each.contains(found_.addr); })) {
      list = list.substr(0, std::min(list.find_last_not_of(" ,") + 1, list.size()));
      const std::size_t comma = list.find_last_of(" ,");
      const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
      const auto address = read_address(list.substr(begin));
      if (!address) return done_ = true, any;
      found_ = *address;
      any = true;
      if (!recursive || begin == 0) return true;
      list = list.substr(0, begin - 1);
    }
    return done_ = true, any;
  }

  const host::SocketAddress& found() const { return found_; }
  bool done() const { return done_; }  // nobody further is believed

 private:
  host::SocketAddress found_;
  std::span<const base::Ipv4Prefix> trusted_;
  bool done_ = false;
};

}  // namespace

std::optional<host::SocketAddress> forwarded_for(const host::SocketAddress& connected,
                                                 std::span<const std::string> said,
                                                 std::span<const base::Ipv4Prefix> trusted, bool recursive) {
  Search search(connected, trusted);
  bool any = false;
  for (auto each = said.rbegin(); each != said.rend(); ++each) {
    any |= search.read(*each, recursive);
    if (!recursive || search.done()) break;
  }
  return any ? std::optional(search.found()) : std::nullopt;
}

}  // namespace lvs::nginx
