// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/server.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include "daemons/named/empty-zones.h"
#include "daemons/named/message.h"
#include "daemons/named/zone-file.h"

namespace lvs::named {

using host::SocketError;
using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsRecord;

namespace {

constexpr std::uint16_t kEdnsSize = 1232;
constexpr std::uint32_t kDnssecOk = 0x8000;  // DO, in the TTL of OPT
constexpr std::size_t kPlainSize = 512, kStreamSize = 65535, kMostSent = 1000;
constexpr unsigned kTcpBacklog = 10, kTriesEach = 3;
constexpr auto kTcpIdle = std::chrono::seconds(30);
constexpr auto kWaitEach = std::chrono::milliseconds(1200);
constexpr std::uint32_t kSetsBefore = 30;  // the servers of the root, and the keys that are managed
constexpr std::size_t kClientCookie = 8, kServerCookie = 16;

void fail_with(DnsMessage& reply, DnsRcode code) {
  reply.flags = static_cast<std::uint16_t>((reply.flags & ~wire::dns_flag::rcode) | static_cast<unsigned>(code));
}

// The option COOKIE of a message, its data alone.
std::string cookie_of(const DnsRecord& opt) {
  std::string_view rest = opt.data;
  while (rest.size() >= 4) {
    const unsigned code = static_cast<unsigned char>(rest[0]) << 8U | static_cast<unsigned char>(rest[1]);
    const std::size_t size =
        static_cast<std::size_t>(static_cast<unsigned char>(rest[2])) << 8U | static_cast<unsigned char>(rest[3]);
    if (rest.size() < 4 + size) break;
    if (code == 10) return std::string(rest.substr(4, size));
    rest.remove_prefix(4 + size);
  }
  return {};
}

std::string cookie_option(const std::string& data) {
  return std::string{0, 10, 0, static_cast<char>(data.size())} + data;
}

}  // namespace

class Server::Listener final : public host::SocketUser {
 public:
  explicit Listener(Server& server) : server_(server) {}
  void socket_ready() override {
    host::UdpSocket::Datagram datagram;
    while (socket != nullptr && socket->receive(datagram) == SocketError::none) {
      Client client;
      client.address = datagram.from;
      client.asked = {datagram.to, at.port};
      client.listener = this;
      server_.take(datagram.data, client);
    }
  }

  host::SocketAddress at;
  host::UdpPtr socket;

 private:
  Server& server_;
};

// A question that others are asked.
class Server::Sent {
 public:
  Sent(Server& server, const Client& whose)
      : client(whose), exchange(server.machine_, server.owner(20), [](const std::string&, bool) {}) {}

