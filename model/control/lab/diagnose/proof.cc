// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lvs::control::diagnosis {
namespace {

constexpr unsigned bit(Outcome outcome) { return 1u << static_cast<unsigned>(outcome); }
constexpr unsigned kAnyFailure = ~bit(Outcome::answered);

// The outcomes that a mistake has; others have other causes.
struct Symptom {
  std::string_view rule;
  unsigned outcomes;
};
constexpr auto kSymptoms = std::to_array<Symptom>({
    {"direct-gateway-is-director", bit(Outcome::reply_lost)},
    {"nat-no-forward", bit(Outcome::reply_lost)},
    {"nat-ops", bit(Outcome::wrong_source) | bit(Outcome::reply_lost)},
    {"nat-same-subnet", bit(Outcome::wrong_source) | bit(Outcome::reply_lost)},
    {"nat-wrong-gateway", bit(Outcome::wrong_source) | bit(Outcome::reply_lost)},
    {"no-way-back", bit(Outcome::unanswered) | bit(Outcome::reply_lost)},
    {"rp-filter", bit(Outcome::request_lost)},
    {"server-not-listening", bit(Outcome::refused) | bit(Outcome::request_lost)},
    {"tun-no-tunnel", bit(Outcome::request_lost) | bit(Outcome::refused)},
    {"tun-rp-filter", bit(Outcome::request_lost)},
    {"vip-netmask", bit(Outcome::reply_lost)},
});

// Mistakes that keep IPVS from choosing a server.
constexpr auto kBeforeChoice =
    std::to_array<std::string_view>({"fwmark-unset", "ftp-not-read", "no-destination", "no-service", "overloaded",
                                     "vip-not-on-director", "weight-zero"});

// Of the answer to a request that has come to a program.
bool has_no_way_back(const Connection& of) {
  return of.outcome == Outcome::request_lost && of.shown->drop == trace::Drop::ip_outnoroutes &&
         of.shown->stage == trace::Stage::socket;
}

bool shows(const LabFinding& finding, std::size_t host, unsigned outcomes, const Connection& of) {
  const std::string_view rule = finding.rule;
  if (std::ranges::find(kBeforeChoice, rule) != kBeforeChoice.end()) {
    const auto came = [&](const Life* request) { return request->passed(host); };
    if (!of.chosen.empty() || (rule != "vip-not-on-director" && std::ranges::none_of(of.requests, came))) return false;
  }
  // What a rule of iptables drops, or answers with a RST, did not come so far.
  const auto filtered = [](const Life* request) { return request->drop == trace::Drop::netfilter_drop; };
  if (rule == "server-not-listening" && filtered(of.shown)) return false;
  if (rule == "no-service" && std::ranges::any_of(of.requests, filtered)) return false;
  return (outcomes & bit(of.outcome)) != 0 || (rule == "no-way-back" && has_no_way_back(of));
}

unsigned outcomes_of(std::string_view rule) {
  const auto found = std::ranges::find(kSymptoms, rule, &Symptom::rule);
  return found == kSymptoms.end() ? kAnyFailure : found->outcomes;
}

}  // namespace

bool is_about(const Concern& concern, const Connection& connection) {
  const Tuple& tuple = connection.tuple;
  if (connection.host != concern.client || tuple.dst != concern.dst) return false;
  if (concern.port != 0 && (tuple.dport != concern.port || tuple.protocol != concern.protocol)) return false;
  return !concern.chosen || std::ranges::find(connection.chosen, concern.chosen->addr) != connection.chosen.end();
}

Proof::Proof(const Record& record, const Lab& lab, base::Time zero)
    : record_(record), lab_(lab), zero_(zero), connections_(diagnosis::connections(record)) {}

std::string Proof::walk_of(trace::WalkId walk) const {
  constexpr unsigned kCounter = 40;
  const std::size_t host = (walk >> kCounter) - 1;
  return fmt::format("{}:{}", name(host), walk & ((std::uint64_t{1} << kCounter) - 1));
}

std::string Proof::text_of(const Life& life) const {
  const std::string what = packet_text(life, life.fate == Life::Fate::dropped ? life.last : life.first);
  if (life.fate == Life::Fate::dropped) {
    return fmt::format("{} is dropped at {} ({}, {}: {}{}{})", what, name(life.where), trace::name_of(life.stage),
                       trace::name_of(life.drop), trace::text_of(life.drop), life.by.empty() ? "" : ": ", life.by);
  }
  if (life.stage == trace::Stage::neighbour)
    return fmt::format("{} waits at {} for a MAC address that nobody tells", what, name(life.where));
  return fmt::format("{} leaves {} and is taken by nobody", what, name(life.where));
}

