// SPDX-License-Identifier: GPL-2.0-or-later
// Questions sent on, and what comes back.
#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "daemons/dnsmasq/forwarded.h"

namespace lvs::dnsmasq {

using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;

namespace {

constexpr std::int64_t kForgotten = 40, kTestAll = 20, kRetry = 2;  // seconds
constexpr unsigned kTestQuestions = 50;
constexpr std::size_t kMostForwarded = 150, kMostClients = 150;

void set_id(std::string& bytes, std::uint16_t id) {
  base::store_be16(reinterpret_cast<std::uint8_t*>(bytes.data()), id);
}

// The least of an SOA record's own time and of what it says of names that are missing.
std::optional<std::uint32_t> time_of_missing(const DnsMessage& reply) {
  for (const wire::DnsRecord& each : reply.authority) {
    if (each.type != static_cast<std::uint16_t>(DnsType::soa) || each.data.size() < 22) continue;
    const auto* const end = reinterpret_cast<const std::uint8_t*>(each.data.data() + each.data.size());
    return std::min(each.ttl, base::load_be32(end - 4));
  }
  return std::nullopt;
}

}  // namespace

void Server::forward(const std::string& bytes, const DnsMessage& question, const Client& client,
                     const std::vector<const Upstream*>& servers) {
  const std::int64_t at = now();
  std::erase_if(forwarded_, [&](const auto& each) { return each->over || at - each->since >= kForgotten; });
  const auto same = [&](const auto& each) {
    return each->question.type == question.questions.front().type && each->edns == client.edns &&
           wire::same_dns_name(each->question.name, question.questions.front().name);
  };
  const auto known = std::ranges::find_if(forwarded_, same);
  if (known != forwarded_.end()) return ask_again(**known, client);
  if (forwarded_.size() >= kMostForwarded) {
    DnsMessage reply = question;
    reply.additional.clear();
    reply.flags |= wire::dns_flag::qr | wire::dns_flag::ra | static_cast<std::uint16_t>(DnsRcode::refused);
    return reply_to(client, std::move(reply));
  }
  auto fresh = std::make_unique<Forwarded>(*this);
  fresh->question = question.questions.front();
  fresh->bytes = bytes;
  fresh->id = static_cast<std::uint16_t>(machine_.host().rng.next());
  set_id(fresh->bytes, fresh->id);
  fresh->edns = client.edns;
  fresh->clients.push_back(client);
  for (const Upstream* const each : servers) fresh->servers.push_back(*each);
  fresh->since = at;
  fresh->socket = machine_.sockets().udp(fresh.get(), owner(10));
  std::size_t start = 0;
  if (conf_.all_servers) fresh->asked_all = 1;
  if (!conf_.strict_order) {
    const auto good = std::ranges::find_if(fresh->servers, [&](const Upstream& each) {
      return last_good_ && last_good_->addr == each.address && last_good_->port == each.port;
    });
    if (asked_since_++ > kTestQuestions || at - all_asked_ > kTestAll || good == fresh->servers.end()) {
      all_asked_ = at;
      asked_since_ = 0;
      fresh->asked_all = 1;
    } else {
      start = static_cast<std::size_t>(good - fresh->servers.begin());
    }
  }
  if (fresh->asked_all != 0) start = 0;
  for (std::size_t i = start; i < fresh->servers.size(); ++i) {
    if (fresh->socket->send(fresh->bytes, {fresh->servers[i].address, fresh->servers[i].port}) !=
        host::SocketError::none)
      continue;
    fresh->asked = i;
    if (fresh->asked_all == 0) break;
    ++fresh->asked_all;
  }
  forwarded_.push_back(std::move(fresh));
}

void Server::forward_over_tcp(const DnsMessage& question, const Client& client,
                              const std::vector<const Upstream*>& servers) {
  std::erase_if(over_tcp_, [](const auto& each) { return each->over; });
  if (over_tcp_.size() >= kMostForwarded) return;
  control::DnsExchange::Setting setting;
  for (const Upstream* const each : servers) setting.servers.push_back({each->address, each->port});
  setting.tries = 1;
  setting.tcp = true;
  over_tcp_.push_back(std::make_unique<OverTcp>(*this));
  OverTcp& sent = *over_tcp_.back();
  DnsMessage asked = question;
  asked.id = static_cast<std::uint16_t>(machine_.host().rng.next());
  sent.exchange.ask(asked, std::move(setting), [this, &sent, client, question](const auto& outcome) {
    sent.over = true;
    if (outcome.reply) {
      learn(*outcome.reply);
      std::string bytes = outcome.bytes;
      set_id(bytes, client.id);
      const unsigned flags = (outcome.reply->flags & ~wire::dns_flag::ad) | wire::dns_flag::ra;
      base::store_be16(reinterpret_cast<std::uint8_t*>(bytes.data()) + 2, static_cast<std::uint16_t>(flags));
      return send(client, bytes);
    }
    DnsMessage reply = question;
    reply.additional.clear();
    reply.flags |= wire::dns_flag::qr | wire::dns_flag::ra | static_cast<std::uint16_t>(DnsRcode::refused);
    reply_to(client, std::move(reply));
  });
}

// The same question from the same client, or from another one.
void Server::ask_again(Forwarded& old, const Client& client) {
  const bool again = std::ranges::find(old.clients, client) != old.clients.end();
  if (!again) {
    if (old.clients.size() < kMostClients) old.clients.push_back(client);
    if (now() - old.since < kRetry) return;
  }
  if (!conf_.strict_order && again) old.asked_all = 1;
  const std::size_t first = old.asked_all != 0 ? 0 : old.asked;
  for (std::size_t i = first; i < old.servers.size(); ++i) {
    old.socket->send(old.bytes, {old.servers[i].address, old.servers[i].port});
    old.asked = i;
    if (old.asked_all == 0) break;
    ++old.asked_all;
  }
}

void Server::answered(Forwarded& forwarded, const host::UdpSocket::Datagram& datagram) {
  auto reply = wire::read_dns(datagram.data);
  if (forwarded.over || !reply || !reply->has(wire::dns_flag::qr) || reply->id != forwarded.id ||
      reply->questions.size() != 1 || reply->questions.front().type != forwarded.question.type ||
      !wire::same_dns_name(reply->questions.front().name, forwarded.question.name))
    return;
  const auto from = std::ranges::find_if(forwarded.servers, [&](const Upstream& each) {
    return each.address == datagram.from.addr && each.port == datagram.from.port;
  });
  if (from == forwarded.servers.end()) return;
  const bool refused = reply->rcode() == static_cast<unsigned>(DnsRcode::refused);
  const bool failed = refused || reply->rcode() == static_cast<unsigned>(DnsRcode::servfail);
  if (!refused) {
    last_good_ = datagram.from;
  } else if (last_good_ == datagram.from) {
    last_good_.reset();
  }
  if (failed && forwarded.asked_all == 0) {  // another one may know better, or the same once more
    forwarded.asked_all = 1;
    for (const Upstream& each : forwarded.servers) {
      forwarded.socket->send(forwarded.bytes, {each.address, each.port});
      ++forwarded.asked_all;
    }
    return;
  }
  if (forwarded.asked_all != 0 && --forwarded.asked_all > 1 && refused) return;
  forwarded.over = true;
  forwarded.socket.reset();
  learn(*reply);
  std::string bytes = datagram.data;
  const bool missing = reply->rcode() == static_cast<unsigned>(DnsRcode::nxdomain);
  auto flags = static_cast<std::uint16_t>((reply->flags & ~wire::dns_flag::ad) | wire::dns_flag::ra);
  if (missing && is_local_name(forwarded.question.name))
    flags = static_cast<std::uint16_t>((flags & ~wire::dns_flag::rcode) | wire::dns_flag::aa);
  base::store_be16(reinterpret_cast<std::uint8_t*>(bytes.data()) + 2, flags);
  for (const Client& client : forwarded.clients) {
    set_id(bytes, client.id);
    send(client, bytes);
  }
}

void Server::learn(const DnsMessage& reply) {
  const wire::DnsQuestion& asked = reply.questions.front();
  const auto limited = [&](std::uint32_t ttl) {
    if (conf_.min_cache_ttl) ttl = std::max(ttl, std::min(*conf_.min_cache_ttl, 3600u));
    return conf_.max_cache_ttl && *conf_.max_cache_ttl != 0 ? std::min(ttl, *conf_.max_cache_ttl) : ttl;
  };
  if (asked.cls != wire::kDnsIn || reply.has(wire::dns_flag::tc)) return;
  if (reply.rcode() == 0 && !reply.answers.empty()) {
    std::vector<wire::DnsRecord> answers = reply.answers;
    for (wire::DnsRecord& each : answers) each.ttl = limited(each.ttl);
    if (asked.type == static_cast<std::uint16_t>(DnsType::a)) store_.keep(asked.name, answers, now());
    const auto address = wire::dns_address_of_reverse(asked.name);
    if (asked.type == static_cast<std::uint16_t>(DnsType::ptr) && address)
      if (const auto name = answers.front().target()) store_.keep_name(*address, *name, answers.front().ttl, now());
    return;
  }
  const bool no_name = reply.rcode() == static_cast<unsigned>(DnsRcode::nxdomain);
  if (conf_.no_negcache || (!no_name && reply.rcode() != 0) || is_local_name(asked.name)) return;
  const auto ttl = time_of_missing(reply);
  if (!ttl && conf_.neg_ttl == 0) return;
  store_.keep_missing(asked.name, no_name ? std::nullopt : std::optional(asked.type), ttl.value_or(conf_.neg_ttl),
                      now());
}

}  // namespace lvs::dnsmasq