  Client client;
  DnsMessage reply;  // so far
  std::string name;
  Forwarding to;
  std::size_t next = 0;
  unsigned aliases = 0;
  bool over = false;
  control::DnsExchange exchange;
};

Server::Server(control::Machine& machine, control::Pid pid, Conf conf)
    : machine_(machine),
      pid_(pid),
      conf_(std::move(conf)),
      cache_(conf_.most_cache_ttl, conf_.most_missing_ttl),
      streams_(machine, owner(22), kTcpIdle, [this](const control::DnsStreams::Asked& asked) {
        Client client;
        client.address = asked.from;
        client.asked = asked.to;
        client.connection = asked.connection;
        take(asked.bytes, client);
      }) {
  answering_.order = [this](const RrSet& set) { return ordered(asked_name_, set); };
}
Server::~Server() = default;

void Server::start() {
  read_zones();
  listen();
}

void Server::reload(Conf conf) {
  conf_ = std::move(conf);
  read_zones();
  listen();
}

OwnAddresses Server::own_addresses() const {
  OwnAddresses own;
  for (const auto& device : machine_.host().devices())
    for (const auto& each : device->addresses) own.all.push_back(each.prefix);
  return own;
}

void Server::listen() {
  const OwnAddresses own = own_addresses();
  const std::uint16_t port = conf_.listen_port != 0 ? conf_.listen_port : conf_.port;
  for (const base::Ipv4Prefix& each : own.all) {
    if (conf_.listen_on && !matches(*conf_.listen_on, each.addr, own).value_or(false)) continue;
    const host::SocketAddress at{each.addr, port};
    if (std::ranges::any_of(listeners_, [&](const auto& known) { return known->at == at; })) continue;
    auto listener = std::make_unique<Listener>(*this);
    listener->at = at;
    listener->socket = machine_.sockets().udp(listener.get(), owner(21));
    listener->socket->set_reuse(true, false);
    listener->socket->discovers_mtu = false;  // IP_PMTUDISC_OMIT
    if (listener->socket->bind(at) != SocketError::none) continue;
    streams_.listen(at, kTcpBacklog);
    listeners_.push_back(std::move(listener));
  }
}

void Server::read_zones() {
  const auto before = std::exchange(zones_, {});
  answering_.minimal = conf_.minimal;
  for (const ZoneConf& each : conf_.zones) {
    if (each.kind != ZoneConf::Kind::primary) continue;
    const std::string path = control::Files::absolute(each.file, conf_.directory.empty() ? "/root" : conf_.directory);
    const auto file = machine_.files().read(path);
    ServedZone served;
    served.origin = each.name;
    served.file = path;
    if (file.error == control::FileError::none) served.zone = read_zone(each.name, file.text, path).zone;
    // One that can no longer be loaded goes on as it was (BIND: zone_postload()).
    const auto same = [&](const ServedZone& old) { return old.origin == served.origin && old.file == served.file; };
    const auto old = std::ranges::find_if(before, same);
    if (served.zone == nullptr && old != before.end()) served.zone = old->zone;
    zones_.push_back(std::move(served));
  }
  number_sets();
  if (conf_.empty_zones && conf_.recursion && !conf_.forwarding.only) add_empty_zones(zones_);
}

// Each set begins its turns where the one that was loaded before it did, and one further; zones are loaded in the order
// of their names, from the last label on (BIND: rbtdb.c, init_count).
void Server::number_sets() {
  const auto labels = [](const ServedZone& served) {
    std::vector<std::string> all;
    for (std::string_view rest = served.origin; !rest.empty(); rest = parent_of(rest))
      all.insert(all.begin(), folded(rest.substr(0, rest.find('.'))));
    return all;
  };
  std::vector<const ServedZone*> order;
  for (const ServedZone& each : zones_)
    if (each.zone != nullptr) order.push_back(&each);
  std::ranges::sort(order, {}, [&](const ServedZone* each) { return labels(*each); });
  std::uint32_t count = kSetsBefore;
  for (const ServedZone* const each : order)
    for (const RrSet* const set : each->zone->in_order()) set->asked = count++;
}

bool Server::may_ask(base::Ipv4Addr client, std::string_view name) const {
  const ServedZone* const served = zone_of(zones_, name);
  const std::optional<MatchList>* list = &conf_.allow_query;
  for (const ZoneConf& each : conf_.zones)
    if (served != nullptr && each.name == served->origin && each.allow_query) list = &each.allow_query;
  return !*list || matches(**list, client, own_addresses()).value_or(false);
}

bool Server::may_recurse(base::Ipv4Addr client) const {
  if (!conf_.recursion) return false;
  for (const auto* list : {&conf_.allow_recursion, &conf_.allow_query_cache, &conf_.allow_query})
    if (*list) return matches(**list, client, own_addresses()).value_or(false);
  const MatchList own{{.kind = Match::Kind::localnets, .negated = false, .prefix = {}, .list = {}},
                      {.kind = Match::Kind::localhost, .negated = false, .prefix = {}, .list = {}}};
  return matches(own, client, own_addresses()).value_or(false);
}

void Server::take(const std::string& bytes, Client client) {
  bool whole = false;
  const DnsMessage question = wire::read_dns_head(bytes, whole);
  if (bytes.size() < wire::kDnsHeader || question.has(wire::dns_flag::qr) || client.address.port == 0) return;
  DnsMessage reply;
  reply.id = question.id;
  reply.flags = static_cast<std::uint16_t>(
      wire::dns_flag::qr | (question.flags & (wire::dns_flag::opcode | wire::dns_flag::rd | wire::dns_flag::cd)));
  reply.questions = question.questions;
  client.most = client.connection != 0 ? kStreamSize : kPlainSize;
  client.ad = question.has(wire::dns_flag::ad);
  if (const DnsRecord* const opt = question.opt()) {
    client.edns = true;
    client.dnssec = (opt->ttl & kDnssecOk) != 0;
    client.cookie = cookie_of(*opt).substr(0, kClientCookie);
    if (client.connection == 0) client.most = std::clamp<std::size_t>(opt->cls, kPlainSize, kEdnsSize);
  }
  if (!whole || question.questions.size() != 1) {
    fail_with(reply, DnsRcode::formerr);
    return reply_to(client, std::move(reply));
  }
  if (question.opcode() != 0) {
    fail_with(reply, DnsRcode::notimp);
    return reply_to(client, std::move(reply));
  }
  const bool recursion = may_recurse(client.address.addr);
  if (recursion) reply.flags |= wire::dns_flag::ra;
  const wire::DnsQuestion& asked = question.questions.front();
  asked_name_ = asked.name;
  if (asked.cls != wire::kDnsIn || !may_ask(client.address.addr, asked.name)) {
    client.prohibited = true;
    reply.flags = static_cast<std::uint16_t>(reply.flags & ~wire::dns_flag::ra);
    fail_with(reply, DnsRcode::refused);
    return reply_to(client, std::move(reply));
  }
  const AnswerFound found = answer(zones_, answering_, reply);
  if (found.kind == AnswerFound::Kind::answer) return reply_to(client, std::move(reply));
  if (!recursion) {
    if (reply.answers.empty()) fail_with(reply, DnsRcode::refused);
    return reply_to(client, std::move(reply));
  }
  resolve(client, std::move(reply), found.name);
}

// The most special zone with forwarders of its own, else those of the options. nullptr: none.
const Forwarding* Server::forwarding_of(std::string_view name) const {
  const ZoneConf* best = nullptr;
  for (const ZoneConf& each : conf_.zones)
    if (each.forwarding && wire::dns_name_below(name, each.name) &&
        (best == nullptr || each.name.size() > best->name.size()))
      best = &each;
  const Forwarding& found = best == nullptr ? conf_.forwarding : *best->forwarding;
  return found.servers.empty() ? nullptr : &found;
}

void Server::resolve(const Client& client, DnsMessage reply, const std::string& name) {
  const auto missing = cache_.answer(name, answering_, reply, now());
  if (!missing) return reply_to(client, std::move(reply));
  const Forwarding* const to = forwarding_of(*missing);
  std::erase_if(sent_, [](const auto& each) { return each->over; });
  // Without forwarders the servers of the root would be asked, whom no lab has.
  if (!reply.has(wire::dns_flag::rd) || to == nullptr || sent_.size() >= kMostSent) {
    fail_with(reply, DnsRcode::servfail);
    return reply_to(client, std::move(reply));
  }
  auto sent = std::make_shared<Sent>(*this, client);
  sent->reply = std::move(reply);
  sent->reply.answers.clear();  // they are looked up anew once all is there
  sent->name = *missing;
  sent->to = *to;
  sent_.push_back(sent);
  send_on(sent);
}

void Server::send_on(const std::shared_ptr<Sent>& sent) {
  const auto& [address, port] = sent->to.servers[sent->next++];
  DnsMessage question;
  question.id = static_cast<std::uint16_t>(machine_.host().rng.next());
  question.flags = wire::dns_flag::rd | wire::dns_flag::cd;
  question.questions.push_back({sent->name, sent->reply.questions.front().type, wire::kDnsIn});
  std::string& cookie = cookies_[address];
  if (cookie.empty())
    for (std::size_t i = 0; i < kClientCookie; ++i) cookie += static_cast<char>(machine_.host().rng.next());
  DnsRecord opt = wire::dns_opt(kEdnsSize, cookie_option(cookie));
  opt.ttl = kDnssecOk;
  question.additional.push_back(std::move(opt));
  control::DnsExchange::Setting setting;
  setting.servers.push_back({address, port});
  setting.tries = kTriesEach;
  setting.once_if_refused = true;
  setting.wait = kWaitEach;
  sent->exchange.ask(question, std::move(setting), [this, weak = std::weak_ptr<Sent>(sent)](const auto& outcome) {
    if (const auto known = weak.lock()) answered(known, outcome);
  });
}

void Server::answered(const std::shared_ptr<Sent>& sent, const control::DnsExchange::Outcome& outcome) {
  const bool good = outcome.reply && (outcome.reply->rcode() == static_cast<unsigned>(DnsRcode::noerror) ||
                                      outcome.reply->rcode() == static_cast<unsigned>(DnsRcode::nxdomain));
  if (!good) {
    if (sent->next < sent->to.servers.size()) return send_on(sent);
    sent->over = true;
    DnsMessage reply = sent->reply;
    reply.flags = static_cast<std::uint16_t>(reply.flags & ~wire::dns_flag::aa);
    fail_with(reply, DnsRcode::servfail);
    return reply_to(sent->client, std::move(reply));
  }
  if (const DnsRecord* const opt = outcome.reply->opt())
    if (const std::string theirs = cookie_of(*opt); theirs.size() > kClientCookie)
      cookies_[outcome.server.addr] = theirs;
  const wire::DnsQuestion asked{sent->name, sent->reply.questions.front().type, wire::kDnsIn};
  cache_.keep(asked, *outcome.reply, now());
  DnsMessage reply = sent->reply;
  asked_name_ = reply.questions.front().name;
  const AnswerFound found = answer(zones_, answering_, reply);
  sent->over = true;
  if (found.kind == AnswerFound::Kind::answer) return reply_to(sent->client, std::move(reply));
  const auto missing = cache_.answer(found.name, answering_, reply, now());
  if (!missing || *missing == sent->name || ++sent->aliases > 8) return reply_to(sent->client, std::move(reply));
  const Forwarding* const to = forwarding_of(*missing);
  if (to == nullptr) return reply_to(sent->client, std::move(reply));
  sent->over = false;
  sent->name = *missing;
  sent->to = *to;
  sent->next = 0;
  send_on(sent);
}

std::vector<std::string> Server::ordered(const std::string& name, const RrSet& set) {
  RrOrder order = RrOrder::random;
  for (const OrderRule& rule : conf_.orders) {
    if (rule.type && *rule.type != set.type) continue;
    if (!rule.name.empty() && !wire::dns_name_below(name, rule.name)) continue;
    order = rule.order;
    break;
  }
  std::vector<std::string> data = set.data;
  const auto count = static_cast<std::uint32_t>(data.size());
  if (count < 2 || order == RrOrder::none) return data;
  if (order == RrOrder::cyclic) {
    std::ranges::rotate(data, data.begin() + static_cast<std::ptrdiff_t>(set.asked % count));
    return data;
  }
  for (std::uint32_t i = 0; i + 1 < count; ++i) std::swap(data[i], data[i + machine_.host().rng.below(count - i)]);
  return data;
}

void Server::reply_to(const Client& client, DnsMessage reply) {
  if (client.edns) {
    std::string options;
    if (!client.cookie.empty()) {
      // Version 1, the time, and a hash of both ends that is drawn here (RFC 9018).
      std::string cookie = client.cookie + std::string("\1\0\0\0", 4);
      const auto seconds = static_cast<std::uint32_t>(now() / std::chrono::seconds(1));
      for (int shift = 24; shift >= 0; shift -= 8) cookie += static_cast<char>(seconds >> shift & 0xff);
      while (cookie.size() < kClientCookie + kServerCookie) cookie += static_cast<char>(machine_.host().rng.next());
      options = cookie_option(cookie);
    }
    if (client.prohibited) options += std::string{0, 15, 0, 2, 0, 18};  // RFC 8914
    reply.additional.push_back(wire::dns_opt(kEdnsSize, std::move(options)));
    if (client.dnssec) reply.additional.back().ttl = kDnssecOk;
  }
  const std::string bytes = write_message(std::move(reply), client.most, client.ad);
  if (client.connection != 0) return streams_.reply(client.connection, bytes);
  client.listener->socket->send(bytes, client.address);
}

}  // namespace lvs::named
