// SPDX-License-Identifier: GPL-2.0-or-later
// Listening, reading names, and answers from what is known.
#include "daemons/dnsmasq/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "control/names/hosts.h"
#include "daemons/dnsmasq/forwarded.h"

namespace lvs::dnsmasq {

using host::SocketError;
using wire::DnsMessage;
using wire::DnsQuestion;
using wire::DnsRcode;
using wire::DnsType;

namespace {

constexpr std::uint16_t kEdnsSize = 1232;
constexpr std::size_t kLargestPlain = 512, kLargestStream = 65535;
constexpr auto kTcpIdle = std::chrono::seconds(150);  // alarm(2) of the process that serves a connection

void set_rcode(DnsMessage& reply, DnsRcode code) {
  reply.flags = static_cast<std::uint16_t>((reply.flags & ~wire::dns_flag::rcode) | static_cast<unsigned>(code));
}

bool is_type(const DnsQuestion& question, DnsType type) { return question.type == static_cast<std::uint16_t>(type); }

// RFC 1918 and the rest that bogus-priv answers for.
bool is_private(base::Ipv4Addr address) {
  const std::uint32_t value = address.value;
  return value >> 24 == 10 || value >> 24 == 127 || value >> 20 == 0xac1 || value >> 16 == 0xc0a8 ||
         value >> 16 == 0xa9fe || value >> 24 == 0 || address.is_broadcast();
}

}  // namespace

Server::Server(control::Machine& machine, control::Pid pid, Conf conf, Say say)
    : machine_(machine),
      pid_(pid),
      conf_(std::move(conf)),
      say_(std::move(say)),
      store_(conf_.cache_size, !conf_.no_round_robin),
      streams_(machine, owner(5), kTcpIdle, [this](const control::DnsStreams::Asked& asked) {
        take(asked.bytes, {asked.from, asked.to.addr, 0, false, asked.connection});
      }) {}
Server::~Server() = default;

std::int64_t Server::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(machine_.epoch + machine_.host().now()).count();
}

std::string Server::listen_on(base::Ipv4Addr address) {
  auto listener = std::make_unique<Listener>(*this);
  listener->udp = machine_.sockets().udp(listener.get(), owner(4));
  listener->udp->set_reuse(true, false);
  const host::SocketAddress at{address, conf_.port};
  SocketError error = listener->udp->bind(at);
  if (error == SocketError::none) error = streams_.listen(at, 32);
  if (error != SocketError::none) {
    return fmt::format("failed to create listening socket for {}: {}",
                       address.is_any() ? fmt::format("port {}", conf_.port) : address.text(), text_of(error));
  }
  listeners_.push_back(std::move(listener));
  return {};
}

std::string Server::start() {
  if (conf_.port != 0) {
    std::vector<base::Ipv4Addr> addresses;
    if (conf_.bind_interfaces) {
      addresses = conf_.listen;
      for (const std::string& name : conf_.interfaces) {
        const host::Device* const device = machine_.host().device(name);
        if (device == nullptr) return "unknown interface " + name;
        for (const auto& each : device->addresses) addresses.push_back(each.prefix.addr);
      }
      if (addresses.empty())
        for (const auto& device : machine_.host().devices())
          for (const auto& each : device->addresses) addresses.push_back(each.prefix.addr);
    } else {
      addresses = {base::Ipv4Addr{}};
    }
    for (const base::Ipv4Addr address : addresses)
      if (std::string error = listen_on(address); !error.empty()) return error;
  }
  say_(fmt::format("started, version 2.90 cachesize {}", conf_.cache_size));
  say_(
      "compile time options: IPv6 GNU-getopt DBus no-UBus i18n IDN2 DHCP DHCPv6 no-Lua TFTP conntrack ipset nftset "
      "auth cryptohash DNSSEC loop-detect inotify dumpfile");
  read_names();
  return {};
}

void Server::reload() { read_names(); }

