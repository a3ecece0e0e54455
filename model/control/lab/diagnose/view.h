// SPDX-License-Identifier: GPL-2.0-or-later
// What the rules about labs look at: machines as they stand, and who talks to whom. Internal to the diagnosis.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "control/lab/diagnose/diagnose.h"
#include "control/lab/model.h"
#include "ipvs/table/service.h"

namespace lvs::control::diagnosis {

using trace::AdviceId;

// The cure that is a line to be typed, or several with semicolons between them.
inline trace::Advice typed(std::string line) { return {AdviceId::command, {std::move(line)}}; }

// Packets of one kind that a host sends of its own accord.
struct Flow {
  std::size_t host = 0;
  base::Ipv4Addr src, dst;
  ipvs::IpProto protocol{};
  std::uint16_t port = 0;  // destination; 0 without ports
  std::uint32_t size = 0;  // greatest total length of the IP packets
  bool dont_fragment = false;
  bool program = false;  // a program of the host sends it: no injected frame, and no guess
  bool guess = false;    // nobody sends it, but this host could
  bool reply = false;    // to what the host was sent before

  auto key() const { return std::tuple(host, src, dst, protocol, port); }
};

// A flow that a service of a director takes, and one destination that it may get.
struct Use {
  std::size_t director;
  const ipvs::VirtualService& service;
  const ipvs::Destination& destination;
  const Flow& flow;
  std::optional<std::size_t> server;  // the host that has the destination's address

  bool masq() const { return destination.method == ipvs::ForwardMethod::masq; }
  bool droute() const { return destination.method == ipvs::ForwardMethod::droute; }
  bool ipip() const { return destination.method == ipvs::ForwardMethod::ipip; }
  base::Ipv4Addr vip() const { return flow.dst; }
};

// One step of a packet's way.
struct Hop {
  std::size_t host = 0;
  host::Route route{};                     // as the host routes the packet
  base::Ipv4Addr next{};                   // asked for by ARP
  std::optional<std::size_t> next_host{};  // who has that address on the segment
};

class View {
 public:
  // Who sends packets with whose address, and whether it was an address of its own when it did.
  using Speakers = std::map<std::pair<std::size_t, base::Ipv4Addr>, bool>;

  // `flows`: those of the time until the next look. `speakers`: of the whole lab; must outlive the view.
  View(LabModel& model, std::vector<Flow> flows, const Speakers& speakers);

  // Ports that programs of a host listen on at any time of the lab; must outlive the view.
  struct Listener {
    std::size_t host;
    bool tcp;
    base::Ipv4Addr addr;
    std::uint16_t port;
    auto operator<=>(const Listener&) const = default;
  };
  using Listeners = std::set<Listener>;
  void hear(const Listeners& listeners) { listeners_ = &listeners; }
  const Listeners* listeners() const { return listeners_; }

  // An address that the line to be run now asks for; nothing of it may ever come to the wire.
  struct Asked {
    std::size_t host;
    base::Ipv4Addr dst;
  };
  void ask(std::vector<Asked> asked) { asked_ = std::move(asked); }
  const std::vector<Asked>& asked() const { return asked_; }

  // Had the timeline cut a cable or switched a machine off by then?
  bool disturbed(base::Time by) const;

  LabModel& model() const { return model_; }
  std::size_t hosts() const { return model_.lab().hosts.size(); }
  const std::string& name(std::size_t host) const { return model_.lab().hosts[host].name; }
  host::Host& host(std::size_t host) const { return model_.machine(host).host(); }
  const std::vector<Flow>& flows() const { return flows_; }
  const std::vector<Use>& uses() const { return uses_; }
  // A flow that some service takes, whether or not it has destinations.
  struct Taken {
    std::size_t director;
    const ipvs::VirtualService& service;
    const Flow& flow;
  };
  const std::vector<Taken>& taken() const { return taken_; }
  bool is_director(std::size_t host) const { return !services_[host].empty(); }
  // In the order of the table.
  const std::vector<const ipvs::VirtualService*>& services(std::size_t director) const { return services_[director]; }
  // Those of an address alone; none of them has a mark.
  const std::vector<const ipvs::VirtualService*>& services_of(std::size_t director, base::Ipv4Addr vip) const;
  // Does some service take this flow?
  bool is_taken(const Flow& flow) const { return taken_keys_.contains(flow.key()); }
  bool is_server_of(std::size_t host, base::Ipv4Addr vip) const;

