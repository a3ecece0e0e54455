// SPDX-License-Identifier: GPL-2.0-or-later
// The fields of each layer by the words that name them: the one table that parsing, printing and shortening share.
#pragma once

#include <string_view>
#include <tuple>

#include "control/frame/layers.h"

namespace lvs::control::frame {

struct Notation {
  bool required = false;
  bool hex = false;
  std::uint32_t most = 0xffffffff;  // and what the type holds
  unsigned scale = 1;               // written value for one stored
};

template <class L, class T>
struct Field {
  std::string_view name;
  T L::*member;
  Notation notation;
};

template <class L, class T>
constexpr Field<L, T> field(std::string_view name, T L::*member, Notation notation = {}) {
  return {name, member, notation};
}

inline constexpr Notation kRequired{.required = true};
inline constexpr Notation kHex{.hex = true};
inline constexpr Notation kNibble{.most = 15};

constexpr auto fields_of(const Ethernet&) {
  return std::tuple(field("dst", &Ethernet::dst), field("src", &Ethernet::src), field("type", &Ethernet::type, kHex));
}
constexpr auto fields_of(const Arp&) {
  return std::tuple(field("from", &Arp::from, kRequired), field("from-mac", &Arp::from_mac),
                    field("to", &Arp::to, kRequired), field("to-mac", &Arp::to_mac), field("htype", &Arp::hardware),
                    field("ptype", &Arp::protocol, kHex), field("hlen", &Arp::hardware_size),
                    field("plen", &Arp::protocol_size));
}
constexpr auto fields_of(const Ip&) {
  return std::tuple(field("src", &Ip::src, kRequired), field("dst", &Ip::dst, kRequired), field("ttl", &Ip::ttl),
                    field("tos", &Ip::tos, kHex), field("id", &Ip::id), field("df", &Ip::df), field("mf", &Ip::mf),
                    field("evil", &Ip::reserved), field("offset", &Ip::offset, {.most = 0x1fff, .scale = 8}),
                    field("proto", &Ip::protocol), field("version", &Ip::version, kNibble),
                    field("hlen", &Ip::header_words, kNibble), field("len", &Ip::length),
                    field("options", &Ip::options), field("sum", &Ip::sum));
}
constexpr auto fields_of(const Tcp&) {
  return std::tuple(field("seq", &Tcp::seq), field("ack", &Tcp::ack), field("win", &Tcp::window),
                    field("urg", &Tcp::urgent), field("reserved", &Tcp::reserved, kNibble),
                    field("hlen", &Tcp::header_words, kNibble), field("options", &Tcp::options),
                    field("sum", &Tcp::sum));
}
constexpr auto fields_of(const Udp&) { return std::tuple(field("len", &Udp::length), field("sum", &Udp::sum)); }
constexpr auto fields_of(const Icmp&) {
  return std::tuple(field("code", &Icmp::code), field("rest", &Icmp::rest, kHex), field("sum", &Icmp::sum));
}
constexpr auto fields_of(const Sctp&) { return std::tuple(field("tag", &Sctp::tag, kHex), field("sum", &Sctp::sum)); }
constexpr auto fields_of(const Quote&) { return std::tuple(field("cut", &Quote::cut)); }

// use(field) for each.
template <class L, class Use>
void each_field(const L& layer, Use use) {
  std::apply([&](const auto&... each) { (use(each), ...); }, fields_of(layer));
}

}  // namespace lvs::control::frame
