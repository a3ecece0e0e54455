// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/shell/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "base/printable.h"
#include "control/lab/conf.h"
#include "control/lab/files.h"
#include "control/lab/text.h"
#include "control/machine/registry.h"
#include "tools/console/terminal.h"
#include "tools/lab/new.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using control::lab_text::take_word;
using control::lab_text::trim;
using Order = ns3::LvsLabConsole::Order;

constexpr const char* kHelp =
    "  COMMAND            run it on the host of the prompt; lvs-lab commands lists what is modelled\n"
    "  HOST COMMAND       run it on that host, and stay here, as a line of a timeline does\n"
    "  host NAME          go to another host (NAME alone does, too); hosts: who is there\n"
    "  run TIME           let time pass: run 5s, run 200ms, run 1.5\n"
    "  walk [N]           the walk of the last packet, or of number N; walks: the packets since this was asked last\n"
    "  - cut HOST IFACE, - mend HOST IFACE, - crash HOST, - boot HOST   cable and power\n"
    "  inject IFACE FRAME a raw frame (docs/labs.md)\n"
    "  save [DIR]         a copy of the lab with what was typed as its timeline; save --here: into the lab itself\n"
    "  help, quit         Ctrl-C ends a command or the waiting, Ctrl-D the session\n"
    "Time stands still but for what commands and run take.\n";
const std::vector<std::string> kOwnWords{"help", "host", "hosts", "quit", "run", "save", "walk", "walks"};

// Of the names of all commands, which fill a terminal, where they can be read is enough.
std::string without_list(std::string said) {
  constexpr std::string_view kList = "this command is not modelled; known:";
  const std::size_t at = said.find(kList);
  if (at == std::string::npos) return said;
  const std::size_t end = std::min(said.find('\n', at), said.size());
  return said.replace(at, end - at, "this command is not modelled; lvs-lab commands lists those that are");
}

double seconds(base::Time at) { return std::chrono::duration<double>(at).count(); }

// The host that a lecturer would begin with: the director.
std::size_t first_host(const control::Lab& lab) {
  for (std::size_t h = 0; h < lab.hosts.size(); ++h) {
    const auto directs = [](const control::LabLine& line) { return line.text.starts_with("ipvsadm"); };
    if (std::ranges::any_of(lab.hosts[h].startup, directs)) return h;
  }
  return 0;
}

}  // namespace

ShellSession::ShellSession(const control::Lab& lab, std::string folder, bool timeline, ShellWalks& walks)
    : lab_(lab),
      folder_(std::move(folder)),
      timeline_(timeline),
      walks_(walks),
      reader_([this](const std::string& before, const std::string& start) { return complete(before, start); }),
      host_(first_host(lab)) {}

void ShellSession::say(const std::string& text) const { std::cout << base::printable(text) << std::flush; }

std::string ShellSession::prompt() const { return lab_.hosts[host_].name + "# "; }

Order ShellSession::Next(base::Time now) {
  now_ = now;
  waiting_ = false;
  if (!std::exchange(greeted_, true)) {
    LineReader::interrupted();
    std::cout << fmt::format("{}: {} hosts; it is {:.3f} s, and time stands still. help says what can be typed.\n",
                             base::printable(lab_.name), lab_.hosts.size(), seconds(now));
  }
  for (;;) {
    const auto read = reader_.read(prompt());
    if (!read) {
      if (reader_.at_terminal()) std::cout << '\n';
      return {};
    }
    const std::string_view line = trim(*read);
    if (line.empty() || line.starts_with('#')) continue;
    std::string_view rest = line;
    const std::string word(take_word(rest));
    std::optional<Order> order;
    if (!own_word(word, rest, order)) order = lab_line(line);
    if (order) return *order;
  }
}

