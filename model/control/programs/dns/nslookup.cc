// SPDX-License-Identifier: GPL-2.0-or-later
// nslookup of BIND 9.18, for one name.
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

namespace lvs::control {
namespace {

using wire::DnsType;

constexpr std::uint16_t number(DnsType type) { return static_cast<std::uint16_t>(type); }

// nslookup.c: printsection().
std::string nslookup_line(const wire::DnsRecord& record) {
  const std::string value = dns_value_text(record);
  const auto says = [&](std::string_view what) { return fmt::format("{}\t{} = {}\n", record.name, what, value); };
  switch (static_cast<DnsType>(record.type)) {
    case DnsType::a:
    case DnsType::aaaa: return fmt::format("Name:\t{}\nAddress: {}\n", record.name, value);
    case DnsType::cname: return says("canonical name");
    case DnsType::ns: return says("nameserver");
    case DnsType::ptr: return says("name");
    case DnsType::mx: return says("mail exchanger");
    case DnsType::txt: return says("text");
    case DnsType::srv: return says("service");
    default: return fmt::format("{}\trdata_{} = {}\n", record.name, record.type, value);
  }
}

class NslookupTask final : public Task {
 public:
  NslookupTask(Machine& machine, Io& io, Done done, const OneName& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        lookup_(machine, {io.pid, "nslookup", 20}),
        exchange_(machine, {io.pid, "nslookup", 20}, say_on(io, false)) {}

  void begin() {
    const ResolvConf conf = read_resolv_conf(machine_.files().read("/etc/resolv.conf").text);
    if (const auto address = base::Ipv4Addr::parse(options_.name)) {
      names_ = {wire::dns_reverse_name(*address)};
      type_ = number(DnsType::ptr);
    } else {
      names_ = names_to_ask(conf, options_.name);
      type_ = options_.type.value_or(number(DnsType::a));
      both_ = !options_.type;
    }
    find_servers(
        "nslookup", options_, conf, lookup_, io_, setting_, [this] { ask(); }, done_);
  }

 private:
  void ask() {
    while (name_ < names_.size() && !wire::dns_name(names_[name_])) ++name_;
    if (name_ == names_.size()) return finish(1);
    exchange_.ask(question_for(machine_, names_[name_], type_), setting_,
                  [this](const DnsExchange::Outcome& outcome) { answered(outcome); });
  }

  // nslookup.c: printmessage().
  void answered(const DnsExchange::Outcome& outcome) {
    if (!outcome.reply) {
      if (!outcome.said) io_.print(";; no servers could be reached\n");
      return finish(1);
    }
    const wire::DnsMessage& reply = *outcome.reply;
    constexpr unsigned kNoName = 3;
    const bool first = type_ == number(DnsType::a) && both_;
    // It looks for that of servers which nobody has typed (dighost.c: check_ra).
    if (options_.server.empty() && (reply.flags & wire::dns_flag::ra) == 0)
      io_.print(fmt::format(";; Got recursion not available from {}\n", outcome.server.addr.text()));
    if (reply.rcode() == kNoName && name_ + 1 < names_.size() && type_ != number(DnsType::aaaa)) {
      ++name_;
      return ask();
    }
    const bool reverse = type_ == number(DnsType::ptr) && !options_.type;
    if (first || options_.type) {
      io_.print(fmt::format("Server:\t\t{}\nAddress:\t{}#{}\n\n",
                            options_.server.empty() ? outcome.server.addr.text() : options_.server,
                            outcome.server.addr.text(), outcome.server.port));
    }
    if (reply.rcode() != 0) {
      io_.print(fmt::format("** server can't find {}: {}\n", names_[name_], wire::dns_rcode_name(reply.rcode())));
      return finish(1);
    }
    const bool authoritative = (reply.flags & wire::dns_flag::aa) != 0;
    if (!authoritative && (first || options_.type)) io_.print("Non-authoritative answer:\n");
    for (const wire::DnsRecord& each : reply.answers) io_.print(nslookup_line(each));
    if (reply.answers.empty() && (options_.type || (both_ && !first && none_)))
      io_.print(fmt::format("*** Can't find {}: No answer\n", options_.name));
    none_ = first && reply.answers.empty();
    const bool addresses = type_ == number(DnsType::a) || type_ == number(DnsType::aaaa);
    if (!authoritative && !addresses && (options_.type || reverse)) {
      io_.print("\nAuthoritative answers can be found from:\n");
      for (const auto* section : {&reply.authority, &reply.additional})
        for (const wire::DnsRecord& each : *section) io_.print(nslookup_line(each));
    }
    if (!first) return finish(0);
    // The other family is asked for where an alias has led to.
    for (const wire::DnsRecord& each : reply.answers)
      if (each.type == number(DnsType::a)) names_[name_] = each.name;
    type_ = number(DnsType::aaaa);
    ask();
  }

  void finish(int status) {
    io_.print("\n");
    done_(status);
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  const OneName& options_;
  std::vector<std::string> names_;
  std::uint16_t type_ = 0;
  std::size_t name_ = 0;
  bool both_ = false;  // A, and then AAAA
  bool none_ = false;  // there was no A
  DnsExchange::Setting setting_;
  Lookup lookup_;
  DnsExchange exchange_;
};

}  // namespace

CommandResultOrError parse_nslookup(const std::vector<Word>& words) {
  OneName options{.name = {}, .server = {}, .type = {}, .port = wire::kDnsPort, .tries = 3, .wait = {}};
  std::vector<std::size_t> operands;
  const auto fail = [&](std::size_t word, std::string reason) {
    return base::Error{SyntaxError{words[word].column, words[word].text, std::move(reason),
                                   "NAME [SERVER], -type= -query= -port= -timeout= -retry="}};
  };
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (!word.starts_with('-')) {
      operands.push_back(i);
      continue;
    }
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = std::string_view(word).substr(1, equals - 1);
    std::string_view value = std::string_view(word).substr(std::min(equals + 1, word.size()));
    if (name == "type" || name == "query" || name == "q" || name == "querytype") {
      options.type = wire::dns_type_of(value);
      if (!options.type) return fail(i, "this type is not modelled");
      continue;
    }
    const auto count = base::take_number<std::uint16_t>(value);
    if ((name != "port" && name != "timeout" && name != "retry") || !count || !value.empty() || *count > 1000)
      return fail(i, "this option of nslookup is not modelled");
    if (name == "port") options.port = *count;
    if (name == "timeout") options.wait = std::chrono::seconds(std::max<unsigned>(1, *count));
    if (name == "retry") options.tries = *count;
  }
  if (operands.empty() || operands.size() > 2)
    return fail(words.size() - 1, "nslookup takes a name, and maybe a server: its prompt is not modelled");
  options.name = words[operands[0]].text;
  if (!wire::dns_name(options.name)) return fail(operands[0], "not a name that can be asked for");
  if (operands.size() > 1) options.server = words[operands[1]].text;
  return CommandPtr(std::make_shared<TaskCommand<NslookupTask, OneName>>(std::move(options)));
}

}  // namespace lvs::control
