// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/sync/master.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace lvs::ipvs {
namespace {

constexpr std::int64_t kFlushSeconds = 2;                         // IPVS_SYNC_FLUSH_TIME
constexpr base::Time kCheckPeriod = std::chrono::seconds(1);      // IPVS_SYNC_CHECK_PERIOD
constexpr base::Time kSendDelay = std::chrono::milliseconds(20);  // IPVS_SYNC_SEND_DELAY: HZ / 50
constexpr unsigned kWakeupRate = 8;                               // IPVS_SYNC_WAKEUP_RATE
constexpr std::int64_t kRetryBits = 3;                            // of SyncRecord::end_time
constexpr std::int64_t kLeastRefreshSeconds = 10;
constexpr std::size_t kMostSpare = 4;

bool hangs_on_template(const Conn& conn) {
  for (const Conn* up = conn.control; up != nullptr; up = up->control) {
    if (up->has(conn_flag::template_)) return true;
  }
  return false;
}

// The states that are told of; no others of these protocols.
bool told_of(const Conn& conn, bool& established) {
  switch (static_cast<IpProto>(conn.protocol)) {
    case IpProto::tcp:
      established = conn.state == tcp_state::established;
      return established || conn.state == tcp_state::fin_wait || conn.state == tcp_state::close ||
             conn.state == tcp_state::close_wait || conn.state == tcp_state::time_wait;
    case IpProto::sctp:
      established = conn.state == sctp_state::established;
      return established || conn.state == sctp_state::shutdown_sent || conn.state == sctp_state::shutdown_received ||
             conn.state == sctp_state::shutdown_ack_sent || conn.state == sctp_state::closed;
    default: return true;
  }
}

}  // namespace

SyncMaster::Thread::Thread(SyncMaster& owner, std::size_t index)
    : sleep(
          [](base::Timer& timer) {
            auto& it = static_cast<ThreadTimer&>(timer);
            it.master.run(*it.master.threads_[it.thread]);
          },
          owner, index),
      work(
          [](base::Timer& timer) {
            auto& it = static_cast<ThreadTimer&>(timer);
            it.master.woken(*it.master.threads_[it.thread]);
          },
          owner, index) {}

SyncMaster::SyncMaster(Core& core, SyncRecords& records, SyncConfig config)
    : core_(core), records_(records), config_(std::move(config)) {}

SyncMaster::~SyncMaster() {
  for (const auto& thread : threads_) {
    core_.host.cancel(thread->sleep);
    core_.host.cancel(thread->work);
  }
}

// Kernel: make_send_sock().
Error SyncMaster::start(host::Sockets& sockets, host::Device& dev, unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) {
    auto thread = std::make_unique<Thread>(*this, i);
    thread->socket = sockets.udp(nullptr);
    host::UdpSocket& socket = *thread->socket;
    socket.set_multicast(&dev, config_.ttl);
    socket.discovers_mtu = false;
    const base::Ipv4Addr own = core_.host.fib.select_address(&dev, {}, host::Scope::global);
    if (socket.bind({own, 0}) != host::SocketError::none) return Error::invalid;
    if (socket.connect({config_.group, static_cast<std::uint16_t>(config_.port + i)}) != host::SocketError::none) {
      return Error::unreachable;
    }
    threads_.push_back(std::move(thread));
  }
  for (const auto& thread : threads_) run(*thread);
  return Error::none;
}

// The other side's entry would live as long as it does anyway; `end` as it will be (kernel: the middle of
// ip_vs_sync_conn_needed()).
bool SyncMaster::worth_refreshing(const Conn& conn, SyncRecord& record, std::int64_t now, std::int64_t& end) const {
  const std::int64_t second = Jiffies::a_second(core_);
  const std::int64_t timeout = std::int64_t{conn.timeout} * second;
  const std::int64_t period = static_cast<std::uint32_t>(core_.settings.sync_refresh_period) * second;
  if (std::abs(end - record.end_time) >= std::min(period, std::max(timeout / 2, kLeastRefreshSeconds * second))) {
    return true;
  }
  const std::int64_t retries = record.end_time & kRetryBits;
  if (retries >= core_.settings.sync_retries) return false;
  if (now < record.end_time - timeout + period / 8) return false;
  end |= retries + 1;
  return true;
}

// Kernel: ip_vs_sync_conn_needed().
bool SyncMaster::needed(const Conn& conn, std::uint32_t packets) {
  const Settings& settings = core_.settings;
  const bool is_template = conn.has(conn_flag::template_);
  SyncRecord& record = records_.of(conn);
  const std::int64_t now = Jiffies::now(core_);
  std::int64_t end = (now + std::int64_t{conn.timeout} * Jiffies::a_second(core_)) & ~kRetryBits;
  bool at_once = false;
  if (!is_template) {
    if (settings.sync_persist_mode != 0 && hangs_on_template(conn)) return false;
    bool established = true;
    if (!told_of(conn, established)) return false;
    at_once = !established && conn.state != record.old_state;
  }
  if (!at_once) {
    if (settings.sync_refresh_period != 0 && !worth_refreshing(conn, record, now, end)) return false;
    const auto threshold = static_cast<std::uint32_t>(settings.sync_threshold[0]);
    const auto period = static_cast<std::uint32_t>(settings.sync_threshold[1]);
    if (period != 0) {
      if (!is_template && packets % period != threshold) return false;
    } else if (settings.sync_refresh_period == 0 && packets != threshold) {
      return false;
    }
  }
  record = {end, conn.state};
  return true;
}

