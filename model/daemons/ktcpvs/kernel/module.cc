// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/kernel/module.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemons/ktcpvs/kernel/service-daemon.h"

namespace lvs::ktcpvs {
namespace {

constexpr std::string_view kName = "ktcpvs master";
constexpr base::Time kSecond = std::chrono::seconds(1);

}  // namespace

Module& Module::load(control::Machine& machine) {
  for (control::Process* process : machine.processes().all())
    if (auto* module = dynamic_cast<Module*>(process)) return *module;
  auto made = std::make_unique<Module>(machine);
  Module& module = *made;
  machine.processes().adopt(std::move(made));
  return module;
}

Module::Module(control::Machine& machine)
    : Process(machine, control::kInit, {"[ktcpvs master]"}),
      links_(machine.host()),
      second_(machine.host(), [this] { on_second(); }) {
  rename(kName);
  second_.set_after(kSecond);
  tell("ktcpvs loaded.");
}

Module::~Module() = default;

void Module::on_second() {
  second_.set_after(kSecond);
  buried_.clear();
  links_.collect();
  for (const auto& service : table_.services()) {
    if (service->running || !service->start) continue;
    auto daemon = std::make_unique<ServiceDaemon>(*this, *service);
    ServiceDaemon& begun = *daemon;
    daemons_.push_back(std::move(daemon));
    begun.begin();
  }
}

host::TcpPtr Module::open_tcp(host::SocketUser* user) {
  host::TcpPtr socket = machine().sockets().tcp(user);
  socket->in_kernel = true;
  return socket;
}

void Module::tell(const std::string& text) { machine().log("kernel", 0, "TCPVS: " + text); }

void Module::tell_limited(const std::string& text) {
  constexpr base::Time kWindow = std::chrono::seconds(5);
  constexpr unsigned kMost = 10;
  if (host().now() - told_since_ >= kWindow) {
    told_since_ = host().now();
    told_ = 0;
  }
  if (told_++ < kMost) tell(text);
}

void Module::forget(ServiceDaemon& daemon) {
  const auto found = std::ranges::find(daemons_, &daemon, [](const auto& each) { return each.get(); });
  if (found == daemons_.end()) return;
  buried_.push_back(std::move(*found));
  daemons_.erase(found);
}

// Killed: nothing of it is left.
void Module::ended(control::ExitStatus) {
  second_.clear();
  daemons_.clear();
  links_.clear();
}

}  // namespace lvs::ktcpvs