std::string Proof::text_of(const Connection& of) const {
  const Life& life = *of.shown;
  switch (of.outcome) {
    case Outcome::answered: return packet_text(life, life.last) + " is an answer";
    case Outcome::broken:
      return fmt::format("{} of {} ends a connection that was answered before", packet_text(life, life.last),
                         name(life.origin));
    case Outcome::refused:
      return fmt::format("{} is refused by {} with {}", packet_text(*of.requests.front(), of.tuple), name(life.origin),
                         life.error ? "an ICMP error" : "a RST");
    case Outcome::unanswered:
      return fmt::format("{} is delivered at {}, which sends nothing back", packet_text(life, life.last),
                         name(life.where));
    case Outcome::wrong_source:
      return fmt::format("{} comes to {}, which has asked {}:{}", packet_text(life, life.last), name(of.host),
                         of.tuple.dst.text(), of.tuple.dport);
    case Outcome::reply_lost:
      if (life.fate == Life::Fate::delivered)
        return fmt::format("{} comes to {}, which has not asked", packet_text(life, life.last), name(life.where));
      [[fallthrough]];
    case Outcome::request_lost: return text_of(life);
  }
  return {};
}

LabEvidence Proof::evidence(const Connection& of) const {
  const Life& life = *of.shown;
  return {life.end - zero_, text_of(of), walk_of(life.walk), {}};
}

LabEvidence Proof::evidence(const ArpSaid& said) const {
  const std::string text =
      said.reply ? fmt::format("{} answers by ARP that {} is at its MAC address", name(said.host), said.sender.text())
                 : fmt::format("{} asks by ARP for {} with {} as sender", name(said.host), said.target.text(),
                               said.sender.text());
  return {said.at - zero_, text, walk_of(said.walk), {}};
}

std::optional<LabEvidence> Proof::find_arp(const Findings::Each& suspected, base::Time since) const {
  const bool replies = suspected.finding.rule == "arp-answers";
  for (const ArpSaid& said : record_.arp()) {
    if (said.reply != replies || said.at - zero_ < since || name(said.host) != suspected.finding.host) continue;
    const auto vip = [&](const Concern& concern) { return concern.dst == said.sender; };
    if (std::ranges::any_of(suspected.concerns, vip)) return evidence(said);
  }
  return std::nullopt;
}

// Two answers to one question.
std::optional<LabEvidence> Proof::find_duplicate(const Findings::Each& suspected, base::Time since) const {
  const ArpSaid* first = nullptr;
  for (const ArpSaid& said : record_.arp()) {
    const auto same = [&](const Concern& concern) { return concern.dst == said.sender; };
    if (!said.reply || said.at - zero_ < since || std::ranges::none_of(suspected.concerns, same)) continue;
    if (first == nullptr || first->walk != said.walk) {
      first = &said;
    } else if (first->host != said.host) {
      LabEvidence shown = evidence(said);
      shown.text = fmt::format("{} and {} both answer by ARP that {} is at their MAC address", name(first->host),
                               name(said.host), said.sender.text());
      return shown;
    }
  }
  return std::nullopt;
}

// A request that did not fit, and nothing as large that came after it.
const Life* Proof::too_big(const Connection& of) const {
  const Life* lost = nullptr;
  for (const Life* each : of.requests) {
    const bool narrow = each->drop == trace::Drop::pkt_too_big || each->drop == trace::Drop::ipvs_tunnel_mtu;
    if (each->fate == Life::Fate::dropped && narrow) lost = each;
    constexpr std::uint32_t kSmall = 200;
    if (each->fate == Life::Fate::delivered && each->size > kSmall) lost = nullptr;
  }
  return lost;
}

std::optional<LabEvidence> Proof::find(const Findings::Each& suspected, base::Time since) const {
  const std::string& rule = suspected.finding.rule;
  if (rule == "arp-answers" || rule == "arp-announces") return find_arp(suspected, since);
  if (rule == "duplicate-address") return find_duplicate(suspected, since);
  const unsigned outcomes = outcomes_of(rule);
  const auto named = std::ranges::find(lab_.hosts, suspected.finding.host, &LabHost::name);
  const auto host = static_cast<std::size_t>(named - lab_.hosts.begin());
  for (const Connection& each : connections_) {
    const auto about = [&](const Concern& concern) { return is_about(concern, each); };
    if (rule == "tun-mtu") {
      const Life* const lost = too_big(each);
      if (lost != nullptr && lost->begin - zero_ >= since && std::ranges::any_of(suspected.concerns, about))
        return LabEvidence{lost->end - zero_, text_of(*lost), walk_of(lost->walk), {}};
      continue;
    }
    if (each.shown->begin - zero_ < since) continue;
    if (shows(suspected.finding, host, outcomes, each) && std::ranges::any_of(suspected.concerns, about))
      return evidence(each);
  }
  return std::nullopt;
}

}  // namespace lvs::control::diagnosis
