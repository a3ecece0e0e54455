// SPDX-License-Identifier: GPL-2.0-or-later
// The command tcpvsadm of a modelled machine. As the real one it loads the module where it is not there, and ends with
// status 0 whatever the kernel has answered.
#include "daemons/ktcpvs/admin/command.h"

#include <fmt/format.h>

#include <utility>

#include "control/machine/machine.h"
#include "daemons/ktcpvs/admin/config-file.h"
#include "daemons/ktcpvs/admin/list.h"
#include "daemons/ktcpvs/admin/options.h"
#include "daemons/ktcpvs/kernel/module.h"

namespace lvs::ktcpvs {
namespace {

using control::Io;
using control::Machine;

// tcpvs_strerror(): words of its own for some calls, else those of the C library.
std::string_view text_of(Verb verb, Answer answer) {
  const bool server = verb == Verb::add_server || verb == Verb::edit_server || verb == Verb::remove_server;
  switch (answer) {
    case Answer::none: break;
    case Answer::exists:
      if (verb == Verb::add) return "Service already exists";
      return verb == Verb::add_server ? "Destination already exists" : "File exists";
    case Answer::no_entry:
      if (verb == Verb::add) return "Scheduler not found";
      return verb == Verb::edit_server || verb == Verb::remove_server ? "No such destination"
                                                                      : "No such file or directory";
    case Answer::no_process:
      if (verb == Verb::remove) return "No such service";
      return server ? "Service not defined" : "No such process";
    case Answer::busy: return verb == Verb::remove_server ? "Destination is busy" : "Device or resource busy";
    case Answer::fault: return "Bad address";
  }
  return {};
}

int load(Table& table, Io& io, Machine& machine, const std::string& file) {
  const auto content = machine.files().read(file);
  FileReading reading;
  if (content.error == control::FileError::none) reading = read_config(content.text, file);
  if (!reading.unmodelled.empty()) {
    io.complain("tcpvsadm: " + reading.unmodelled + "\n");
    return 2;
  }
  table.flush();  // whatever the file is
  if (content.error != control::FileError::none) reading.error = fmt::format("config file {} opening error", file);
  if (!reading.error.empty()) {
    io.complain(reading.error + "\n");
    return 1;
  }
  for (const FileService& service : reading.services) {
    Verb verb = Verb::add;
    Answer answer = table.add(service.name, service.config);
    for (const FileServer& each : service.servers) {
      if (answer != Answer::none) break;
      verb = Verb::add_server;
      answer = table.add_server(service.name, each.address, each.weight);
    }
    for (const FileRule& each : service.rules) {
      if (answer != Answer::none) break;
      verb = Verb::add_rule;
      answer = table.add_rule(service.name, each.pattern, each.group, each.server);
    }
    if (answer == Answer::none) continue;
    io.complain(fmt::format("{}\n", text_of(verb, answer)));
    break;
  }
  return 0;
}

Answer apply(const Request& r, Table& table) {
  switch (r.verb) {
    case Verb::add: return table.add(r.name, r.config);
    case Verb::edit: return table.edit(r.name, r.config);
    case Verb::remove: return table.remove(r.name);
    case Verb::flush: return table.flush(), Answer::none;
    case Verb::add_server: return table.add_server(r.name, r.server, r.weight);
    case Verb::edit_server: return table.edit_server(r.name, r.server, r.weight);
    case Verb::remove_server: return table.remove_server(r.name, r.server);
    case Verb::add_rule: return table.add_rule(r.name, r.pattern, r.group, r.server);
    case Verb::remove_rule: return table.remove_rule(r.name, r.pattern, r.server);
    // The source's case of --start goes on into that of --stop: what runs already is stopped by it.
    case Verb::start: table.start(r.name); [[fallthrough]];
    case Verb::stop: return table.stop(r.name);
    default: return Answer::none;
  }
}

int run(const Request& r, Machine& machine, Io& io) {
  Table& table = Module::load(machine).table();
  if (r.verb == Verb::load) return load(table, io, machine, r.file);
  if (r.verb == Verb::list && r.name.empty()) {
    io.print(list_all(table, r.numeric));
    return 0;
  }
  if (r.verb == Verb::list) {
    if (const Service* const service = table.find(r.name)) {
      io.print(list_service(*service, r.numeric));
    } else {
      io.complain("No such process\n");
    }
    return 0;
  }
  const Answer answer = apply(r, table);
  if (answer != Answer::none) io.complain(fmt::format("{}\n", text_of(r.verb, answer)));
  return 0;
}

}  // namespace

control::CommandResultOrError parse_tcpvsadm(const std::vector<control::Word>& words) {
  auto parsed = parse_options(words);
  if (!parsed) return base::Error{parsed.error()};
  if (const Refusal* refusal = std::get_if<Refusal>(&*parsed))
    return control::refusal(refusal->status, refusal->err, refusal->out);
  return control::instant([request = std::get<Request>(std::move(*parsed))](Machine& machine, Io& io) {
    return run(request, machine, io);
  });
}

}  // namespace lvs::ktcpvs
