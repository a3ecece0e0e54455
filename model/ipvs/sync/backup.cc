// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sync/backup.h"

#include <fmt/format.h>

#include <algorithm>

#include "ipvs/proto/sip.h"
#include "ipvs/proto/states-of.h"

namespace lvs::ipvs {
namespace {

namespace sync_flag = wire::ipvs_sync_flag;

constexpr std::uint32_t kTemplateTimeout = 180;               // where the message tells none
constexpr std::uint32_t kLongest = 15u * 365 * 24 * 60 * 60;  // what a timer of this host can wait for
constexpr std::uint16_t kUpdated = conn_flag::inactive | conn_flag::in_seq | conn_flag::out_seq;
constexpr std::uint16_t kTemplateStates = 2;  // IP_VS_CTPL_S_LAST
constexpr std::string_view kEngine = "sip";

base::ByteView bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

// Kernel: make_receive_sock().
Error SyncBackup::start(host::Sockets& sockets, host::Device& dev, unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) {
    sockets_.push_back(sockets.udp(this));
    host::UdpSocket& socket = *sockets_.back();
    socket.set_reuse(true, false);
    socket.bind_device(&dev);
    const host::SocketAddress address{config_.group, static_cast<std::uint16_t>(config_.port + i)};
    if (socket.bind(address) != host::SocketError::none) return Error::in_use;
    if (socket.join(config_.group, dev) != host::SocketError::none) return Error::invalid;
  }
  return Error::none;
}

void SyncBackup::say(std::string_view what, std::string_view detail) const {
  if (core_.host.tracing()) core_.host.journal("sync", fmt::format("{}{}", what, detail));
}

void SyncBackup::socket_ready() {
  for (const host::UdpPtr& socket : sockets_) {
    host::UdpSocket::Datagram datagram;
    while (socket->receive(datagram) == host::SocketError::none) {
      // The buffer is no longer than that: a longer message is cut, and its size is wrong then.
      datagram.data.resize(std::min<std::size_t>(datagram.data.size(), config_.max_length));
      process(bytes_of(datagram.data));
    }
  }
}

void SyncBackup::process(base::ByteView message) {
  wire::IpvsSyncReader reader(message);
  if (!reader.problem().empty()) return say("a message is thrown away: ", reader.problem());
  const wire::IpvsSyncHeader& header = reader.header();
  if (config_.syncid != 0 && header.syncid != config_.syncid) {
    if (core_.host.tracing()) {
      say(fmt::format("a message of syncid {} is none of ours, which is {}", header.syncid, config_.syncid));
    }
    return;
  }
  using Step = wire::IpvsSyncReader::Step;
  wire::IpvsSyncConn sync;
  for (Step step = reader.next(sync); step != Step::end; step = reader.next(sync)) {
    if (step == Step::broken) return say("the rest of a message is thrown away: ", reader.problem());
    if (step == Step::skipped) {
      say("a connection is left out: ", reader.problem());
      continue;
    }
    take(sync, header.version == 0 ? sync.flags : sync.flags & sync_flag::taken, header.version);
  }
}

// Kernel: the end of ip_vs_proc_sync_conn(), ip_vs_proc_conn().
void SyncBackup::take(const wire::IpvsSyncConn& sync, std::uint32_t flags, int version) {
  // What 6.1.192 does not take of version 1.
  if (version != 0 && ((sync.flags & sync_flag::one_packet) != 0 ||
                       ((flags & sync_flag::template_) != 0 && sync.state >= kTemplateStates))) {
    return say("a connection is left out: Invalid state");
  }
  if ((flags & sync_flag::template_) == 0 && sync.state >= states_of(sync.protocol)) {
    return say(states_of(sync.protocol) == 0 ? "a connection is left out: Unsupported protocol"
                                             : "a connection is left out: Invalid state");
  }
  if (!sync.pe_data.empty() && sync.pe_name != kEngine) return say("a connection is left out: no such engine");
  const Tuple tuple{sync.caddr, sync.vaddr, sync.cport, sync.vport, sync.protocol};
  wire::IpvsSyncConn masked = sync;
  masked.flags = flags;
  bool ignored = false;
  Conn* conn = known(masked, tuple, ignored);
  if (ignored) return;
  const bool fresh = conn == nullptr;
  if (fresh) {
    conn = install(masked, tuple, conn_flags_of(flags));
  } else {
    update(*conn, masked, conn_flags_of(flags));
  }
  settle(*conn, sync, version);
  if (core_.host.tracing()) say(fresh ? "learnt: " : "heard of again: ", sync_text(*conn));
}

// `ignored`: the message is about one that was replaced since.
Conn* SyncBackup::known(const wire::IpvsSyncConn& sync, const Tuple& tuple, bool& ignored) {
  if ((sync.flags & sync_flag::template_) != 0) {
    return sync.pe_data.empty() ? core_.conns.find_template(tuple)
                                : find_sip_template(core_, tuple, std::string(sync.pe_data));
  }
  Conn* const conn = core_.conns.find_in(tuple);
  if (conn == nullptr || (conn->dport == sync.dport && conn->daddr == sync.daddr)) return conn;
  if ((sync.flags & sync_flag::inactive) != 0) {
    ignored = true;
  } else {
    expire_conn_now(core_, *conn);
  }
  return nullptr;
}

Conn* SyncBackup::install(const wire::IpvsSyncConn& sync, const Tuple& tuple, std::uint16_t flags) {
  Conn* const conn =
      new_conn(core_, tuple, sync.daddr, sync.dport, flags, find_destination(sync, sync.mark), sync.mark);
  if (conn->has(conn_flag::template_) && !sync.pe_data.empty()) {
    ConnExtra& extra = core_.extra(*conn);
    extra.pe_name = sync.pe_name;
    extra.pe_data = sync.pe_data;
  }
  return conn;
}

void SyncBackup::update(Conn& conn, const wire::IpvsSyncConn& sync, std::uint16_t flags) {
  Destination* const dest = conn.dest;
  const bool inactive = (flags & conn_flag::inactive) != 0;
  if (inactive != conn.has(conn_flag::inactive) && (sync.flags & sync_flag::template_) == 0 && dest != nullptr) {
    --(inactive ? dest->active_conns : dest->inactive_conns);
    ++(inactive ? dest->inactive_conns : dest->active_conns);
  }
  conn.flags = static_cast<std::uint16_t>((flags & kUpdated) | (conn.flags & ~kUpdated));
  if (dest != nullptr) return;
  wire::IpvsSyncConn place = sync;
  place.flags = conn.flags & conn_flag::method_mask;
  if (Destination* const found = find_destination(place, conn.mark)) bind_late(core_, conn, *found);
}

// Kernel: ip_vs_find_dest().
Destination* SyncBackup::find_destination(const wire::IpvsSyncConn& sync, std::uint32_t mark) const {
  const VirtualService* const service =
      core_.services.find(mark, static_cast<IpProto>(sync.protocol), sync.vaddr, sync.vport);
  if (service == nullptr) return nullptr;
  const auto at_port = [&](std::uint16_t port) -> Destination* {
    const auto found = std::ranges::find_if(
        service->destinations, [&](const Destination* dest) { return dest->addr == sync.daddr && dest->port == port; });
    return found == service->destinations.end() ? nullptr : *found;
  };
  // Destinations of fwmark services have port 0 mostly.
  const bool masq = static_cast<ForwardMethod>(sync.flags & sync_flag::method_mask) == ForwardMethod::masq;
  const std::uint16_t first = mark != 0 && !masq ? std::uint16_t{0} : sync.dport;
  Destination* const dest = at_port(first);
  return dest != nullptr ? dest : at_port(first ^ sync.dport);
}

// Numbers, state and timeout.
void SyncBackup::settle(Conn& conn, const wire::IpvsSyncConn& sync, int version) {
  const bool is_template = conn.has(conn_flag::template_);
  if (sync.has_seq) {
    ConnExtra& extra = core_.extra(conn);
    extra.in_seq = sync.in_seq;
    extra.out_seq = sync.out_seq;
  }
  conn.in_packets = static_cast<std::uint16_t>(core_.settings.sync_threshold[0]);
  if (is_template) {
    (sync.state & 1) != 0 ? conn.set(conn_flag::assured) : conn.clear(conn_flag::assured);
  } else {
    conn.state = static_cast<std::uint8_t>(sync.state);
  }
  records_.of(conn).old_state = conn.state;
  if (version != 0 && sync.timeout != 0) {
    conn.timeout = std::min(sync.timeout, kLongest);
  } else {
    conn.timeout = is_template ? kTemplateTimeout : timeout_of(core_.protocols, conn.protocol, conn.state);
  }
  put_conn(core_, conn);
}

}  // namespace lvs::ipvs
