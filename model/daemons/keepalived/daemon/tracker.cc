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

const char* first_text(Vrrp::First first) {
  switch (first) {
    case Vrrp::First::at_start: return "INIT";
    case Vrrp::First::after_reload: return "INIT/RELOAD";
    default: return "unknown";
  }
}

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

std::vector<Tracker::Said> Tracker::said() const {
  std::vector<Said> all;
  for (const auto& script : tracked_)
    all.push_back({script->conf.name,
                   {script->first, script->result, script->last_status},
                   script->conf.rise,
                   script->conf.fall});
  return all;
}

// keepalived: clear_diff_script().
std::map<std::string, Vrrp::ScriptStart> Tracker::resume(const VrrpConf& conf, const std::vector<Said>& said,
                                                         bool reloading, ConfReport& report) {
  std::map<std::string, Vrrp::ScriptStart> starts;
  for (const VrrpScriptConf& script : conf.scripts) starts[script.name] = Vrrp::first_of(script, reloading);
  for (const Said& before : said) {
    const auto script = std::ranges::find(conf.scripts, before.name, &VrrpScriptConf::name);
    if (script == conf.scripts.end()) continue;
    Vrrp::ScriptStart& start = starts[before.name];
    if (before.start.first != Vrrp::First::no) {  // it has said nothing yet
      start = {before.start.first, script->rise - 1};
      continue;
    }
    const int full = script->rise + script->fall - 1;
    const int above = before.start.result - before.rise;
    start = before.start;
    if (above < 0) {
      start.result = before.start.result == 0 ? 0 : std::max(script->rise + above, 0);
    } else {
      start.result = above == before.fall - 1 ? full : std::min(script->rise + above, full);
    }
    report.log(
        fmt::format("VRRP_Script({}) considered {} on reload", before.name, above < 0 ? "unsuccessful" : "successful"));
  }
  return starts;
}

void Tracker::drop_unused(VrrpConf& conf, const Vrrp& vrrp, const Say& say) {
  std::erase_if(conf.scripts, [&](const VrrpScriptConf& script) {
    const auto looks = [&](const auto& v) {
      return std::ranges::find(v->scripts, script.name, &Tracking::name) != v->scripts.end();
    };
    if (std::ranges::any_of(vrrp.instances(), looks)) return false;
    say(fmt::format("Warning - script {} is not used", script.name));
    return true;
  });
}

void Tracker::start(const std::map<std::string, Vrrp::ScriptStart>& starts) {
  for (const VrrpScriptConf& conf : vrrp_.conf().vrrp.scripts) {
    auto script = std::make_unique<Script>(*this, conf);
    const Vrrp::ScriptStart& start = starts.at(conf.name);
    script->first = start.first;
    script->result = start.result;
    script->last_status = start.last_status;
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
    ScriptDump says{.result = conf.rise - 1};
    if (found != tracked_.end()) {
      const Script& script = **found;
      says.result = script.result;
      says.first = first_text(script.first);
      if (script.running == Running::running) says.state = "running";
    }
    dump.scripts.push_back(says);
  }
  for (const File& file : files_) dump.files.push_back(file.value);
  for (const Watched& process : processes_)
    dump.processes.push_back({count_of(machine_, process.conf), process.quorum});
}

void Tracker::tell(control::Machine& machine, const Vrrp::TrackedNow& now, VrrpDump& dump) {
  const VrrpConf& conf = dump.vrrp->conf().vrrp;
  for (const VrrpScriptConf& script : conf.scripts) {
    const Vrrp::ScriptStart& start = now.scripts.at(script.name);
    // Its count begins when it is scheduled first.
    dump.scripts.push_back({start.first == Vrrp::First::no ? start.result : 0, first_text(start.first)});
  }
  for (const TrackFileConf& file : conf.files) dump.files.push_back(now.files.at(file.name));
  for (const TrackProcessConf& process : conf.processes)
    dump.processes.push_back({count_of(machine, process), now.processes.at(process.name)});
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
