// SPDX-License-Identifier: GPL-2.0-or-later
// What connections have to do with the synchronisation daemons (sync/): the events of their life that those hear of.
#pragma once

#include <cstdint>

namespace lvs::ipvs {

struct Conn;

class Synchroniser {
 public:
  virtual ~Synchroniser() = default;
  // An entry begins (kernel: what ip_vs_conn_new() sets of old_state and sync_endtime).
  virtual void born(const Conn& conn) = 0;
  // With the master at work: a packet, the entry's number `packets`, has passed (kernel: ip_vs_sync_conn()).
  virtual void passed(Conn& conn, std::uint32_t packets) = 0;
  // The same for what lives on because others hang on it.
  virtual void prolonged(Conn& conn) = 0;
  // net.ipv4.vs.* have changed.
  virtual void settings_changed() = 0;
};

}  // namespace lvs::ipvs
