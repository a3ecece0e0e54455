// SPDX-License-Identifier: GPL-2.0-or-later
// ipvsadm at work: what it asks of the kernel, and what it says when the kernel refuses.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/proc/modules.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/ipvsadm/ipvsadm.h"

namespace lvs::control {
namespace {

using ipvsadm::Answer;
using ipvsadm::Request;
using ipvsadm::Verb;
namespace o = ipvsadm::option;

// ipvs_strerror() of libipvs: by operation and errno.
std::string_view message(Verb verb, ipvs::Error error) {
  if (verb == Verb::start_daemon && error == ipvs::Error::exists) return "Daemon has already run";
  if (verb == Verb::stop_daemon) return "No daemon is running";
  const bool of_server = verb == Verb::add_server || verb == Verb::edit_server || verb == Verb::delete_server;
  switch (error) {
    case ipvs::Error::none: return {};
    case ipvs::Error::exists: return of_server ? "Destination already exists" : "Service already exists";
    case ipvs::Error::no_such_service: return of_server ? "Service not defined" : "No such service";
    case ipvs::Error::no_such_destination: return "No such destination";
    case ipvs::Error::no_scheduler: return "Scheduler or persistence engine not found";
    case ipvs::Error::invalid: return "Invalid operation.  Possibly wrong module version, address not unicast, ...";
    case ipvs::Error::range: return "Numerical result out of range";
    case ipvs::Error::no_such_name: return "No such file or directory";
    case ipvs::Error::no_device: return "No such device";
    case ipvs::Error::unreachable: return "Network is unreachable";
    case ipvs::Error::in_use: return "Address already in use";
  }
  return {};
}

int report(Io& io, Verb verb, ipvs::Error error) {
  if (error == ipvs::Error::none) return 0;
  io.complain(fmt::format("{}\n", message(verb, error)));
  return 255;
}

int run_list(Machine& machine, Io& io, const Request& request) {
  ipvs::IpVs& ipvs = machine.ipvs();
  const HostNames names(machine, request.has(o::numeric));
  if (request.has(o::connection)) {
    ipvsadm::list_connections(ipvs, io, request, names);
  } else if (request.has(o::timeout)) {
    const ipvs::Timeouts timeouts = ipvs.timeouts();
    io.print(fmt::format("Timeout (tcp tcpfin udp): {} {} {}\n", timeouts.tcp, timeouts.tcp_fin, timeouts.udp));
  } else if (request.has(o::daemon)) {
    ipvsadm::list_daemons(ipvs, io);
  } else {
    return ipvsadm::list(ipvs, ip_vs_table_size(machine), io, request, names);
  }
  return 0;
}

int restore(Machine& machine, Io& io, std::string_view program);

// To ask the kernel about IPVS is to load it.
void load_ipvs(Machine& machine) { load_modules(machine, {"ip_vs"}); }

// The kernel asks for the scheduler of a service, which stays when the service goes.
void load_scheduler(Machine& machine, const ipvs::ServiceKey& key) {
  const ipvs::VirtualService* const service = machine.ipvs().find_service(key);
  if (service != nullptr && service->scheduler_name() != "none")
    load_modules(machine, {fmt::format("ip_vs_{}", service->scheduler_name())});
}

int run(Machine& machine, Io& io, const Request& request, std::string_view program) {
  load_ipvs(machine);
  ipvs::IpVs& ipvs = machine.ipvs();
  const ipvs::ServiceKey& key = request.service.key;
  switch (request.verb) {
    case Verb::add_service:
    case Verb::edit_service: {
      const bool adds = request.verb == Verb::add_service;
      const ipvs::Error error = adds ? ipvs.add_service(request.service) : ipvs.edit_service(request.service);
      if (error == ipvs::Error::none) load_scheduler(machine, key);
      return report(io, request.verb, error);
    }
    case Verb::delete_service: return report(io, request.verb, ipvs.delete_service(key));
    case Verb::add_server: return report(io, request.verb, ipvs.add_destination(key, request.server));
    case Verb::edit_server: return report(io, request.verb, ipvs.edit_destination(key, request.server));
    case Verb::delete_server:
      return report(io, request.verb, ipvs.delete_destination(key, request.server.addr, request.server.port));
    case Verb::flush: ipvs.flush(); return 0;
    case Verb::set_timeouts: ipvs.set_timeouts(request.timeouts); return 0;
    case Verb::zero:
      if (request.has(o::service)) return report(io, request.verb, ipvs.zero(key));
      ipvs.zero_all();
      return 0;
    case Verb::list: return run_list(machine, io, request);
    case Verb::save: ipvsadm::save(ipvs, io, HostNames(machine, request.has(o::numeric))); return 0;
    case Verb::restore: return restore(machine, io, program);
    case Verb::start_daemon: return report(io, request.verb, ipvs.start_daemon(request.daemon, machine.sockets()));
    case Verb::stop_daemon: return report(io, request.verb, ipvs.stop_daemon(request.daemon.role));
  }
  return 0;
}

// Where a service or a real server may be named: behind -t, -u and -r, which may end a cluster (-At), and their long
// names.
std::vector<std::size_t> named_operands(const std::vector<Word>& words) {
  constexpr std::string_view kLong[] = {"--tcp-service", "--udp-service", "--sctp-service", "--real-server"};
  std::vector<std::size_t> result;
  for (std::size_t i = 1; i + 1 < words.size(); ++i) {
    const std::string& text = words[i].text;
    const bool is_short = text.size() > 1 && text[0] == '-' && text[1] != '-' &&
                          std::string_view("tur").find(text.back()) != std::string_view::npos;
    if (is_short || std::ranges::find(kLong, text) != std::end(kLong)) result.push_back(i + 1);
  }
  return result;
}

// One line of `ipvsadm -R` as words; a leading "ipvsadm" is dropped in favour of our own name.
std::vector<Word> words_of(std::string_view line, std::string_view program) {
  std::vector<Word> words{{std::string(program), 1}};
  constexpr std::string_view kBlank = " \t\r\v\f";
  std::size_t at = 0;
  while ((at = line.find_first_not_of(kBlank, at)) != std::string_view::npos) {
    const std::size_t end = line.find_first_of(kBlank, at);
    const std::string_view word = line.substr(at, end == std::string_view::npos ? end : end - at);
    if (words.size() > 1 || word != "ipvsadm") words.push_back({std::string(word), at + 1});
    if (end == std::string_view::npos) break;
    at = end;
  }
  return words;
}

int restore(Machine& machine, Io& io, std::string_view program) {
  int status = 0;
  const std::string lines = io.in->take_all();
  std::string_view rest = lines;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::vector<Word> words = words_of(rest.substr(0, end), program);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (words.size() == 1) continue;
    auto parsed = ipvsadm::parse(words_with_addresses(machine, words, named_operands(words)));
    if (!parsed) {
      io.complain(fmt::format("{}: not modelled: {}\n", program, parsed.error().text()));
      return 2;
    }
    if (const auto* answer = std::get_if<Answer>(&*parsed)) {
      io.print(answer->out);
      io.complain(answer->err);
      status = answer->status;
      if (answer->ends_restore) return status;
      continue;
    }
    const Request& request = std::get<Request>(*parsed);
    if (request.verb == Verb::restore) {  // refused, or it would not end
      io.complain(fmt::format("Try `{0} -h' or '{0} --help' for more information.\n", program));
      return 255;
    }
    status = run(machine, io, request, program);
  }
  return status;
}

CommandResultOrError parse_with_addresses(const std::vector<Word>& words) {
  auto parsed = ipvsadm::parse(words);
  if (!parsed) return base::Error{parsed.error()};
  if (auto* answer = std::get_if<Answer>(&*parsed)) {
    return refusal(answer->status, std::move(answer->err), std::move(answer->out));
  }
  const bool reads = std::get<Request>(*parsed).verb == Verb::restore;
  auto body = [request = std::get<Request>(*parsed), program = words.front().text](Machine& machine, Io& io) {
    return run(machine, io, request, program);
  };
  return reads ? instant_reader(std::move(body)) : instant(std::move(body));
}

}  // namespace

