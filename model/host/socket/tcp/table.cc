// SPDX-License-Identifier: GPL-2.0-or-later
// Who has which TCP port, and to whom a segment belongs (kernel: inet_hashtables.c, inet_connection_sock.c).
#include "host/socket/tcp/table.h"

#include <algorithm>

#include "host/ip/refuse.h"
#include "host/ip/stack.h"
#include "host/socket/tcp/tcp.h"
#include "wire/icmp.h"

namespace lvs::host {

using trace::Drop;
using trace::Stage;

namespace {

std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ x >> 27) * 0x94d049bb133111ebull;
  return x ^ x >> 31;
}

bool overlap(base::Ipv4Addr a, base::Ipv4Addr b) { return a == b || a.is_any() || b.is_any(); }

// Ports of one parity, then those of the other, beginning anywhere (kernel: __inet_hash_connect() has even ports first,
// inet_csk_find_open_port() odd ones).
template <class Use>
std::uint16_t each_ephemeral(Stack& host, base::Rng& rng, bool even_first, Use usable) {
  const auto [first, last] = host.sysctls.local_ports;  // net.ipv4.ip_local_port_range
  const auto half = static_cast<std::uint32_t>(std::max((last - first + 1) / 2, 1));
  const std::uint32_t start = rng.below(half);
  for (const int parity : {even_first ? 0 : 1, even_first ? 1 : 0}) {
    if (first + parity > last) continue;
    for (std::uint32_t i = 0; i < half; ++i) {
      const auto port = static_cast<std::uint16_t>(first + 2 * static_cast<int>((start + i) % half) + parity);
      if (!host.sysctls.reserved(port) && usable(port)) return port;
    }
  }
  return 0;
}

std::vector<TcpEndpoint*>::iterator find_from_both_ends(std::vector<TcpEndpoint*>& all, const TcpEndpoint* wanted) {
  // Who leaves has come a moment ago, or is the oldest one in TIME_WAIT.
  auto front = all.begin(), back = all.end();
  while (front != back) {
    if (*front == wanted) return front;
    if (*--back == wanted) return back;
    if (front != back) ++front;
  }
  return all.end();
}

}  // namespace

TcpTable::TcpTable(SocketCalls& calls) : TransportTable(calls, wire::IpProto::tcp), secret_(calls.rng().next()) {}

TcpTable::~TcpTable() {
  for (const auto& endpoint : endpoints_) endpoint->cancel_timers();
}

TcpPtr TcpTable::make(SocketUser* user, SocketOwner owner) {
  auto socket = std::make_unique<TcpSocket>(*this);
  socket->user = user;
  socket->owner = owner;
  return TcpPtr(static_cast<TcpSocket*>(&own(std::move(socket))));
}

// --- who there is ---

TcpEndpoint& TcpTable::own(std::unique_ptr<TcpEndpoint> endpoint) {
  endpoint->serial_ = calls_.next_serial();
  endpoint->place_ = endpoints_.size();
  endpoints_.push_back(std::move(endpoint));
  return *endpoints_.back();
}

// Freed at the end of the call: it may be at work.
void TcpTable::retire(TcpEndpoint& endpoint) {
  leave(endpoint);
  release_port(endpoint);
  endpoint.cancel_timers();
  const std::size_t place = endpoint.place_;
  calls_.free_after_call(std::move(endpoints_[place]));
  if (place + 1 != endpoints_.size()) {
    endpoints_[place] = std::move(endpoints_.back());
    endpoints_[place]->place_ = place;
  }
  endpoints_.pop_back();
}

std::vector<const TcpEndpoint*> TcpTable::endpoints() const {
  std::vector<const TcpEndpoint*> result;
  const auto is_cookie = [](const TcpEndpoint& endpoint) {
    return endpoint.kind_ == TcpEndpoint::Kind::request && static_cast<const TcpRequest&>(endpoint).cookie_;
  };
  for (const auto& endpoint : endpoints_)
    if (!is_cookie(*endpoint)) result.push_back(endpoint.get());
  std::ranges::sort(result, {}, [](const TcpEndpoint* each) { return each->serial_; });
  return result;
}

void TcpTable::enter(TcpEndpoint& endpoint) {
  connections_[{endpoint.local_, endpoint.remote_}] = &endpoint;
  endpoint.in_connections_ = true;
  if (!endpoint.bound_) return;
  release_port(endpoint);
  hold_port(endpoint);  // among the connections
}

void TcpTable::leave(TcpEndpoint& endpoint) {
  if (!endpoint.in_connections_) return;
  endpoint.in_connections_ = false;
  const auto at = connections_.find({endpoint.local_, endpoint.remote_});
  if (at != connections_.end() && at->second == &endpoint) connections_.erase(at);
}

void TcpTable::inherit(TcpEndpoint& endpoint, bool port_chosen, bool reuse_address, bool reuse_port,
                       std::uint32_t mark) {
  endpoint.mark_ = mark;
  endpoint.port_chosen_ = port_chosen;
  endpoint.reuse_address_ = reuse_address;
  endpoint.reuse_port_ = reuse_port;
  enter(endpoint);
  hold_port(endpoint);
}

