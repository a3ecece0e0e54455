// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/system/services.h"

#include <algorithm>
#include <array>

#include "control/machine/alarm.h"
#include "control/machine/registry.h"
#include "control/programs/web/httpd.h"
#include "control/programs/web/service-httpd.h"

namespace lvs::control {
namespace {

constexpr auto kServices = std::to_array<Service>({
    {"haproxy", "haproxy", "haproxy"},
    {"httpd", "httpd", "httpd"},
    {"ipvsadm", "", ""},
    {"keepalived", "keepalived", "keepalived"},
    {"named", "named", "named"},
    {"nginx", "nginx", "nginx"},
});
// Where Red Hat's service keeps the table, and Debian's.
constexpr auto kTables = std::to_array<std::string_view>({"/etc/sysconfig/ipvsadm", "/etc/ipvsadm.rules"});

// Not `except`: /etc/init.d/NAME has that name, too.
std::vector<Pid> pids(Machine& machine, const Service& service, Pid except) {
  std::vector<Pid> result;
  for (const Process* process : machine.processes().all())
    if (process->name() == service.process && process->pid() != except) result.push_back(process->pid());
  return result;
}

int start_httpd_service(Machine& machine, Io& io) {
  const auto file = machine.files().read(kHttpdService);
  HttpdOptions options;
  if (auto refused = read_httpd_conf(file.error == FileError::none ? file.text : std::string(), options)) {
    io.complain(*refused);
    return 1;
  }
  std::string error;
  const int status = start_httpd(machine, options, {"httpd"}, error);
  io.complain(error);
  return status;
}

// A command at work, with an Io and a command that live as long.
class Inner final : public Task {
 public:
  Inner(CommandPtr command, Machine& machine, const Io& io, Done done) : command_(std::move(command)), io_(io) {
    task_ = command_->start(machine, io_, std::move(done));
  }

 private:
  CommandPtr command_;
  Io io_;
  std::unique_ptr<Task> task_;
};

std::unique_ptr<Task> run_command(const std::vector<Word>& words, Machine& machine, const Io& io, Done done) {
  auto parsed = parse_command(words);
  if (parsed) return std::make_unique<Inner>(std::move(*parsed), machine, io, std::move(done));
  io.complain("not modelled: " + parsed.error().text() + "\n");
  done(2);
  return nullptr;
}

// The table of virtual services as a service.
std::unique_ptr<Task> act_on_table(ServiceAction action, Machine& machine, Io& io, const Done& done) {
  const auto found = std::ranges::find_if(
      kTables, [&](std::string_view path) { return machine.files().status(path).kind == Files::Kind::file; });
  const std::string_view table = found == kTables.end() ? kTables.front() : *found;
  Io inner = io;
  if (action == ServiceAction::save) {
    machine.files().place(std::string(table.substr(0, table.rfind('/'))) + "/.", {});
    auto opened = machine.files().open(table, false);
    inner.out = opened.file;
    if (inner.out) return run_command({{"ipvsadm-save", 1}, {"-n", 1}}, machine, inner, done);
    done(1);
    return nullptr;
  }
  if (action != ServiceAction::status) machine.ipvs().flush();
  if (action == ServiceAction::stop || action == ServiceAction::status) {
    done(0);
    return nullptr;
  }
  auto file = machine.files().read(table);
  inner.in = std::make_shared<TextInput>(std::move(file.text));
  return run_command({{"ipvsadm-restore", 1}}, machine, inner, done);
}

// Stops what runs, waits for its end, and starts it anew.
class Restart final : public Task {
 public:
  Restart(const Service& service, bool start, Machine& machine, Io& io, Done done)
      : service_(service),
        start_(start),
        machine_(machine),
        io_(io),
        done_(std::move(done)),
        alarm_(machine.host(), [this] { look(); }) {
    for (const Pid pid : pids(machine, service, io.pid)) machine.processes().send(pid, kSigTerm);
    alarm_.set_at(machine.host().now());
  }

 private:
  void look() {
    constexpr base::Time kPatience = std::chrono::milliseconds(10);
    if (!machine_.processes().delivered()) return alarm_.set_at(machine_.host().now());
    if (!pids(machine_, service_, io_.pid).empty()) return alarm_.set_after(kPatience);
    if (start_)
      inner_ = act(service_, ServiceAction::start, machine_, io_, done_);
    else
      done_(0);
  }

  const Service& service_;
  bool start_;
  Machine& machine_;
  Io& io_;
  Done done_;
  Alarm alarm_;
  std::unique_ptr<Task> inner_;
};

}  // namespace

const Service* find_service(std::string_view name) {
  if (name.ends_with(".service")) name.remove_suffix(std::string_view(".service").size());
  const auto found = std::ranges::find(kServices, name, &Service::name);
  return found == kServices.end() ? nullptr : found;
}

bool is_modelled(const Service& service) { return service.command.empty() || is_modelled_command(service.command); }

std::string known_services() {
  std::string known;
  for (const Service& each : kServices)
    if (is_modelled(each)) known.append(known.empty() ? "" : " ").append(each.name);
  return known;
}

bool is_running(Machine& machine, const Service& service, Pid except) {
  return !pids(machine, service, except).empty();
}

std::unique_ptr<Task> act(const Service& service, ServiceAction action, Machine& machine, Io& io, Done done) {
  if (service.command.empty()) return act_on_table(action, machine, io, done);
  const bool runs = is_running(machine, service, io.pid);
  switch (action) {
    case ServiceAction::start:
      if (runs) break;
      if (service.name != "httpd")
        return run_command({{std::string(service.command), 1}}, machine, io, std::move(done));
      done(start_httpd_service(machine, io));
      return nullptr;
    case ServiceAction::stop:
    case ServiceAction::restart:
      if (!runs && action == ServiceAction::stop) break;
      return std::make_unique<Restart>(service, action == ServiceAction::restart, machine, io, std::move(done));
    case ServiceAction::reload:
      if (runs) machine.processes().send(pids(machine, service, io.pid).front(), kSigHup);
      done(runs ? 0 : 1);
      return nullptr;
    case ServiceAction::status: done(runs ? 0 : 3); return nullptr;
    case ServiceAction::save: break;
  }
  done(0);
  return nullptr;
}

}  // namespace lvs::control
