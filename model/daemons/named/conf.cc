// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/numbers.h"
#include "daemons/named/conf-names.h"

namespace lvs::named {
namespace {

class ConfParser {
 public:
  explicit ConfParser(ConfReading& to) : to_(to) {}

  void run(const std::vector<ConfStatement>& statements) {
    for (const ConfStatement& each : statements) {
      if (!to_.error.empty()) return;
      const std::string& name = each.name();
      if (name == "options") {
        if (std::exchange(has_options_, true)) return fail(each, "'options' redefined near 'options'");
        options(each.block);
      } else if (name == "zone") {
        zone(each);
      } else if (name == "acl") {
        if (each.words.size() != 2 || !each.has_block) return fail(each, "syntax error near 'acl'");
        lists_[each.words[1].text] = match_list(each.block);
      } else if (name == "logging") {
        logging(each);
      } else if (name == "controls" || name == "key" || name == "trust-anchors" || name == "managed-keys" ||
                 name == "trusted-keys") {
        continue;  // rndc, keys of signers: nothing of a lab asks for them
      } else if (is_known_statement(name)) {
        refuse(each, fmt::format("'{}' is not modelled", name));
      } else {
        unknown(each);
      }
    }
  }

  // What has been said of unknown words, and then of the first mistake that is none: BIND reads on behind an unknown
  // word, and looks at what zones mean only where all could be read.
  std::string all_errors() const {
    if (unknown_.empty()) return to_.error;
    for (const char* meaning : {"type not present", "missing 'file' entry", "undefined ACL"})
      if (to_.error.find(meaning) != std::string::npos) return unknown_;
    return unknown_ + (to_.error.empty() ? "" : "\n") + to_.error;
  }

 private:
  void fail(const std::string& file, std::size_t line, const std::string& text) {
    if (to_.error.empty()) to_.error = fmt::format("{}:{}: {}", file, line, text);
  }
  void unknown(const ConfStatement& at) {
    unknown_ += fmt::format("{}{}:{}: unknown option '{}'", unknown_.empty() ? "" : "\n", at.file, at.line, at.name());
  }
  void fail(const ConfStatement& at, const std::string& text) { fail(at.file, at.line, text); }
  void fail(const ConfWord& at, const std::string& text) { fail(at.file, at.line, text); }
  void refuse(const ConfStatement& at, const std::string& text) {
    to_.refused.push_back(fmt::format("{}:{}: {}", at.file, at.line, text));
  }

  // Exactly one word behind the name, and no block; `what` is missed where there is none.
  bool has_word(const ConfStatement& at, std::string_view what = "unexpected token") {
    if (at.words.size() > 2) {
      const std::string& extra = at.words[2].text;
      fail(at.words[2], fmt::format("missing ';' before '{}'", extra));
      // It is read as if the semicolon were there: the word begins the next option.
      constexpr std::string_view kModelled[] = {"directory", "file",      "forward", "forwarders",
                                                "port",      "recursion", "type"};
      const bool option = is_idle_option(extra) || is_known_option(extra) || extra.find('-') != std::string::npos ||
                          std::ranges::find(kModelled, extra) != std::end(kModelled);
      if (!option) to_.error += fmt::format("\n{}:{}: unknown option '{}'", at.words[2].file, at.words[2].line, extra);
    } else if (at.words.size() < 2) {
      fail(at, fmt::format("{} near '{}'", what, at.has_block ? "{" : ";"));
    } else if (at.has_block) {
      fail(at, "missing ';' before '{'");
    }
    return to_.error.empty();
  }
  bool string(const ConfStatement& at, std::string& to) {
    constexpr std::string_view kMissed = "expected quoted string";
    if (!has_word(at, kMissed)) return false;
    if (!at.words[1].quoted) return fail(at.words[1], fmt::format("{} near '{}'", kMissed, at.words[1].text)), false;
    to = at.words[1].text;
    return true;
  }
  bool boolean(const ConfStatement& at, bool& to) {
    if (!has_word(at, "boolean expected")) return false;
    const std::string value = folded(at.words[1].text);
    if (value == "yes" || value == "true" || value == "1") return to = true, true;
    if (value == "no" || value == "false" || value == "0") return to = false, true;
    fail(at.words[1], fmt::format("boolean expected near '{}'", at.words[1].text));
    return false;
  }
  bool number(const ConfWord& word, std::uint32_t most, std::uint32_t& to) {
    std::string_view digits = word.text;
    const auto value = base::take_number<std::uint32_t>(digits);
    if (!value || !digits.empty()) return fail(word, fmt::format("expected integer near '{}'", word.text)), false;
    if (*value > most) return fail(word, fmt::format("invalid value near '{}'", word.text)), false;
    to = *value;
    return true;
  }