void SyncMaster::passed(Conn& conn, std::uint32_t packets) {
  for (Conn* each = &conn;;) {
    const bool old_version = core_.settings.sync_version == 0;
    // One-packet connections are not told of; version 0 does not even look further.
    const bool told = !each->has(conn_flag::one_packet) && needed(*each, packets);
    if (told) tell(*each);
    if (old_version && !told) return;
    each = each->control;
    if (each == nullptr) return;
    if (each->has(conn_flag::template_)) {
      each->count_packet();
      packets = each->in_packets;
    } else {
      packets = static_cast<std::uint32_t>(core_.settings.sync_threshold[0]);
    }
  }
}

// Into the message that is being filled (kernel: the rest of ip_vs_sync_conn()).
void SyncMaster::tell(const Conn& conn) {
  const wire::IpvsSyncConn sync = sync_conn_of(core_, conn);
  const int version = core_.settings.sync_version == 0 ? 0 : 1;
  if (version == 1 && !sync.pe_data.empty() && conn.dest == nullptr) return;
  Thread& thread = thread_of(conn);
  Buffer& buffer = thread.buffer;
  const std::size_t size = wire::ipvs_sync_size(sync, version);
  if (!buffer.bytes.empty()) {
    const std::size_t padding = wire::ipvs_sync_padding(buffer.bytes.size(), version);
    if (buffer.version != version || buffer.bytes.size() + padding + size > buffer.limit) enqueue(thread);
  }
  if (buffer.bytes.empty()) begin(thread, version, size);
  wire::put_ipvs_sync(buffer.bytes, sync, version);
  if (core_.host.tracing()) core_.host.journal("sync", "to be told: " + sync_text(conn));
}

// Kernel: ip_vs_sync_buff_create().
void SyncMaster::begin(Thread& thread, int version, std::size_t size) {
  Buffer& buffer = thread.buffer;
  if (!thread.spare.empty()) {
    buffer.bytes = std::move(thread.spare.back());
    thread.spare.pop_back();
  }
  buffer.version = version;
  buffer.limit = std::max<std::size_t>(size + wire::ipvs_sync_header_size(version), config_.max_length);
  buffer.first_use = Jiffies::now(core_);
  buffer.bytes.reserve(buffer.limit);
  wire::begin_ipvs_sync(buffer.bytes, version, config_.syncid);
}

// The message is full (kernel: sb_queue_tail()).
void SyncMaster::enqueue(Thread& thread) {
  std::string message = std::exchange(thread.buffer.bytes, {});
  if (thread.queue.size() >= static_cast<std::size_t>(core_.settings.sync_qlen_max)) {
    if (core_.host.tracing()) core_.host.journal("sync", "the queue is full: a message is thrown away");
    return;
  }
  if (thread.queue.empty()) core_.host.arm(thread.work, core_.host.now() + kSendDelay);
  thread.queue.push_back(std::move(message));
  if (++thread.delay == kWakeupRate) core_.host.arm_exactly(thread.sleep, core_.host.now());
}

// Kernel: master_wakeup_work_handler().
void SyncMaster::woken(Thread& thread) {
  if (thread.queue.empty() || thread.delay >= kWakeupRate) return;
  thread.delay = kWakeupRate;
  core_.host.arm_exactly(thread.sleep, core_.host.now());
}

// Kernel: sync_thread_master(), from one sleep to the next.
void SyncMaster::run(Thread& thread) {
  while (!thread.queue.empty()) {
    std::string message = std::move(thread.queue.front());
    thread.queue.pop_front();
    if (thread.queue.empty()) thread.delay = 0;
    send(thread, std::move(message));
  }
  const std::int64_t old_enough = kFlushSeconds * Jiffies::a_second(core_);
  if (!thread.buffer.bytes.empty() && Jiffies::now(core_) - thread.buffer.first_use >= old_enough) {
    send(thread, std::exchange(thread.buffer.bytes, {}));
  }
  core_.host.arm(thread.sleep, core_.host.now() + kCheckPeriod);
}

void SyncMaster::send(Thread& thread, std::string message) {
  if (core_.host.tracing()) {
    const wire::IpvsSyncReader reader({reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
    core_.host.journal(
        "sync", fmt::format("a message of {} bytes with {} connections goes to {}:{}, syncid {}", message.size(),
                            reader.header().count, config_.group.text(), thread.socket->remote().port, config_.syncid));
  }
  thread.socket->send(message);
  if (thread.spare.size() < kMostSpare) thread.spare.push_back(std::move(message));
}

}  // namespace lvs::ipvs
