// SPDX-License-Identifier: GPL-2.0-or-later
// The services that service, systemctl and /etc/init.d know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/machine/command.h"
#include "control/machine/machine.h"

namespace lvs::control {

enum class ServiceAction : std::uint8_t { start, stop, restart, reload, status, save };

struct Service {
  std::string_view name;     // "keepalived"
  std::string_view process;  // of its main process
  std::string_view command;  // that starts it; its programs may belong to a layer above
};
// nullptr: there is none of that name. With or without ".service".
const Service* find_service(std::string_view name);
// One that tutorials stop before anything else; it does not run here.
// Debian's dnsmasq reads the files of this folder, but for what dpkg has left there.
inline constexpr std::string_view kDnsmasqFolder = "/etc/dnsmasq.d", kDnsmasqLeft = ",.dpkg-dist,.dpkg-old,.dpkg-new";

bool is_absent_service(std::string_view name);
// May it be started? Its command may not be modelled (yet).
bool is_modelled(const Service& service);
std::string known_services();

// `except`: who asks.
bool is_running(Machine& machine, const Service& service, Pid except);
// Calls `done` when it has been done, with the status.
std::unique_ptr<Task> act(const Service& service, ServiceAction action, Machine& machine, Io& io, Done done);

}  // namespace lvs::control
