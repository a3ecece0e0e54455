// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/json.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/json-writer.h"

namespace lvs::control {
namespace {

// Exact decimal seconds: a double would print 0.1 s as 0.10000000000000001 on some roads.
std::string seconds(base::Time time) {
  const std::int64_t ns = time.count();
  const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  std::string text = fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string commands_json(const LabRun& run) {
  std::string text;
  base::JsonWriter json(text);
  json.open('{').open('[', "commands");
  for (const CommandResult& c : run.commands) {
    json.line().open('{').raw("time", seconds(c.at)).text("host", c.host).text("command", c.command);
    json.number("status", c.status).text("stdout", c.out).text("stderr", c.err).close('}');
  }
  json.line().close(']').close('}');
  return text += '\n';
}

}  // namespace lvs::control
