// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/admin/list.h"

#include <fmt/format.h>

#include "control/words/service-names.h"

namespace lvs::ktcpvs {
namespace {

std::string text_of(const host::SocketAddress& address, bool numeric) {
  if (numeric) return fmt::format("{}:{}", address.addr.text(), address.port);
  const std::string host =
      address.addr == base::Ipv4Addr::of(127, 0, 0, 1) ? std::string("localhost") : address.addr.text();
  if (const auto name = control::service_name(address.port, "tcp")) return fmt::format("{}:{}", host, *name);
  return fmt::format("{}:{}", host, address.port);
}

}  // namespace

std::string list_service(const Service& service, bool numeric) {
  const ServiceConfig& config = service.config;
  std::string text = fmt::format(
      "Virtual {} {{\n"
      "    listen = {}\n"
      "    scheduler = {}\n"
      "    startservers = {}\n"
      "    maxclients = {}\n"
      "    minspareservers = {}\n"
      "    maxspareservers = {}\n",
      service.name, text_of(config.listen, numeric), config.scheduler, config.start_servers, config.max_clients,
      config.min_spare, config.max_spare);
  for (const DestinationPtr& each : service.destinations)
    text += fmt::format("    server = {} {}\n", text_of(each->address, numeric), each->weight);
  for (const Rule& rule : service.rules) {
    for (const DestinationPtr& each : rule.destinations) {
      const std::string match = service.scheduler == Scheduler::hhttp ? fmt::format("match {} ", rule.group) : "";
      text += fmt::format("    rule = pattern \"{}\" {}use server {}\n", rule.pattern, match,
                          text_of(each->address, numeric));
    }
  }
  return text + "}\n";
}

std::string list_all(const Table& table, bool numeric) {
  std::string text = "TCP Virtual Server version 0.0.18\n";
  for (const auto& service : table.services()) text += list_service(*service, numeric);
  return text;
}

}  // namespace lvs::ktcpvs
