// SPDX-License-Identifier: GPL-2.0-or-later
// Frames of tests, written as they are: Eth{...} / Ip{...} / Tcp{...}. Lengths, protocol numbers and checksums that are
// not given are filled in.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "base/addr.h"
#include "base/bytes.h"
#include "wire/arp.h"

namespace lvs::test {

// The bytes of a frame; compared as bytes, printed as tcpdump would.
struct Frame : std::vector<std::uint8_t> {
  using vector::vector;
};
void PrintTo(const Frame& frame, std::ostream* out);

struct Eth {
  base::MacAddr src{}, dst{};
  std::optional<std::uint16_t> type{};
};
struct Ip {
  base::Ipv4Addr src{}, dst{};
  std::uint8_t ttl = 64, tos = 0;
  std::uint16_t id = 0;
  bool df = false, mf = false;
  unsigned offset = 0;  // bytes
  std::optional<std::uint8_t> protocol{};
  std::vector<std::uint8_t> options{};  // padded to a multiple of four
  std::optional<std::uint16_t> length{}, checksum{};
};
struct Tcp {
  std::uint16_t sport = 0, dport = 0;
  std::uint32_t seq = 0, ack_seq = 0;
  bool fin = false, syn = false, rst = false, psh = false, ack = false;
  std::uint16_t window = 64240;
  std::vector<std::uint8_t> options{};  // padded to a multiple of four
  std::optional<std::uint16_t> checksum{};
};
struct Udp {
  std::uint16_t sport = 0, dport = 0;
  std::optional<std::uint16_t> length{}, checksum{};
};
struct Icmp {
  std::uint8_t type = 8, code = 0;
  std::uint32_t rest = 0;  // bytes 4 to 7: id << 16 | seq, the MTU, the gateway
  std::optional<std::uint16_t> checksum{};
};
using Arp = wire::Arp;
struct Data {
  std::vector<std::uint8_t> bytes{};
  static Data of(std::size_t size);  // 0, 1, 2, ...
};

using Layer = std::variant<Eth, Ip, Tcp, Udp, Icmp, Arp, Data>;
template <class T>
concept IsLayer = std::constructible_from<Layer, T> && !std::same_as<std::remove_cvref_t<T>, Layer>;

class Stack {
 public:
  explicit Stack(Layer layer) { layers_.push_back(std::move(layer)); }
  Stack&& then(Layer layer) && {
    layers_.push_back(std::move(layer));
    return std::move(*this);
  }
  Frame bytes() const;
  operator Frame() const { return bytes(); }  // NOLINT: a stack of layers is a frame

 private:
  std::vector<Layer> layers_;
};

template <IsLayer A, IsLayer B>
Stack operator/(A a, B b) {
  return Stack(std::move(a)).then(std::move(b));
}
template <IsLayer B>
Stack operator/(Stack a, B b) {
  return std::move(a).then(std::move(b));
}
inline bool operator==(const Frame& a, const Stack& b) { return a == b.bytes(); }

// The frame with the IP id set to zero and the header checksum to match: hosts count their packets.
Frame without_ip_id(Frame frame);
// What an ICMP error quotes of a frame: its first `size` bytes from the IP header on.
Data quote_of(const Frame& frame, std::size_t size = 548);

}  // namespace lvs::test
