// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/vrrp.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control::diagnosis {
namespace {

using trace::AdviceId;

constexpr std::uint8_t kVrrp = 112;

// The adverts of two hosts for one address.
struct Pair {
  std::size_t one = 0, other = 0;
  base::Ipv4Addr address;
  std::vector<const Advert*> adverts;  // of both

  const Advert& first_of(std::size_t host) const {
    return **std::ranges::find(adverts, host, [](const Advert* each) { return each->host; });
  }
  // What a host says when both have taken turns so often, which a reload may have changed since it spoke first.
  const Advert& last_of(std::size_t host, std::size_t most_turns) const {
    const Advert* last = &first_of(host);
    std::size_t count = 0;
    for (std::size_t i = 1; i < adverts.size() && count <= most_turns; ++i) {
      count += adverts[i]->host != adverts[i - 1]->host ? 1 : 0;
      if (adverts[i]->host == host && adverts[i]->at >= last->at) last = adverts[i];
    }
    return *last;
  }
  // How often the one speaks behind the other: a takeover is once or twice, two masters take turns.
  std::size_t turns() const {
    std::size_t count = 0;
    for (std::size_t i = 1; i < adverts.size(); ++i) count += adverts[i]->host != adverts[i - 1]->host ? 1 : 0;
    return count;
  }
};

class Judge {
 public:
  Judge(const std::vector<Advert>& adverts, const Record& record, const Lab& lab, base::Time zero)
      : adverts_(adverts), record_(record), lab_(lab), zero_(zero) {}

  std::vector<LabFinding> run() {
    for (std::size_t one = 0; one < lab_.hosts.size(); ++one)
      for (std::size_t other = one + 1; other < lab_.hosts.size(); ++other) look(one, other);
    drops();
    sources();
    return std::move(found_);
  }

 private:
  const std::string& name(std::size_t host) const { return lab_.hosts[host].name; }

  void look(std::size_t one, std::size_t other) {
    std::vector<base::Ipv4Addr> shared;
    for (const Advert& a : adverts_)
      if (a.host == one) shared.insert(shared.end(), a.addresses.begin(), a.addresses.end());
    std::ranges::sort(shared);
    shared.erase(std::unique(shared.begin(), shared.end()), shared.end());
    for (const base::Ipv4Addr address : shared) {
      Pair pair{one, other, address, {}};
      for (const Advert& a : adverts_) {
        const bool has = std::ranges::find(a.addresses, address) != a.addresses.end();
        if (has && a.priority != 0 && (a.host == one || a.host == other)) pair.adverts.push_back(&a);
      }
      const bool both = std::ranges::any_of(pair.adverts, [&](const Advert* a) { return a->host == other; });
      if (both && judge(pair)) return;  // the other addresses have the same story
    }
  }

  bool judge(const Pair& pair) {
    constexpr std::size_t kTurns = 5;
    const Advert& a = pair.first_of(pair.one);
    const Advert& b = pair.first_of(pair.other);
    // Of two masters whose lists or intervals differ the one that speaks first keeps the other from it: each advert
    // that is refused begins the other's interval anew.
    const bool silenced = a.segment == b.segment && a.router == b.router && a.version == b.version &&
                          a.auth == b.auth && a.secret == b.secret &&
                          (a.interval != b.interval || a.addresses != b.addresses);
    if (pair.turns() >= kTurns)
      return two_masters(pair, pair.last_of(pair.one, kTurns), pair.last_of(pair.other, kTurns));
    if (silenced) return two_masters(pair, a, b);
    // Both have begun as masters, and one has given way.
    constexpr base::Time kStart = std::chrono::seconds(3);
    if (a.router != b.router || a.priority != b.priority || std::max(a.at, b.at) - std::min(a.at, b.at) > kStart)
      return false;
    add(pair, "vrrp-same-priority",
        fmt::format("it and {} both begin as MASTER of {} with priority {}: both announce it, until the lower address "
                    "gives way",
                    name(pair.one), pair.address.text(), a.priority),
        {AdviceId::vrrp_priority});
    return true;
  }

