// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/ip/igmp.h"

#include <algorithm>

#include "base/bytes.h"
#include "host/ip/stack.h"
#include "wire/checksum.h"
#include "wire/ipv4.h"

namespace lvs::host {
namespace {

using wire::Ipv4;

constexpr unsigned kRobustness = 2;                                   // net.ipv4.igmp_qrv
constexpr base::Time kTwoTicks = std::chrono::milliseconds(20);       // of a kernel with 100 a second
constexpr base::Time kUnsolicited = std::chrono::milliseconds(1000);  // igmpv3_unsolicited_report_interval
constexpr base::Ipv4Addr kAllRouters = base::Ipv4Addr::of(224, 0, 0, 22);
constexpr base::Ipv4Addr kAllHosts = base::Ipv4Addr::of(224, 0, 0, 1);
constexpr std::uint8_t kReport = 0x22;
constexpr std::uint8_t kToInclude = 3, kToExclude = 4;  // record types: left, joined
constexpr std::size_t kHeader = 8, kRecord = 8;
constexpr std::size_t kIpHeader = Ipv4::kMinSize + 4;  // with the router alert option

void add_record(std::vector<std::uint8_t>& records, std::uint8_t type, base::Ipv4Addr group) {
  const std::size_t at = records.size();
  records.resize(at + kRecord);
  records[at] = type;
  base::store_be32(&records[at + 4], group.value);
}

base::Time first(const Env& env) { return env.ticks() ? 2 * env.ticks()->tick() : kTwoTicks; }

}  // namespace

Igmp::Interface::Interface(Igmp& its, Device& device)
    : base::Timer([](base::Timer& timer) {
        auto& interface = static_cast<Interface&>(timer);
        interface.igmp.report(interface);
      }),
      igmp(its),
      dev(device) {}

Igmp::Igmp(Stack& host) : host_(host) {}

Igmp::Interface& Igmp::of(Device& dev) {
  const auto found = std::ranges::find_if(interfaces_, [&](const auto& each) { return &each->dev == &dev; });
  if (found != interfaces_.end()) return **found;
  interfaces_.push_back(std::make_unique<Interface>(*this, dev));
  return *interfaces_.back();
}

void Igmp::join(Device& dev, base::Ipv4Addr group) {
  if (group == kAllHosts) return;  // every interface belongs to it, and nobody reports it
  Interface& interface = of(dev);
  const auto found = std::ranges::find(interface.joined, group, &Group::address);
  if (found != interface.joined.end()) {
    ++found->users;
    return;
  }
  std::erase_if(interface.left, [&](const Group& each) { return each.address == group; });
  interface.joined.insert(interface.joined.begin(), {group, 1, kRobustness});
  dev.multicast_groups.push_back(group);
  host_.fib.flush_cache();
  if (dev.up) changed(interface);
}

void Igmp::leave(Device& dev, base::Ipv4Addr group) {
  Interface& interface = of(dev);
  const auto found = std::ranges::find(interface.joined, group, &Group::address);
  if (found == interface.joined.end() || --found->users > 0) return;
  interface.joined.erase(found);
  std::erase(dev.multicast_groups, group);
  host_.fib.flush_cache();
  if (!dev.up) return;
  interface.left.insert(interface.left.begin(), {group, 0, kRobustness});
  changed(interface);
}

// Kernel: igmp_ifc_event().
void Igmp::changed(Interface& interface) {
  interface.rounds = kRobustness;
  host_.arm(interface, host_.now() + first(host_));
}

// Kernel: igmp_ifc_timer_expire() and igmpv3_send_cr().
void Igmp::report(Interface& interface) {
  std::vector<std::uint8_t> records;
  const auto add = [&](std::vector<Group>& groups, std::uint8_t type) {
    for (Group& group : groups) {
      if (group.reports == 0) continue;
      --group.reports;
      add_record(records, type, group.address);
    }
  };
  add(interface.left, kToInclude);
  std::erase_if(interface.left, [](const Group& group) { return group.reports == 0; });
  add(interface.joined, kToExclude);
  if (!records.empty()) send(interface.dev, records, static_cast<std::uint16_t>(records.size() / kRecord));
  if (interface.rounds == 0) return;
  --interface.rounds;
  const base::Time most = kUnsolicited;
  host_.arm(interface,
            host_.now() + first(host_) + base::Time(host_.rng.below(static_cast<std::uint32_t>(most.count()))));
}

// Kernel: igmpv3_newpack(), igmpv3_sendpack().
void Igmp::send(Device& dev, const std::vector<std::uint8_t>& records, std::uint16_t count) {
  const Route route = host_.fib.output({.dst = kAllRouters, .out = &dev});
  if (!route.valid()) return;
  const bool ours = std::ranges::any_of(
      dev.addresses, [&](const InterfaceAddress& address) { return address.prefix.addr == route.src; });
  PacketPtr packet = Packet::create();
  std::uint8_t* const bytes = packet->put(kIpHeader + kHeader);
  Ipv4{bytes}.init(0xc0, static_cast<std::uint16_t>(kIpHeader + kHeader + records.size()), 0, Ipv4::kDf, 1,
                   static_cast<wire::IpProto>(2), ours ? route.src : base::Ipv4Addr{}, kAllRouters);
  bytes[0] = 0x40 | kIpHeader / 4;
  base::store_be32(bytes + Ipv4::kMinSize, 0x94040000);  // router alert (RFC 2113)
  std::uint8_t* const report = bytes + kIpHeader;
  std::fill_n(report, kHeader, std::uint8_t{0});
  report[0] = kReport;
  base::store_be16(report + 6, count);
  const wire::Sum sum = wire::sum_add(wire::sum_bytes({report, kHeader}), wire::sum_bytes(records));
  base::store_be16(report + 2, wire::checksum_of(sum));
  packet->payload = Payload::copy_of(records);
  packet->checksum = ChecksumState::unnecessary;
  packet->out = &dev;
  packet->route = route;
  host_.ip_local_out(std::move(packet));
}

void Igmp::device_up(Device& dev) {
  Interface& interface = of(dev);
  if (interface.joined.empty()) return;
  for (Group& group : interface.joined) group.reports = kRobustness;
  changed(interface);
}

void Igmp::device_down(Device& dev) {
  Interface& interface = of(dev);
  interface.left.clear();
  interface.rounds = 0;
  host_.cancel(interface);
}

void Igmp::device_gone(Device& dev) {
  std::erase_if(interfaces_, [&](const auto& each) {
    if (&each->dev != &dev) return false;
    host_.cancel(*each);
    return true;
  });
}

}  // namespace lvs::host
