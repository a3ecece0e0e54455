// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/words/getopt.h"
#include "daemons/named/conf.h"
#include "daemons/named/server.h"
#include "daemons/named/zone-file.h"
#include "daemons/serve/daemon-process.h"

namespace lvs::named {
namespace {

using control::Io;
using control::Machine;
using daemons::AfterSignal;

constexpr int kNotModelled = 2;
constexpr std::string_view kVersion = "BIND 9.18.49-1~deb12u3-Debian (Extended Support Version) <id:>";
constexpr std::string_view kDefaultConf = "/etc/bind/named.conf";

ReadFile reader_of(Machine& machine) {
  return [&machine](const std::string& path) -> std::optional<std::string> {
    auto file = machine.files().read(path);
    if (file.error != control::FileError::none) return std::nullopt;
    return std::move(file.text);
  };
}

struct NamedLine {
  std::string conf{kDefaultConf};
  std::optional<std::uint16_t> port;
  bool foreground = false;
  std::vector<std::string> arguments;
};

// What is not modelled, also in its zones.
std::vector<std::string> refusals_of(const ConfReading& reading, Machine& machine) {
  std::vector<std::string> refused = reading.refused;
  for (const ZoneConf& zone : reading.conf.zones) {
    if (zone.kind != ZoneConf::Kind::primary) continue;
    const std::string path =
        control::Files::absolute(zone.file, reading.conf.directory.empty() ? "/root" : reading.conf.directory);
    const auto file = machine.files().read(path);
    if (file.error != control::FileError::none) continue;
    if (auto read = read_zone(zone.name, file.text, path); !read.refused.empty())
      refused.push_back(std::move(read.refused));
  }
  return refused;
}

// Serves until a signal ends it.
class Serving {
 public:
  Serving(Machine& machine, control::Pid pid, const NamedLine& line, Conf conf)
      : machine_(machine), line_(line), pid_file_(conf.pid_file), server_(machine, pid, std::move(conf)) {
    server_.start();
    if (pid_file_.empty()) return;
    machine_.files().place(pid_file_.substr(0, pid_file_.rfind('/')) + "/.", {});
    machine_.files().truncate(pid_file_);
    machine_.files().append(pid_file_, fmt::format("{}\n", pid));
  }
  AfterSignal take_signal(int signal) {
    if (signal == control::kSigTerm || signal == control::kSigInt) {
      if (!pid_file_.empty()) machine_.files().remove(pid_file_);
      return AfterSignal::end;
    }
    if (signal != control::kSigHup) return AfterSignal::default_action;
    // One that has a mistake changes nothing.
    auto reading = read_named_conf(line_.conf, reader_of(machine_));
    if (line_.port) reading.conf.port = *line_.port;
    if (reading.error.empty() && refusals_of(reading, machine_).empty()) server_.reload(std::move(reading.conf));
    return AfterSignal::go_on;
  }

 private:
  Machine& machine_;
  NamedLine line_;
  std::string pid_file_;
  Server server_;
};

class NamedCommand final : public control::Command {
 public:
  explicit NamedCommand(NamedLine line) : line_(std::move(line)) {}

  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    auto reading = read_named_conf(line_.conf, reader_of(machine));
    if (line_.port) reading.conf.port = *line_.port;
    const std::vector<std::string> refused =
        reading.error.empty() ? refusals_of(reading, machine) : std::vector<std::string>();
    for (const std::string& each : refused) io.complain("named: not modelled: " + each + "\n");
    if (!refused.empty()) return done(kNotModelled), nullptr;
    // Its log is the system's; a daemon says nothing.
    const bool homeless = !reading.conf.directory.empty() &&
                          machine.files().status(reading.conf.directory).kind != control::Files::Kind::folder;
    if (!reading.error.empty() || homeless) return done(1), nullptr;
    if (line_.foreground)
      return std::make_unique<daemons::DaemonTask<Serving>>(machine, io, std::move(done), line_,
                                                            std::move(reading.conf));
    machine.processes().adopt(
        std::make_unique<daemons::DaemonProcess<Serving>>(machine, line_.arguments, line_, std::move(reading.conf)));
    done(0);
    return nullptr;
  }

 private:
  NamedLine line_;
};

class CheckConf final : public control::Command {
 public:
  CheckConf(std::string file, bool zones) : file_(std::move(file)), zones_(zones) {}
  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    const auto reading = read_named_conf(file_, reader_of(machine));
    for (const std::string& each : reading.refused) io.complain("named-checkconf: not modelled: " + each + "\n");
    if (!reading.refused.empty()) return done(kNotModelled), nullptr;
    for (const std::string& each : reading.warnings) io.print(each + "\n");
    if (!reading.error.empty()) {
      io.print(reading.error + "\n");
      return done(1), nullptr;
    }
    int status = 0;
    for (const ZoneConf& zone : reading.conf.zones) {
      if (!zones_ || zone.kind != ZoneConf::Kind::primary) continue;
      const std::string path =
          control::Files::absolute(zone.file, reading.conf.directory.empty() ? "/root" : reading.conf.directory);
      const auto file = machine.files().read(path);
      const ZoneReading read = file.error == control::FileError::none ? read_zone(zone.name, file.text, path)
                                                                      : missing_zone(zone.name, zone.file);
      for (const std::string& line : read.lines) io.print(line + "\n");
      if (!read.refused.empty()) {
        io.complain("named-checkconf: not modelled: " + read.refused + "\n");
        return done(kNotModelled), nullptr;
      }
      if (read.ok()) continue;
      io.print(fmt::format("_default/{}/IN: {}\n", zone.name, read.error));
      status = 1;
    }
    done(status);
    return nullptr;
  }

