// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/view.h"

#include <fmt/format.h>

#include <algorithm>

namespace lvs::control::diagnosis {
View::View(LabModel& model, std::vector<Flow> flows, const Speakers& speakers)
    : model_(model), speakers_(speakers), flows_(std::move(flows)) {
  for (const auto& [speaker, own] : speakers) spoken_.insert(speaker.second);
  index_services();
  for (std::size_t d = 0; d < hosts(); ++d) {
    const ipvs::IpVs& ipvs = model_.machine(d).ipvs();
    const auto take = [&](const ipvs::VirtualService& service, const Flow& flow) {
      taken_.push_back({d, service, flow});
      taken_keys_.insert(flow.key());
      for (const ipvs::Destination* each : service.destinations)
        uses_.push_back({d, service, *each, flow, server_at(d, each->addr)});
    };
    for (const Flow& flow : flows_) {
      if (flow.host == d) continue;
      // An exact service comes before one for every port, and a mark before both: but who has a mark is not known
      // here, so fwmark services take what no other service wants of the addresses of their director.
      const ipvs::VirtualService* service = ipvs.find_service({flow.protocol, flow.dst, flow.port, 0});
      if (service == nullptr) service = ipvs.find_service({flow.protocol, flow.dst, 0, 0});
      if (service != nullptr) {
        take(*service, flow);
      } else if (is_local(d, flow.dst) && !flow.reply) {
        for (const ipvs::VirtualService* each : services_[d])
          if (each->key.fwmark != 0) take(*each, flow);
      }
    }
  }
}

void View::index_services() {
  vips_.resize(hosts());
  for (std::size_t d = 0; d < hosts(); ++d) {
    services_.push_back(model_.machine(d).ipvs().services());
    for (const ipvs::VirtualService* service : services_[d]) {
      const bool marked = service->key.fwmark != 0;
      if (!marked) vips_[d][service->key.addr].push_back(service);
      for (const ipvs::Destination* each : service->destinations) {
        const auto server = server_at(d, each->addr);
        if (!server) continue;
        if (marked)
          mark_servers_.insert(*server);
        else
          servers_.insert({*server, service->key.addr});
      }
    }
  }
}

const std::vector<const ipvs::VirtualService*>& View::services_of(std::size_t director, base::Ipv4Addr vip) const {
  static const std::vector<const ipvs::VirtualService*> kNone;
  const auto found = vips_[director].find(vip);
  return found == vips_[director].end() ? kNone : found->second;
}

bool View::is_server_of(std::size_t host, base::Ipv4Addr vip) const {
  return mark_servers_.contains(host) || servers_.contains({host, vip});
}

bool View::speaks_as(std::size_t host, base::Ipv4Addr addr) const {
  const auto found = speakers_.find({host, addr});
  return found != speakers_.end() && !found->second;
}

bool View::is_own_at_times(std::size_t host, base::Ipv4Addr addr) const {
  const auto found = speakers_.find({host, addr});
  return found != speakers_.end() && found->second;
}

bool View::anybody_speaks_as(base::Ipv4Addr addr) const { return spoken_.contains(addr); }

// Every host has 127.0.0.1: as a destination, a sorry_server mostly, it is the director itself.
std::optional<std::size_t> View::server_at(std::size_t director, base::Ipv4Addr addr) const {
  if (host(director).fib.is_configured(addr)) return director;
  return owner(addr);
}

std::optional<std::size_t> View::owner(base::Ipv4Addr addr) const {
  const auto [known, fresh] = owners_.try_emplace(addr);
  for (std::size_t h = 0; fresh && !known->second && h < hosts(); ++h)
    if (host(h).fib.is_configured(addr)) known->second = h;
  return known->second;
}

std::optional<std::size_t> View::segment_of(std::size_t host, const host::Device* dev) const {
  if (dev == nullptr) return std::nullopt;
  for (const LabInterface& i : model_.lab().hosts[host].interfaces)
    if (i.name() == dev->name()) return i.segment;
  return std::nullopt;
}

std::vector<host::Device*> View::interfaces_on(std::size_t host, std::size_t segment) const {
  std::vector<host::Device*> result;
  const auto& interfaces = model_.lab().hosts[host].interfaces;
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    host::Device* const dev = model_.device(host, i);
    if (interfaces[i].segment == segment && dev != nullptr && dev->up) result.push_back(dev);
  }
  return result;
}

