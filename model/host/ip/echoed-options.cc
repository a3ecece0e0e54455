// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ip/echoed-options.h"

#include <algorithm>

#include "host/ip/option-kinds.h"
#include "host/ip/stack.h"

namespace lvs::host {
namespace {

const std::uint8_t* find_option(const wire::ConstIpv4& ip, IpOption wanted, unsigned until) {
  const std::uint8_t* at = ip.p + wire::Ipv4::kMinSize;
  const std::uint8_t* const end = ip.p + ip.header_size();
  while (at < end && *at != kEnd) {
    if (*at == kNoop) {
      ++at;
      continue;
    }
    if (end - at < 2 || at[1] < 2 || at[1] > end - at) return nullptr;
    // A security option is noted before it is found to be at fault (kernel: ip_options_compile()).
    const int read = wanted == kCipso ? 1 : at[1];
    if (at + read - ip.p > until) return nullptr;
    if (*at == wanted) return at;
    at += at[1];
  }
  return nullptr;
}

bool echo_record_route(const std::uint8_t* option, EchoedOptions& out) {
  const unsigned length = option[1], pointer = option[2];
  std::uint8_t* copy = out.bytes.data() + out.size;
  std::copy_n(option, length, copy);
  if (pointer <= length) {
    if (pointer + 3 > length) return false;
    out.record_address_at = out.size + pointer - 1;
    copy[2] = static_cast<std::uint8_t>(pointer + 4);
  }
  out.size += length;
  return true;
}

bool echo_timestamp(const Stack& host, const std::uint8_t* option, EchoedOptions& out) {
  const unsigned length = option[1];
  unsigned pointer = option[2];
  std::uint8_t* copy = out.bytes.data() + out.size;
  std::copy_n(option, length, copy);
  const unsigned flag = option[3] & 0xf;
  const bool known = flag == kTimeOnly || flag == kTimeAndAddress || flag == kPrespecified;
  if (!known) {
    // Carried as it is.
  } else if (pointer <= length && flag != kPrespecified) {
    if (flag == kTimeAndAddress) {
      if (pointer + 3 > length) return false;
      out.stamp_address_at = out.size + pointer - 1;
      pointer += 4;
    }
    if (pointer + 3 > length) return false;
    out.stamp_time_at = out.size + pointer - 1;
    pointer += 4;
  } else if (pointer + 7 <= length) {
    const base::Ipv4Addr addr{base::load_be32(option + pointer - 1)};
    if (host.fib.address_type(addr) != RouteType::unicast) {
      out.stamp_time_at = out.size + pointer + 3;
      pointer += 8;
    }
  }
  copy[2] = static_cast<std::uint8_t>(pointer);
  out.size += length;
  return true;
}

}  // namespace

bool echo_ip_options(const Stack& host, const Packet& packet, EchoedOptions& out, unsigned until) {
  const wire::ConstIpv4 ip = packet.ip();
  if (ip.header_size() <= wire::Ipv4::kMinSize) return true;
  const std::uint8_t* const route = find_option(ip, kRecordRoute, until);
  if (route != nullptr && route[1] >= 3 && route[2] >= 4 && !echo_record_route(route, out)) return false;
  const std::uint8_t* const stamp = find_option(ip, kTimestamp, until);
  if (stamp != nullptr && stamp[1] >= 4 && stamp[2] >= 5 && !echo_timestamp(host, stamp, out)) return false;
  if (const std::uint8_t* const security = find_option(ip, kCipso, until); security != nullptr) {
    std::copy_n(security, security[1], out.bytes.data() + out.size);
    out.size += security[1];
  }
  out.size = (out.size + 3) & ~3u;  // padded with kEnd
  return true;
}

void EchoedOptions::emit(std::uint8_t* out, base::Ipv4Addr ours, std::uint32_t time_of_day) const {
  std::copy_n(bytes.begin(), size, out);
  if (record_address_at != 0) base::store_be32(out + record_address_at, ours.value);
  if (stamp_address_at != 0) base::store_be32(out + stamp_address_at, ours.value);
  if (stamp_time_at != 0) base::store_be32(out + stamp_time_at, time_of_day);
}

}  // namespace lvs::host