CommandResultOrError parse_ipvsadm(const std::vector<Word>& words) {
  return with_host_names(words, named_operands(words), parse_with_addresses);
}

// A script around `ipvsadm -S`.
CommandResultOrError parse_ipvsadm_save(const std::vector<Word>& words) {
  bool numeric = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].text == "-n") {
      numeric = true;
    } else if (words[i].text.starts_with('-')) {
      return refusal(1,
                     "ipvsadm-save: Script to save the IPVS table to stdout.\n"
                     "   With the -n option, prints out the table in numeric format.\n");
    }
  }
  return instant([numeric](Machine& machine, Io& io) {
    ipvsadm::save(machine.ipvs(), io, HostNames(machine, numeric));
    return 0;
  });
}

// A script: takes comment lines away, clears the table, restores. It looks at no argument.
CommandResultOrError parse_ipvsadm_restore(const std::vector<Word>&) {
  return instant_reader([](Machine& machine, Io& io) {
    std::string lines;
    const std::string all = io.in->take_all();
    std::string_view rest = all;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      if (!line.starts_with('#')) lines.append(line).append("\n");
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    machine.ipvs().flush();
    Io inner = io;
    inner.in = std::make_shared<TextInput>(std::move(lines));
    return restore(machine, inner, "ipvsadm");
  });
}

}  // namespace lvs::control