std::optional<std::size_t> View::owner_on(std::size_t segment, base::Ipv4Addr addr, std::size_t but) const {
  std::optional<std::size_t> weak;  // has it, on another interface
  for (std::size_t h = 0; h < hosts(); ++h) {
    if (h == but || interfaces_on(h, segment).empty() || !is_local(h, addr)) continue;
    for (const host::Device* dev : interfaces_on(h, segment))
      for (const host::InterfaceAddress& a : dev->addresses)
        if (a.prefix.addr == addr) return h;
    if (!weak) weak = h;
  }
  return weak;
}

Hop View::hop(std::size_t host, base::Ipv4Addr dst, base::Ipv4Addr src) const {
  Hop hop{host, {}, {}, {}};
  host::FlowKey key;
  key.dst = dst;
  key.src = is_local(host, src) ? src : base::Ipv4Addr{};
  hop.route = this->host(host).fib.output(key);
  hop.next = hop.route.next_hop(dst);
  if (const auto segment = segment_of(host, hop.route.dev)) {
    hop.next_host = owner_on(*segment, hop.next, host);
  } else if (hop.route.dev != nullptr && hop.route.dev->kind() == ::lvs::host::DeviceKind::made) {
    // A VLAN, a bridge, a pair: whoever has the address is taken to be at its other end.
    hop.next_host = owner(hop.next);
    if (hop.next_host == host) hop.next_host.reset();
  }
  return hop;
}

std::vector<Hop> View::way(std::size_t host, base::Ipv4Addr dst, base::Ipv4Addr src) const {
  constexpr std::size_t kFar = 16;
  std::vector<Hop> hops;
  while (hops.size() < kFar) {
    hops.push_back(hop(host, dst, src));
    if (hops.back().route.type != host::RouteType::unicast || !hops.back().next_host) break;
    host = *hops.back().next_host;
    if (this->host(host).sysctls.get(::lvs::host::Ipv4Key::ip_forward) == 0) break;
  }
  return hops;
}

std::optional<base::Ipv4Addr> View::address_on(std::size_t host, std::size_t segment) const {
  for (const host::Device* dev : interfaces_on(host, segment))
    for (const host::InterfaceAddress& a : dev->addresses)
      if (a.prefix.length < 32) return a.prefix.addr;
  return std::nullopt;
}

bool View::disturbed(base::Time by) const {
  return std::ranges::any_of(model_.lab().timeline, [&](const LabEvent& event) {
    return event.at <= by &&
           (std::holds_alternative<LabCable>(event.what) || std::holds_alternative<LabPower>(event.what));
  });
}

void Findings::add(std::string_view rule, const std::string& host, std::string subject, std::string text,
                   trace::Advice cure) {
  constexpr std::size_t kMost = 64;
  const auto [known, fresh] = known_.try_emplace({std::string(rule), host, subject}, all.size());
  if (fresh) {
    LabFinding finding;
    finding.rule = rule;
    finding.host = host;
    finding.text = std::move(text);
    finding.cure = std::move(cure);
    all.push_back({std::move(finding), std::move(subject), {}});
  }
  auto& concerns = all[known->second].concerns;
  if (concern_ && concerns.size() < kMost) concerns.push_back(*concern_);
}

std::string text_of(const ipvs::ServiceKey& key) {
  if (key.fwmark != 0) return fmt::format("FWM {}", key.fwmark);
  const char* const protocol = key.protocol == ipvs::IpProto::tcp   ? "TCP"
                               : key.protocol == ipvs::IpProto::udp ? "UDP"
                                                                    : "SCTP";
  return fmt::format("{} {}:{}", protocol, key.addr.text(), key.port);
}

std::string text_of(const ipvs::Destination& destination) {
  return fmt::format("{}:{}", destination.addr.text(), destination.port);
}

std::string_view method_of(const ipvs::Destination& destination) {
  switch (destination.method) {
    case ipvs::ForwardMethod::masq: return "NAT";
    case ipvs::ForwardMethod::ipip: return "TUN";
    default: return "DR";
  }
}

std::string_view method_option(const ipvs::Destination& destination) {
  switch (destination.method) {
    case ipvs::ForwardMethod::masq: return "-m";
    case ipvs::ForwardMethod::ipip: return "-i";
    default: return "-g";
  }
}

std::string option_of(const ipvs::ServiceKey& key) {
  if (key.fwmark != 0) return fmt::format("-f {}", key.fwmark);
  const char* const option = key.protocol == ipvs::IpProto::tcp   ? "-t"
                             : key.protocol == ipvs::IpProto::udp ? "-u"
                                                                  : "--sctp-service";
  return fmt::format("{} {}:{}", option, key.addr.text(), key.port);
}

}  // namespace lvs::control::diagnosis
