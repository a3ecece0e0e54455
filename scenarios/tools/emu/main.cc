// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/emu/main.h"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "base/printable.h"
#include "common/run-watch.h"
#include "common/standard-output.h"
#include "common/version.h"
#include "control/lab/script-run.h"
#include "control/machine/remote-commands.h"
#include "daemons/daemons.h"
#include "emu/engine.h"
#include "emu/lab-network.h"
#include "emu/lab-world.h"
#include "emu/summary.h"
#include "os/control-socket.h"
#include "os/fence.h"
#include "os/privileges.h"
#include "os/signals.h"
#include "os/stop-guard.h"
#include "tools/console/exec.h"
#include "tools/console/terminal.h"
#include "tools/emu/lab.h"
#include "tools/emu/options.h"
#include "tools/emu/trace.h"

namespace lvs::scenarios {
namespace {

constexpr base::Time kTracePeriod = std::chrono::milliseconds(500);  // how often a viewer that reads along gets more
constexpr std::chrono::seconds kStopPatience{5};                     // with a command that does not come back
constexpr base::Time kOutputPeriod = std::chrono::milliseconds(20);  // how often a remote command's output is passed on

void say(const std::string& text) { std::cerr << "lvs-emu: " << base::printable(text) << '\n'; }

double seconds(base::Time time) { return std::chrono::duration<double>(time).count(); }

// An emulation from its start to its end.
class Emulation : private control::RemoteOutput {
 public:
  Emulation(const control::LabScript& script, const EmuOptions& options)
      : lab_(*script.lab),
        options_(options),
        stop_signals_({SIGINT, SIGTERM}),
        signals_({SIGUSR1, SIGHUP}),
        pid_file_(options.pidfile),
        terminal_(std::cout, wants_colours()),
        remote_(*this) {
    // A viewer that reads the trace from a pipe may be closed: the trace ends, the emulation does not.
    ::signal(SIGPIPE, SIG_IGN);
    if (!options.control.empty()) control_ = std::make_unique<os::ControlServer>(options.control);
    stations_ = emu::make_network(engine_, lab_, options.taps, options.real);
    world_ = std::make_unique<emu::LabWorld>(engine_, stations_);
    session_ = std::make_unique<control::ScriptRun>(script, *world_);
    give_up_rights();
    guard_ = std::make_unique<os::StopGuard>(stop_signals_.fd(), kStopPatience, [this] { end_without_summary(); });
    if (!os::raise_fence()) say("notice: this kernel has no seccomp; no fence is raised");
  }
  ~Emulation() override { remote_.end_all(); }

  void run() {
    prepare();
    const std::chrono::nanoseconds since_1970 = std::chrono::system_clock::now().time_since_epoch();
    engine_.clock().refresh();
    for (emu::Station* station : stations_) {
      if (station != nullptr) station->machine().epoch = since_1970 - engine_.clock().now();
    }
    if (!options_.trace.empty()) {
      trace_ = std::make_unique<EmuTrace>(options_.trace, options_.trace_size, options_.trace_files, lab_, stations_,
                                          since_1970 - engine_.clock().now());
      look_after_trace();
    }
    if (!options_.quiet) terminal_.begin(lab_);
    session_->begin();
    engine_.run();
    remote_.end_all();
    trace_.reset();
    std::cout.flush();
    say(fmt::format("ended after {:.1f} s", seconds(engine_.clock().now())));
    std::cerr << emu::summary(engine_);
  }

 private:
  void give_up_rights() {
    if (options_.user.empty()) return;
    if (control_ != nullptr) {
      if (const passwd* entry = ::getpwnam(options_.user.c_str())) control_->give_to(entry->pw_uid);
    }
    os::become_user(options_.user);
  }

  void prepare() {
    if (!options_.quiet) {
      session_->on_result = [this](const control::CommandResult& result) { terminal_.result(result); };
    } else {
      session_->on_result = [](const control::CommandResult& result) {
        if (result.status == 0) return;
        say(fmt::format("{}: '{}' ended with status {}: {}", result.host, result.command, result.status, result.err));
      };
    }
    session_->on_notice = [](const std::string& text) { say(text); };
    session_->on_started = [this] {
      if (trace_ != nullptr) trace_->mark_timeline(session_->zero());
      if (options_.until) engine_.at(session_->zero() + *options_.until, [this] { engine_.stop(); });
      std::cout.flush();
      say("running; Ctrl-C ends");
    };
    engine_.on_late = [this](base::Time by) { report_late(by); };
    engine_.on_gone = [](const emu::TapPort& tap) {
      say(fmt::format("TAP {}: the interface was deleted; {} goes on without it", tap.tap().name(), tap.where()));
    };
    engine_.watch(stop_signals_.fd(), [this] {
      while (stop_signals_.take()) engine_.stop();
    });
    engine_.watch(signals_.fd(), [this] { obey_signals(); });
    if (control_ != nullptr) engine_.watch(control_->fd(), [this] { serve(); });
  }

  // Never silently wrong, but not a line a timer either.
  void report_late(base::Time by) {
    const base::Time now = engine_.clock().now();
    if (now < quiet_until_) return;
    quiet_until_ = now + std::chrono::seconds(1);
    say(fmt::format("late by {:.1f} ms at {:.3f} s: the machine was busy, or this program was stopped",
                    seconds(by) * 1e3, seconds(now)));
  }

