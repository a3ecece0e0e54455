// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/table/service.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace lvs::ktcpvs {
namespace {

constexpr int kMostChildren = 65536;  // KTCPVS_CHILD_HARD_LIMIT

std::optional<Scheduler> scheduler_of(std::string_view name) {
  if (name == "wlc") return Scheduler::wlc;
  if (name == "http") return Scheduler::http;
  if (name == "phttp") return Scheduler::phttp;
  if (name == "hhttp") return Scheduler::hhttp;
  return std::nullopt;
}

DestinationPtr find_in(const Destinations& destinations, host::SocketAddress address) {
  const auto found = std::ranges::find(destinations, address, [](const DestinationPtr& d) { return d->address; });
  return found == destinations.end() ? nullptr : *found;
}

// The kernel compares as much as an old pattern has: what only begins with it is taken for the same.
auto rule_for(std::vector<Rule>& rules, std::string_view pattern) {
  return std::ranges::find_if(rules, [pattern](const Rule& rule) { return pattern.starts_with(rule.pattern); });
}

Answer configure(Service& service, const ServiceConfig& config) {
  const auto scheduler = scheduler_of(config.scheduler);
  if (!scheduler) return Answer::no_entry;
  service.config = config;
  service.config.max_clients = std::min(config.max_clients, kMostChildren);
  service.scheduler = *scheduler;
  return Answer::none;
}

}  // namespace

Service* Table::find(std::string_view name) {
  const auto found = std::ranges::find_if(services_, [name](const auto& service) { return service->name == name; });
  return found == services_.end() ? nullptr : found->get();
}

Answer Table::add(std::string_view name, const ServiceConfig& config) {
  if (name.empty()) return Answer::no_process;
  if (find(name) != nullptr) return Answer::exists;
  auto service = std::make_unique<Service>();
  service->name = name;
  if (const Answer answer = configure(*service, config); answer != Answer::none) return answer;
  services_.push_front(std::move(service));
  return Answer::none;
}

Answer Table::edit(std::string_view name, const ServiceConfig& config) {
  Service* const service = find(name);
  return service == nullptr ? Answer::no_process : configure(*service, config);
}

Answer Table::remove(std::string_view name) {
  const Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  if (service->running) return Answer::busy;
  services_.remove_if([service](const auto& each) { return each.get() == service; });
  return Answer::none;
}

void Table::flush() {
  while (!services_.empty() && !services_.front()->running) services_.pop_front();
}

Answer Table::add_server(std::string_view name, host::SocketAddress address, int weight) {
  Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  if (find_in(service->destinations, address)) return Answer::exists;
  service->destinations.insert(service->destinations.begin(),
                               std::make_shared<Destination>(Destination{address, weight, 0, false}));
  return Answer::none;
}

Answer Table::edit_server(std::string_view name, host::SocketAddress address, int weight) {
  Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  const DestinationPtr destination = find_in(service->destinations, address);
  if (!destination) return Answer::no_entry;
  destination->weight = weight;
  return Answer::none;
}

Answer Table::remove_server(std::string_view name, host::SocketAddress address) {
  Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  const DestinationPtr destination = find_in(service->destinations, address);
  if (!destination) return Answer::no_entry;
  if (destination->in_rule) return Answer::busy;
  std::erase(service->destinations, destination);
  return Answer::none;
}

Answer Table::add_rule(std::string_view name, std::string_view pattern, unsigned group, host::SocketAddress address) {
  Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  const DestinationPtr destination = find_in(service->destinations, address);
  if (!destination) return Answer::no_entry;
  if (destination->in_rule) return Answer::busy;
  auto rule = rule_for(service->rules, pattern);
  if (rule == service->rules.end()) {
    auto compiled = control::Regex::compile(pattern, {.syntax = control::Regex::Syntax::extended});
    if (!compiled) return Answer::fault;
    // What takes everything is asked last, of the others the newest first.
    const bool last = pattern == ".*" || pattern == "^/.*";
    rule = service->rules.insert(last ? service->rules.end() : service->rules.begin(),
                                 Rule{std::string(pattern), std::move(*compiled), group, {}});
  }
  rule->destinations.insert(rule->destinations.begin(), destination);
  destination->in_rule = true;
  return Answer::none;
}

Answer Table::remove_rule(std::string_view name, std::string_view pattern, host::SocketAddress address) {
  Service* const service = find(name);
  if (service == nullptr) return Answer::no_process;
  const auto rule = rule_for(service->rules, pattern);
  if (rule == service->rules.end()) return Answer::exists;
  const DestinationPtr destination = find_in(rule->destinations, address);
  if (!destination) return Answer::none;
  destination->in_rule = false;
  std::erase(rule->destinations, destination);
  if (rule->destinations.empty()) service->rules.erase(rule);
  return Answer::none;
}

Answer Table::start(std::string_view name) {
  for (const auto& service : services_)
    if (name.empty() || service->name == name) service->start = true;
  return name.empty() || find(name) != nullptr ? Answer::none : Answer::no_process;
}

Answer Table::stop(std::string_view name) {
  for (const auto& service : services_)
    if (name.empty() || service->name == name) service->stop = true;
  return name.empty() || find(name) != nullptr ? Answer::none : Answer::no_process;
}

}  // namespace lvs::ktcpvs