  MatchList match_list(const std::vector<ConfStatement>& block) {
    MatchList list;
    for (const ConfStatement& each : block) {
      Match match;
      std::size_t at = 0;
      if (!each.words.empty() && each.words[0].text == "!") match.negated = true, at = 1;
      if (each.has_block && each.words.size() == at) {
        match.kind = Match::Kind::list;
        match.list = match_list(each.block);
        list.push_back(std::move(match));
        continue;
      }
      if (each.words.size() != at + 1) {
        if (each.words.size() > at + 1)
          fail(each.words[at + 1], fmt::format("missing ';' before '{}'", each.words[at + 1].text));
        continue;
      }
      if (element(each.words[at], match)) list.push_back(std::move(match));
    }
    return list;
  }

  bool element(const ConfWord& word, Match& match) {
    const std::string& text = word.text;
    constexpr std::pair<std::string_view, Match::Kind> kNamed[] = {{"any", Match::Kind::any},
                                                                   {"none", Match::Kind::none},
                                                                   {"localhost", Match::Kind::localhost},
                                                                   {"localnets", Match::Kind::localnets}};
    for (const auto& [name, kind] : kNamed) {
      if (text != name) continue;
      match.kind = kind;
      return true;
    }
    if (const auto list = lists_.find(text); list != lists_.end()) {
      match.kind = Match::Kind::list;
      match.list = list->second;
      return true;
    }
    if (text.find(':') != std::string::npos) return false;  // IPv6: nobody of it comes
    match.kind = Match::Kind::prefix;
    if (const auto address = base::Ipv4Addr::parse(text)) {
      match.prefix = {*address, 32};
      return true;
    }
    if (const auto prefix = base::Ipv4Prefix::parse(text)) {
      match.prefix = *prefix;
      return true;
    }
    if (text == "key") {
      to_.refused.push_back(fmt::format("{}:{}: keys are not modelled", word.file, word.line));
      return false;
    }
    fail(word, fmt::format("undefined ACL '{}'", text));
    return false;
  }

  Forwarding forwarders(const ConfStatement& at) {
    Forwarding result;
    for (const ConfStatement& each : at.block) {
      if (each.words.empty()) continue;
      const auto address = base::Ipv4Addr::parse(each.words[0].text);
      if (!address) {
        if (each.words[0].text.find(':') != std::string::npos) {
          refuse(each, "IPv6 is not modelled");
        } else {
          fail(each.words[0], fmt::format("expected IP address near '{}'", each.words[0].text));
        }
        return result;
      }
      std::uint32_t port = wire::kDnsPort;
      if (each.words.size() == 3 && each.words[1].text == "port") {
        if (!number(each.words[2], 65535, port)) return result;
      } else if (each.words.size() != 1) {
        fail(each.words[1], fmt::format("missing ';' before '{}'", each.words[1].text));
        return result;
      }
      result.servers.emplace_back(*address, static_cast<std::uint16_t>(port));
    }
    return result;
  }

  bool forward_only(const ConfStatement& at) {
    if (!has_word(at)) return false;
    if (at.words[1].text != "only" && at.words[1].text != "first")
      fail(at.words[1], fmt::format("'{}' unexpected", at.words[1].text));
    return at.words[1].text == "only";
  }

  void options(const std::vector<ConfStatement>& block) {
    std::set<std::string> seen;
    for (const ConfStatement& each : block) {
      if (!to_.error.empty()) return;
      const std::string& name = each.name();
      if (name != "listen-on" && name != "listen-on-v6" && !seen.insert(name).second)
        return fail(each, fmt::format("'{}' redefined near '{}'", name, name));
      option(each, name);
    }
  }