  bool two_masters(const Pair& pair, const Advert& a, const Advert& b) {
    const std::string both = fmt::format("it and {} are both MASTER of {}", name(pair.one), pair.address.text());
    if (a.segment != b.segment) {
      add(pair, "vrrp-interface", both + ": their advertisements go to different segments", {AdviceId::vrrp_segment});
    } else if (a.router != b.router) {
      add(pair, "vrrp-router-id",
          fmt::format("{}: virtual_router_id is {} there and {} here", both, a.router, b.router),
          {AdviceId::setting, {}, {fmt::format("virtual_router_id {}", a.router)}});
    } else if (a.version != b.version) {
      add(pair, "vrrp-version", fmt::format("{}: VRRP {} there and {} here", both, a.version, b.version),
          {AdviceId::vrrp_version});
    } else if (a.auth != b.auth || a.secret != b.secret) {
      add(pair, "vrrp-auth", both + ": their authentication differs, and neither believes the other",
          {AdviceId::vrrp_auth});
    } else if (a.interval != b.interval) {
      add(pair, "vrrp-interval",
          fmt::format("{}: advert_int is {} there and {} here, and neither believes the other", both, a.interval,
                      b.interval),
          {AdviceId::setting, {}, {fmt::format("advert_int {}", a.interval)}});
    } else if (const auto deaf = spoken_past(pair, a, b)) {
      const Advert& heard = deaf == &a ? b : a;
      add(pair, "vrrp-unicast",
          fmt::format("{}: what {} sends does not go to {}, the address of {}", both, name(heard.host),
                      deaf->from.text(), name(deaf->host)),
          {AdviceId::setting, {}, {fmt::format("unicast_peer {{ {} }} on {}", deaf->from.text(), name(heard.host))}});
    } else if (const RawDrop* const drop = filtered(pair)) {
      add(pair, "vrrp-filtered",
          fmt::format("{}: \"{}\" on {} drops advertisements (protocol 112)", both, drop->by, name(drop->host)),
          {AdviceId::vrrp_accept, {}, {name(drop->host)}});
    } else if (a.addresses != b.addresses) {
      add(pair, "vrrp-addresses", both + ": their lists of virtual_ipaddress differ", {AdviceId::vrrp_addresses});
    } else if (std::ranges::none_of(lab_.timeline, [](const LabEvent& event) {
                 return std::holds_alternative<LabCable>(event.what) || std::holds_alternative<LabPower>(event.what);
               })) {
      add(pair, "vrrp-two-masters", both + ": neither hears the other", {AdviceId::vrrp_between});
    } else {
      return false;  // the lab has cut them apart
    }
    return true;
  }

  // One of two to whom nothing of the other's is sent, for unicast_peer names somebody else; or only one of them speaks
  // by unicast, and to the ears of each the other is silent.
  static const Advert* spoken_past(const Pair& pair, const Advert& a, const Advert& b) {
    const auto sends_to = [&](const Advert& from, const Advert& to) {
      return std::ranges::any_of(pair.adverts, [&](const Advert* each) {
        return each->host == from.host && (to.to.is_multicast() ? each->to.is_multicast() : each->to == to.from);
      });
    };
    return !sends_to(b, a) ? &a : !sends_to(a, b) ? &b : nullptr;
  }

  const RawDrop* filtered(const Pair& pair) const {
    const auto one_of_both = [&](const RawDrop& drop) {
      return drop.protocol == kVrrp && (drop.host == pair.one || drop.host == pair.other);
    };
    const auto found = std::ranges::find_if(record_.raw_drops(), one_of_both);
    return found == record_.raw_drops().end() ? nullptr : &*found;
  }

  // keepalived's own rules, of vrrp_strict and its like: once a host.
  void drops() {
    for (const Life& life : record_.lives())
      if (life.fate == Life::Fate::dropped && life.by == kNftables)
        strict(life.where, life.end, life.first.src.text() + " to " + life.first.dst.text());
    for (const RawDrop& drop : record_.raw_drops())
      if (drop.by == kNftables && drop.protocol != kVrrp) strict(drop.host, drop.at, "a client");
  }
  void strict(std::size_t host, base::Time at, const std::string& who) {
    constexpr const char* kRule = "vrrp-strict-drops";
    const auto told = [&](const LabFinding& each) { return each.rule == kRule && each.host == name(host); };
    if (std::ranges::any_of(found_, told)) return;
    LabFinding finding;
    finding.rule = kRule;
    finding.host = name(host);
    finding.text =
        "keepalived drops what is for its virtual addresses, which answer ARP and nothing else: vrrp_strict, "
        "strict_mode or "
        "no_accept has a master that is no owner not accept";
    finding.cure = {AdviceId::vrrp_no_strict};
    LabEvidence shown;
    shown.at = at - zero_;
    shown.text = fmt::format("a packet from {} is dropped (netfilter_drop: {})", who, kNftables);
    finding.shown = std::move(shown);
    found_.push_back(std::move(finding));
  }

  // An instance that cannot speak from its unicast_src_ip stays in FAULT, until that address comes.
  void sources() {
    constexpr const char* kRule = "vrrp-source";
    for (const NoSource& missing : record_.no_sources()) {
      const std::string& host = name(missing.host);
      const auto told = [&](const LabFinding& each) { return each.rule == kRule && each.host == host; };
      const auto spoke = [&](const Advert& each) {
        return each.host == missing.host && each.from == missing.address && each.at >= missing.at;
      };
      if (std::ranges::any_of(found_, told) || std::ranges::any_of(adverts_, spoke)) continue;
      LabFinding finding;
      finding.rule = kRule;
      finding.host = host;
      finding.text =
          fmt::format("its unicast_src_ip {} is none of its addresses: keepalived says nothing and stays in FAULT",
                      missing.address.text());
      finding.cure = {AdviceId::setting, {}, {"unicast_src_ip " + spoken_to(missing)}};
      LabEvidence shown;
      shown.at = missing.at - zero_;
      shown.text = fmt::format("bind unicast_src {} failed 99", missing.address.text());
      finding.shown = std::move(shown);
      found_.push_back(std::move(finding));
    }
  }
  // Where others look for it.
  std::string spoken_to(const NoSource& missing) const {
    const auto asks = [&](const Advert& each) {
      return each.host != missing.host && !each.to.is_multicast() && each.to != missing.address;
    };
    const auto found = std::ranges::find_if(adverts_, asks);
    return found == adverts_.end() ? "of an address that it has" : found->to.text();
  }

