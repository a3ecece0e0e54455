// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/normalise.h"

#include <algorithm>

namespace lvs::referee {
namespace {

// Quotes come back within the time that address resolution takes to fail (3 s). Longer, and two ids that happen to be
// the same in one run would be taken for one.
constexpr base::Time kIdLife = std::chrono::seconds(5);

// Default of net.ipv4.ip_local_port_range.
constexpr std::uint16_t kFirstEphemeral = 32768, kLastEphemeral = 60999;

// Both directions of a one-to-one relation hold (left, right), or know neither.
template <class Map, class Key>
bool related(Map (&maps)[2], const Key& left, const Key& right, std::uint16_t left_value, std::uint16_t right_value) {
  const auto l = maps[0].try_emplace(left, right_value).first;
  const auto r = maps[1].try_emplace(right, left_value).first;
  return l->second == right_value && r->second == left_value;
}

}  // namespace

bool Renaming::ip_id(std::uint8_t protocol, base::Ipv4Addr src, base::Ipv4Addr dst, std::uint16_t left,
                     std::uint16_t right, base::Time at) {
  if (left == 0 || right == 0) return left == right;
  bool agree = true;
  for (const bool by_source : {true, false}) {
    const base::Ipv4Addr address = by_source ? src : dst;
    const auto known = [&](int map, std::uint16_t id, std::uint16_t other) {
      Partner& partner = ids_[map].try_emplace({protocol, by_source, address, id}, Partner{other, at}).first->second;
      if (partner.id != other && at - partner.at > kIdLife) partner.id = other;
      if (partner.id == other) partner.at = at;
      return partner.id == other;
    };
    agree = known(0, left, right) && agree;
    agree = known(1, right, left) && agree;
  }
  return agree;
}

bool Renaming::chosen(std::uint16_t port) const {
  return (port >= kFirstEphemeral && port <= kLastEphemeral) || (first_chosen_ != 0 && port >= first_chosen_);
}

bool Renaming::port(std::uint8_t protocol, base::Ipv4Addr address, std::uint16_t left, std::uint16_t right) {
  if (left != right && (!chosen(left) || !chosen(right))) return false;
  return related(ports_, PortKey{protocol, address, left}, PortKey{protocol, address, right}, left, right);
}

bool Renaming::echo_id(base::Ipv4Addr asks, base::Ipv4Addr answers, std::uint16_t left, std::uint16_t right) {
  return related(echo_ids_, EchoKey{asks, answers, left}, EchoKey{asks, answers, right}, left, right);
}

bool Renaming::dns_id(base::Ipv4Addr client, std::uint16_t port, std::uint16_t left, std::uint16_t right) {
  return related(dns_ids_, DnsKey{client, port, left}, DnsKey{client, port, right}, left, right);
}

bool Renaming::tcp_number(const TcpDirection& direction, std::uint32_t left, std::uint32_t right, bool begins) {
  if (left == right) return true;  // injected, or an answer to what was injected
  const auto [shift, first] = shifts_.try_emplace(direction, right - left);
  if (begins) shift->second = right - left;
  if (shift->second != right - left) return false;
  return numbers_.try_emplace(left, right).first->second == right;
}

std::optional<std::uint16_t> Renaming::renamed_port(base::Ipv4Addr address, std::uint16_t left) const {
  for (const std::uint8_t protocol : {std::uint8_t{6}, std::uint8_t{17}}) {
    const auto found = ports_[0].find({protocol, address, left});
    if (found != ports_[0].end() && found->second != left) return found->second;
  }
  return {};
}

std::optional<std::uint16_t> Renaming::renamed_port_of_nat(base::Ipv4Addr address, std::uint16_t left) const {
  if (first_chosen_ == 0 || !chosen(left)) return {};
  std::optional<std::uint16_t> found;
  for (const auto& [key, right] : ports_[0]) {
    if (key.port != left || key.address == address || right == left) continue;
    if (found && *found != right) return {};
    found = right;
  }
  return found;
}

}  // namespace lvs::referee
