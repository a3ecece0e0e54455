// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/answer.h"

#include <algorithm>

#include "base/bytes.h"

namespace lvs::named {
namespace {

using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsRecord;
using wire::DnsType;

constexpr unsigned kMostAliases = 16;  // max-restarts and some

class Answerer {
 public:
  Answerer(const std::vector<ServedZone>& zones, const Answering& how, DnsMessage& reply)
      : zones_(zones), how_(how), reply_(reply), type_(reply.questions.front().type) {}

  AnswerFound run() {
    std::string name = reply_.questions.front().name;
    for (unsigned i = 0; i < kMostAliases; ++i) {
      const ServedZone* const served = zone_of(zones_, name);
      if (served == nullptr) return {AnswerFound::Kind::elsewhere, name};
      if (served->zone == nullptr) {
        set_rcode(DnsRcode::servfail);
        return {};
      }
      const std::string alias = look_up(*served->zone, name, i == 0);
      if (alias.empty()) break;
      name = alias;
    }
    additional();
    return {};
  }

 private:
  void set_rcode(DnsRcode code) {
    reply_.flags = static_cast<std::uint16_t>((reply_.flags & ~wire::dns_flag::rcode) | static_cast<unsigned>(code));
  }

  void put(std::vector<DnsRecord>& to, const std::string& name, const RrSet& set) {
    for (std::string& data : how_.order(set)) to.push_back({name, set.type, wire::kDnsIn, set.ttl, std::move(data)});
    ++set.asked;
  }

  // The name that it is an alias of, if that is to be looked up, too.
  std::string look_up(const Zone& zone, const std::string& name, bool first) {
    const Zone::Found found = zone.find(name);
    if (found.kind == Zone::Found::Kind::delegation) {
      const RrSet& servers = *found.node->find(DnsType::ns);
      put(reply_.authority, found.node->name, servers);
      glue_from_ = &zone;
      return {};
    }
    if (first) reply_.flags |= wire::dns_flag::aa;
    if (found.kind == Zone::Found::Kind::no_name) {
      set_rcode(DnsRcode::nxdomain);
      missing(zone);
      return {};
    }
    if (found.node == nullptr) {
      missing(zone);
      return {};
    }
    const RrSet* const cname = found.node->find(DnsType::cname);
    const bool any = type_ == number_of(DnsType::any);
    if (cname != nullptr && type_ != number_of(DnsType::cname) && !any) {
      put(reply_.answers, name, *cname);
      return reply_.answers.back().target().value_or("");
    }
    const std::size_t before = reply_.answers.size();
    for (const RrSet& set : found.node->sets)
      if (any || set.type == type_) put(reply_.answers, name, set);
    if (reply_.answers.size() == before) {
      missing(zone);
    } else {
      servers_of(zone);
    }
    return {};
  }

  // The SOA record says how long it may be taken for missing.
  void missing(const Zone& zone) {
    const Node* const top = zone.top();
    const RrSet* const soa = top == nullptr ? nullptr : top->find(DnsType::soa);
    if (soa == nullptr) return;
    put(reply_.authority, top->name, *soa);
    DnsRecord& record = reply_.authority.back();
    const auto* const end = reinterpret_cast<const std::uint8_t*>(record.data.data() + record.data.size());
    record.ttl = std::min(record.ttl, base::load_be32(end - 4));
  }

  void servers_of(const Zone& zone) {
    if (how_.minimal == Minimal::yes || type_ == number_of(DnsType::any)) return;
    if (how_.minimal == Minimal::no_auth_recursive && reply_.has(wire::dns_flag::rd)) return;
    const bool asked = type_ == number_of(DnsType::ns);
    const wire::DnsQuestion& question = reply_.questions.front();
    if (asked && wire::same_dns_name(question.name, zone.origin())) return;
    put(reply_.authority, zone.top()->name, *zone.top()->find(DnsType::ns));
  }

  // Addresses of the names in what has been said so far.
  void additional() {
    const bool referral = glue_from_ != nullptr;
    if ((how_.minimal == Minimal::yes || type_ == number_of(DnsType::any)) && !referral) return;
    std::vector<std::string> names;
    const auto note = [&](const DnsRecord& record) {
      const auto type = static_cast<DnsType>(record.type);
      const std::size_t before = type == DnsType::mx ? 2 : type == DnsType::srv ? 6 : 0;
      if (type != DnsType::ns && before == 0) return;
      DnsRecord name;
      name.type = number_of(DnsType::ns);
      name.data = record.data.substr(before);
      names.push_back(name.target().value_or(""));
    };
    for (const DnsRecord& each : reply_.answers) note(each);
    for (const DnsRecord& each : reply_.authority) note(each);
    for (const std::string& name : names) {
      const ServedZone* const served = zone_of(zones_, name);
      const Zone* const zone = served == nullptr ? nullptr : served->zone.get();
      if (zone == nullptr) continue;
      const Zone::Found found = zone->find(name);
      const Node* const node = found.kind == Zone::Found::Kind::delegation ? zone->node(name) : found.node;
      if (node == nullptr) continue;
      for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
        const RrSet* const set = node->find(type);
        if (set != nullptr && !said(name, set->type)) put(reply_.additional, name, *set);
      }
    }
  }

  bool said(const std::string& name, std::uint16_t type) const {
    const auto same = [&](const DnsRecord& each) { return each.type == type && wire::same_dns_name(each.name, name); };
    return std::ranges::any_of(reply_.answers, same) || std::ranges::any_of(reply_.additional, same);
  }

  const std::vector<ServedZone>& zones_;
  const Answering& how_;
  DnsMessage& reply_;
  std::uint16_t type_;
  const Zone* glue_from_ = nullptr;
};

}  // namespace

const ServedZone* zone_of(const std::vector<ServedZone>& zones, std::string_view name) {
  const ServedZone* best = nullptr;
  for (const ServedZone& each : zones)
    if (wire::dns_name_below(name, each.origin) && (best == nullptr || each.origin.size() > best->origin.size()))
      best = &each;
  return best;
}

AnswerFound answer(const std::vector<ServedZone>& zones, const Answering& how, DnsMessage& reply) {
  return Answerer(zones, how, reply).run();
}

}  // namespace lvs::named