  // Answers as this address without having it: iptables REDIRECT, say.
  bool speaks_as(std::size_t host, base::Ipv4Addr addr) const;
  // Speaks as this address at some time of the lab, and has it then.
  bool is_own_at_times(std::size_t host, base::Ipv4Addr addr) const;
  bool anybody_speaks_as(base::Ipv4Addr addr) const;  // a server that the lab injects
  bool is_local(std::size_t host, base::Ipv4Addr addr) const { return this->host(host).fib.is_local(addr); }
  // The host that has an address on an interface; the first if there are several.
  std::optional<std::size_t> owner(base::Ipv4Addr addr) const;
  // Who a director's destination is.
  std::optional<std::size_t> server_at(std::size_t director, base::Ipv4Addr addr) const;
  // The segment of an Ethernet interface; nothing for lo and tunnels.
  std::optional<std::size_t> segment_of(std::size_t host, const host::Device* dev) const;
  const std::string& segment_name(std::size_t segment) const { return model_.lab().segments[segment].name; }
  // The interfaces of a host on a segment that are up.
  std::vector<host::Device*> interfaces_on(std::size_t host, std::size_t segment) const;
  std::optional<std::size_t> owner_on(std::size_t segment, base::Ipv4Addr addr, std::size_t but) const;
  // How `host` sends a packet to dst.
  Hop hop(std::size_t host, base::Ipv4Addr dst, base::Ipv4Addr src) const;
  // The way of a packet, hop by hop, up to the host that has dst or to where it gets lost.
  std::vector<Hop> way(std::size_t host, base::Ipv4Addr dst, base::Ipv4Addr src) const;
  // An address of the host on the segment, to be used as a gateway.
  std::optional<base::Ipv4Addr> address_on(std::size_t host, std::size_t segment) const;

 private:
  void index_services();

  LabModel& model_;
  const Speakers& speakers_;
  // A lab may have tens of thousands of services: nothing looks through all of them for each of them.
  std::vector<std::vector<const ipvs::VirtualService*>> services_;               // by director
  std::vector<std::map<base::Ipv4Addr, decltype(services_)::value_type>> vips_;  // by director and address
  std::set<std::pair<std::size_t, base::Ipv4Addr>> servers_;                     // of addresses with services
  std::set<std::size_t> mark_servers_;                                           // of services with a mark
  std::set<base::Ipv4Addr> spoken_;                                              // addresses of speakers_
  mutable std::map<base::Ipv4Addr, std::optional<std::size_t>> owners_;          // as far as anybody has asked
  std::set<decltype(Flow{}.key())> taken_keys_;
  std::vector<Flow> flows_;
  std::vector<Asked> asked_;
  const Listeners* listeners_ = nullptr;
  std::vector<Taken> taken_;
  std::vector<Use> uses_;
};

// The packets that have to show a mistake before it is one.
struct Concern {
  std::size_t client = 0;
  base::Ipv4Addr dst;
  ipvs::IpProto protocol{};
  std::uint16_t port = 0;
  bool may_probe = false;  // a program of the client asks, or may ask
  // Sent on to this real server.
  struct Chosen {
    std::size_t director = 0;
    ipvs::ServiceKey service;
    base::Ipv4Addr addr;
  };
  std::optional<Chosen> chosen;
};

// What the rules report to. One finding for each `subject` of a rule on a host.
class Findings {
 public:
  // Whose packets the next ones are about.
  void about(const Flow& flow) {
    concern_ = Concern{flow.host, flow.dst, flow.protocol, flow.port, flow.program || flow.guess, {}};
  }
  void about(const Use& use) {
    about(use.flow);
    concern_->chosen = Concern::Chosen{use.director, use.service.key, use.destination.addr};
  }
  // All packets of a host to an address.
  void about(std::size_t host, base::Ipv4Addr dst) { concern_ = Concern{host, dst, {}, 0, false, {}}; }
  void about_nothing() { concern_.reset(); }

  void add(std::string_view rule, const std::string& host, std::string subject, std::string text, trace::Advice cure);
  struct Each {
    LabFinding finding;
    std::string subject;
    // Any of them; none: the rule has seen it itself.
    std::vector<Concern> concerns;
  };
  std::vector<Each> all;

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> known_;  // rule, host, subject
  std::optional<Concern> concern_;
};

struct Rule {
  LabRule about;
  void (*check)(const View&, Findings&);  // nullptr: another rule's check looks for it too
};
extern const std::vector<Rule> kServiceRules, kNatRules, kDirectRules, kTunnelRules, kArpRules, kWayRules;
// What is seen at the end alone, with the flows of the whole lab.
extern const std::vector<Rule> kFinalRules;

// "TCP 10.0.0.1:80", "FWM 1"
std::string text_of(const ipvs::ServiceKey& key);
// "192.168.1.2:80"
std::string text_of(const ipvs::Destination& destination);
// "NAT", "DR", "TUN"
std::string_view method_of(const ipvs::Destination& destination);
// "-m", "-i", "-g"
std::string_view method_option(const ipvs::Destination& destination);
// "-t 10.0.0.1:80", as ipvsadm takes it
std::string option_of(const ipvs::ServiceKey& key);

}  // namespace lvs::control::diagnosis
