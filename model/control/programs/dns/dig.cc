// SPDX-License-Identifier: GPL-2.0-or-later
// dig of BIND 9.18: its command line, and the questions one after the other.
#include "control/programs/dns/dig.h"
#include "control/words/small-letters.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/task-command.h"
#include "control/machine/usual/parsers.h"
#include "control/names/hosts.h"
#include "control/names/lookup.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown =
    "@SERVER -4 -c -p -q -r -t -v -x +[no]tcp +[no]vc +[no]ignore +[no]short +[no]all +[no]answer +[no]question "
    "+[no]comments +[no]stats +[no]cmd "
    "+[no]authority +[no]additional +[no]recurse +[no]adflag +[no]cdflag +[no]edns +[no]cookie +bufsize +tries +retry "
    "+time";
constexpr std::string_view kUsage =
    "Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n"
    "            {global-d-opt} host [@local-server] {local-d-opt}\n"
    "            [ host [@local-server] {local-d-opt} [...]]\n\n"
    "Use \"dig -h\" (or \"dig -h | more\") for complete list of options\n";

// BIND has these names of types as well: no names to be asked for (dns_rdatatype_fromtext()).
bool is_type_of_bind(const std::string& typed) {
  constexpr std::string_view kOther[] = {
      "afsdb", "apl",  "axfr",  "caa", "cdnskey", "cds",   "cert",  "dname", "dnskey", "ds",         "hinfo",
      "https", "ixfr", "key",   "kx",  "loc",     "mailb", "naptr", "nsec",  "nsec3",  "nsec3param", "openpgpkey",
      "px",    "rp",   "rrsig", "sig", "smimea",  "spf",   "sshfp", "svcb",  "tlsa",   "uri",        "wks"};
  const std::string word = in_small_letters(typed);
  return word.starts_with("ixfr=") || std::ranges::find(kOther, word) != std::end(kOther);
}

// Likewise of classes (dns_rdataclass_fromtext()), but IN.
bool is_other_class(const std::string& typed) {
  constexpr std::string_view kOther[] = {"ch", "chaos", "hs", "hesiod", "none", "reserved0"};
  const std::string word = in_small_letters(typed);
  if (std::ranges::find(kOther, word) != std::end(kOther)) return true;
  constexpr std::size_t kNumber = 5;  // behind "class"
  return word.starts_with("class") && word.size() > kNumber &&
         word.find_first_not_of("0123456789", kNumber) == std::string::npos;
}