void Server::read_names() {
  upstreams_ = conf_.servers;
  if (!conf_.no_resolv) {
    const auto file = machine_.files().read(conf_.resolv_file);
    for (const base::Ipv4Addr address : control::read_resolv_conf(file.text).servers)
      if (file.text.find("nameserver") != std::string::npos) upstreams_.push_back({{}, address, wire::kDnsPort});
  }
  for (const Upstream& each : upstreams_) {
    const std::string domain = each.domain.empty() ? "" : fmt::format(" for domain {}", each.domain);
    say_(fmt::format("using nameserver {}#{}{}", each.address.text(), each.port, domain));
  }
  store_.clear();
  for (const HostRecord& record : conf_.hosts)
    for (const std::string& name : record.names)
      store_.add_host(name, record.address, record.ttl.value_or(conf_.local_ttl));
  std::vector<std::string> paths = conf_.addn_hosts;
  if (!conf_.no_hosts) paths.insert(paths.begin(), "/etc/hosts");
  for (const std::string& path : paths) {
    const auto file = machine_.files().read(path);
    if (file.error != control::FileError::none) {
      say_(fmt::format("failed to load names from {}: {}", path, text_of(file.error)));
      continue;
    }
    std::size_t count = 0;
    for (const control::HostsLine& line : control::read_hosts(file.text)) {
      for (const std::string& name : line.names) {
        if (!wire::dns_name(name)) continue;
        ++count;
        if (conf_.expand_hosts && !conf_.domain.empty() && name.find('.') == std::string::npos)
          store_.add_host(name + "." + conf_.domain, line.address, conf_.local_ttl);
        store_.add_host(name, line.address, conf_.local_ttl);
      }
    }
    say_(fmt::format("read {} - {} names", path, count));
  }
}

void Server::take(const std::string& bytes, const Client& from) {
  auto question = wire::read_dns(bytes);
  if (!question || question->has(wire::dns_flag::qr) || question->questions.size() != 1 || from.address.port == 0)
    return;
  Client client = from;
  client.id = question->id;
  client.edns = question->opt() != nullptr;
  DnsMessage reply;
  reply.id = question->id;
  reply.flags = static_cast<std::uint16_t>(
      (question->flags & ~(wire::dns_flag::aa | wire::dns_flag::tc | wire::dns_flag::ad | wire::dns_flag::rcode)) |
      wire::dns_flag::qr | wire::dns_flag::ra);
  reply.questions = question->questions;
  if (question->opcode() != 0) {
    set_rcode(reply, DnsRcode::notimp);
    return reply_to(client, std::move(reply));
  }
  if (answer_known(*question, reply)) return reply_to(client, std::move(reply));
  const DnsQuestion& asked = question->questions.front();
  const Authority authority = authority_for(asked);
  if (authority.literal != nullptr) {
    answer_literal(*authority.literal, asked, reply);
    return reply_to(client, std::move(reply));
  }
  const bool address = is_type(asked, DnsType::a) || is_type(asked, DnsType::aaaa);
  if (authority.servers.empty()) refuse(reply);
  if (conf_.domain_needed && address && !asked.name.empty() && asked.name.find('.') == std::string::npos) {
    set_rcode(reply, is_local_name(asked.name) ? DnsRcode::noerror : DnsRcode::nxdomain);
    return reply_to(client, std::move(reply));
  }
  if (authority.servers.empty()) return reply_to(client, std::move(reply));
  if (client.connection != 0) return forward_over_tcp(*question, client, authority.servers);
  forward(bytes, *question, client, authority.servers);
}

void Server::refuse(DnsMessage& reply) const {
  set_rcode(reply, DnsRcode::refused);
  // Extended error 14, "Not Ready" (RFC 8914), where the client takes options.
  reply.additional.push_back(wire::dns_opt(kEdnsSize, std::string("\0\x0f\0\x02\0\x0e", 6)));
}

bool Server::is_local_name(std::string_view name) const {
  return store_.has_local(name) ||
         std::ranges::any_of(conf_.texts, [&](const TextRecord& each) { return wire::same_dns_name(each.name, name); });
}

bool Server::answer_known(const DnsMessage& question, DnsMessage& reply) {
  const DnsQuestion& asked = question.questions.front();
  if (asked.cls != wire::kDnsIn) return false;
  if (is_type(asked, DnsType::ptr)) return answer_reverse(asked, reply);
  bool answered = false;
  if (is_type(asked, DnsType::txt)) {
    for (const TextRecord& each : conf_.texts) {
      if (!wire::same_dns_name(each.name, asked.name)) continue;
      wire::DnsRecord record{asked.name, asked.type, wire::kDnsIn, shown_ttl(conf_.local_ttl), {}};
      for (const std::string& text : each.texts) record.data += static_cast<char>(text.size()) + text;
      reply.answers.push_back(std::move(record));
      reply.flags |= wire::dns_flag::aa;
      answered = true;
    }
    if (answered) return true;
  }
  const bool any = is_type(asked, DnsType::any);
  if ((is_type(asked, DnsType::a) || any) && answer_addresses(asked, reply)) return true;
  switch (store_.missing(asked.name, asked.type, now())) {
    case Store::Missing::unknown: return false;
    case Store::Missing::no_data: return true;
    case Store::Missing::no_name: set_rcode(reply, DnsRcode::nxdomain); return true;
  }
  return false;
}

