// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/names/lookup.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "control/machine/machine.h"
#include "control/words/addresses.h"

namespace lvs::control {

using host::SocketError;
using wire::DnsMessage;
using wire::DnsType;

namespace {

std::string query_bytes(std::uint16_t id, const std::string& name, std::uint16_t type) {
  DnsMessage message;
  message.id = id;
  message.flags = wire::dns_flag::rd;
  message.questions.push_back({name, type, wire::kDnsIn});
  return write_dns(message);
}

// The addresses of a reply, or the names, behind its CNAMEs.
bool has_data(const DnsMessage& reply, std::uint16_t type) {
  return std::ranges::any_of(reply.answers, [&](const auto& each) { return each.type == type; });
}

// `names`: the official one first.
Found named(std::vector<base::Ipv4Addr> addresses, std::vector<std::string> names) {
  Found found{NameError::none, std::move(addresses), {}, {}};
  if (names.empty()) return found;
  found.name = std::move(names.front());
  found.aliases.assign(std::make_move_iterator(std::next(names.begin())), std::make_move_iterator(names.end()));
  return found;
}

}  // namespace

std::string_view text_of(NameError error) {
  switch (error) {
    case NameError::none: return "Success";
    case NameError::no_name: return "Name or service not known";
    case NameError::no_data: return "No address associated with hostname";
    case NameError::again: return "Temporary failure in name resolution";
    case NameError::failure: return "Non-recoverable failure in name resolution";
  }
  return "Unknown error";
}

Lookup::Lookup(Machine& machine, host::SocketOwner owner)
    : machine_(machine), owner_(owner), alarm_(machine.host(), [this] { on_timeout(); }) {}

void Lookup::addresses(const std::string& name, Done done) {
  done_ = std::move(done);
  typed_ = name;
  if (const auto address = host_address(name)) return finish({NameError::none, {*address}, name, {}});
  if (Found known = in_hosts(name); !known.addresses.empty()) {
    known.addresses = in_order_of_trial(machine_.host(), std::move(known.addresses));
    return finish(std::move(known));
  }
  begin({name}, {DnsType::a, DnsType::aaaa});
}

Found Lookup::in_hosts(const std::string& name) const {
  const std::string hosts = machine_.files().read("/etc/hosts").text;
  return named(addresses_in_hosts(hosts, name), names_in_hosts(hosts, name));
}

void Lookup::addresses_of(const std::string& name, DnsType type, Done done) {
  done_ = std::move(done);
  typed_ = name;
  if (type == DnsType::a) {
    if (const auto address = host_address(name)) return finish({NameError::none, {*address}, name, {}});
    if (Found known = in_hosts(name); !known.addresses.empty()) return finish(std::move(known));
  }
  begin({name}, {type});
}

void Lookup::name_of(base::Ipv4Addr address, Done done) {
  done_ = std::move(done);
  if (auto known = names_in_hosts(machine_.files().read("/etc/hosts").text, address); !known.empty())
    return finish(named({address}, std::move(known)));
  typed_ = wire::dns_reverse_name(address) + ".";  // never searched for in domains
  begin({typed_}, {DnsType::ptr});
}

void Lookup::begin(std::vector<std::string> names, std::vector<DnsType> types) {
  conf_ = read_resolv_conf(machine_.files().read("/etc/resolv.conf").text);
  types_ = std::move(types);
  names_ = names_to_ask(conf_, names.front());
  name_ = 0;
  as_typed_.reset();
  no_data_ = false;
  const auto servers = static_cast<std::uint32_t>(conf_.servers.size());
  first_server_ = conf_.rotate ? machine_.host().rng.below(servers) : 0;
  ask();
}

// The next name that can be one. Those that cannot be sent are nobody's.
void Lookup::ask() {
  while (name_ < names_.size() && !wire::dns_name(names_[name_])) ++name_;
  if (name_ == names_.size()) {
    NameError error = as_typed_.value_or(NameError::no_name);
    if (!as_typed_ && no_data_) error = NameError::no_data;
    return finish({error, {}, typed_, {}});
  }
  queries_.clear();
  for (const DnsType type : types_) {
    Query query;
    query.id = static_cast<std::uint16_t>(machine_.host().rng.next());
    query.type = static_cast<std::uint16_t>(type);
    query.bytes = query_bytes(query.id, names_[name_], query.type);
    queries_.push_back(std::move(query));
  }
  if (queries_.size() == 2 && queries_[0].id == queries_[1].id) ++queries_[1].id, queries_[1].bytes[1] ^= 1;
  sockets_.clear();
  sockets_.resize(conf_.servers.size());
  attempt_ = 0;
  server_ = 0;
  ask_server();
}

void Lookup::ask_server() {
  host::UdpPtr& socket = sockets_[server_];
  if (!socket) {
    socket = machine_.sockets().udp(this, owner_);
    socket->set_receive_errors(true);  // __res_enable_icmp(): who is not to be reached need not be waited for
    const base::Ipv4Addr server = conf_.servers[(server_ + first_server_) % conf_.servers.size()];
    if (socket->connect({server, wire::kDnsPort}) != SocketError::none) return next_server(false);
  }
  send();
}

void Lookup::send() {
  for (Query& query : queries_) {
    query.reply.reset();
    query.refused = false;
    if (sockets_[server_]->send(query.bytes) != SocketError::none) return next_server(false);
  }
  // res_send.c: send_dg(). poll(2) is late by up to a thousandth, as the kernel likes to wake up once for many.
  unsigned seconds = conf_.timeout << server_;
  if (server_ > 0) seconds = std::max(1u, seconds / static_cast<unsigned>(conf_.servers.size()));
  base::Time wait = std::chrono::seconds(seconds);
  if (machine_.host().ticks()) wait += std::min<base::Time>(wait / 1000, std::chrono::milliseconds(100));
  alarm_.set_after(wait);
}

void Lookup::next_server(bool keep_socket) {
  alarm_.clear();
  if (!keep_socket) sockets_[server_].reset();
  if (++server_ == conf_.servers.size()) {
    server_ = 0;
    if (++attempt_ == conf_.attempts) return name_done(NameError::again);
  }
  ask_server();
}

void Lookup::on_timeout() {
  // One of two answers is better than none.
  const auto answered = [](const Query& query) { return query.reply && !query.refused; };
  if (std::ranges::any_of(queries_, answered) && attempt_ + 1 == conf_.attempts) return server_done();
  next_server(true);
}

void Lookup::socket_ready() {
  while (done_ && server_ < sockets_.size() && sockets_[server_]) {
    host::UdpSocket::Datagram datagram;
    const SocketError error = sockets_[server_]->receive(datagram);
    if (error == SocketError::again) return;
    if (error != SocketError::none) return next_server(false);
    take(datagram.data);
  }
}

void Lookup::take(const std::string& bytes) {
  auto reply = wire::read_dns(bytes);
  if (!reply || !reply->has(wire::dns_flag::qr) || reply->questions.size() != 1) return;
  const wire::DnsQuestion& question = reply->questions.front();
  const auto query = std::ranges::find_if(queries_, [&](const Query& each) {
    return each.id == reply->id && each.type == question.type && wire::same_dns_name(question.name, names_[name_]);
  });
  if (query == queries_.end() || query->reply) return;
  const unsigned code = reply->rcode();
  query->refused = code == 2 || code == 4 || code == 5;
  query->reply = std::move(*reply);
  if (std::ranges::all_of(queries_, [](const Query& each) { return each.reply.has_value(); })) server_done();
}

void Lookup::server_done() {
  // The servers' own troubles: another one is asked, or the same once more. Of one question the socket is closed.
  if (std::ranges::all_of(queries_, [](const Query& each) { return each.refused || !each.reply; }))
    return next_server(queries_.size() > 1);
  alarm_.clear();
  bool exists = false, aliased = false;
  std::vector<base::Ipv4Addr> addresses;
  std::vector<std::string> names;  // whose they are, and its aliases
  for (const Query& query : queries_) {
    if (!query.reply || query.refused) continue;
    exists |= query.reply->rcode() == 0;
    aliased |= query.reply->rcode() == 0 && !query.reply->answers.empty();
    if (!has_data(*query.reply, query.type)) continue;
    std::vector<std::string> aliases;
    for (const wire::DnsRecord& each : query.reply->answers) {
      if (each.type == static_cast<std::uint16_t>(DnsType::cname)) aliases.push_back(each.name);
      if (each.type != query.type) continue;
      if (const auto address = each.address()) addresses.push_back(*address);
      if (names.empty() && !addresses.empty()) names = {aliases.empty() ? names_[name_] : each.name};
      if (types_.front() == DnsType::ptr) return finish({NameError::none, {}, each.target().value_or(""), {}});
    }
    if (names.size() == 1) names.insert(names.end(), aliases.begin(), aliases.end());
  }
  if (!addresses.empty()) {
    if (types_.size() > 1) addresses = in_order_of_trial(machine_.host(), std::move(addresses));
    return finish(named(std::move(addresses), std::move(names)));
  }
  // An alias of a name without such a record is an answer: no other domain is searched (glibc: res_query()).
  if (aliased) return finish({NameError::no_data, {}, typed_, {}});
  name_done(exists ? NameError::no_data : NameError::no_name);
}

// Whether another one of the names is tried (glibc: __res_context_search()).
void Lookup::name_done(NameError error) {
  sockets_.clear();
  const bool as_typed = names_[name_] + "." == typed_ || names_[name_] == typed_;
  if (as_typed) as_typed_ = error;
  no_data_ |= error == NameError::no_data;
  const bool given_up = !as_typed && error == NameError::again;
  name_ = given_up ? names_.size() : name_ + 1;
  if (given_up && !as_typed_) as_typed_ = error;
  ask();
}

void Lookup::finish(Found found) {
  alarm_.clear();
  sockets_.clear();
  queries_.clear();
  std::exchange(done_, {})(found);
}

}  // namespace lvs::control
