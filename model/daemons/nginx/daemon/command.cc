// SPDX-License-Identifier: GPL-2.0-or-later
// The command nginx of a modelled machine.
#include "daemons/nginx/daemon/command.h"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <utility>

#include "base/numbers.h"
#include "control/machine/registry.h"
#include "control/machine/signals.h"
#include "daemons/nginx/conf/read.h"
#include "daemons/nginx/daemon/master.h"
#include "daemons/nginx/daemon/options.h"
#include "daemons/nginx/log/machine-host.h"

namespace lvs::nginx {
namespace {

using control::Io;
using control::Machine;

// daemon off: the command's process is the master.
class Foreground final : public control::Task {
 public:
  Foreground(Machine& machine, const Io& io, const Options& options, control::Done done)
      : done_(done),
        master_(machine, io.pid, options, std::make_shared<Logs>(machine, io.out, io.err), std::move(done)) {}

  void start(Conf conf) {
    master_.start(std::move(conf), [this](int status) {
      if (status != 0) done_(status);
    });
  }
  bool take_signal(int signal) override { return master_.take_signal(signal); }

 private:
  control::Done done_;
  Master master_;
};

// A process of its own, and the command ends.
class Background final : public control::Process {
 public:
  Background(Machine& machine, const Io& io, const Options& options)
      : Process(machine, control::kInit, options.arguments),
        master_(std::make_unique<Master>(machine, pid(), options, std::make_shared<Logs>(machine, io.out, io.err),
                                         [this](int status) { exit(status); })) {}

  Master& master() { return *master_; }
  void fail(int status) { exit(status); }
  void set_end(std::function<void(control::ExitStatus)> end) { end_ = std::move(end); }

 private:
  bool take_signal(int signal) override { return master_->take_signal(signal); }
  void ended(control::ExitStatus status) override {
    master_->abandon();
    if (end_) std::exchange(end_, {})(status);
  }

  std::unique_ptr<Master> master_;
  std::function<void(control::ExitStatus)> end_;
};

// Waits until the daemon listens, or cannot. Until then the two are one process in truth: a signal ends both.
class Launch final : public control::Task {
 public:
  ~Launch() override {
    if (*waiting_ == nullptr) return;
    *waiting_ = nullptr;
    machine_.processes().send(daemon_, control::kSigKill);
  }
  static std::unique_ptr<control::Task> run(Machine& machine, const Io& io, const Options& options, Conf conf,
                                            const control::Done& done) {
    auto process = std::make_unique<Background>(machine, io, options);
    Background& daemon = *process;
    machine.processes().adopt(std::move(process));
    auto waiting = std::make_shared<control::Done>(done);
    daemon.set_end([waiting](control::ExitStatus status) {
      constexpr int kBySignal = 128;
      const control::Done tell = std::exchange(*waiting, nullptr);
      if (tell != nullptr) tell(status.signal != 0 ? kBySignal + status.signal : status.code);
    });
    daemon.master().start(std::move(conf), [&daemon, waiting](int status) {
      const control::Done tell = std::exchange(*waiting, nullptr);
      if (tell != nullptr) tell(status);
      if (status != 0) daemon.fail(status);
    });
    if (*waiting == nullptr) return nullptr;
    return std::unique_ptr<Launch>(new Launch(machine, daemon.pid(), std::move(waiting)));
  }

 private:
  Launch(Machine& machine, control::Pid daemon, std::shared_ptr<control::Done> waiting)
      : machine_(machine), daemon_(daemon), waiting_(std::move(waiting)) {}

  Machine& machine_;
  control::Pid daemon_;
  std::shared_ptr<control::Done> waiting_;  // empty: it has been told
};

class Nginx final : public control::Command {
 public:
  explicit Nginx(Options options) : options_(std::move(options)) {}

  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    // Of the package, on every machine that has it.
    for (const char* folder : {"/var/log/nginx", "/var/lib/nginx"}) machine.files().make_folder(folder);
    ConfReading reading = read_conf(options_.conf, options_.directives, MachineHost(machine));
    if (!reading.report.refusals().empty()) {
      for (const ConfRefusal& each : reading.report.refusals())
        io.complain("nginx: not modelled: " + each.text() + "\n");
      done(2);
      return nullptr;
    }
    if (!options_.err.empty()) io.complain(options_.err);
    if (options_.test) {
      done(test(machine, io, reading));
      return nullptr;
    }
    tell(machine, io, reading.report);
    if (reading.report.failed()) {
      done(1);
      return nullptr;
    }
    if (!options_.signal.empty()) {
      done(signal(machine, io, reading.conf));
      return nullptr;
    }
    if (reading.conf.daemon.value_or(true)) return Launch::run(machine, io, options_, std::move(reading.conf), done);
    auto task = std::make_unique<Foreground>(machine, io, options_, std::move(done));
    task->start(std::move(reading.conf));
    return task;
  }