  void option(const ConfStatement& at, const std::string& name) {
    Conf& conf = to_.conf;
    const auto value = [&] { return at.words.size() > 1 ? at.words[1].text : std::string(); };
    if (name == "directory") {
      string(at, conf.directory);
    } else if (name == "pid-file") {
      if (value() != "none") return static_cast<void>(string(at, conf.pid_file));
      if (has_word(at)) conf.pid_file.clear();
    } else if (name == "port") {
      std::uint32_t port = 0;
      if (has_word(at) && number(at.words[1], 65535, port)) conf.port = static_cast<std::uint16_t>(port);
    } else if (name == "listen-on") {
      listen_on(at);
    } else if (name == "recursion") {
      boolean(at, conf.recursion);
    } else if (name == "empty-zones-enable") {
      boolean(at, conf.empty_zones);
    } else if (name == "dnssec-validation") {
      if (value() == "auto") return static_cast<void>(has_word(at));
      boolean(at, conf.validates);
    } else if (name == "allow-query") {
      conf.allow_query = match_list(at.block);
    } else if (name == "allow-recursion") {
      conf.allow_recursion = match_list(at.block);
    } else if (name == "allow-query-cache") {
      conf.allow_query_cache = match_list(at.block);
    } else if (name == "forwarders") {
      conf.forwarding.servers = forwarders(at).servers;
    } else if (name == "forward") {
      conf.forwarding.only = forward_only(at);
    } else if (name == "minimal-responses") {
      minimal(at);
    } else if (name == "rrset-order") {
      for (const ConfStatement& each : at.block) order(each);
    } else if (name == "max-cache-ttl") {
      if (has_word(at)) number(at.words[1], 604800, conf.most_cache_ttl);
    } else if (name == "max-ncache-ttl") {
      if (has_word(at)) number(at.words[1], 604800, conf.most_missing_ttl);
    } else if (name == "dnssec-enable" || name == "dnssec-lookaside" || name == "additional-from-auth" ||
               name == "additional-from-cache") {
      fail(at, fmt::format("option '{}' no longer exists", name));
    } else if (!is_idle_option(name)) {
      if (!is_known_option(name)) return unknown(at);
      refuse(at, fmt::format("'{}' is not modelled", name));
    }
  }

  void listen_on(const ConfStatement& at) {
    std::uint32_t port = 0;
    if (at.words.size() == 3 && at.words[1].text == "port") {
      if (!number(at.words[2], 65535, port)) return;
    } else if (at.words.size() != 1) {
      return refuse(at, "this form of 'listen-on' is not modelled");
    }
    if (to_.conf.listen_on && port != to_.conf.listen_port)
      return refuse(at, "'listen-on' with several ports is not modelled");
    to_.conf.listen_port = static_cast<std::uint16_t>(port);
    auto list = match_list(at.block);
    auto& all = to_.conf.listen_on;
    if (!all) all.emplace();
    std::ranges::move(list, std::back_inserter(*all));
  }

  void minimal(const ConfStatement& at) {
    if (!has_word(at)) return;
    const std::string& word = at.words[1].text;
    if (word == "no-auth-recursive") return static_cast<void>(to_.conf.minimal = Minimal::no_auth_recursive);
    if (word == "no-auth") return refuse(at, "'no-auth' is not modelled");
    bool on = false;
    if (boolean(at, on)) to_.conf.minimal = on ? Minimal::yes : Minimal::no;
  }

  // "[class IN] [type A] [name "x"] order cyclic"
  void order(const ConfStatement& at) {
    OrderRule rule;
    for (std::size_t i = 0; i + 1 < at.words.size(); i += 2) {
      const std::string& key = at.words[i].text;
      const std::string& value = at.words[i + 1].text;
      if (key == "class") continue;
      if (key == "type") {
        if (value != "ANY" && value != "any") rule.type = wire::dns_type_of(value);
      } else if (key == "name") {
        rule.name = value == "*" ? "" : value;
      } else if (key == "order") {
        if (value == "fixed") {
          to_.warnings.push_back(
              fmt::format("{}:{}: rrset-order: order 'fixed' was disabled at compilation time", at.file, at.line));
        } else if (value != "cyclic" && value != "random" && value != "none") {
          return fail(at, fmt::format("rrset-order: invalid order '{}'", value));
        }
        rule.order = value == "cyclic" ? RrOrder::cyclic : value == "random" ? RrOrder::random : RrOrder::none;
      } else {
        return fail(at.words[i], fmt::format("'{}' unexpected", key));
      }
    }
    to_.conf.orders.push_back(std::move(rule));
  }

