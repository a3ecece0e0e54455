// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/processes.h"

#include <algorithm>
#include <utility>

#include "control/machine/machine.h"

namespace lvs::control {
namespace {

constexpr std::size_t kLongestName = 15;  // TASK_COMM_LEN - 1

std::string name_of(std::string_view program) {
  program.remove_prefix(program.rfind('/') + 1);  // npos + 1 is 0
  return std::string(program.substr(0, kLongestName));
}

}  // namespace

Process::Process(Machine& machine, Pid parent, std::vector<std::string> arguments)
    : machine_(machine),
      pid_(machine.processes().enter(*this)),
      parent_(parent),
      name_(arguments.empty() ? std::string() : name_of(arguments.front())),
      arguments_(std::move(arguments)),
      started_(machine.host().now()) {}

Process::~Process() {
  if (alive_) machine_.processes().leave(*this);
}

void Process::rename(std::string_view name) { name_ = name.substr(0, kLongestName); }

void Process::set_arguments(std::vector<std::string> arguments) { arguments_ = std::move(arguments); }

void Process::exit(int code) { machine_.processes().end(*this, {code & 0xff, 0}); }

Pid Processes::enter(Process& process) {
  table_[++last_] = &process;
  return last_;
}

void Processes::leave(Process& process) {
  table_.erase(process.pid_);
  auto place = events_.begin();
  for (const auto& [pid, child] : table_) {
    if (child->parent_ != process.pid_) continue;
    child->parent_ = kInit;
    if (child->death_signal_ == 0) continue;
    place = std::next(events_.insert(place, {.to = pid, .signal = child->death_signal_, .of_parent = true}));
    alarm_.set_at(host_.now());
  }
}

void Processes::end(Process& process, ExitStatus status) {
  if (!process.alive_) return;
  process.alive_ = false;
  leave(process);
  const Process* const parent = find(process.parent_);
  if (parent != nullptr && parent->hears_of_children()) queue({process.parent_, kSigChld, process.pid_, status});
  if (!owned_.empty()) alarm_.set_at(host_.now());  // it may be one of them
  process.ended(status);
}

bool Processes::send(Pid pid, int signal) {
  if (pid == kInit) return true;
  if (!table_.contains(pid)) return false;
  if (signal != 0) queue({pid, signal});
  return true;
}

void Processes::queue(const Event& event) {
  events_.push_back(event);
  alarm_.set_at(host_.now());
}

void Processes::deliver() {
  constexpr unsigned kBurst = 10000;  // processes that send each other signals without end take time, too
  base::Time rest = std::chrono::milliseconds(10);
  for (unsigned i = 0; !events_.empty() && i < kBurst; ++i) {
    const Event event = events_.front();
    events_.pop_front();
    deliver(event);
    if (!event.of_parent) continue;
    alarm_.clear();  // to come behind what this has set
    rest = {};
    break;
  }
  std::erase_if(owned_, [](const std::unique_ptr<Process>& each) { return !each->alive(); });
  if (!events_.empty()) alarm_.set_after(rest);
}

void Processes::deliver(const Event& event) {
  Process* const process = find(event.to);
  if (process == nullptr) return;
  if (event.child != 0) return process->child_ended(event.child, event.status);
  if (event.signal != kSigKill && process->take_signal(event.signal)) return;
  if (default_action(event.signal) == SignalAction::end) end(*process, {0, event.signal});
}

Process* Processes::find(Pid pid) const {
  const auto found = table_.find(pid);
  return found == table_.end() ? nullptr : found->second;
}

std::vector<Process*> Processes::all() const {
  std::vector<Process*> result;
  for (const auto& [pid, process] : table_) result.push_back(process);
  return result;
}

void Processes::end_all() {
  std::vector<Pid> pids;
  for (const auto& [pid, process] : table_) pids.push_back(pid);
  for (const Pid pid : pids)
    if (Process* const process = find(pid)) end(*process, {0, kSigKill});
  events_.clear();
}

void Processes::clear() {
  events_.clear();
  alarm_.clear();
  const auto all = std::exchange(owned_, {});
}

}  // namespace lvs::control