class Dig final : public Task {
 public:
  Dig(Machine& machine, Io& io, Done done, const DigOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        lookup_(machine, {io.pid, "dig", 20}),
        exchange_(machine, {io.pid, "dig", 20}, [this](const std::string& line, bool comment) {
          if (!comment || (query().show.comments && !query().show.brief)) io_.print(";; " + line + "\n");
        }) {}

  // The servers that were named are looked up before anything is asked.
  void begin() { look_up(0); }

 private:
  const DigQuery& query() const { return options_.queries[number_]; }

  void look_up(std::size_t i) {
    if (i == options_.servers.size()) return next();
    lookup_.addresses_of(options_.servers[i], wire::DnsType::a, [this, i](const Found& found) {
      if (found.addresses.empty()) {
        io_.complain(
            fmt::format("dig: couldn't get address for '{}': {}\n", options_.servers[i], why_no_server(found)));
        return done_(1);
      }
      servers_[options_.servers[i]] = found.addresses;
      look_up(i + 1);
    });
  }

  void next() {
    if (number_ == options_.queries.size()) return done_(status_);
    DnsExchange::Setting setting;
    setting.tries = query().tries;
    setting.wait = query().wait;
    setting.typed = query().server;
    setting.tcp = query().tcp;
    setting.keep_truncated = query().ignore;
    const auto addresses = query().server.empty()
                               ? read_resolv_conf(machine_.files().read("/etc/resolv.conf").text).servers
                               : servers_[query().server];
    for (const base::Ipv4Addr each : addresses) setting.servers.push_back({each, query().port});
    ask(std::move(setting));
  }

  void ask(DnsExchange::Setting setting) {
    wire::DnsMessage message;
    base::Rng& rng = machine_.host().rng;
    message.id = static_cast<std::uint16_t>(rng.next());
    message.flags =
        static_cast<std::uint16_t>((query().recurse ? wire::dns_flag::rd : 0) | (query().ad ? wire::dns_flag::ad : 0) |
                                   (query().cd ? wire::dns_flag::cd : 0));
    message.questions.push_back({query().name == "." ? std::string() : query().name, query().type, wire::kDnsIn});
    if (query().edns) {
      std::string options;
      if (query().cookie) {
        options.assign("\0\x0a\0\x08", 4);
        for (int i = 0; i < 8; ++i) options += static_cast<char>(rng.next());
      }
      message.additional.push_back(wire::dns_opt(query().udp_size, std::move(options)));
    }
    exchange_.ask(message, std::move(setting), [this](const DnsExchange::Outcome& outcome) { answered(outcome); });
  }

  void answered(const DnsExchange::Outcome& outcome) {
    if (!outcome.reply && outcome.said) {
      status_ = 9;
    } else {
      const bool banner = !said_ && (outcome.reply ? query().show.cmd && !query().show.brief : query().greeting);
      if (banner)
        io_.print(dig_banner(options_, query().server.empty() ? 0 : servers_.find(query().server)->second.size()));
      said_ = true;
      if (outcome.reply) {
        io_.print(dig_reply(query(), outcome, machine_.epoch + machine_.host().now()));
      } else {
        io_.print(";; no servers could be reached\n");
        status_ = 9;
      }
    }
    ++number_;
    next();
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  const DigOptions& options_;
  std::size_t number_ = 0;
  bool said_ = false;
  int status_ = 0;
  std::map<std::string, std::vector<base::Ipv4Addr>, std::less<>> servers_;
  Lookup lookup_;
  DnsExchange exchange_;
};

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    for (at_ = 1; at_ < words_.size(); ++at_) {
      options_.typed += " " + words_[at_].text;
      const std::string& word = words_[at_].text;
      if (word.starts_with('@')) {
        server(word.substr(1));
      } else if (word.starts_with('+')) {
        plus(word.substr(1));
      } else if (word.starts_with('-')) {
        minus(word);
      } else {
        operand(word);
      }
      if (result_) return std::move(*result_);
    }
    if (options_.queries.empty()) {
      options_.queries.push_back(default_);
      options_.queries.back().type = static_cast<std::uint16_t>(wire::DnsType::ns);  // of the root, whatever was said
    }
    return CommandPtr(std::make_shared<TaskCommand<Dig, DigOptions>>(std::move(options_)));
  }

 private:
  DigQuery& current() { return options_.queries.empty() ? default_ : options_.queries.back(); }
  void fail(std::string reason) {
    result_ = base::Error{SyntaxError{words_[at_].column, words_[at_].text, std::move(reason), std::string(kKnown)}};
  }
  // Of the last query: A where no type was said.
  void named(bool typed) {
    DigQuery& query = options_.queries.back();
    if (!typed) query.type = static_cast<std::uint16_t>(query.name == "." ? wire::DnsType::ns : wire::DnsType::a);
    ask_all_over_tcp(query);
  }
  // ANY has long answers.
  static void ask_all_over_tcp(DigQuery& query) {
    if (query.type == static_cast<std::uint16_t>(wire::DnsType::any) && !query.tcp_said) query.tcp = true;
  }
  void server(const std::string& name) {
    if (!host_address(name) && !wire::dns_name(name)) return fail("an address or a name is needed here");
    if (name.empty() || name.find(':') != std::string::npos) return fail("an IPv4 address or a name is needed here");
    current().server = name;
    options_.servers.push_back(name);
  }
  void name(const std::string& text) {
    const bool typed = default_.type != 0;
    if (!wire::dns_name(text)) return fail("not a name that can be asked for");
    options_.queries.push_back(default_);
    options_.queries.back().greeting = default_.show.cmd && !default_.show.brief;
    options_.queries.back().name = text.size() > 1 && text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
    named(typed);
  }
  void type(std::uint16_t value) {
    if (options_.queries.empty() ? default_.type != 0 : options_.queries.back().typed) return fail("one type, not two");
    if (options_.queries.empty()) {
      default_.type = value;
      default_.typed = true;
      ask_all_over_tcp(default_);
    } else {
      options_.queries.back().typed = true;
      options_.queries.back().type = value;
      named(true);
    }
  }