 private:
  static void tell(Machine& machine, Io& io, const ConfReport& report) {
    const Logs logs(machine, io.out, io.err);
    for (const ConfMessage& message : report.messages())
      io.complain(logs.stamp(message.level, io.pid) + message.text + "\n");
  }

  int test(Machine& machine, Io& io, ConfReading& reading) const {
    const std::string& path = options_.conf;
    const Logs logs(machine, io.out, io.err);
    const bool late = reading.report.syntax_is_ok() && reading.report.failed();
    const auto ok = [&] {
      if (!options_.quiet) io.complain(fmt::format("nginx: the configuration file {} syntax is ok\n", path));
    };
    if (late) ok();
    tell(machine, io, reading.report);
    if (reading.report.failed()) {
      io.complain(fmt::format("nginx: configuration file {} test failed\n", path));
      return 1;
    }
    ok();
    const Generation generation(std::move(reading.conf));
    std::string error;
    Logs opened(machine, io.out, io.err);
    for (const std::string& file : generation.log_files())
      if (error.empty()) error = opened.open(file);
    if (error.empty()) error = test_sockets(machine, generation);
    if (!error.empty()) {
      io.complain(logs.stamp(LogLevel::emerg, io.pid) + error + "\n");
      io.complain(fmt::format("nginx: configuration file {} test failed\n", path));
      return 1;
    }
    if (const std::string warning = generation.conf().too_many_connections(); !warning.empty()) {
      io.complain(fmt::format("nginx: [warn] {}\n", warning));
      if (!generation.conf().error_logs.empty())
        opened.error(generation.conf().error_logs, LogLevel::warn, io.pid, warning);
    }
    if (!options_.quiet) io.complain(fmt::format("nginx: configuration file {} test is successful\n", path));
    if (options_.dump) {
      auto file = machine.files().read(path);
      io.print(fmt::format("# configuration file {}:\n{}\n", path, file.text));
    }
    return 0;
  }

  int signal(Machine& machine, Io& io, const Conf& conf) const {
    const Logs logs(machine, io.out, io.err);
    const auto say = [&](LogLevel level, const std::string& text) {
      io.complain(logs.stamp(level, io.pid) + text + "\n");
    };
    say(LogLevel::notice, "signal process started");
    const std::string path = conf.pid.value_or("/run/nginx.pid");
    const auto file = machine.files().read(path);
    if (file.error != control::FileError::none) {
      say(LogLevel::error, fmt::format("open() \"{}\" failed ({})", path, errno_text(errno_of(file.error))));
      return 1;
    }
    std::string text = file.text;
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const auto pid = base::number<control::Pid>(text);
    if (!pid || *pid == 0) {
      say(LogLevel::error, fmt::format("invalid PID number \"{}\" in \"{}\"", text, path));
      return 1;
    }
    const int number = options_.signal == "stop"     ? control::kSigTerm
                       : options_.signal == "quit"   ? control::kSigQuit
                       : options_.signal == "reopen" ? control::kSigUsr1
                                                     : control::kSigHup;
    if (machine.processes().send(*pid, number)) return 0;
    say(LogLevel::alert, fmt::format("kill({}, {}) failed (3: No such process)", *pid, number));
    return 1;
  }

  Options options_;
};

}  // namespace

control::CommandResultOrError parse_nginx(const std::vector<control::Word>& words) {
  Options options;
  if (auto error = parse_options(words, options)) return base::Error{std::move(*error)};
  if (options.status) return control::refusal(*options.status, options.err);
  return control::CommandPtr(std::make_shared<Nginx>(std::move(options)));
}

}  // namespace lvs::nginx
