// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/checker-child.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/signals.h"
#include "daemons/keepalived/conf/names.h"
#include "daemons/keepalived/daemon/glibc-random.h"
#include "daemons/keepalived/daemon/machine-host.h"
#include "daemons/keepalived/dump/dump.h"

namespace lvs::keepalived {
namespace {

constexpr Time kBootstrap = std::chrono::seconds(1);

}  // namespace

CheckerChild::CheckerChild(control::Machine& machine, control::Pid parent, const Options& options, Log log,
                           const GlobalConf& global, std::shared_ptr<ParentLink> link)
    : Child(machine, parent, options, std::move(log), "Keepalived_healthcheckers", global, std::move(link)),
      scripts_(machine, pid()),
      start_(machine.host(), [this] { read(false); }),
      changed_(machine.host(), [this] { suspend(); }),
      notify_(machine.host(), [this] { run_notices(); }),
      last_(machine.host(), [this] {
        line(last_line());
        exit(0);
      }) {}

CheckerChild::~CheckerChild() {
  checkers_.clear();  // they may have scripts that still run
  if (listening_) machine().host().events.remove(&CheckerChild::on_event, this);
}

void CheckerChild::begin() {
  write_pid_file();
  start_.set_after({});
}

std::uint64_t CheckerChild::run_script(const ConfScript& script, std::function<void(int status)> done) {
  return scripts_.run(script, {}, std::move(done));
}

// The new process has the processor when this one has done what it is about, and has logged it.
void CheckerChild::notify(const ConfScript& script) {
  if (stopping_) {
    scripts_.run(script, {});
    return;
  }
  notices_.push_back(script);
  notify_.set_after({});
}

void CheckerChild::run_notices() {
  parent_hears();
  for (const ConfScript& script : std::exchange(notices_, {})) scripts_.run(script, {});
}

void CheckerChild::read(bool again) {
  auto next = std::make_unique<ConfReading>(read_conf({options_.conf, options_.id, false, again ? nullptr : &global_},
                                                      ConfReaderKind::checker, MachineHost(machine())));
  tell(next->report);
  if (!next->usable || !next->report.refusals().empty()) {
    for (const ConfRefusal& refusal : next->report.refusals()) line("not modelled: " + refusal.text());
    exit(2);
    return;
  }
  for (const auto& checker : checkers_) checker->silence();
  const auto old_reading = std::exchange(reading_, std::move(next));
  const auto old_services = std::move(services_);
  auto old_checkers = std::exchange(checkers_, {});
  CheckWorld& world = *this;
  services_ = std::make_unique<Services>(reading_->conf, world);
  // Those of files come last (keepalived: add_rs_to_track_files()).
  for (const bool files : {false, true}) {
    for (const auto& service : services_->all()) {
      for (const auto& real : service->servers) {
        for (const CheckerConf& conf : real->conf->checkers) {
          if ((conf.kind == CheckKind::file) == files)
            checkers_.push_back(make_checker(conf, *real, *services_, *this));
        }
      }
    }
  }
  if (!services_->all().empty() || (old_services && !old_services->all().empty()))
    line(again ? "Reinitializing ipvs" : "Initializing ipvs");
  watch_addresses();
  if (old_services) services_->follow(*old_services, old_checkers, checkers_);
  old_checkers.clear();
  services_->start(again);
  if (!again) has_read(false);
  if (options_.dump)
    log_dump(dump_check(machine(), reading_->conf, *services_, checkers_, reloaded_), reading_->conf.global);
  activate(again);
}

// The parent hears of a reload when the first line has been written.
void CheckerChild::activate(bool again) {
  bool told = !again;
  // keepalived: init_data(), register_checkers_thread(). What random_seed says does not come to this process.
  const auto second = std::chrono::floor<std::chrono::seconds>(machine().epoch + machine().host().now()).count();
  GlibcRandom random(static_cast<std::uint32_t>(second));
  for (const auto& checker : checkers_) {
    const VirtualServerConf& server = *checker->real().service->conf;
    if (checker->conf().kind == CheckKind::file) {
      checker->start({});
      continue;
    }
    if (server.ha_suspend && !has_address(server.address)) checker->enable(false);
    line(fmt::format("{}ctivating healthchecker for service {} for VS {}", checker->enabled() ? "A" : "Dea",
                     name_of(*checker->real().conf, server), name_of(server)));
    if (!std::exchange(told, true)) has_read(true);
    using std::chrono::microseconds;
    const auto warmup =
        static_cast<std::uint64_t>(std::chrono::duration_cast<microseconds>(*checker->conf().warmup).count());
    const std::uint64_t drawn = warmup == 0 ? 0 : warmup * random.next() / GlibcRandom::kMost;
    checker->start(kBootstrap + microseconds(drawn));
  }
  line("Activating BFD healthchecker");
  if (!told) has_read(true);
}

// ha_suspend: what the kernel tells of addresses is heard, and of those that are there it tells first (keepalived:
// kernel_netlink_init(), update_checker_activity()).
void CheckerChild::watch_addresses() {
  const auto waits_for = [&](base::Ipv4Addr address) {
    return std::ranges::any_of(services_->all(), [&](const auto& service) {
      return service->conf->ha_suspend && service->conf->address == address;
    });
  };
  const auto suspends = [](const auto& service) { return service->conf->ha_suspend; };
  if (listening_ || std::ranges::none_of(services_->all(), suspends)) return;
  machine().host().events.add(&CheckerChild::on_event, this);
  listening_ = true;
  if (!log_.detail) return;
  line("Registering Kernel netlink reflector");
  line("Registering Kernel netlink command channel");
  for (const auto& dev : machine().host().devices()) {
    for (const host::InterfaceAddress& each : dev->addresses)
      if (waits_for(each.prefix.addr))
        line(fmt::format("Netlink reflector reports IP {} added", each.prefix.addr.text()));
  }
}

bool CheckerChild::has_address(base::Ipv4Addr address) const {
  for (const auto& dev : machine().host().devices()) {
    for (const host::InterfaceAddress& each : dev->addresses) {
      if (each.prefix.addr == address) return true;
    }
  }
  return false;
}

void CheckerChild::on_event(void* self, const host::HostEvent& event) {
  if (event.address != nullptr) static_cast<CheckerChild*>(self)->changed_.set_after({});
}

// Checkers of a service with ha_suspend work while its address is here.
void CheckerChild::suspend() {
  for (const auto& service : services_->all()) {
    const VirtualServerConf& server = *service->conf;
    if (!server.ha_suspend) continue;
    const bool here = has_address(server.address);
    bool told = false;
    for (const auto& checker : checkers_) {
      if (checker->real().service != service.get() || checker->enabled() == here) continue;
      if (!told && log_.detail)
        line(fmt::format("Netlink reflector reports IP {} {}", server.address.text(), here ? "added" : "removed"));
      told = true;
      line(fmt::format("{}ing healthchecker for service {} for VS {}", here ? "Activat" : "Suspend",
                       name_of(*checker->real().conf, server), name_of(server)));
      checker->enable(here);
    }
  }
}

bool CheckerChild::take_signal(int signal) {
  if (signal == control::kSigTerm || signal == control::kSigInt) {
    stop();
    return true;
  }
  if (signal == control::kSigHup) {
    if (stopping_ || !services_) return true;
    parent_hears();
    line("Reloading");
    reloaded_ = true;
    read(true);
    return true;
  }
  if (signal == control::kSigUsr1) {
    line(fmt::format("Printing checker data for process({}) on signal", pid()));
    if (services_) look_for_user(reading_->conf.global);
    if (services_) write_dump(kCheckDataFile, dump_check(machine(), reading_->conf, *services_, checkers_, reloaded_));
  }
  return signal == control::kSigUsr1 || signal == control::kSigPipe;
}

void CheckerChild::stop() {
  if (std::exchange(stopping_, true)) return;
  stop_mails();
  checkers_.clear();
  notify_.clear();
  run_notices();
  if (services_ && !options_.keep_ipvs) services_->stop();
  last_.set_after({});
}

void CheckerChild::give_back() {
  checkers_.clear();
  services_.reset();
  start_.clear();
  changed_.clear();
  notify_.clear();
  last_.clear();
}

}  // namespace lvs::keepalived