TcpEndpoint* TcpTable::find(const SocketAddress& local, const SocketAddress& remote) const {
  const auto at = connections_.find({local, remote});
  return at == connections_.end() ? nullptr : at->second;
}

// One bound to the address comes before one bound to any; of equals the first (with SO_REUSEPORT the kernel hashes).
TcpSocket* TcpTable::find_listener(const SocketAddress& local) const {
  const auto holders = ports_.find(local.port);
  if (holders == ports_.end()) return nullptr;
  TcpSocket* best = nullptr;
  for (TcpEndpoint* holder : holders->second) {
    if (holder->in_connections_) break;
    if (holder->kind_ != TcpEndpoint::Kind::socket || holder->state() != TcpState::listen) continue;
    if (holder->local_.addr == local.addr) return static_cast<TcpSocket*>(holder);
    if (holder->local_.addr.is_any() && best == nullptr) best = static_cast<TcpSocket*>(holder);
  }
  return best;
}

// --- ports ---

// A server's port has tens of thousands of connections and few listeners: these come first, in the order bound, and the
// connections behind them in any.
void TcpTable::hold_port(TcpEndpoint& endpoint) {
  const auto is_connection = [](const TcpEndpoint* each) { return each->in_connections_; };
  endpoint.bound_ = true;
  std::vector<TcpEndpoint*>& holders = ports_[endpoint.local_.port];
  const auto connections = std::ranges::find_if(holders, is_connection);
  holders.insert(endpoint.in_connections_ ? holders.end() : connections, &endpoint);
}

void TcpTable::release_port(TcpEndpoint& endpoint) {
  if (!endpoint.bound_) return;
  endpoint.bound_ = false;
  const auto is_connection = [](const TcpEndpoint* each) { return each->in_connections_; };
  const auto port = ports_.find(endpoint.local_.port);
  std::vector<TcpEndpoint*>& holders = port->second;
  const auto at = find_from_both_ends(holders, &endpoint);
  if (at >= std::ranges::find_if(holders, is_connection)) {
    *at = holders.back();
    holders.pop_back();
  } else {
    holders.erase(at);
  }
  if (holders.empty()) ports_.erase(port);
}

// Kernel: inet_csk_bind_conflict().
bool TcpTable::conflict(const TcpEndpoint& endpoint, SocketAddress wanted) const {
  const auto holders = ports_.find(wanted.port);
  if (holders == ports_.end()) return false;
  return std::ranges::any_of(holders->second, [&](const TcpEndpoint* other) {
    if (other == &endpoint || !overlap(other->local_.addr, wanted.addr)) return false;
    if (endpoint.reuse_address_ && other->reuse_address_ && other->state() != TcpState::listen) return false;
    return !(endpoint.reuse_port_ && other->reuse_port_);
  });
}

bool TcpTable::may_listen(const TcpSocket& socket) const { return !conflict(socket, socket.local_); }

SocketError TcpTable::take_port(TcpEndpoint& endpoint, SocketAddress wanted) {
  if (!calls_.address_usable(wanted.addr)) return SocketError::not_available;
  if (wanted.port == 0) {
    wanted.port = each_ephemeral(host(), rng(), false, [&](std::uint16_t port) {
      return !conflict(endpoint, {wanted.addr, port});
    });
    if (wanted.port == 0) return SocketError::in_use;
  } else if (conflict(endpoint, wanted)) {
    return SocketError::in_use;
  }
  endpoint.local_ = wanted;
  endpoint.port_chosen_ = true;
  hold_port(endpoint);
  return SocketError::none;
}

bool TcpTable::choose_connection(TcpSocket& socket) {
  if (socket.bound_) return find(socket.local_, socket.remote_) == nullptr;
  const std::uint16_t port = each_ephemeral(host(), rng(), true, [&](std::uint16_t candidate) {
    const auto holders = ports_.find(candidate);
    if (holders == ports_.end()) return true;
    // A port that somebody chose is not shared; one that connect() chose is, with other destinations.
    if (std::ranges::any_of(holders->second, [](const TcpEndpoint* other) { return other->port_chosen_; }))
      return false;
    return find({socket.local_.addr, candidate}, socket.remote_) == nullptr;
  });
  if (port == 0) return false;
  socket.local_.port = port;
  hold_port(socket);
  return true;
}

std::uint32_t TcpTable::first_sequence(const SocketAddress& local, const SocketAddress& remote) const {
  const std::uint64_t hash = mix(secret_ ^ mix((std::uint64_t{local.addr.value} << 32 | remote.addr.value) +
                                               mix(std::uint64_t{local.port} << 16 | remote.port)));
  return static_cast<std::uint32_t>(hash + static_cast<std::uint64_t>(host_.now().count() >> 6));
}

std::uint32_t TcpTable::timestamp_offset(base::Ipv4Addr local, base::Ipv4Addr remote) const {
  return static_cast<std::uint32_t>(mix(~secret_ ^ mix(std::uint64_t{local.value} << 32 | remote.value)));
}