  void add(const Pair& pair, const char* rule, std::string text, trace::Advice cure) {
    const Advert& a = pair.first_of(pair.one);
    const Advert& b = pair.first_of(pair.other);
    LabFinding finding;
    finding.rule = rule;
    finding.host = name(pair.other);
    finding.text = std::move(text);
    finding.cure = std::move(cure);
    LabEvidence shown;
    shown.at = std::max(a.at, b.at) - zero_;
    shown.text = fmt::format("{} advertises router {} with priority {}, and {} router {} with priority {}",
                             name(pair.one), a.router, a.priority, name(pair.other), b.router, b.priority);
    finding.shown = std::move(shown);
    found_.push_back(std::move(finding));
  }

  const std::vector<Advert>& adverts_;
  const Record& record_;
  const Lab& lab_;
  base::Time zero_;
  std::vector<LabFinding> found_;
};

}  // namespace

const std::vector<LabRule> kVrrpRules = {
    {"vrrp-strict-drops", "keepalived's own firewall rules drop what is for a virtual address"},
    {"vrrp-addresses", "keepalived: two masters whose lists of addresses differ"},
    {"vrrp-auth", "keepalived: two masters whose authentication differs"},
    {"vrrp-filtered", "keepalived: two masters, and a firewall drops protocol 112"},
    {"vrrp-interface", "keepalived: two masters that advertise on different segments"},
    {"vrrp-interval", "keepalived: two masters with different advert_int"},
    {"vrrp-router-id", "keepalived: two masters with different virtual_router_id"},
    {"vrrp-same-priority", "keepalived: both directors begin as MASTER with the same priority"},
    {"vrrp-source", "keepalived: unicast_src_ip is no address of the machine"},
    {"vrrp-two-masters", "keepalived: two masters that do not hear each other"},
    {"vrrp-unicast", "keepalived: two masters, and what one sends by unicast_peer does not go to the other"},
    {"vrrp-version", "keepalived: two masters with different versions of VRRP"},
    {"vrrp-weight", "keepalived: a master whose script fails stays above the backups"},
};

std::optional<Advert> read_advert(base::ByteView frame) {
  constexpr std::size_t kHead = 8, kSecret = 8;
  if (frame.size() < wire::Ethernet::kSize + wire::Ipv4::kMinSize || base::load_be16(frame.data() + 12) != 0x0800)
    return std::nullopt;
  base::ByteView rest = frame.subspan(wire::Ethernet::kSize);
  const std::size_t header = (rest[0] & 15u) * 4u;
  const std::size_t total = base::load_be16(rest.data() + 2);
  if (rest[9] != kVrrp || header < wire::Ipv4::kMinSize || total > rest.size() || total < header + kHead)
    return std::nullopt;
  const std::pair<base::Ipv4Addr, base::Ipv4Addr> addresses{{base::load_be32(rest.data() + 12)},
                                                            {base::load_be32(rest.data() + 16)}};
  rest = rest.first(total).subspan(header);
  Advert advert;
  advert.from = addresses.first;
  advert.to = addresses.second;
  advert.version = rest[0] >> 4;
  if ((rest[0] & 15u) != 1 || (advert.version != 2 && advert.version != 3)) return std::nullopt;
  advert.router = rest[1];
  advert.priority = rest[2];
  const std::size_t count = rest[3], end = kHead + count * 4;
  if (rest.size() < end) return std::nullopt;
  for (std::size_t at = kHead; at < end; at += 4) advert.addresses.push_back({base::load_be32(rest.data() + at)});
  if (advert.version == 2) advert.auth = rest[4], advert.interval = rest[5];
  if (advert.auth == 1 && rest.size() >= end + kSecret)
    std::copy_n(rest.begin() + static_cast<std::ptrdiff_t>(end), kSecret, advert.secret.begin());
  return advert;
}

std::vector<LabFinding> find_vrrp_mistakes(const std::vector<Advert>& adverts, const Record& record, const Lab& lab,
                                           base::Time zero) {
  if (adverts.empty() && record.no_sources().empty()) return {};
  auto found = Judge(adverts, record, lab, zero).run();
  std::ranges::move(find_small_weights(adverts, record, lab, zero), std::back_inserter(found));
  return found;
}

}  // namespace lvs::control::diagnosis