bool ShellSession::own_word(const std::string& word, std::string_view rest, std::optional<Order>& order) {
  if (word == "help") {
    std::cout << kHelp;
  } else if (word == "quit" || word == "exit") {
    order = Order{};
  } else if (word == "host") {
    switch_host(rest);
  } else if (word == "hosts") {
    hosts();
  } else if (word == "run") {
    order = wait(rest);
  } else if (word == "walk") {
    std::cout << walks_.walk(rest);
  } else if (word == "walks") {
    std::cout << walks_.list();
  } else if (word == "save") {
    save(rest);
  } else if (rest.empty() && lab_.find_host(word) != nullptr) {
    switch_host(word);
  } else {
    return false;
  }
  return true;
}

void ShellSession::switch_host(std::string_view name) {
  const control::LabHost* const host = lab_.find_host(name);
  if (host == nullptr) return say(fmt::format("there is no host \"{}\"; hosts lists those that are\n", name));
  host_ = static_cast<std::size_t>(host - lab_.hosts.data());
}

void ShellSession::hosts() const {
  for (const control::LabHost& host : lab_.hosts) {
    std::string where;
    for (const control::LabInterface& interface : host.interfaces)
      where += fmt::format("  {} on {}", interface.name(), lab_.segments[interface.segment].name);
    say(fmt::format("{:<12}{}\n", host.name, where));
  }
}

std::optional<Order> ShellSession::wait(std::string_view text) {
  const auto time = control::lab_text::duration(text);
  const auto plain = control::lab_text::seconds(text);
  if (!time && (!plain || *plain > std::chrono::hours(24))) {
    say(fmt::format("run {}: that is no time, such as 5s, 200ms or 1.5\n", text));
    return std::nullopt;
  }
  Order order;
  order.what = Order::What::wait;
  order.wait = time ? *time : *plain;
  waiting_ = true;
  return order;
}

// The lines of a here-document are no commands: they are passed over, and it is said how a file is written here.
bool ShellSession::pass_over(const std::string& fault) {
  const std::size_t open = fault.find('\''), close = fault.find("': this word ends the here-document");
  if (open == std::string::npos || close == std::string::npos || close <= open) return false;
  const std::string end = fault.substr(open + 1, close - open - 1);
  for (auto line = reader_.read("> "); line && trim(*line) != end;) line = reader_.read("> ");
  say("a here-document takes several lines, and a line of the timeline is one: not run; printf 'a\\nb\\n' > FILE "
      "writes one\n");
  return true;
}

// "rs1 ip addr", from wherever; where a command has the host's name, the command is meant.
bool ShellSession::names_host(std::string_view line) const {
  const std::string first(take_word(line));
  if (line.empty() || lab_.find_host(first) == nullptr) return false;
  return std::ranges::find(control::modelled_commands(), first, &control::CommandEntry::name) ==
         control::modelled_commands().end();
}

// As a line of the timeline: "director ipvsadm -C", "- cut rs1 eth0".
std::optional<Order> ShellSession::lab_line(std::string_view line) {
  const bool verb = line.starts_with("- ");
  const std::string whole =
      verb || names_host(line) ? std::string(line) : lab_.hosts[host_].name + " " + std::string(line);
  control::LabReading reading;
  reading.lab = lab_;
  reading.lab.timeline.clear();
  control::parse_lab_timeline("", "0 " + whole + "\n", reading);
  if (!reading.ok() || reading.lab.timeline.empty()) {
    say((reading.ok() ? "not understood" : reading.errors.front().reason) + "\n");
    return std::nullopt;
  }
  Order order;
  order.what = Order::What::event;
  order.event = std::move(reading.lab.timeline.front());
  order.event.place = {"typed", static_cast<int>(typed_.size()) + 1};
  if (std::holds_alternative<control::LabEnd>(order.event.what)) return Order{};
  if (const auto* command = std::get_if<control::LabCommand>(&order.event.what)) {
    auto parsed = control::parse_line(command->text, control::script_names(lab_));
    if (!parsed) {
      if (!pass_over(parsed.error().text())) say(without_list(parsed.error().text()) + "\n");
      return std::nullopt;
    }
    order.line = std::move(*parsed);
  }
  typed_.push_back({now_, whole});
  return order;
}

