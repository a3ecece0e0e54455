// SPDX-License-Identifier: GPL-2.0-or-later
// service httpd start, stop, restart, status: httpd on port 80, or with the options of /run/httpd.conf.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/programs/web/httpd.h"
#include "control/programs/web/service-httpd.h"

namespace lvs::control {
namespace {

int run(Machine& machine, Io& io, const std::string& action) {
  std::vector<Pid> running;
  for (const Process* process : machine.processes().all())
    if (process->name() == "httpd") running.push_back(process->pid());
  const bool runs = !running.empty();
  if (action == "status") {
    io.print(runs ? kHttpdIsRunning : kHttpdIsStopped);
    return runs ? 0 : 3;
  }
  if (action != "start")
    for (const Pid pid : running) machine.processes().end_now(pid, kSigTerm);
  if (action == "stop" || (action == "start" && runs)) return 0;
  const auto file = machine.files().read(kHttpdService);
  HttpdOptions options;
  if (auto refused = read_httpd_conf(file.error == FileError::none ? file.text : std::string(), options)) {
    io.complain(*refused);
    return 1;
  }
  std::string error;
  const int status = start_httpd(machine, options, {"httpd"}, error);
  io.complain(error);
  return status;
}

}  // namespace

CommandResultOrError parse_service(const std::vector<Word>& words) {
  if (words.size() < 2 || words[1].text != "httpd") {
    const Word& word = words.size() < 2 ? words.front() : words[1];
    return base::Error{SyntaxError{word.column, word.text, "this service is not modelled", "httpd"}};
  }
  const std::string action = words.size() == 3 ? words[2].text : std::string();
  if (action != "start" && action != "stop" && action != "restart" && action != "status") {
    return refusal(1, std::string(kServiceUsage));
  }
  return instant([action](Machine& machine, Io& io) { return run(machine, io, action); });
}

}  // namespace lvs::control
