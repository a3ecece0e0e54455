// SPDX-License-Identifier: GPL-2.0-or-later
// The virtual services of KTCPVS, their servers and rules (ktcpvs 0.0.18: tcp_vs_ctl.c).
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "control/words/regex.h"
#include "host/socket/base/socket.h"

namespace lvs::ktcpvs {

// What the kernel answers; the errno of Linux.
enum class Answer : std::uint8_t { none, no_entry, no_process, fault, busy, exists };

inline constexpr std::size_t kNameSize = 16, kPatternSize = 256;  // with the zero behind them

enum class Scheduler : std::uint8_t { wlc, http, phttp, hhttp };
inline constexpr std::string_view kSchedulers = "wlc|http|phttp|chttp|hhttp";  // that there are; chttp is not modelled

struct ServiceConfig {
  host::SocketAddress listen{{}, 8080};
  std::string scheduler = "http";
  int start_servers = 8, max_clients = 256, min_spare = 6, max_spare = 18;  // threads
};

struct Destination {
  host::SocketAddress address;
  int weight = 1;
  unsigned connections = 0;
  bool in_rule = false;  // in one at most
};
using DestinationPtr = std::shared_ptr<Destination>;
// In the order of the kernel's lists: the newest is the first.
using Destinations = std::vector<DestinationPtr>;

struct Rule {
  std::string pattern;
  control::Regex expression;
  unsigned group = 0;  // that hhttp hashes
  Destinations destinations;
};

struct Service {
  std::string name;
  ServiceConfig config;
  Scheduler scheduler = Scheduler::http;
  Destinations destinations;
  std::vector<Rule> rules;
  bool start = false, stop = false, running = false;
};

class Table {
 public:
  // In the order of listings: the newest is the first.
  const std::list<std::unique_ptr<Service>>& services() const { return services_; }
  Service* find(std::string_view name);

  Answer add(std::string_view name, const ServiceConfig& config);
  Answer edit(std::string_view name, const ServiceConfig& config);
  Answer remove(std::string_view name);
  // Stops at the first that runs.
  void flush();
  Answer add_server(std::string_view name, host::SocketAddress address, int weight);
  Answer edit_server(std::string_view name, host::SocketAddress address, int weight);
  Answer remove_server(std::string_view name, host::SocketAddress address);
  Answer add_rule(std::string_view name, std::string_view pattern, unsigned group, host::SocketAddress address);
  Answer remove_rule(std::string_view name, std::string_view pattern, host::SocketAddress address);
  // Without a name: all.
  Answer start(std::string_view name);
  Answer stop(std::string_view name);

 private:
  std::list<std::unique_ptr<Service>> services_;
};

}  // namespace lvs::ktcpvs