bool ShellSession::Interrupted() {
  const bool was = LineReader::interrupted();
  if (was && !typed_.empty() && !waiting_) typed_.back().ended = true;
  return was;
}

void ShellSession::GaveUp(base::Time after) {
  if (!typed_.empty()) typed_.back().ended = true;
  say(fmt::format(
      "ended, as by Ctrl-C: it has been at work for {:.0f} s of the lab's time (& puts it in the background)\n",
      seconds(after)));
}

void ShellSession::result(const control::CommandResult& result) const {
  for (const std::string& text : {result.out, result.err}) {
    if (text.empty()) continue;
    say(written_over(text));
    if (text.back() != '\n') std::cout << '\n';
  }
  if (result.status != 0) std::cout << fmt::format("[status {}]\n", result.status);
  std::cout.flush();
}

void ShellSession::output(const control::CommandResult& result) const {
  say(fmt::format("{:.3f} {}> {}\n", seconds(result.at), result.host, result.command));
  say(written_over(result.out + result.err));
}

std::string ShellSession::timeline_text() const {
  std::string text;
  if (timeline_) {
    std::ifstream in(fs::path(folder_) / "lab.timeline", std::ios::binary);
    for (std::string line; std::getline(in, line);) {
      std::string_view words = line;
      take_word(words);
      const bool end = take_word(words) == "-" && take_word(words) == "end";
      if (!end) text += line + "\n";
    }
  }
  text += "# Typed in lvs-lab shell.\n";
  for (const Typed& typed : typed_)
    text += fmt::format("{}{} {}\n", typed.ended ? "# ended by Ctrl-C: " : "",
                        control::lab_text::seconds_text(std::max(typed.at, base::Time{})), typed.line);
  return text + fmt::format("{} - end\n", control::lab_text::seconds_text(std::max(now_, base::Time{})));
}

void ShellSession::save(std::string_view where) const {
  const bool here = where == "--here";
  fs::path folder = here ? fs::path(folder_) : fs::path(where);
  if (where.empty()) {
    std::error_code error;
    folder = lab_.name + "-typed";
    for (int i = 2; fs::exists(folder, error); ++i) folder = fmt::format("{}-typed-{}", lab_.name, i);
  }
  if (!here) {
    if (const std::string why = make_lab(folder, folder_); !why.empty()) return say(why + "\n");
  }
  const fs::path file = folder / "lab.timeline", fresh = folder / "lab.timeline.new";
  std::ofstream out(fresh, std::ios::binary);
  out << timeline_text();
  out.close();
  std::error_code error;
  if (out) fs::rename(fresh, file, error);
  if (!out || error) return say(fmt::format("cannot write {}\n", file.string()));
  say(fmt::format("{}: {} lines typed; try: lvs-lab run {}\n", file.string(), typed_.size(), folder.string()));
}

std::vector<std::string> ShellSession::complete(const std::string& before, const std::string& start) const {
  std::set<std::string> known;
  std::string_view words = before;
  const std::string first(take_word(words));
  const bool behind_operator =
      before.find_last_not_of(" \t") != std::string::npos &&
      std::string_view("|;&").find(before[before.find_last_not_of(" \t")]) != std::string_view::npos;
  const auto add_hosts = [&] {
    for (const control::LabHost& host : lab_.hosts) known.insert(host.name);
  };
  if (first.empty() || behind_operator) {
    for (const auto& command : control::modelled_commands()) known.insert(std::string(command.name));
    if (first.empty()) {
      known.insert(kOwnWords.begin(), kOwnWords.end());
      add_hosts();
    }
  } else if (first == "host" || first == "-") {
    if (first == "-" && words.empty()) known = {"boot", "crash", "cut", "end", "mend"};
    if (first == "host" || !words.empty()) add_hosts();
  }
  for (const control::LabInterface& interface : lab_.hosts[host_].interfaces)
    if (!first.empty()) known.insert(interface.name());
  std::vector<std::string> result;
  for (const std::string& word : known)
    if (word.starts_with(start)) result.push_back(word);
  return result;
}

}  // namespace lvs::scenarios
