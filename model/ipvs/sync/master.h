// SPDX-License-Identifier: GPL-2.0-or-later
// The master daemon: which connections are told of and when, messages and the threads that send them (kernel:
// ip_vs_sync_conn(), sync_thread_master()).
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "host/socket/sockets.h"
#include "ipvs/sync/config.h"
#include "ipvs/sync/record.h"

namespace lvs::ipvs {

class SyncMaster {
 public:
  SyncMaster(Core& core, SyncRecords& records, SyncConfig config);
  ~SyncMaster();
  SyncMaster(const SyncMaster&) = delete;
  SyncMaster& operator=(const SyncMaster&) = delete;

  // Error::unreachable: the interface is down.
  Error start(host::Sockets& sockets, host::Device& dev, unsigned threads);
  const SyncConfig& config() const { return config_; }

  // The connection and what it hangs on (kernel: ip_vs_sync_conn()).
  void passed(Conn& conn, std::uint32_t packets);

 private:
  // A message that is being filled, and what it will be.
  struct Buffer {
    std::string bytes;  // empty: there is none
    int version = 1;
    std::size_t limit = 0;
    std::int64_t first_use = 0;  // jiffies
  };
  struct ThreadTimer : base::Timer {
    ThreadTimer(Fire fire, SyncMaster& owner, std::size_t index) : base::Timer(fire), master(owner), thread(index) {}
    SyncMaster& master;
    std::size_t thread;
  };
  struct Thread {
    Thread(SyncMaster& owner, std::size_t index);
    host::UdpPtr socket;
    Buffer buffer;
    std::deque<std::string> queue;
    std::vector<std::string> spare;  // the memory of messages that were sent
    unsigned delay = 0;              // messages queued since it last sent all
    ThreadTimer sleep;               // it looks again
    ThreadTimer work;                // it is woken for what is in the queue
  };

  bool needed(const Conn& conn, std::uint32_t packets);
  bool worth_refreshing(const Conn& conn, SyncRecord& record, std::int64_t now, std::int64_t& end) const;
  void tell(const Conn& conn);
  Thread& thread_of(const Conn& conn) { return *threads_[conn.number & (threads_.size() - 1)]; }
  void enqueue(Thread& thread);
  void begin(Thread& thread, int version, std::size_t size);
  void run(Thread& thread);
  void woken(Thread& thread);
  void send(Thread& thread, std::string message);

  Core& core_;
  SyncRecords& records_;
  SyncConfig config_;
  std::vector<std::unique_ptr<Thread>> threads_;  // as many as a power of two
};

}  // namespace lvs::ipvs