bool Server::answer_addresses(const DnsQuestion& question, DnsMessage& reply) {
  const Store::Addresses found = store_.find(question.name, now());
  for (const Known& each : found.all)
    reply.answers.push_back(wire::dns_a(question.name, shown_ttl(each.ttl), each.address));
  if (found.local && !found.all.empty()) reply.flags |= wire::dns_flag::aa;
  return !found.all.empty();
}

bool Server::answer_reverse(const DnsQuestion& question, DnsMessage& reply) {
  const auto address = wire::dns_address_of_reverse(question.name);
  if (!address) return false;
  if (const auto name = store_.find_name(*address, now())) {
    if (name->local) reply.flags |= wire::dns_flag::aa;
    reply.answers.push_back(wire::dns_naming(question.name, DnsType::ptr, shown_ttl(name->ttl), name->name));
    return true;
  }
  if (!conf_.bogus_priv || !is_private(*address)) return false;
  reply.flags |= wire::dns_flag::aa;
  set_rcode(reply, DnsRcode::nxdomain);
  return true;
}

Server::Authority Server::authority_for(const DnsQuestion& question) const {
  Authority best;
  const bool a = is_type(question, DnsType::a), aaaa = is_type(question, DnsType::aaaa);
  std::string_view domain = question.name;
  for (;;) {
    for (const Literal& each : conf_.literals) {
      if (!wire::same_dns_name(each.domain, domain)) continue;
      const bool fits = each.address ? a : each.zeros ? a || aaaa : true;
      if (!fits) continue;
      // An address goes before none at all.
      if (best.literal == nullptr || (best.literal->address == std::nullopt && !best.literal->zeros))
        best.literal = &each;
    }
    if (best.literal != nullptr) return best;
    for (const Upstream& each : upstreams_)
      if (wire::same_dns_name(each.domain, domain)) best.servers.push_back(&each);
    if (!best.servers.empty() || domain.empty()) return best;
    const std::size_t dot = domain.find('.');
    domain = dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
  }
}

void Server::answer_literal(const Literal& literal, const DnsQuestion& question, DnsMessage& reply) {
  if (!literal.address && !literal.zeros) {
    bool here = is_local_name(question.name);
    for (const Literal& each : conf_.literals)
      here |= (each.address || each.zeros) && wire::same_dns_name(each.domain, literal.domain);
    return set_rcode(reply, here ? DnsRcode::noerror : DnsRcode::nxdomain);
  }
  reply.flags |= wire::dns_flag::aa;
  const std::uint32_t ttl = shown_ttl(conf_.local_ttl);
  if (literal.zeros) {
    wire::DnsRecord record{question.name, question.type, wire::kDnsIn, ttl,
                           std::string(is_type(question, DnsType::a) ? 4 : 16, '\0')};
    reply.answers.push_back(std::move(record));
    return;
  }
  for (const Literal& each : conf_.literals)
    if (each.address && wire::same_dns_name(each.domain, literal.domain))
      reply.answers.push_back(wire::dns_a(question.name, ttl, *each.address));
}

void Server::reply_to(const Client& client, DnsMessage reply) {
  if (!client.edns) {
    reply.additional.clear();
  } else if (reply.opt() == nullptr) {
    reply.additional.push_back(wire::dns_opt(kEdnsSize));
  }
  std::string bytes = write_dns(reply);
  const std::size_t most = client.connection != 0 ? kLargestStream : client.edns ? kEdnsSize : kLargestPlain;
  if (bytes.size() > most) {
    reply.answers.clear();
    reply.authority.clear();
    reply.flags |= wire::dns_flag::tc;
    bytes = write_dns(reply);
  }
  send(client, bytes);
}

// From the address that was asked (IP_PKTINFO): a socket of that address, for this one answer.
void Server::send(const Client& client, const std::string& bytes) {
  if (client.connection != 0) return streams_.reply(client.connection, bytes);
  const auto socket = machine_.sockets().udp(nullptr, owner(4));
  socket->set_reuse(true, false);
  if (socket->bind({client.asked, conf_.port}) == SocketError::none) socket->send(bytes, client.address);
}

}  // namespace lvs::dnsmasq
