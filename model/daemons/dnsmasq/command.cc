// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/dnsmasq/command.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "daemons/dnsmasq/conf.h"
#include "daemons/dnsmasq/server.h"
#include "daemons/serve/daemon-process.h"

namespace lvs::dnsmasq {
namespace {

using control::Io;
using control::Machine;
using daemons::AfterSignal;

constexpr int kBadOption = 1, kBadNetwork = 2, kNotModelled = 2, kNoFile = 3;

// Writes its pid file and serves until a signal ends it.
class Daemon {
 public:
  // `io` where lines of its log go to standard error; else nobody sees them.
  Daemon(Machine& machine, control::Pid pid, const Conf& conf, control::OutputPtr log)
      : machine_(machine), pid_file_(conf.debug ? "" : conf.pid_file), pid_(pid), log_(std::move(log)) {
    server_ = std::make_unique<Server>(machine, pid, conf, [this](const std::string& line) { say(line); });
  }

  std::string start() {
    std::string error = server_->start();
    if (!error.empty()) return error;
    if (!pid_file_.empty()) {
      machine_.files().truncate(pid_file_);
      machine_.files().append(pid_file_, fmt::format("{}\n", pid_));
    }
    return {};
  }
  AfterSignal take_signal(int signal) {
    switch (signal) {
      case control::kSigHup: server_->reload(); return AfterSignal::go_on;
      case control::kSigUsr1:
      case control::kSigUsr2: return AfterSignal::go_on;
      case control::kSigTerm:
        say("exiting on receipt of SIGTERM");
        stop();
        return AfterSignal::end;
      case control::kSigInt:
        if (log_ == nullptr) return AfterSignal::go_on;
        stop();
        return AfterSignal::end;
      default: return AfterSignal::default_action;
    }
  }

 private:
  void say(const std::string& line) {
    if (log_ != nullptr) log_->write("dnsmasq: " + line + "\n");
  }
  void stop() {
    server_.reset();
    if (!pid_file_.empty()) machine_.files().remove(pid_file_);
  }

  Machine& machine_;
  std::string pid_file_;
  control::Pid pid_;
  control::OutputPtr log_;
  std::unique_ptr<Server> server_;
};

class Dnsmasq final : public control::Command {
 public:
  explicit Dnsmasq(CommandLine line) : line_(std::move(line)) {}

  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    Conf conf = line_.conf;
    const auto fail = [&](const std::string& text, int status) {
      io.complain("\ndnsmasq: " + text + "\n");
      done(status);
      return nullptr;
    };
    if (const auto mistake = read_files(machine, conf)) {
      if (mistake->status != kNotModelled || !mistake->problem.refused)
        return fail(mistake->problem.text, mistake->status);
      io.complain("dnsmasq: not modelled: " + mistake->problem.text + "\n");
      done(kNotModelled);
      return nullptr;
    }
    if (conf.test) {
      io.complain("dnsmasq: syntax check OK.\n");
      done(0);
      return nullptr;
    }
    if (conf.foreground || conf.debug) {
      const control::OutputPtr log = conf.debug ? io.err : nullptr;
      auto task = std::make_unique<daemons::DaemonTask<Daemon>>(machine, io, done, conf, log);
      if (const std::string error = task->daemon().start(); !error.empty()) return fail(error, kBadNetwork);
      return task;
    }
    auto process = std::make_unique<daemons::DaemonProcess<Daemon>>(machine, line_.arguments, conf, nullptr);
    if (const std::string error = process->daemon().start(); !error.empty()) return fail(error, kBadNetwork);
    machine.processes().adopt(std::move(process));
    done(0);
    return nullptr;
  }

 private:
  struct Mistake {
    ConfProblem problem;
    int status = kBadOption;
  };

  // The file, and those that it and the command line name.
  std::optional<Mistake> read_files(Machine& machine, Conf& conf) const {
    if (!line_.conf_file.empty() && line_.conf_file != "/dev/null")
      if (auto mistake = read_file(machine, line_.conf_file, line_.conf_file_named, conf)) return mistake;
    for (std::size_t i = 0; i < conf.more.size(); ++i) {
      if (i == kMostFiles) return Mistake{{"conf-file of more than 200 files", true}, kNotModelled};
      const MoreConf more = conf.more[i];
      if (!more.folder) {
        if (auto mistake = read_file(machine, more.path, true, conf)) return mistake;
        continue;
      }
      const std::string folder = conf_folder(more);
      if (const auto status = machine.files().status(folder); status.kind != control::Files::Kind::folder)
        return Mistake{{fmt::format("cannot access directory {}: {}", folder, text_of(control::FileError::no_entry))},
                       kNoFile};
      for (const std::string& name : machine.files().list(folder)) {
        const std::string path = folder + "/" + name;
        if (!is_read(more, name) || machine.files().status(path).kind != control::Files::Kind::file) continue;
        if (auto mistake = read_file(machine, path, true, conf)) return mistake;
      }
    }
    return std::nullopt;
  }
  static std::optional<Mistake> read_file(Machine& machine, const std::string& path, bool named, Conf& conf) {
    const auto file = machine.files().read(path);
    if (file.error == control::FileError::none) {
      auto problem = read_conf_file(file.text, path, conf);
      if (!problem) return std::nullopt;
      const int status = problem->refused ? kNotModelled : kBadOption;
      return Mistake{std::move(*problem), status};
    }
    if (!named && file.error == control::FileError::no_entry) return std::nullopt;
    return Mistake{{fmt::format("cannot read {}: {}", path, text_of(file.error))}, kNoFile};
  }

  static constexpr std::size_t kMostFiles = 200;  // files may name each other
  CommandLine line_;
};

// Of Debian 12.
constexpr std::string_view kVersionText =
    "Dnsmasq version 2.90  Copyright (c) 2000-2024 Simon Kelley\n"
    "Compile time options: IPv6 GNU-getopt DBus no-UBus i18n IDN2 DHCP DHCPv6 no-Lua TFTP conntrack ipset nftset auth "
    "cryptohash DNSSEC loop-detect inotify dumpfile\n"
    "\n"
    "This software comes with ABSOLUTELY NO WARRANTY.\n"
    "Dnsmasq is free software, and you are welcome to redistribute it\n"
    "under the terms of the GNU General Public License, version 2 or 3.\n";

}  // namespace

control::CommandResultOrError parse_dnsmasq(const std::vector<control::Word>& words) {
  CommandLine line = read_command_line(words);
  if (line.problem && line.problem->refused)
    return base::Error{control::SyntaxError{line.column, line.word, line.problem->text + " is not modelled",
                                            "docs/names.md has what is"}};
  if (line.problem) return control::refusal(kBadOption, "\ndnsmasq: " + line.problem->text + "\n");
  if (line.conf.version) return control::refusal(0, {}, std::string(kVersionText));
  return control::CommandPtr(std::make_shared<Dnsmasq>(std::move(line)));
}

}  // namespace lvs::dnsmasq