  void operand(const std::string& word) {
    if (const auto value = wire::dns_type_of(word)) return type(*value);
    if (is_type_of_bind(word)) return fail("this type is not modelled");
    if (in_small_letters(word) == "in") return;
    if (is_other_class(word)) return fail("only class IN is modelled");
    name(word);
  }

  void minus(const std::string& word) {
    const char letter = word.size() > 1 ? word[1] : 0;
    if (letter == '4' || letter == 'r') return;
    if (word == "-v") {
      result_ = refusal(0, fmt::format("DiG {}\n", kDigVersion));
      return;
    }
    if (letter == 0 || std::string_view("cpqtx").find(letter) == std::string_view::npos)
      return fail("this option of dig is not modelled");
    std::string value = word.substr(2);
    if (value.empty()) {
      if (at_ + 1 >= words_.size()) {
        result_ = refusal(1, std::string(kUsage));
        return;
      }
      value = words_[++at_].text;
      options_.typed += " " + value;
    }
    switch (letter) {
      case 'c':
        if (value != "IN" && value != "in") fail("only class IN is modelled");
        return;
      case 'p': {
        std::string_view digits = value;
        const auto port = base::take_number<std::uint16_t>(digits);
        if (!port || !digits.empty()) return fail("not a port");
        current().port = *port;
        return;
      }
      case 'q': return name(value);
      case 't': {
        const auto value_type = wire::dns_type_of(value);
        return value_type ? type(*value_type) : fail("this type is not modelled");
      }
      default: {
        const auto address = base::Ipv4Addr::parse(value);
        if (!address) return fail("only whole IPv4 addresses are modelled here");
        name(wire::dns_reverse_name(*address));
        if (!result_) options_.queries.back().type = static_cast<std::uint16_t>(wire::DnsType::ptr);
      }
    }
  }

  template <class T>
  void value(std::string_view digits, T least, T most, T& to) {
    const auto number = base::take_number<std::uint32_t>(digits);
    if (!number || !digits.empty()) return fail("a number is needed here");
    to = static_cast<T>(std::clamp<std::uint32_t>(*number, least, most));
  }

  void plus(std::string_view word) {
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos) return plus_number(word.substr(0, equals), word.substr(equals + 1));
    const bool on = !word.starts_with("no");
    const std::string_view name = on ? word : word.substr(2);
    DigShow& show = current().show;
    const std::pair<std::string_view, bool*> kFlags[] = {
        {"short", &show.brief},         {"answer", &show.answer},         {"question", &show.question},
        {"comments", &show.comments},   {"stats", &show.stats},           {"cmd", &show.cmd},
        {"authority", &show.authority}, {"additional", &show.additional}, {"recurse", &current().recurse},
        {"rdflag", &current().recurse}, {"adflag", &current().ad},        {"cdflag", &current().cd},
        {"edns", &current().edns},      {"cookie", &current().cookie},    {"ignore", &current().ignore}};
    if (name == "all") return show.set_all(on);
    if (name == "tcp" || name == "vc") {
      current().tcp = on;
      current().tcp_said = true;
      return;
    }
    const std::pair<std::string_view, bool*>* found = nullptr;
    for (const auto& each : kFlags) {
      if (each.first == name) {
        found = &each;
        break;
      }
      if (name.size() < 3 || !each.first.starts_with(name)) continue;
      if (found != nullptr) return fail("which one?");
      found = &each;
    }
    if (found == nullptr) return fail("this option of dig is not modelled");
    *found->second = on;
  }

  void plus_number(std::string_view name, std::string_view digits) {
    unsigned number = 0;
    if (name == "tries") {
      value(digits, 1u, 1000u, current().tries);
    } else if (name == "retry") {
      value(digits, 0u, 1000u, number);
      current().tries = number + 1;
    } else if (name == "time" || name == "timeout") {
      value(digits, 1u, 300u, number);
      current().wait = std::chrono::seconds(number);
    } else if (name == "bufsize") {
      value(digits, std::uint16_t{0}, std::uint16_t{65535}, current().udp_size);
    } else {
      fail("this option of dig is not modelled");
    }
  }

  const std::vector<Word>& words_;
  std::size_t at_ = 1;
  DigOptions options_;
  DigQuery default_;  // what is said before the first name holds for all
  std::optional<CommandResultOrError> result_;
};

}  // namespace

CommandResultOrError parse_dig(const std::vector<Word>& words) { return Parser(words).run(); }

}  // namespace lvs::control
