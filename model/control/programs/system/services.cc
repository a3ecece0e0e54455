// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/system/services.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "control/machine/alarm.h"
#include "control/machine/registry.h"
#include "control/programs/system/plan-task.h"
#include "control/programs/system/table-scripts.h"
#include "control/programs/web/httpd.h"
#include "control/programs/web/service-httpd.h"

namespace lvs::control {
namespace {

constexpr auto kServices = std::to_array<Service>({
    {"arptables", "", ""},
    {"arptables_jf", "", ""},
    {"dnsmasq", "dnsmasq", "dnsmasq"},
    {"haproxy", "haproxy", "haproxy"},
    {"httpd", "httpd", "httpd"},
    {"iptables", "", ""},
    {"ipvsadm", "", ""},
    {"keepalived", "keepalived", "keepalived"},
    {"named", "named", "named"},
    {"network", "", ""},
    {"networking", "", ""},
    {"nginx", "nginx", "nginx"},
});
// Firewalls and managers of interfaces that tutorials stop first. None of them runs here.
constexpr auto kAbsent = std::to_array<std::string_view>(
    {"NetworkManager", "SuSEfirewall2", "apparmor", "firewalld", "ip6tables", "nftables", "ufw"});

// A service that is a table of the kernel: where Red Hat's keeps it, and Debian's, and the tools.
struct KernelTable {
  std::string_view service;
  std::array<std::string_view, 2> files;
  std::string_view save, restore;
};
constexpr auto kTables = std::to_array<KernelTable>({
    {"iptables", {"/etc/sysconfig/iptables", "/etc/iptables/rules.v4"}, "iptables-save", "iptables-restore"},
    {"ipvsadm", {"/etc/sysconfig/ipvsadm", "/etc/ipvsadm.rules"}, "ipvsadm-save", "ipvsadm-restore"},
});

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

void clear(Machine& machine, const KernelTable& table, const Io& io) {
  if (table.service == "ipvsadm") return machine.ipvs().flush();
  std::string open = "";
  for (const std::string_view each : {"filter", "nat", "mangle"}) {
    const auto chains = each == "filter" ? "INPUT FORWARD OUTPUT"
                        : each == "nat"  ? "PREROUTING INPUT OUTPUT POSTROUTING"
                                         : "PREROUTING INPUT FORWARD OUTPUT POSTROUTING";
    open += fmt::format("*{}\n", each);
    std::istringstream names(chains);
    for (std::string name; names >> name;) open += fmt::format(":{} ACCEPT [0:0]\n", name);
    open += "COMMIT\n";
  }
  Io inner = io;
  inner.in = std::make_shared<TextInput>(std::move(open));
  run_command({{"iptables-restore", 1}}, machine, inner, [](int) {});
}

// A table as a service.
std::unique_ptr<Task> act_on_table(const KernelTable& table, ServiceAction action, Machine& machine, Io& io,
                                   const Done& done) {
  const auto found = std::ranges::find_if(
      table.files, [&](std::string_view path) { return machine.files().status(path).kind == Files::Kind::file; });
  const std::string_view path = found == table.files.end() ? table.files.front() : *found;
  Io inner = io;
  if (action == ServiceAction::save) {
    machine.files().place(std::string(path.substr(0, path.rfind('/'))) + "/.", {});
    auto opened = machine.files().open(path, false);
    inner.out = opened.file;
    std::vector<Word> words{{std::string(table.save), 1}};
    if (table.service == "ipvsadm") words.push_back({"-n", 1});
    if (inner.out) return run_command(words, machine, inner, done);
    done(1);
    return nullptr;
  }
  if (action != ServiceAction::status) clear(machine, table, io);
  const bool stops = action == ServiceAction::stop || action == ServiceAction::status;
  auto file = machine.files().read(path);
  if (stops || (table.service == "iptables" && file.error != FileError::none)) {
    done(0);
    return nullptr;
  }
  inner.in = std::make_shared<TextInput>(std::move(file.text));
  return run_command({{std::string(table.restore), 1}}, machine, inner, done);
}

// How Debian's unit starts it.
std::vector<Word> start_words(const Service& service, Machine& machine) {
  std::vector<Word> words{{std::string(service.command), 1}};
  if (service.name == "dnsmasq" && machine.files().status(kDnsmasqFolder).kind == Files::Kind::folder)
    for (const std::string& word : {std::string("-7"), std::string(kDnsmasqFolder) + std::string(kDnsmasqLeft)})
      words.push_back({word, 1});
  return words;
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

std::string_view name_of(ServiceAction action) {
  constexpr std::string_view kNames[] = {"start", "stop", "restart", "reload", "status", "save"};
  return kNames[static_cast<std::size_t>(action)];
}

// The interfaces that come up by themselves: down, up, or both.
std::unique_ptr<Task> act_on_network(ServiceAction action, Machine& machine, Io& io, Done done) {
  const bool down = action == ServiceAction::stop || action == ServiceAction::restart;
  const bool up = action == ServiceAction::start || action == ServiceAction::restart || action == ServiceAction::reload;
  return run_plan(
      [down, up](const NetworkFiles& files) {
        NetworkPlan plan;
        if (down) plan = plan_all_interfaces(files, false);
        if (!up || !plan.refused.empty()) return plan;
        NetworkPlan second = plan_all_interfaces(files, true);
        if (!down) return second;
        // Interfaces that are not there are down already.
        return NetworkPlan{fmt::format("( {}\n)\nifup -a\n", plan.script), second.refused};
      },
      machine, io, std::move(done));
}

}  // namespace

const Service* find_service(std::string_view name) {
  if (name.ends_with(".service")) name.remove_suffix(std::string_view(".service").size());
  if (name == "apache2") name = "httpd";  // Debian's names of them
  if (name == "bind9") name = "named";
  const auto found = std::ranges::find(kServices, name, &Service::name);
  return found == kServices.end() ? nullptr : found;
}

bool is_absent_service(std::string_view name) {
  if (name.ends_with(".service")) name.remove_suffix(std::string_view(".service").size());
  return std::ranges::find(kAbsent, name) != kAbsent.end();
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
  std::string script;
  if (service.name.starts_with("arptables"))
    script = arptables_script(name_of(action));
  else if (service.command.empty() && action == ServiceAction::status && !service.name.starts_with("network"))
    script = service.name == "iptables" ? kIptablesStatus : kIpvsadmStatus;
  if (!script.empty())
    return run_plan([&script](const NetworkFiles&) { return NetworkPlan{script}; }, machine, io, std::move(done));
  if (service.name.starts_with("network")) return act_on_network(action, machine, io, std::move(done));
  if (service.command.empty())
    return act_on_table(*std::ranges::find(kTables, service.name, &KernelTable::service), action, machine, io, done);
  const bool runs = is_running(machine, service, io.pid);
  switch (action) {
    case ServiceAction::start:
      if (runs) break;
      if (service.name != "httpd") return run_command(start_words(service, machine), machine, io, std::move(done));
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
