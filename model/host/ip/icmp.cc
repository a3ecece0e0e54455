// SPDX-License-Identifier: GPL-2.0-or-later
// Sending ICMP errors. Answers and received errors: icmp-receive.cc; limits: icmp-limits.cc.
#include "host/ip/icmp.h"

#include <algorithm>

#include "host/ip/echoed-options.h"
#include "host/ip/options.h"
#include "host/ip/refuse.h"
#include "host/ip/stack.h"
#include "host/packet/conntrack-ref.h"
#include "trace/why.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using wire::Ipv4;

namespace {

constexpr std::uint32_t kMostOfError = 576;  // RFC 1812 section 4.3.2.3
constexpr std::uint8_t kTosMask = 0x1e;      // IPTOS_TOS_MASK
constexpr std::uint8_t kInternetControl = 0xc0;
constexpr base::Ipv4Addr kDummyAddress = base::Ipv4Addr::of(192, 0, 0, 8);  // RFC 7600, when we have none at all

bool is_error_type(std::uint8_t type) {  // kernel: icmp_pointers[].error
  switch (type) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 9:
    case 10:
    case 11:
    case 12: return true;
    default: return false;
  }
}

// An error about an error would echo for ever; a type nobody knows may be one.
bool is_about_error(const Packet& about) {
  if (about.ip().protocol() != wire::IpProto::icmp) return false;
  const std::size_t at = about.network_offset() + about.ip().header_size();
  if (about.size() <= at) return true;
  std::uint8_t type = 0;
  about.read(static_cast<std::uint32_t>(at), {&type, 1});
  return type > 18 || is_error_type(type);
}

// RFC 1122 section 3.2.2.
bool is_allowed(const Packet& about, std::uint8_t type) {
  if (about.type != PacketType::host && about.type != PacketType::outgoing) return false;
  if (about.route.type == RouteType::broadcast || about.route.type == RouteType::multicast) return false;
  return about.ip().fragment_offset() == 0 && !(is_error_type(type) && is_about_error(about));
}

// The address that was asked for, if it is ours; else one of the interface, or none: what routing chooses.
base::Ipv4Addr source_of(Stack& host, const Packet& about) {
  if (about.route.type == RouteType::local) return about.ip().dst();
  if (about.in == nullptr || host.sysctls.get(Ipv4Key::icmp_errors_use_inbound_ifaddr) == 0) return {};
  return host.fib.select_address(about.in, about.ip().src(), Scope::link);
}

}  // namespace

Drop Icmp::refused(const Packet& about, std::uint8_t type, std::uint8_t code, Drop why) {
  if (host_.tracing()) {
    host_.journal("icmp",
                  trace::Phrases{{trace::WhyId::icmp_not_sent,
                                  {type, code, about.ip().src().value, static_cast<std::uint64_t>(why)}}},
                  about.walk);
  }
  return why;
}