  void zone(const ConfStatement& at) {
    if (at.words.size() < 2) return fail(at, fmt::format("expected string near '{}'", at.has_block ? "{" : ";"));
    if (!at.has_block) return fail(at, "expected '{' near ';'");
    if (at.words.size() == 3 && folded(at.words[2].text) != "in") return refuse(at, "only class IN is modelled");
    ZoneConf zone;
    zone.name = at.words[1].text;
    const std::string shown = fmt::format("zone '{}'", zone.name);
    while (zone.name.ends_with('.')) zone.name.pop_back();
    if (const auto [known, fresh] = zones_.emplace(folded(zone.name), fmt::format("{}:{}", at.file, at.line)); !fresh)
      return fail(at, fmt::format("{}: already exists previous definition: {}", shown, known->second));
    bool typed = false, only = false;
    for (const ConfStatement& each : at.block) {
      const std::string& name = each.name();
      if (name == "type") {
        if (!has_word(each)) return;
        typed = true;
        const std::string& type = each.words[1].text;
        constexpr auto kOthers = std::to_array<std::string_view>(
            {"slave", "secondary", "mirror", "stub", "static-stub", "redirect", "delegation-only"});
        if (type == "hint") {
          zone.kind = ZoneConf::Kind::hint;
        } else if (type == "forward") {
          zone.kind = ZoneConf::Kind::forward;
        } else if (std::ranges::find(kOthers, type) != kOthers.end()) {
          refuse(each, fmt::format("zones of type {} are not modelled", type));
        } else if (type != "master" && type != "primary") {
          return fail(each, fmt::format("'{}' unexpected", type));
        }
      } else if (name == "file") {
        if (!string(each, zone.file)) return;
      } else if (name == "forwarders") {
        const bool had = zone.forwarding.has_value();
        zone.forwarding = forwarders(each);
        if (had) return fail(each, "'forwarders' redefined near 'forwarders'");
      } else if (name == "forward") {
        only = forward_only(each);
      } else if (name == "allow-query") {
        zone.allow_query = match_list(each.block);
      } else if (!is_idle_option(name)) {
        if (!is_known_option(name)) {
          unknown(each);
          continue;
        }
        refuse(each, fmt::format("'{}' is not modelled", name));
      }
      if (!to_.error.empty()) return;
    }
    if (zone.forwarding) zone.forwarding->only = only;
    if (!typed) return fail(at, fmt::format("{}: type not present", shown));
    if (zone.kind == ZoneConf::Kind::primary && zone.file.empty() && to_.refused.empty())
      return fail(at, fmt::format("{}: missing 'file' entry", shown));
    to_.conf.zones.push_back(std::move(zone));
  }

  // Only what every distribution's file has: it writes nothing as long as nobody debugs.
  void logging(const ConfStatement& at) {
    for (const ConfStatement& each : at.block)
      if (each.words.size() < 2 || (each.words[1].text != "default_debug" && each.name() != "category"))
        refuse(each, "channels of the log are not modelled");
  }

  ConfReading& to_;
  std::string unknown_;
  bool has_options_ = false;
  std::map<std::string, MatchList> lists_;
  std::map<std::string, std::string> zones_;
};

}  // namespace

ConfReading read_named_conf(const std::string& path, const ReadFile& read) {
  ConfReading reading;
  const ConfTree tree = read_conf_tree(path, read);
  reading.error = tree.error;
  if (reading.error.empty()) {
    ConfParser parser(reading);
    parser.run(tree.statements);
    reading.error = parser.all_errors();
  }
  const auto forwards = [](const ZoneConf& zone) { return zone.forwarding && !zone.forwarding->servers.empty(); };
  const Conf& conf = reading.conf;
  if (conf.validates && conf.recursion &&
      (!conf.forwarding.servers.empty() || std::ranges::any_of(conf.zones, forwards)))
    reading.refused.push_back(
        "forwarders whose answers are validated are not modelled: 'dnssec-validation no;' is needed in 'options'");
  return reading;
}

}  // namespace lvs::named
