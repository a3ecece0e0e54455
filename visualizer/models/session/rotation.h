// SPDX-License-Identifier: GPL-2.0-or-later
// Which servers get connections at a moment, as the directors' tables say: a health check, or somebody at a prompt,
// takes them out and puts them back.
#pragma once

#include <map>

#include "models/session/session.h"

namespace lvs::view {

class Rotation {
 public:
  enum class State {
    unknown,  // no director has a table yet, or the host is no server
    in,
    drained,  // weight 0: connections that it has go on
    out,      // in no table
  };
  State of(Session& session, trace::HostId server, std::uint32_t record);
  // After another trace was opened.
  void clear() { known_.clear(); }

 private:
  // The greatest weight of each server in any table.
  using Weights = std::map<base::Ipv4Addr, int>;
  struct Tables {
    bool any = false;
    Weights weights;
  };
  const Tables& at(Session& session, std::uint32_t record);

  std::map<std::uint32_t, Tables> known_;  // by record
};

}  // namespace lvs::view
