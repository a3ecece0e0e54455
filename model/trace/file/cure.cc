// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/cure.h"

#include <algorithm>

#include "trace/why.h"

namespace lvs::trace {
namespace {

using Kind = Cure::Kind;

// What the rules below look at.
struct Scene {
  const TraceIndex& index;
  const Record& record;
  const IndexEntry& entry;

  std::string host() const { return index.info().host_name(record.host); }
  bool server() const {
    const HostInfo* info = index.info().host(record.host);
    return info != nullptr && info->role == "server";
  }
  bool arp() const { return (entry.flags & entry_flag::arp) != 0; }
  // The low byte of its operation, behind the Ethernet header.
  bool question() const {
    constexpr std::size_t kOperation = 14 + 7;
    return arp() && record.bytes.size() > kOperation && record.bytes[kOperation] == 1;
  }
  bool failed() const {
    const bool told = record.why.id == WhyId::arp_ignore || record.why.id == WhyId::arp_filter;
    return record.verdict == Verdict::drop && !(record.drop == Drop::arp_ignored && told);
  }
  bool virtual_address(base::Ipv4Addr address) const { return index.info().role_of(address).starts_with("VIP"); }
};

// A real server that answers for the VIP, or asks in its name, takes its packets away from the director.
bool answers_for_vip(const Scene& at) {
  return at.record.stage == Stage::arp_in && at.question() && at.record.verdict != Verdict::drop && at.server() &&
         at.virtual_address(at.entry.dst);
}
bool asks_as_vip(const Scene& at) {
  return at.record.stage == Stage::arp_out && at.question() && at.server() && at.virtual_address(at.entry.src);
}
bool tells_of_vip(const Scene& at) {
  return at.record.stage == Stage::arp_out && at.server() && at.record.verdict != Verdict::drop &&
         at.virtual_address(at.entry.src);
}

std::optional<Cure> of_stage(const Scene& at) {
  const auto cure = [&](Kind kind, std::string line) { return Cure{kind, at.host(), std::move(line)}; };
  if (answers_for_vip(at)) return cure(Kind::arp_ignore, "sysctl -w net.ipv4.conf.all.arp_ignore=1");
  if (asks_as_vip(at)) return cure(Kind::arp_announce, "sysctl -w net.ipv4.conf.all.arp_announce=2");
  if (at.arp() || !at.failed()) return {};
  constexpr std::uint8_t kUdp = 17;
  switch (at.record.drop) {
    case Drop::ip_forwarding_off: return cure(Kind::forward, "sysctl -w net.ipv4.ip_forward=1");
    case Drop::ip_rpfilter: {
      const std::string name(at.index.info().interface_name(at.record.host, at.record.ifindex));
      return cure(Kind::rp_filter, "sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf." +
                                       (name.empty() ? "tunl0" : name) + ".rp_filter=0");
    }
    case Drop::tunnel_no_device: return cure(Kind::tunnel_up, "ip link set tunl0 up");
    case Drop::ipvs_no_destination:
      if (at.entry.dst.is_any()) return {};
      return cure(Kind::add_server, std::string("ipvsadm -a ") + (at.entry.protocol == kUdp ? "-u " : "-t ") +
                                        at.entry.dst.text() + ":" + std::to_string(at.entry.dport) + " -r SERVER -m");
    case Drop::no_socket:
      if (at.entry.dport != 80) return {};
      return cure(Kind::listen, "service httpd start");
    default: return {};
  }
}

// How well a finding fits what has happened here, 0: not at all.
int fit_of(const Scene& at, const CarriedFinding& finding) {
  const auto walk = walk_of(at.index, finding);
  const bool same = walk && at.index.walks()[*walk].id == at.record.walk;
  if (answers_for_vip(at) || tells_of_vip(at))
    return finding.rule.starts_with("arp-") && finding.host == at.host() ? (same ? 3 : 2) : 0;
  if (!at.failed()) return 0;
  const bool here = finding.sentence.find("dropped at " + at.host() + " (") != std::string::npos &&
                    finding.sentence.find(name_of(at.record.drop)) != std::string::npos;
  return !here ? 0 : same ? 3 : finding.host == at.host() ? 2 : 1;
}

}  // namespace

std::optional<Cure> cure_of(const TraceIndex& index, const Carried& carried, std::uint32_t number,
                            const Record& record) {
  const Scene at{index, record, index.entry(number)};
  const CarriedFinding* best = nullptr;
  int most = 0;
  for (const CarriedFinding& finding : carried.findings) {
    const int fit = fit_of(at, finding);
    if (fit > most) best = &finding;
    most = std::max(most, fit);
  }
  if (best == nullptr) return of_stage(at);
  const std::string commands = best->advice ? best->advice->line() : std::string();
  return Cure{Kind::finding, best->host, commands.empty() ? best->cure : commands, best, !commands.empty()};
}

}  // namespace lvs::trace