// --- packets ---

void TcpTable::deliver(PacketPtr packet) {
  const SocketCalls::Call call(calls_);
  if (const Drop bad = check_tcp(*packet); bad != Drop::none) return host_.drop(std::move(packet), bad, Stage::socket);
  const TcpIncoming segment(*packet);
  const SocketAddress local{packet->ip().dst(), segment.tcp.dport()}, remote{packet->ip().src(), segment.tcp.sport()};
  TcpEndpoint* endpoint = find(local, remote);
  if (endpoint == nullptr) endpoint = find_listener(local);
  if (endpoint == nullptr) return host_.refuse_transport(std::move(packet));
  endpoint->receive(segment);
  if (segment.drop != Drop::none) host_.drop(std::move(packet), segment.drop, Stage::socket);
}

void TcpTable::refuse(const TcpIncoming& segment) {
  send_tcp_reset(host_, segment.packet);
  if (segment.drop == Drop::none) segment.drop = Drop::tcp_reset;
}

void TcpTable::open_request(TcpSocket& listener, const TcpIncoming& syn, bool cookie,
                            std::optional<std::uint32_t> iss) {
  const SocketAddress local{syn.packet.ip().dst(), syn.tcp.dport()}, remote{syn.packet.ip().src(), syn.tcp.sport()};
  auto made = std::make_unique<TcpRequest>(listener, syn, iss.value_or(first_sequence(local, remote)));
  made->cookie_ = cookie;
  made->options_.sack_permitted &= !cookie || made->options_.has_timestamp;
  made->options_.has_scale &= !cookie || made->options_.has_timestamp;
  auto& request = static_cast<TcpRequest&>(own(std::move(made)));
  if (!request.send_synack()) {
    syn.drop = Drop::ip_outnoroutes;
    return retire(request);
  }
  if (!cookie) listener.requests_.push_back(&request);
  enter(request);
  constexpr base::Time kCookieLife = std::chrono::seconds(120);
  host_.arm_pinned(request.timer_, host_.now() + (cookie ? kCookieLife : request.interval()));
}

TcpEndpoint* TcpTable::quoted(const std::uint8_t* quoted_ip) const {
  const wire::ConstIpv4 ip{quoted_ip};
  const std::uint8_t* const ports = quoted_ip + ip.header_size();
  return find({ip.src(), base::load_be16(ports)}, {ip.dst(), base::load_be16(ports + 2)});
}

// Who does not know what we sent cannot teach us (kernel: the sequence check of tcp_v4_err()).
bool TcpTable::knows(const std::uint8_t* quoted_ip) const {
  const TcpEndpoint* const endpoint = quoted(quoted_ip);
  if (endpoint == nullptr || endpoint->kind_ != TcpEndpoint::Kind::socket) return false;
  const wire::ConstIpv4 ip{quoted_ip};
  const auto& socket = static_cast<const TcpSocket&>(*endpoint);
  return seq_between(base::load_be32(quoted_ip + ip.header_size() + 4), socket.una_, socket.next_);
}

// Kernel: tcp_v4_err().
void TcpTable::error(const Packet& packet, const std::uint8_t* quoted_ip) {
  TcpEndpoint* const endpoint = quoted(quoted_ip);
  if (endpoint == nullptr || endpoint->kind_ == TcpEndpoint::Kind::time_wait) return;
  const SocketCalls::Call call(calls_);
  const wire::ConstIpv4 ip{quoted_ip};
  const wire::ConstIcmp icmp{packet.transport()};
  const std::uint32_t seq = base::load_be32(quoted_ip + ip.header_size() + 4);
  SocketError meaning = SocketError::none;
  bool is_path = icmp.type() == wire::Icmp::time_exceeded || icmp.type() == wire::Icmp::parameter_problem;
  switch (icmp.type()) {
    case wire::Icmp::parameter_problem: meaning = SocketError::protocol; break;
    case wire::Icmp::time_exceeded: meaning = SocketError::host_unreachable; break;
    case wire::Icmp::dest_unreach:
      meaning = meaning_of_unreachable(icmp.code()).error;
      is_path = icmp.code() == wire::Icmp::net_unreach || icmp.code() == wire::Icmp::host_unreach;
      break;
    default: return;
  }
  if (endpoint->kind_ == TcpEndpoint::Kind::request) {
    // Kernel: tcp_req_err(): given up when the way back is no way.
    auto& request = static_cast<TcpRequest&>(*endpoint);
    if (is_path && seq == request.iss_) request.drop();
    return;
  }
  auto& socket = static_cast<TcpSocket&>(*endpoint);
  if (!seq_between(seq, socket.una_, socket.next_)) return;
  if (icmp.type() == wire::Icmp::dest_unreach && icmp.code() == wire::Icmp::frag_needed) {
    return socket.mtu_reduced(icmp.frag_mtu());
  }
  if (icmp.type() == wire::Icmp::dest_unreach && is_path) socket.revert_back_off(seq);
  socket.icmp_error(meaning);
}

}  // namespace lvs::host
