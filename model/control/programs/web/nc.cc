// SPDX-License-Identifier: GPL-2.0-or-later
// nc of netcat-openbsd 1.219: its command line.
#include "control/programs/web/nc.h"

#include <fmt/format.h>

#include <optional>

#include "control/machine/usual/parsers.h"
#include "control/words/addresses.h"
#include "control/words/getopt.h"
#include "control/words/libc-numbers.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

constexpr std::string_view kKnown = "-4 -C -d -k -l -n -N -p -q -s -u -v -w -W -z";
constexpr std::string_view kUsage =
    "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n"
    "\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n"
    "\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n"
    "\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n"
    "\t  [destination] [port]\n";

// getaddrinfo(3) takes larger numbers too, and cuts them off.
constexpr long kMostText = 0x7fffffff;

class NcCommand final : public Command {
 public:
  explicit NcCommand(NcOptions options) : options_(std::move(options)) {}
  std::unique_ptr<Task> start(Machine& machine, Io& io, Done done) const override {
    return start_nc(machine, io, std::move(done), options_);
  }

 private:
  NcOptions options_;
};

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : words_(words) {}

  CommandResultOrError run() {
    Getopt getopt(words_, "46bCDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz");
    while (const auto option = getopt.next()) {
      if (auto refused = take(*option)) return std::move(*refused);
    }
    return finish(getopt.operands());
  }

 private:
  using Refused = std::optional<CommandResultOrError>;

  Refused fail(std::size_t word, std::string reason, std::string known = std::string(kKnown)) const {
    return CommandResultOrError(
        base::Error{SyntaxError{words_[word].column, words_[word].text, std::move(reason), std::move(known)}});
  }
  static Refused say(std::string text) { return CommandResultOrError(refusal(1, std::move(text))); }

  Refused take(const Getopt::Option& option) {
    if (!option.known) return fail(option.word, "unknown option of nc");
    if (option.missing) return fail(option.word, "the argument of this option is missing");
    switch (option.letter) {
      case '4': break;
      case '6': return fail(option.word, "IPv6 is not modelled", "-4");
      case 'C': options_.crlf = true; break;
      case 'd': options_.detached = true; break;
      case 'k': options_.keep = true; break;
      case 'l': options_.listen = true; break;
      case 'n': options_.numeric = true; break;
      case 'N': options_.shut_at_end = true; break;
      case 'p': port_ = option.value; break;
      case 'q': {
        const auto seconds = strtonum(option.value, -0x7fffffffL - 1, 0x7fffffff);
        if (!seconds.value) return say(fmt::format("nc: quit timer {}: {}\n", seconds.why, option.value));
        options_.quit = static_cast<int>(*seconds.value);
        if (*seconds.value >= 0) options_.shut_at_end = true;
        break;
      }
      case 's': source_ = option.value; break;
      case 'u': options_.udp = true; break;
      case 'v': options_.verbose = true; break;
      case 'w': {
        const auto seconds = strtonum(option.value, 0, 0x7fffffff / 1000);
        if (!seconds.value) return say(fmt::format("nc: timeout {}: {}\n", seconds.why, option.value));
        options_.timeout = std::chrono::seconds(*seconds.value);
        break;
      }
      case 'W': {
        const auto limit = strtonum(option.value, 1, 0x7fffffff);
        if (!limit.value) return say(fmt::format("nc: receive limit {}: {}\n", limit.why, option.value));
        options_.limit = static_cast<unsigned>(*limit.value);
        break;
      }
      case 'z': options_.scan = true; break;
      default: return fail(option.word, "this option of nc is not modelled");
    }
    return std::nullopt;
  }

  // "80", "http", "20-25": in that order. The words of the error otherwise.
  std::string ports(const std::string& text, bool one) {
    const std::string_view protocol = options_.udp ? "udp" : "tcp";
    if (const auto known = service_port(text, protocol)) {
      options_.ports = {*known};
      return {};
    }
    const std::size_t dash = one ? std::string::npos : text.find('-');
    const std::string first = text.substr(0, dash);
    const auto low = strtonum(first, 1, 65535);
    if (!low.value) return fmt::format("nc: port number {}: {}\n", low.why, first);
    long long high = *low.value;
    if (dash != std::string::npos) {
      const auto last = strtonum(text.substr(dash + 1), 1, 65535);
      if (!last.value) return fmt::format("nc: port number {}: {}\n", last.why, text.substr(dash + 1));
      high = *last.value;
    }
    for (long long port = std::min(*low.value, high); port <= std::max(*low.value, high); ++port)
      options_.ports.push_back(static_cast<std::uint16_t>(port));
    return {};
  }

  CommandResultOrError finish(const std::vector<std::size_t>& operands) {
    const auto usage = [] { return refusal(1, std::string(kUsage)); };
    std::string host, port;
    if (operands.empty() && options_.listen) {
      host = source_;
      port = port_;
    } else if (operands.size() == 1 && port_.empty() && source_.empty()) {
      if (options_.listen) {
        port = words_[operands[0]].text;
      } else {
        host = words_[operands[0]].text;
      }
    } else if (operands.size() >= 2) {
      if (options_.listen && (!port_.empty() || !source_.empty() || operands.size() > 2)) return usage();
      host = words_[operands[0]].text;
      port = words_[operands[1]].text;
      for (std::size_t i = 2; i < operands.size(); ++i) port += " ";  // more ports than one are not modelled
    } else {
      return usage();
    }
    if (port.empty()) return refusal(1, "nc: missing port number\n");
    if (operands.size() > 2) return *fail(operands[2], "more than one port word is not modelled", "one port or range");
    if (options_.listen && options_.scan) return refusal(1, "nc: cannot use -z and -l\n");
    if (!options_.listen && options_.keep) return refusal(1, "nc: must use -l with -k\n");
    for (const std::string* each : {&host, &source_}) {
      if (looks_like_ipv6(*each))
        return base::Error{SyntaxError{words_.front().column, *each, "IPv6 is not modelled", "IPv4"}};
    }
    if (auto ended = options_.listen ? listen(host, port) : connect(host, port)) return std::move(*ended);
    return CommandPtr(std::make_shared<NcCommand>(std::move(options_)));
  }

  Refused listen(const std::string& host, const std::string& port) {
    std::uint16_t number = 0;
    if (auto refused = own_port(port, number)) return refused;
    options_.ports = {number};
    return own_address(host);
  }

  Refused connect(const std::string& host, const std::string& port) {
    if (std::string error = ports(port, false); !error.empty()) return say(std::move(error));
    options_.host = host;
    const auto target = host_address(host);
    if (!target && options_.numeric)
      return say(fmt::format("nc: getaddrinfo for host \"{}\" port {}: Name or service not known\n", host,
                             options_.ports.front()));
    options_.named = !target;
    if (target) options_.target = *target;
    if (auto refused = own_address(source_)) return refused;
    return port_.empty() ? std::nullopt : own_port(port_, options_.source_port);
  }

  // What it binds to: nothing where the text is empty.
  Refused own_address(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto parsed = host_address(text);
    if (!parsed) return say("nc: getaddrinfo: Temporary failure in name resolution\n");
    options_.source = *parsed;
    return std::nullopt;
  }
  Refused own_port(const std::string& text, std::uint16_t& to) const {
    const auto named = service_port(text, options_.udp ? "udp" : "tcp");
    const auto value = strtonum(text, 0, kMostText);
    if (!named && !value.value) return say("nc: getaddrinfo: Servname not supported for ai_socktype\n");
    to = named ? *named : static_cast<std::uint16_t>(*value.value);
    return std::nullopt;
  }

  const std::vector<Word>& words_;
  NcOptions options_;
  std::string port_, source_;
};

}  // namespace

CommandResultOrError parse_nc(const std::vector<Word>& words) { return Parser(words).run(); }

}  // namespace lvs::control
