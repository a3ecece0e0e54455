// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/master.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/signals.h"
#include "control/machine/usual/six-listeners.h"
#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/log/machine-host.h"
#include "daemons/nginx/upstream/socket-errors.h"

namespace lvs::nginx {
namespace {

using host::SocketError;

constexpr unsigned kTries = 5;  // of an address in use
constexpr base::Time kBetweenTries = std::chrono::milliseconds(500);

// An address of a port that is listened on as a whole has no socket of its own.
bool needs_socket(const Generation& generation, const ListenPoint& point) {
  if (point.address.addr.is_any()) return true;
  return std::ranges::none_of(generation.points(), [&](const ListenPoint& each) {
    return each.udp == point.udp && each.address.port == point.address.port && each.address.addr.is_any();
  });
}

SocketError open_socket(control::Machine& machine, Listener& listener, control::Pid pid) {
  const host::SocketOwner owner{pid, "nginx", 6};
  if (listener.point.udp) {
    listener.udp = machine.sockets().udp(&listener, owner);
    listener.udp->set_reuse(true, false);
    return listener.udp->bind(listener.point.address);
  }
  listener.tcp = machine.sockets().tcp(&listener, owner);
  listener.tcp->set_reuse(true, false);
  const SocketError error = listener.tcp->bind(listener.point.address);
  return error == SocketError::none ? listener.tcp->listen(listener.point.backlog) : error;
}

// For netstat and ss: sockets of IPv6 are no more than listed.
void list_six(control::Machine& machine, control::Pid pid, const Generation* generation) {
  std::vector<control::SixListener> listeners;
  if (generation != nullptr)
    for (const ListenPoint& point : generation->six())
      listeners.push_back({!point.udp, point.address.port, point.udp ? 0 : point.backlog, 7});
  control::keep_six_listeners(machine, pid, listeners);
}

std::string bind_message(const ListenPoint& point, SocketError error) {
  return fmt::format("bind() to {}:{} failed ({}: {})", point.address.addr.text(), point.address.port, errno_of(error),
                     text_of(error));
}

}  // namespace

std::string test_sockets(control::Machine& machine, const Generation& generation) {
  const std::vector<Worker*> nobody;
  for (const ListenPoint& point : generation.points()) {
    if (!needs_socket(generation, point)) continue;
    Listener listener(nobody, point);
    const SocketError error = open_socket(machine, listener, 0);
    if (error != SocketError::none && error != SocketError::in_use) return bind_message(point, error);
  }
  return {};
}

Master::Master(control::Machine& machine, control::Pid pid, Options options, std::shared_ptr<Logs> logs,
               std::function<void(int)> done)
    : machine_(machine),
      pid_(pid),
      options_(std::move(options)),
      shared_(std::make_shared<Shared>()),
      done_(std::move(done)),
      again_(machine.host(), [this] { try_sockets(); }),
      hear_(machine.host(), [this] {
        for (const auto& [worker, status] : std::exchange(ended_, {})) worker_ended(worker, status);
      }) {
  shared_->logs = std::move(logs);
  // It hears of it after what happens at this moment: who is killed together with a worker hears nothing.
  shared_->worker_ended = [this](control::Pid worker, control::ExitStatus status) {
    ended_.emplace_back(worker, status);
    hear_.set_after({});
  };
}

Master::~Master() { abandon(); }

void Master::abandon() {
  shared_->worker_ended = {};
  again_.clear();
  hear_.clear();
}

void Master::line(LogLevel level, const std::string& text) const {
  static const std::vector<ErrorLogConf> kNone;
  shared_->logs->error(generation_ ? generation_->conf().error_logs : kNone, level, pid_, text);
}

bool Master::open_logs(const Generation& generation) {
  for (const std::string& path : generation.log_files()) {
    const std::string error = shared_->logs->open(path);
    if (error.empty()) continue;
    line(LogLevel::emerg, error);
    return false;
  }
  return true;
}

// Sockets of addresses that are listened on already stay.
bool Master::open_sockets(const Generation& generation, bool& in_use) {
  in_use = false;
  for (const ListenPoint& point : generation.points()) {
    if (!needs_socket(generation, point)) continue;
    const auto same = [&](const auto& each) {
      return each->point.address == point.address && each->point.udp == point.udp;
    };
    if (std::ranges::any_of(shared_->listeners, same)) continue;
    auto listener = std::make_unique<Listener>(shared_->workers, point);
    const SocketError error = open_socket(machine_, *listener, pid_);
    if (error == SocketError::none) {
      shared_->listeners.push_back(std::move(listener));
      continue;
    }
    line(LogLevel::emerg, bind_message(point, error));
    if (error != SocketError::in_use) return false;
    in_use = true;
  }
  return true;
}

void Master::start(Conf conf, std::function<void(int)> ready) {
  ready_ = std::move(ready);
  generation_ = std::make_shared<Generation>(std::move(conf));
  if (!open_logs(*generation_)) return ready_(1);
  try_sockets();
}

void Master::try_sockets() {
  bool in_use = false;
  if (!open_sockets(*generation_, in_use)) return std::exchange(ready_, {})(1);
  if (!in_use) return begin();
  if (++tries_ < kTries) return again_.set_after(kBetweenTries);
  line(LogLevel::emerg, "still could not bind()");
  std::exchange(ready_, {})(1);
}

void Master::begin() {
  if (const std::string warning = generation_->conf().too_many_connections(); !warning.empty()) {
    shared_->logs->console(fmt::format("nginx: [warn] {}\n", warning));
    if (!generation_->conf().error_logs.empty()) line(LogLevel::warn, warning);
  }
  line(LogLevel::notice, "using the \"epoll\" event method");
  line(LogLevel::notice, std::string(kVersion));
  line(LogLevel::notice, "OS: Linux 6.1.192");
  line(LogLevel::notice, "getrlimit(RLIMIT_NOFILE): 1024:4096");
  control::Files& files = machine_.files();
  files.truncate(pid_file());
  if (files.append(pid_file(), std::to_string(pid_) + "\n") != control::FileError::none) {
    line(LogLevel::emerg, fmt::format("open() \"{}\" failed ({})", pid_file(), errno_text(2)));
    return std::exchange(ready_, {})(1);
  }
  if (control::Process* const process = machine_.processes().find(pid_)) {
    std::string title = "nginx: master process";
    for (const std::string& word : options_.arguments) title += " " + word;
    process->set_arguments({title});
    process->rename("nginx");
  }
  list_six(machine_, pid_, generation_.get());
  line(LogLevel::notice, "start worker processes");
  start_workers();
  if (ready_) std::exchange(ready_, {})(0);
}

void Master::start_workers() {
  for (unsigned i = 0; i < generation_->conf().workers.value_or(1); ++i) start_worker();
}

void Master::start_worker() {
  auto worker = std::make_unique<Worker>(machine_, pid_, shared_, generation_);
  workers_.insert(worker->pid());
  control::keep(machine_, fmt::format("user/{}", worker->pid()), generation_->conf().user.value_or("nobody"));
  shared_->workers.push_back(worker.get());
  line(LogLevel::notice, fmt::format("start worker process {}", worker->pid()));
  machine_.processes().adopt(std::move(worker));
  for (const auto& listener : shared_->listeners) listener->socket_ready();
}

void Master::worker_ended(control::Pid pid, control::ExitStatus status) {
  const bool current = workers_.erase(pid) != 0;
  old_workers_.erase(pid);
  if (status.signal != 0) {
    line(LogLevel::alert, fmt::format("worker process {} exited on signal {}", pid, status.signal));
  } else {
    line(LogLevel::notice, fmt::format("worker process {} exited with code {}", pid, status.code));
  }
  if (stopping_) {
    if (workers_.empty() && old_workers_.empty()) finish();
    return;
  }
  if (current) start_worker();
}

void Master::reload() {
  line(LogLevel::notice, "reconfiguring");
  ConfReading reading = read_conf(options_.conf, options_.directives, MachineHost(machine_));
  for (const ConfMessage& message : reading.report.messages()) line(message.level, message.text);
  for (const ConfRefusal& each : reading.report.refusals()) line(LogLevel::emerg, "not modelled: " + each.text());
  if (!reading.usable()) return;
  auto next = std::make_shared<Generation>(std::move(reading.conf));
  bool in_use = false;
  if (!open_logs(*next) || !open_sockets(*next, in_use) || in_use) return;
  std::erase_if(shared_->listeners, [&](const auto& each) {
    return std::ranges::none_of(next->points(), [&](const ListenPoint& point) {
      return point.address == each->point.address && point.udp == each->point.udp && needs_socket(*next, point);
    });
  });
  generation_ = std::move(next);
  list_six(machine_, pid_, generation_.get());
  line(LogLevel::notice, "start worker processes");
  const auto before = std::exchange(workers_, {});
  shared_->workers.clear();
  start_workers();
  for (const control::Pid pid : before) {
    old_workers_.insert(pid);
    machine_.processes().send(pid, control::kSigQuit);
  }
}

bool Master::take_signal(int signal) {
  if (ready_) return false;  // ngx_init_signals() comes after the sockets
  switch (signal) {
    case control::kSigTerm:
    case control::kSigInt:
    case control::kSigQuit: stop(signal == control::kSigQuit ? signal : control::kSigTerm); return true;
    case control::kSigHup:
      if (!stopping_ && generation_) reload();
      return true;
    case control::kSigUsr1: shared_->logs->reopen(); return true;
    case control::kSigWinch:
      for (const control::Pid pid : workers_) machine_.processes().send(pid, control::kSigQuit);
      old_workers_.merge(workers_);
      return true;
    case control::kSigUsr2:
    case control::kSigPipe: return true;
    default: return false;
  }
}

void Master::stop(int signal) {
  if (stopping_ && signal == control::kSigQuit) return;
  stopping_ = true;
  again_.clear();
  shared_->listeners.clear();
  list_six(machine_, pid_, nullptr);
  for (const auto* const pids : {&workers_, &old_workers_})
    for (const control::Pid pid : *pids) machine_.processes().send(pid, signal);
  if (workers_.empty() && old_workers_.empty()) finish();
}

void Master::finish() {
  if (generation_) machine_.files().remove(pid_file());
  line(LogLevel::notice, "exit");
  done_(0);
}

}  // namespace lvs::nginx