  void obey_signals() {
    while (const auto signal = signals_.take()) {
      switch (*signal) {
        case SIGUSR1: std::cerr << emu::summary(engine_); break;
        case SIGHUP:
          if (trace_ != nullptr) trace_->rotate();
          break;
        default: break;
      }
    }
  }

  // In another thread, while this one is where it does not come back from.
  void end_without_summary() const {
    say("told to end, and a command does not let go: ended without a summary");
    if (control_ != nullptr) ::unlink(control_->path().c_str());
    if (!options_.pidfile.empty()) ::unlink(options_.pidfile.c_str());
  }

  void look_after_trace() {
    engine_.at(engine_.clock().now() + kTracePeriod, [this] { look_after_trace(); });
    trace_->flush();
    if (trace_->full()) trace_->rotate();
    if (const auto trouble = trace_->trouble()) say(*trouble);
  }

  void serve() {
    const os::ControlEvents events = control_->serve();
    for (const std::uint64_t client : events.gone) remote_.cancel(client);
    for (const os::ControlRequest& request : events.requests) {
      if (emu::Station* station = find(request.host)) {
        remote_.start(request.client, station->machine(), request.command);
      } else {
        remote_.refuse(request.client, request.host, modelled());
      }
    }
    if (remote_.any() && !polling_) poll_later();
  }

  void poll_later() {
    polling_ = true;
    engine_.at(engine_.clock().now() + kOutputPeriod, [this] {
      polling_ = false;
      remote_.poll();
      if (remote_.any()) poll_later();
    });
  }

  emu::Station* find(const std::string& name) const {
    for (emu::Station* station : stations_) {
      if (station != nullptr && station->name() == name) return station;
    }
    return nullptr;
  }
  std::string modelled() const {
    std::string names;
    for (emu::Station* station : stations_) {
      if (station != nullptr) names += (names.empty() ? "" : ", ") + station->name();
    }
    return names;
  }

  void output(std::uint64_t client, bool error, std::string_view text) override {
    control_->output(client, error, text);
  }
  void finish(std::uint64_t client, int status) override { control_->finish(client, status); }

  const control::Lab& lab_;
  const EmuOptions& options_;
  os::Signals stop_signals_, signals_;
  os::PidFile pid_file_;
  std::unique_ptr<os::ControlServer> control_;
  LabTerminal terminal_;
  emu::Engine engine_;
  std::vector<emu::Station*> stations_;  // by the lab's hosts; nullptr: real
  std::unique_ptr<emu::LabWorld> world_;
  std::unique_ptr<control::ScriptRun> session_;
  std::unique_ptr<EmuTrace> trace_;
  control::RemoteCommands remote_;
  base::Time quiet_until_{};
  bool polling_ = false;
  std::unique_ptr<os::StopGuard> guard_;  // the last one made, the first one to go
};

int fail(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) say(line);
  return 2;
}

// lvs-emu exec: where there is no ns-3, there is no lvs-lab.
int exec_main(const std::vector<std::string>& words) {
  try {
    return exec_in_lab(words);
  } catch (const std::exception& error) {
    return fail({error.what()});
  }
}

// What stands in the way of a file of that name, before anything is begun.
std::string not_to_be_made(const std::string& file) {
  if (file.empty() || file == "-") return {};
  const std::string folder = std::filesystem::path(file).parent_path().string();
  if (access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0) return {};
  return fmt::format("cannot write {}: {}", file, std::strerror(errno));
}

int emu(int argc, const char* const* argv) {
  if (argc > 1 && std::string_view(argv[1]) == "exec") return exec_main({argv + 2, argv + argc});
  const auto options = parse_emu_options({argv + 1, argv + argc});
  if (!options) return fail({options.error()});
  if (options->help) {
    std::cout << kEmuUsage;
    return 0;
  }
  std::vector<std::string> notices;
  const auto lab = load_emu_lab(*options, notices);
  for (const std::string& notice : notices) say("notice: " + notice);
  if (!lab) return fail(lab.error());
  std::vector<std::string> errors = emu::check_network(*lab, options->taps, options->real);
  const auto script = control::parse_script(*lab);
  if (!script)
    for (const auto& error : script.error()) errors.push_back(error.text());
  for (const std::string& file : {options->pidfile, options->control, options->trace})
    if (const std::string why = not_to_be_made(file); !why.empty()) errors.push_back(why);
  if (!errors.empty()) return fail(errors);
  if (options->check) return 0;
  bound_memory("lvs-emu: there is no memory left for what commands ask for: ended without a summary\n");
  try {
    Emulation(*script, *options).run();
    return 0;
  } catch (const std::exception& error) {
    say(error.what());
    return 1;
  }
}

}  // namespace

int emu_main(int argc, const char* const* argv) {
  daemons::add_daemons();
  if (shows_version("lvs-emu", argc, argv)) return finish_output("lvs-emu", 0);
  return finish_output("lvs-emu", emu(argc, argv));
}

}  // namespace lvs::scenarios
