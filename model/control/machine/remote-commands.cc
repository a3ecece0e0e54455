// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/remote-commands.h"

#include <fmt/format.h>

#include "control/machine/shell/statements/script-names.h"

namespace lvs::control {

void RemoteCommands::start(std::uint64_t client, Machine& machine, const std::string& line) {
  auto parsed = parse_line(line, scripts_on(ShellScope::kUsualPath, machine.files()));
  if (!parsed) {
    output_.output(client, true, parsed.error().text() + "\n");
    output_.finish(client, 2);
    return;
  }
  running_[client] = {&machine, &machine.start(std::move(*parsed))};
  poll();
}

void RemoteCommands::refuse(std::uint64_t client, const std::string& host, std::string_view known) {
  output_.output(client, true, fmt::format("there is no modelled host '{}'; known: {}\n", host, known));
  output_.finish(client, 2);
}

void RemoteCommands::cancel(std::uint64_t client) {
  const auto found = running_.find(client);
  if (found == running_.end() || found->second.told) return;
  found->second.machine->end(*found->second.run);
  running_.erase(found);
}

void RemoteCommands::pass_on(std::uint64_t client, Running& running) {
  const auto pass = [&](const std::string& text, std::size_t& done, bool error) {
    if (text.size() > done) output_.output(client, error, std::string_view(text).substr(done));
    done = text.size();
  };
  pass(running.run->out(), running.out, false);
  pass(running.run->err(), running.err, true);
}

void RemoteCommands::poll() {
  for (auto at = running_.begin(); at != running_.end();) {
    Running& running = at->second;
    if (!running.told) {
      pass_on(at->first, running);
      if (running.run->finished()) {
        output_.finish(at->first, running.run->status());
        running.told = true;
      }
    }
    if (running.told && running.run->idle()) {
      running.machine->end(*running.run);
      at = running_.erase(at);
    } else {
      ++at;
    }
  }
}

void RemoteCommands::end_all() {
  for (auto& [client, running] : running_) {
    if (!running.told) {
      pass_on(client, running);
      output_.finish(client, 128 + 15);  // as a line that SIGTERM ended
    }
    running.machine->end(*running.run);
  }
  running_.clear();
}

}  // namespace lvs::control