Drop Icmp::send_error(const Packet& about, std::uint8_t type, std::uint8_t code, std::uint32_t rest,
                      ErrorOptions echo) {
  const wire::ConstIpv4 ip = about.ip();
  const auto not_allowed = [&] { return refused(about, type, code, Drop::icmp_not_allowed); };
  if (!is_allowed(about, type)) return not_allowed();
  bool limited = false;
  const bool from_loopback = about.in != nullptr && about.in->is_loopback();
  if (!from_loopback && !globally_allowed(type, code, limited)) return refused(about, type, code, Drop::icmp_ratelimit);

  base::Ipv4Addr source = source_of(host_, about);
  const std::uint8_t tos =
      is_error_type(type) ? static_cast<std::uint8_t>((ip.tos() & kTosMask) | kInternetControl) : ip.tos();
  EchoedOptions options;
  // The pointer of a parameter problem stands in the option at fault.
  const unsigned read = type == wire::Icmp::parameter_problem ? rest >> 24 : ip.header_size();
  if (echo == ErrorOptions::echoed && !echo_ip_options(host_, about, options, read)) return not_allowed();
  const Route route =
      host_.fib.output({.dst = ip.src(), .src = source, .mark = reply_mark(host_, about), .tos = tos, .protocol = 1});
  if (route.dev == nullptr) return refused(about, type, code, Drop::ip_outnoroutes);
  if (limited && !allowed_to(ip.src(), route.dev)) return refused(about, type, code, Drop::icmp_ratelimit);

  const std::uint32_t headers = static_cast<std::uint32_t>(Ipv4::kMinSize) + options.size + wire::Icmp::kSize;
  const std::uint32_t most = std::min(route.mtu, kMostOfError);
  if (most <= headers + Ipv4::kMinSize) return not_allowed();
  const auto offset = static_cast<std::uint32_t>(about.network_offset());
  const std::uint32_t quote = std::min(about.size() - offset, most - headers);
  if (source.is_any()) source = route.src.is_any() ? kDummyAddress : route.src;

  PacketPtr error = make_error(about, quote, options);
  std::uint8_t* const bytes = error->data();
  const Ipv4 header{bytes};
  header.init(tos, static_cast<std::uint16_t>(headers + quote), host_.next_ip_id(), 0,
              static_cast<std::uint8_t>(host_.sysctls.get(Ipv4Key::ip_default_ttl)), wire::IpProto::icmp, source,
              ip.src());
  if (options.size != 0) {
    header.p[0] = static_cast<std::uint8_t>(0x40 | (Ipv4::kMinSize + options.size) / 4);
    options.emit(bytes + Ipv4::kMinSize, source, time_of_day(host_.now()));
  }
  error->set_network_header();
  error->set_transport_header(header.header_size());
  const wire::Icmp icmp{error->transport()};
  icmp.init(type, code, rest);
  icmp.set_checksum(wire::checksum_of(error->transport_sum()));
  error->checksum = ChecksumState::unnecessary;
  error->walk = about.walk;
  error->part = host_.new_part();
  error->route = route;
  error->mark = reply_mark(host_, about);
  // It belongs to the connection of what it is about (kernel: icmp_glue_bits()).
  if (ConntrackEntry* const entry = about.conntrack.get(); entry != nullptr && is_error_type(type)) {
    const bool reply = direction_of(about.conntrack.info()) == CtDir::original;
    error->conntrack.set(*entry, reply ? CtInfo::related_reply : CtInfo::related);
  }
  if (host_.tracing()) {
    host_.trace(trace::Stage::routing, *error, trace::Verdict::accept, Drop::none,
                {trace::WhyId::icmp_error_sent, {type, code, ip.dst().value}});
  }
  host_.ip_local_out(std::move(error));
  return Drop::none;
}

void Icmp::send_link_failure(Packet& about) {
  if (review_ip_options(host_, about)) send_error(about, wire::Icmp::dest_unreach, wire::Icmp::host_unreach);
}

// Room for the headers, then `quote` bytes of `about` from its IP header on: what lies in its head is copied, the rest
// shared.
PacketPtr Icmp::make_error(const Packet& about, std::uint32_t quote, const EchoedOptions& options) const {
  const std::size_t headers = Ipv4::kMinSize + options.size + wire::Icmp::kSize;
  PacketPtr error = Packet::create();
  error->put(headers);
  const auto offset = static_cast<std::uint32_t>(about.network_offset());
  const std::uint32_t in_head = std::min(about.head_size() - offset, quote);
  if (in_head <= error->tailroom()) {
    std::copy_n(about.data() + offset, in_head, error->put(in_head));
    if (quote > in_head) error->payload = about.payload.slice(0, quote - in_head);
  } else {
    std::uint8_t* bytes = nullptr;
    error->payload = Payload::buffer(quote, &bytes);
    about.read(offset, {bytes, quote});
  }
  return error;
}

}  // namespace lvs::host
