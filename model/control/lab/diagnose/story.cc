// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/diagnose/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "wire/tcp.h"

namespace lvs::control::diagnosis {
namespace {

bool has(const Life& life, wire::Tcp::Flag flag) { return (life.flags & flag) != 0; }
bool is_reset(const Life& life) { return life.first.protocol == wire::IpProto::tcp && has(life, wire::Tcp::rst); }

// The host that a packet was for has it: where programs of that host sent the request, its transport protocol too.
bool arrived(const Life& life, const Connection& at) {
  if (life.origin != at.host && !life.passed(at.host)) return false;
  if (at.injected) return true;
  return life.fate == Life::Fate::delivered && life.where == at.host;
}

class Sorter {
 public:
  explicit Sorter(const Record& record) {
    for (const Life& life : record.lives()) sort(life);
  }
  std::vector<Connection> take() { return std::move(found_); }

 private:
  using Place = std::pair<std::size_t, Tuple>;  // a host, and what it sends

  void sort(const Life& life) {
    const bool ports = life.first.sport != 0 || life.first.dport != 0;
    if (!ports || life.first.dst.is_multicast() || life.first.dst.is_broadcast()) return;
    if (life.error) return refuse(life);
    if (is_reset(life) && life.part != 0) return refuse(life);
    const auto answered = answers_.find({life.origin, life.first});
    if (answered != answers_.end()) {
      Connection& of = found_[answered->second];
      if (is_reset(life)) {
        of.refusals.push_back(&life);
      } else {
        of.replies.push_back(&life);
      }
      return;
    }
    const auto [asked, fresh] = asked_.try_emplace({life.origin, life.first}, found_.size());
    if (fresh) {
      Connection& made = found_.emplace_back();
      made.host = life.origin;
      made.tuple = life.first;
      made.injected = life.injected;
      made.begin = life.begin;
    }
    Connection& of = found_[asked->second];
    of.requests.push_back(&life);
    walks_.try_emplace(life.walk, asked->second);
    if (life.chosen && (of.chosen.empty() || of.chosen.back() != *life.chosen)) of.chosen.push_back(*life.chosen);
    // Answers to what was delivered; a RST is one too.
    if (life.fate == Life::Fate::delivered || (life.fate == Life::Fate::dropped && life.stage == trace::Stage::socket))
      answers_.try_emplace({life.where, life.last.reversed()}, asked->second);
  }

  // By a part of the request's walk.
  void refuse(const Life& life) {
    if (const auto walk = walks_.find(life.walk); walk != walks_.end()) found_[walk->second].refusals.push_back(&life);
  }

  std::vector<Connection> found_;
  std::map<Place, std::size_t> answers_, asked_;
  std::unordered_map<trace::WalkId, std::size_t> walks_;  // of requests
};

// Ports that are drawn at random say nothing, and differ from one run to the next.
std::string end_text(base::Ipv4Addr addr, std::uint16_t port) {
  constexpr std::uint16_t kFirst = 32768, kLast = 60999;  // net.ipv4.ip_local_port_range
  return port >= kFirst && port <= kLast ? addr.text() : fmt::format("{}:{}", addr.text(), port);
}

// An answer, or a refusal by who was asked.
const Life* find_reply(const Connection& of, bool (*fits)(const Life&, const Connection&)) {
  for (const auto* lives : {&of.replies, &of.refusals}) {
    const auto found = std::ranges::find_if(*lives, [&](const Life* each) { return fits(*each, of); });
    if (found != lives->end()) return *found;
  }
  return nullptr;
}

bool is_strange(const Life& life, const Connection& of) {
  return !life.error && life.passed(of.host) && life.last != of.tuple.reversed();
}
bool is_lost(const Life& life, const Connection& of) { return life.origin != of.host && !life.passed(of.host); }

void judge(Connection& of) {
  const auto good = std::ranges::find_if(
      of.replies, [&](const Life* reply) { return arrived(*reply, of) && reply->last == of.tuple.reversed(); });
  const auto refusal = std::ranges::find_if(of.refusals, [&](const Life* each) {
    return (each->passed(of.host) || each->origin == of.host) && (each->error || !is_strange(*each, of));
  });
  if (good != of.replies.end()) {
    // Whoever answers a segment of a connection that it does not know.
    const bool later = refusal != of.refusals.end() && (*refusal)->begin > (*good)->begin && is_reset(**refusal);
    of.outcome = later ? Outcome::broken : Outcome::answered;
    of.shown = later ? *refusal : *good;
    return;
  }
  const auto delivered =
      std::ranges::find_if(of.requests, [](const Life* each) { return each->fate == Life::Fate::delivered; });
  if (const Life* const strange = find_reply(of, is_strange)) {
    of.outcome = Outcome::wrong_source;
    of.shown = strange;
  } else if (refusal != of.refusals.end()) {
    of.outcome = Outcome::refused;
    of.shown = *refusal;
  } else if (const Life* const lost = find_reply(of, is_lost)) {
    of.outcome = Outcome::reply_lost;
    of.shown = lost;
  } else if (!of.replies.empty()) {
    of.outcome = Outcome::reply_lost;
    of.shown = of.replies.back();
  } else if (delivered != of.requests.end()) {
    of.outcome = Outcome::unanswered;
    of.shown = *delivered;
  } else {
    of.outcome = Outcome::request_lost;
    of.shown = of.requests.front();
  }
}

}  // namespace

std::vector<Connection> connections(const Record& record) {
  std::vector<Connection> found = Sorter(record).take();
  for (Connection& each : found) judge(each);
  return found;
}

std::string packet_text(const Life& life, const Tuple& as) {
  std::string_view what = "packet";
  if (life.error) {
    what = "ICMP error about";
  } else if (as.protocol == wire::IpProto::tcp) {
    const bool ack = has(life, wire::Tcp::ack);
    what = has(life, wire::Tcp::rst)   ? "RST"
           : has(life, wire::Tcp::syn) ? (ack ? "SYN-ACK" : "SYN")
           : has(life, wire::Tcp::fin) ? "FIN"
                                       : "segment";
  } else if (as.protocol == wire::IpProto::udp) {
    what = "datagram";
  }
  return fmt::format("{} {} > {}", what, end_text(as.src, as.sport), end_text(as.dst, as.dport));
}

}  // namespace lvs::control::diagnosis
