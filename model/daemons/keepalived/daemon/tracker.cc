// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/tracker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace lvs::keepalived {
namespace {

// Files and processes make no events in a modelled machine: they are looked at so often, where there are any.
constexpr base::Time kLook = std::chrono::milliseconds(10);

}  // namespace

Tracker::Script::Script(Tracker& its, const VrrpScriptConf& its_conf)
    : tracker(its),
      conf(its_conf),
      next(its.machine_.host(), [this] { tracker.run(*this); }),
      timeout(its.machine_.host(), [this] { tracker.timed_out(*this); }) {}

Tracker::Tracker(control::Machine& machine, Scripts& scripts, Vrrp& vrrp, Say say)
    : machine_(machine), scripts_(scripts), vrrp_(vrrp), say_(std::move(say)), look_(machine.host(), [this] {
        look();
      }) {}

Tracker::~Tracker() {
  for (const auto& script : tracked_) {
    if (script->running == Running::running) scripts_.kill(script->run);
  }
}

void Tracker::start(bool reloading) {
  for (const VrrpScriptConf& conf : vrrp_.conf().vrrp.scripts) {
    const auto used = [&](const auto& v) {
      return std::ranges::find(v->scripts, conf.name, &Tracking::name) != v->scripts.end();
    };
    if (std::ranges::none_of(vrrp_.instances(), used)) {
      say_(fmt::format("Warning - script {} is not used", conf.name));
      continue;
    }
    auto script = std::make_unique<Script>(*this, conf);
    script->first = conf.init_fail ? Vrrp::First::no : reloading ? Vrrp::First::after_reload : Vrrp::First::at_start;
    script->result = conf.init_fail ? 0 : conf.rise - 1;  // one success is enough
    script->next.set_after({});
    tracked_.push_back(std::move(script));
  }
  const Vrrp::TrackedNow found = now(machine_, vrrp_.conf().vrrp);
  for (const TrackFileConf& conf : vrrp_.conf().vrrp.files) files_.push_back({conf, found.files.at(conf.name)});
  for (const TrackProcessConf& conf : vrrp_.conf().vrrp.processes)
    processes_.push_back({conf, found.processes.at(conf.name)});
  if (!files_.empty() || !processes_.empty()) look_.set_after({});
}

void Tracker::run(Script& script) {
  script.next.set_after(script.conf.interval);
  if (script.running != Running::idle) {
    say_(fmt::format("Track script {} is {}, expect idle - skipping run", script.conf.name,
                     script.running == Running::running ? "already running" : "being timed out"));
  }
  if (script.running != Running::idle) return;
  script.running = Running::running;
  script.timeout.set_after(script.conf.timeout > Time{} ? script.conf.timeout : script.conf.interval);
  script.run = scripts_.run(script.conf.script, {}, [&script](int status) { script.tracker.finished(script, status); });
}

void Tracker::timed_out(Script& script) {
  if (script.running != Running::running) return;
  scripts_.kill(script.run);
  failed(script, "timed_out", {});
  script.running = Running::idle;
  script.first = Vrrp::First::no;
}

void Tracker::succeeded(Script& script, const std::string& how) {
  const int rise = script.conf.rise, full = script.conf.rise + script.conf.fall - 1;
  if (script.result < rise - 1) {
    ++script.result;
    return;
  }
  if (script.result == full) return;
  if (script.result < rise) {
    say_(fmt::format("VRRP_Script({}) {}", script.conf.name, how));
    vrrp_.script_changed(script.conf.name, true, script.first);
  }
  script.result = full;
}

void Tracker::failed(Script& script, const std::string& how, const std::string& why) {
  const int rise = script.conf.rise;
  if (script.result > rise) {
    --script.result;
    return;
  }
  if (script.result == rise || script.first != Vrrp::First::no) {
    say_(fmt::format("VRRP_Script({}) {}{}", script.conf.name, how, why));
    vrrp_.script_changed(script.conf.name, false, script.first);
  }
  script.result = 0;
}

void Tracker::finished(Script& script, int status) {
  if (script.running != Running::running) return;
  script.timeout.clear();
  constexpr int kSignals = 128;
  if (status > kSignals) {
    failed(script, "failed", fmt::format(" (due to signal {})", status - kSignals));
  } else {
    if (status != script.last_status) say_(fmt::format("Script `{}` now returning {}", script.conf.name, status));
    script.last_status = status;
    if (status == 0) {
      succeeded(script, "succeeded");
    } else {
      failed(script, "failed", fmt::format(" (exited with status {})", status));
    }
  }
  script.running = Running::idle;
  script.first = Vrrp::First::no;
}

Vrrp::TrackedNow Tracker::now(control::Machine& machine, const VrrpConf& conf) {
  Vrrp::TrackedNow found;
  for (const TrackFileConf& file : conf.files) found.files[file.name] = value_of(machine, file);
  for (const TrackProcessConf& process : conf.processes) {
    const unsigned count = count_of(machine, process);
    found.processes[process.name] = count >= process.quorum && count <= process.quorum_max;
  }
  return found;
}

int Tracker::value_of(control::Machine& machine, const TrackFileConf& file) {
  const auto text = machine.files().read(file.file);
  if (text.error != control::FileError::none) return 0;
  return std::atoi(text.text.c_str());
}

unsigned Tracker::count_of(control::Machine& machine, const TrackProcessConf& process) {
  unsigned count = 0;
  const std::string& path = process.process.front();
  for (const control::Process* each : machine.processes().all()) {
    const auto& arguments = each->arguments();
    if (!process.full_command) {
      count += each->name() == path.substr(path.rfind('/') + 1) ? 1 : 0;
      continue;
    }
    if (arguments.empty() || arguments.front() != path) continue;
    const std::vector<std::string> theirs(arguments.begin() + 1, arguments.end());
    const std::vector<std::string> wanted(process.process.begin() + 1, process.process.end());
    const bool prefix = theirs.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), theirs.begin());
    count += process.match == TrackProcessConf::Match::exact ? (theirs == wanted ? 1 : 0) : (prefix ? 1 : 0);
  }
  return count;
}

void Tracker::tell(VrrpDump& dump) const {
  for (const VrrpScriptConf& conf : vrrp_.conf().vrrp.scripts) {
    const auto found = std::ranges::find_if(tracked_, [&](const auto& each) { return &each->conf == &conf; });
    ScriptDump says{.result = conf.init_fail ? 0 : conf.rise - 1};
    if (found != tracked_.end()) {
      const Script& script = **found;
      says.result = script.result;
      if (script.first == Vrrp::First::at_start) says.first = "INIT";
      if (script.first == Vrrp::First::after_reload) says.first = "INIT/RELOAD";
      if (script.running == Running::running) says.state = "running";
    }
    dump.scripts.push_back(says);
  }
  for (const File& file : files_) dump.files.push_back(file.value);
  for (const Watched& process : processes_)
    dump.processes.push_back({count_of(machine_, process.conf), process.quorum});
}

void Tracker::look() {
  for (File& file : files_) {
    const int value = value_of(machine_, file.conf);
    if (value != file.value) vrrp_.file_changed(file.conf.name, std::exchange(file.value, value), value);
  }
  for (Watched& process : processes_) {
    const unsigned count = count_of(machine_, process.conf);
    const bool quorum = count >= process.conf.quorum && count <= process.conf.quorum_max;
    if (quorum != process.quorum) vrrp_.process_changed(process.conf.name, quorum);
    process.quorum = quorum;
  }
  look_.set_after(kLook);
}

}  // namespace lvs::keepalived
