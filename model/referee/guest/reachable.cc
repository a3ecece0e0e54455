// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/reachable.h"

#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "os/fd.h"

namespace lvs::referee {
namespace {

using Bytes = std::span<const std::uint8_t>;

// The value of the first attribute of that type.
std::optional<Bytes> attribute(Bytes from, unsigned type) {
  while (from.size() >= sizeof(nlattr)) {
    nlattr head;
    std::memcpy(&head, from.data(), sizeof head);
    if (head.nla_len < sizeof head || head.nla_len > from.size()) return {};
    if ((head.nla_type & NLA_TYPE_MASK) == type) return from.subspan(sizeof head, head.nla_len - sizeof head);
    from = from.subspan(std::min<std::size_t>(NLA_ALIGN(head.nla_len), from.size()));
  }
  return {};
}

template <class T>
std::optional<T> number(Bytes from, unsigned type) {
  const auto value = attribute(from, type);
  T result;
  if (!value || value->size() < sizeof result) return {};
  std::memcpy(&result, value->data(), sizeof result);
  return result;
}

std::optional<std::pair<std::string, base::Time>> time_of(Bytes table) {
  const auto parameters = attribute(table, NDTA_PARMS);
  if (!parameters) return {};
  const auto index = number<std::uint32_t>(*parameters, NDTPA_IFINDEX);
  const auto reachable = number<std::uint64_t>(*parameters, NDTPA_REACHABLE_TIME);  // milliseconds
  std::array<char, IF_NAMESIZE> name{};
  if (!index || !reachable || ::if_indextoname(*index, name.data()) == nullptr) return {};
  return std::pair(std::string(name.data()), base::Time(std::chrono::milliseconds(*reachable)));
}

// How long ago the last draw was. Only the table's own message tells it; those of interfaces have their parameters
// alone.
std::optional<base::Time> age_of(Bytes table) {
  const auto told = attribute(table, NDTA_CONFIG);
  ndt_config config;
  if (!told || told->size() < sizeof config) return {};
  std::memcpy(&config, told->data(), sizeof config);
  return std::chrono::milliseconds(static_cast<std::int32_t>(config.ndtc_last_rand));
}

}  // namespace

NeighbourDraws neighbour_draws() {
  NeighbourDraws result;
  const os::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  struct {
    nlmsghdr head;
    ndtmsg body;
  } request{};
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = RTM_GETNEIGHTBL;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.ndtm_family = AF_INET;
  if (socket.get() < 0 || ::send(socket.get(), &request, sizeof request, 0) < 0) return result;
  std::vector<std::uint8_t> buffer(64 << 10);
  for (;;) {
    const auto size = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return result;
    Bytes rest(buffer.data(), static_cast<std::size_t>(size));
    while (rest.size() >= sizeof(nlmsghdr)) {
      nlmsghdr head;
      std::memcpy(&head, rest.data(), sizeof head);
      if (head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR || head.nlmsg_len > rest.size())
        return result;
      constexpr std::size_t kBody = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(ndtmsg));
      if (head.nlmsg_len > kBody) {
        const Bytes table = rest.subspan(kBody, head.nlmsg_len - kBody);
        if (const auto age = age_of(table)) result.age = age;
        if (auto time = time_of(table)) result.reachable.push_back(std::move(*time));
      }
      rest = rest.subspan(std::min<std::size_t>(NLMSG_ALIGN(head.nlmsg_len), rest.size()));
    }
  }
}

}  // namespace lvs::referee
