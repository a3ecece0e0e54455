// SPDX-License-Identifier: GPL-2.0-or-later
// host of BIND 9.18.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/task-command.h"
#include "control/machine/usual/parsers.h"
#include "control/names/lookup.h"
#include "control/programs/dns/dig.h"
#include "control/programs/dns/exchange.h"
#include "control/programs/dns/one-name.h"
#include "control/words/getopt.h"

namespace lvs::control {
namespace {

using wire::DnsType;

constexpr std::string_view kKnown = "-4 -p -R -t -T -V -W";

struct HostOptions : OneName {
  bool tcp = false;
};

std::string line_of(const wire::DnsRecord& record) {
  const std::string value = dns_value_text(record);
  const auto says = [&](std::string_view what) { return fmt::format("{} {} {}\n", record.name, what, value); };
  switch (static_cast<DnsType>(record.type)) {
    case DnsType::a: return says("has address");
    case DnsType::aaaa: return says("has IPv6 address");
    case DnsType::cname: return says("is an alias for");
    case DnsType::ns: return says("name server");
    case DnsType::ptr: return says("domain name pointer");
    case DnsType::mx: return says("mail is handled by");
    case DnsType::txt: return says("descriptive text");
    case DnsType::soa: return says("has SOA record");
    case DnsType::srv: return says("has SRV record");
    default: return fmt::format("{} has {} record {}\n", record.name, wire::dns_type_name(record.type), value);
  }
}

class HostTask final : public Task {
 public:
  HostTask(Machine& machine, Io& io, Done done, const HostOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        lookup_(machine, {io.pid, "host", 20}),
        exchange_(machine, {io.pid, "host", 20}, say_on(io, false)) {}

  void begin() {
    const ResolvConf conf = read_resolv_conf(machine_.files().read("/etc/resolv.conf").text);
    if (const auto address = base::Ipv4Addr::parse(options_.name)) {
      names_ = {wire::dns_reverse_name(*address)};
      types_ = {static_cast<std::uint16_t>(DnsType::ptr)};
    } else {
      names_ = names_to_ask(conf, options_.name);
      types_ = {static_cast<std::uint16_t>(DnsType::a), static_cast<std::uint16_t>(DnsType::aaaa),
                static_cast<std::uint16_t>(DnsType::mx)};
    }
    if (options_.type) types_ = {*options_.type};
    setting_.tcp = options_.tcp;
    find_servers(
        "host", options_, conf, lookup_, io_, setting_, [this] { ask(); }, done_);
  }

 private:
  void ask() {
    while (name_ < names_.size() && !wire::dns_name(names_[name_])) ++name_;
    if (name_ == names_.size()) {
      io_.print(fmt::format("Host {} not found: 3(NXDOMAIN)\n", options_.name));
      return done_(1);
    }
    exchange_.ask(question_for(machine_, names_[name_], types_[type_]), setting_,
                  [this](const DnsExchange::Outcome& outcome) { answered(outcome); });
  }

  void answered(const DnsExchange::Outcome& outcome) {
    if (!outcome.reply) {
      if (!outcome.said) io_.print(";; no servers could be reached\n");
      return done_(1);
    }
    setting_.tcp = outcome.tcp;  // one that did not fit: the types that follow are asked so, too
    const wire::DnsMessage& reply = *outcome.reply;
    constexpr unsigned kNoName = 3;
    if (reply.rcode() == kNoName && type_ == 0 && name_ + 1 < names_.size()) {
      ++name_;
      return ask();
    }
    say_server(outcome.server);
    if (reply.rcode() != 0) {
      const std::string name =
          types_.front() == static_cast<std::uint16_t>(DnsType::ptr) ? names_[name_] : options_.name;
      io_.print(fmt::format("Host {} not found: {}({})\n", name, reply.rcode(), wire::dns_rcode_name(reply.rcode())));
      status_ = 1;
      if (reply.rcode() == kNoName && type_ == 0) return done_(status_);
    }
    for (const wire::DnsRecord& each : reply.answers) io_.print(line_of(each));
    if (reply.rcode() == 0 && reply.answers.empty() && types_.size() == 1)
      io_.print(fmt::format("{} has no {} record\n", names_[name_], wire::dns_type_name(types_[type_])));
    if (++type_ == types_.size()) return done_(status_);
    ask();
  }

  void say_server(const host::SocketAddress& server) {
    if (options_.server.empty() || std::exchange(said_, true)) return;
    io_.print(fmt::format("Using domain server:\nName: {}\nAddress: {}#{}\nAliases: \n\n", options_.server,
                          server.addr.text(), server.port));
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  const HostOptions& options_;
  std::vector<std::string> names_;
  std::vector<std::uint16_t> types_;
  std::size_t name_ = 0, type_ = 0;
  DnsExchange::Setting setting_;
  bool said_ = false;
  int status_ = 0;
  Lookup lookup_;
  DnsExchange exchange_;
};

}  // namespace

CommandResultOrError parse_host(const std::vector<Word>& words) {
  HostOptions options;
  Getopt getopt(words, "4p:R:t:TVW:");
  const auto fail = [&](std::size_t word, std::string reason) {
    return base::Error{SyntaxError{words[word].column, words[word].text, std::move(reason), std::string(kKnown)}};
  };
  while (const auto option = getopt.next()) {
    if (!option->known) return fail(option->word, "this option of host is not modelled");
    if (option->missing) return fail(option->word, "the argument of this option is missing");
    std::string_view digits = option->value;
    if (option->letter == '4') continue;
    if (option->letter == 'V') return refusal(0, fmt::format("host {}\n", kDigVersion));
    if (option->letter == 'T') {
      options.tcp = true;
      continue;
    }
    if (option->letter == 't') {
      const auto type = wire::dns_type_of(option->value);
      if (!type) return fail(option->word, "this type is not modelled");
      options.type = *type;
      if (*type == static_cast<std::uint16_t>(DnsType::any)) options.tcp = true;
      continue;
    }
    const auto number = base::take_number<std::uint16_t>(digits);
    if (!number || !digits.empty() || *number > 1000) return fail(option->word, "a number up to 1000 is needed here");
    if (option->letter == 'p') options.port = *number;
    if (option->letter == 'R') options.tries = *number + 1u;
    if (option->letter == 'W') options.wait = std::chrono::seconds(std::max<unsigned>(1, *number));
  }
  const auto& operands = getopt.operands();
  if (operands.empty() || operands.size() > 2) return fail(words.size() - 1, "host takes a name, and maybe a server");
  options.name = words[operands[0]].text;
  if (!wire::dns_name(options.name)) return fail(operands[0], "not a name that can be asked for");
  if (operands.size() > 1) options.server = words[operands[1]].text;
  return CommandPtr(std::make_shared<TaskCommand<HostTask, HostOptions>>(std::move(options)));
}

}  // namespace lvs::control
