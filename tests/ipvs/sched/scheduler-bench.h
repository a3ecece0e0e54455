// SPDX-License-Identifier: GPL-2.0-or-later
// A scheduler with a service and servers, without a director around them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "ipvs/sched/scheduler.h"
#include "support/test-host.h"

namespace lvs::test {

using ipvs::Destination;
using ipvs::Flow;
using ipvs::Scheduler;
using ipvs::VirtualService;
using namespace std::chrono_literals;

// A service on its own, destinations in the list's order: "C" is servers[0] when added last.
struct SchedulerBench {
  explicit SchedulerBench(std::string_view name) : scheduler(ipvs::make_scheduler(name)) {
    scheduler->bound(service, base::Time{0});
  }
  // As `ipvsadm -a`: at the head of the list.
  Destination& add(std::string_view where, int weight, std::uint16_t port = 80) {
    servers.push_back(std::make_unique<Destination>());
    Destination& dest = *servers.back();
    dest.addr = addr(where);
    dest.port = port;
    dest.weight = dest.last_weight = weight;
    dest.available = true;
    service.destinations.insert(service.destinations.begin(), &dest);
    scheduler->added(service, dest);
    return dest;
  }
  void edit(Destination& dest, int weight) {
    dest.weight = weight;
    if (weight != 0) dest.last_weight = weight;
    scheduler->edited(service, dest);
  }
  void remove(Destination& dest) {
    const auto it = std::ranges::find(service.destinations, &dest);
    const auto at = static_cast<std::size_t>(it - service.destinations.begin());
    dest.available = false;
    service.destinations.erase(it);
    scheduler->removed(service, dest, at);
  }
  // As `ipvsadm -E -s` away and back: the scheduler begins anew.
  void rebind() {
    scheduler = ipvs::make_scheduler(scheduler->name());
    scheduler->bound(service, now);
  }
  Destination* pick(std::string_view client = "192.168.1.100", std::uint16_t port = 40000,
                    std::string_view target = "192.168.0.100") {
    return scheduler->schedule(service, {.client = addr(client),
                                         .target = addr(target),
                                         .client_port = port,
                                         .now = now,
                                         .rng = &rng,
                                         .settings = &settings});
  }
  // Last bytes of the addresses picked; "-" for none.
  std::string picks(int n) {
    std::string out;
    for (int i = 0; i < n; ++i) {
      const Destination* dest = pick();
      out += dest == nullptr ? "-" : std::to_string(dest->addr.value & 255);
    }
    return out;
  }

  VirtualService service;
  std::vector<std::unique_ptr<Destination>> servers;
  base::Rng rng{1};
  ipvs::Settings settings;
  base::Time now{};
  std::unique_ptr<Scheduler> scheduler;  // last: it lets go of destinations when it dies
};

}  // namespace lvs::test