 private:
  std::string file_;
  bool zones_;
};

class CheckZone final : public control::Command {
 public:
  CheckZone(std::string zone, std::string file, bool quiet)
      : zone_(std::move(zone)), file_(std::move(file)), quiet_(quiet) {}
  std::unique_ptr<control::Task> start(Machine& machine, Io& io, control::Done done) const override {
    std::string origin = zone_;
    while (origin.ends_with('.')) origin.pop_back();
    const auto file = machine.files().read(control::Files::absolute(file_, "/root"));
    const ZoneReading read =
        file.error == control::FileError::none ? read_zone(origin, file.text, file_) : missing_zone(origin, file_);
    if (!read.refused.empty()) {
      io.complain("named-checkzone: not modelled: " + read.refused + "\n");
      return done(kNotModelled), nullptr;
    }
    if (!quiet_)
      for (const std::string& line : read.lines) io.print(line + "\n");
    if (read.ok() && !quiet_) io.print("OK\n");
    done(read.ok() ? 0 : 1);
    return nullptr;
  }

 private:
  std::string zone_, file_;
  bool quiet_;
};

control::CommandResultOrError unmodelled(const control::Word& word, std::string_view reason, std::string_view known) {
  return base::Error{control::SyntaxError{word.column, word.text, std::string(reason), std::string(known)}};
}

}  // namespace

control::CommandResultOrError parse_named(const std::vector<control::Word>& words) {
  constexpr std::string_view kKnown = "-4 -c FILE -f -n N -p PORT -u root|bind -v";
  NamedLine line;
  for (const control::Word& word : words) line.arguments.push_back(word.text);
  control::Getopt getopt(words, "46c:d:D:E:fFgi:lL:M:m:n:N:p:sS:t:T:U:u:vVx:X:");
  while (const auto option = getopt.next()) {
    const control::Word& word = words[option->word];
    if (!option->known || option->missing)
      return unmodelled(word, option->known ? "the argument of this option is missing" : "unknown to named", kKnown);
    switch (option->letter) {
      case '4':
      case 'n':
      case 'S': break;
      case 'c': line.conf = option->value; break;
      case 'f': line.foreground = true; break;
      case 'u':
        if (option->value != "root" && option->value != "bind")
          return unmodelled(word, "this user is not modelled", kKnown);
        break;
      case 'p': {
        std::string_view digits = option->value;
        const auto port = base::take_number<std::uint16_t>(digits);
        if (!port || !digits.empty()) return unmodelled(word, "a port is needed here", kKnown);
        line.port = port;
        break;
      }
      case 'v': return control::refusal(0, {}, std::string(kVersion) + "\n");
      case 'g': return unmodelled(word, "the log on the terminal is not modelled; -f has none", kKnown);
      default: return unmodelled(word, "this option of named is not modelled", kKnown);
    }
  }
  if (!getopt.operands().empty()) return unmodelled(words[getopt.operands()[0]], "named takes options alone", kKnown);
  return control::CommandPtr(std::make_shared<NamedCommand>(std::move(line)));
}

control::CommandResultOrError parse_checkconf(const std::vector<control::Word>& words) {
  constexpr std::string_view kKnown = "[-z] [FILE]";
  bool zones = false;
  std::string file(kDefaultConf);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].text == "-z") {
      zones = true;
    } else if (words[i].text.starts_with('-') || i + 1 < words.size()) {
      return unmodelled(words[i], "this option of named-checkconf is not modelled", kKnown);
    } else {
      file = words[i].text;
    }
  }
  return control::CommandPtr(std::make_shared<CheckConf>(std::move(file), zones));
}

control::CommandResultOrError parse_checkzone(const std::vector<control::Word>& words) {
  constexpr std::string_view kKnown = "[-q] ZONE FILE";
  std::vector<std::string> operands;
  bool quiet = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].text == "-q") {
      quiet = true;
    } else if (words[i].text.starts_with('-')) {
      return unmodelled(words[i], "this option of named-checkzone is not modelled", kKnown);
    } else {
      operands.push_back(words[i].text);
    }
  }
  if (operands.size() != 2) return unmodelled(words.back(), "a zone and a file are needed", kKnown);
  if (!wire::dns_name(operands[0])) return unmodelled(words[1], "not a name of a zone", kKnown);
  return control::CommandPtr(std::make_shared<CheckZone>(operands[0], operands[1], quiet));
}

}  // namespace lvs::named
