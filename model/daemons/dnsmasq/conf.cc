// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/dnsmasq/conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ranges>

#include "base/numbers.h"
#include "daemons/dnsmasq/option-names.h"

namespace lvs::dnsmasq {
namespace {

constexpr unsigned kMostCache = 10000;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(at), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class T>
bool number(std::string_view text, T& to) {
  std::string_view rest = text;
  const auto value = base::take_number<std::uint32_t>(rest);
  if (!value || !rest.empty()) return false;
  to = static_cast<T>(*value);
  return true;
}

bool is_name(std::string_view text) { return !text.empty() && wire::dns_name(text).has_value(); }

// One option at work on a configuration. Nothing: taken.
class Taking {
 public:
  using Problem = std::optional<ConfProblem>;
  Taking(Conf& conf, const OptionName& option, const std::string& value)
      : conf_(conf), option_(option), value_(value) {}

  Problem run() {
    switch (option_.meaning) {
      case Meaning::no_hosts: return set(conf_.no_hosts);
      case Meaning::no_resolv: return set(conf_.no_resolv);
      case Meaning::strict_order: return set(conf_.strict_order);
      case Meaning::all_servers: return set(conf_.all_servers);
      case Meaning::domain_needed: return set(conf_.domain_needed);
      case Meaning::bogus_priv: return set(conf_.bogus_priv);
      case Meaning::no_negcache: return set(conf_.no_negcache);
      case Meaning::no_round_robin: return set(conf_.no_round_robin);
      case Meaning::expand_hosts: return set(conf_.expand_hosts);
      case Meaning::foreground: return set(conf_.foreground);
      case Meaning::debug: return set(conf_.debug);
      case Meaning::test: return set(conf_.test);
      case Meaning::version: return set(conf_.version);
      case Meaning::bind_interfaces: return set(conf_.bind_interfaces);
      case Meaning::nothing: return {};
      case Meaning::port: return to_number(conf_.port, 65535);
      case Meaning::cache_size: return to_number(conf_.cache_size, kMostCache);
      case Meaning::local_ttl: return to_number(conf_.local_ttl);
      case Meaning::neg_ttl: return to_number(conf_.neg_ttl);
      case Meaning::max_ttl: return to_number(conf_.max_ttl.emplace());
      case Meaning::max_cache_ttl: return to_number(conf_.max_cache_ttl.emplace());
      case Meaning::min_cache_ttl: return to_number(conf_.min_cache_ttl.emplace());
      case Meaning::resolv_file: return to_text(conf_.resolv_file);
      case Meaning::pid_file: return to_text(conf_.pid_file);
      case Meaning::domain: return domain();
      case Meaning::addn_hosts: conf_.addn_hosts.push_back(value_); return {};
      case Meaning::interface:
        for (std::string& each : split(value_, ',')) conf_.interfaces.push_back(std::move(each));
        return {};
      case Meaning::listen_address: return listen();
      case Meaning::server: return servers(false);
      case Meaning::address: return servers(true);
      case Meaning::host_record: return host_record();
      case Meaning::txt_record: return txt_record();
      case Meaning::conf_dir: conf_.more.push_back({value_, true}); return {};
      case Meaning::conf_file: conf_.more.push_back({value_, false}); return {};
      case Meaning::unmodelled: break;
    }
    return refuse(fmt::format("option '{}'", option_.name));
  }

 private:
  static Problem set(bool& flag) {
    flag = true;
    return {};
  }
  static Problem refuse(std::string text) { return ConfProblem{std::move(text), true}; }
  static Problem bad(std::string text = "bad option") { return ConfProblem{std::move(text), false}; }

  template <class T>
  Problem to_number(T& to, std::uint32_t most = ~std::uint32_t{0}) {
    std::uint32_t value = 0;
    if (!number(value_, value)) return bad();
    to = static_cast<T>(std::min(value, most));
    return {};
  }
  Problem to_text(std::string& to) {
    to = value_;
    return {};
  }

  Problem domain() {
    if (value_.find(',') != std::string::npos || value_ == "#") return refuse("'domain' with a range, or '#'");
    if (!is_name(value_)) return bad();
    return to_text(conf_.domain);
  }

  Problem listen() {
    for (const std::string& each : split(value_, ',')) {
      if (each.find(':') != std::string::npos) return refuse("IPv6 in 'listen-address'");
      const auto address = base::Ipv4Addr::parse(each);
      if (!address) return bad();
      conf_.listen.push_back(*address);
    }
    return {};
  }

  // "/DOMAIN/DOMAIN/WHAT", or WHAT alone.
  Problem servers(bool literal) {
    std::vector<std::string> domains{""};
    std::string what = value_;
    if (what.starts_with('/')) {
      std::vector<std::string> parts = split(std::string_view(what).substr(1), '/');
      if (parts.size() < 2) return bad();
      what = parts.back();
      parts.pop_back();
      domains = std::move(parts);
    } else if (literal && what != "#") {
      return bad();
    }
    for (std::string& domain : domains) {
      if (domain == "#") domain.clear();
      while (domain.starts_with('.')) domain.erase(0, 1);
      if (domain.find('*') != std::string::npos) return refuse("'*' in a domain");
      if (!domain.empty() && !is_name(domain)) return bad();
      if (auto problem = server(domain, what, literal)) return problem;
    }
    return {};
  }

  Problem server(const std::string& domain, const std::string& what, bool literal) {
    if (what.empty()) {
      conf_.literals.push_back({domain, {}, false});
      return {};
    }
    if (what == "#") {
      if (!literal) return refuse("'#' for the usual servers");
      conf_.literals.push_back({domain, {}, true});
      return {};
    }
    if (what.find(':') != std::string::npos) return refuse("IPv6 addresses");
    if (what.find('@') != std::string::npos) return refuse("'@' with an interface or address");
    const std::size_t hash = what.find('#');
    const auto address = base::Ipv4Addr::parse(std::string_view(what).substr(0, hash));
    std::uint16_t port = wire::kDnsPort;
    if (!address) return bad(literal ? "bad address" : "bad address");
    if (hash != std::string::npos && !number(std::string_view(what).substr(hash + 1), port)) return bad("bad port");
    if (literal) {
      const auto same = [&](const Literal& each) { return each.domain == domain && each.address == address; };
      if (std::ranges::none_of(conf_.literals, same)) conf_.literals.push_back({domain, *address, false});
    } else {
      conf_.servers.push_back({domain, *address, port});
    }
    return {};
  }

  Problem host_record() {
    HostRecord record;
    std::vector<base::Ipv4Addr> addresses;
    for (const std::string& each : split(value_, ',')) {
      std::uint32_t ttl = 0;
      if (const auto address = base::Ipv4Addr::parse(each)) {
        addresses.push_back(*address);
      } else if (each.find(':') != std::string::npos) {
        return refuse("IPv6 in 'host-record'");
      } else if (number(each, ttl)) {
        record.ttl = ttl;
      } else if (is_name(each)) {
        record.names.push_back(each);
      } else {
        return bad("Bad name in host-record");
      }
    }
    if (record.names.empty() || addresses.size() > 1) return bad("Bad host-record");
    if (addresses.empty()) return {};
    record.address = addresses.front();
    conf_.hosts.push_back(std::move(record));
    return {};
  }

  Problem txt_record() {
    std::vector<std::string> parts = split(value_, ',');
    TextRecord record{parts.front(), {}};
    if (!is_name(record.name)) return bad("bad TXT record");
    record.texts.assign(std::next(parts.begin()), parts.end());
    for (std::string& text : record.texts) {
      if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
      if (text.size() > 255) return bad("bad TXT record");
    }
    if (record.texts.empty()) record.texts.emplace_back();
    conf_.texts.push_back(std::move(record));
    return {};
  }

  Conf& conf_;
  const OptionName& option_;
  const std::string& value_;
};

// A line without its comment and blanks at its ends; quotes keep both.
std::string stripped(std::string_view line) {
  std::string result;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      quoted = !quoted;
      continue;
    }
    if (c == '#' && !quoted && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t')) break;
    result += c == '\t' || c == '\r' ? ' ' : c;
  }
  while (result.ends_with(' ')) result.pop_back();
  result.erase(0, std::min(result.find_first_not_of(' '), result.size()));
  return result;
}

}  // namespace

std::string conf_folder(const MoreConf& more) { return more.path.substr(0, more.path.find(',')); }

bool is_read(const MoreConf& more, std::string_view name) {
  if (name.empty() || name.front() == '.' || name.ends_with('~') || (name.front() == '#' && name.ends_with('#')))
    return false;
  bool wanted = false, wants = false;
  const std::vector<std::string> parts = split(more.path, ',');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::string_view end = parts[i];
    if (end.empty()) continue;
    if (end.front() != '*') {
      if (name.ends_with(end)) return false;
      continue;
    }
    end.remove_prefix(1);
    wants = true;
    wanted |= end.empty() || name.ends_with(end);
  }
  return wanted || !wants;
}

std::optional<ConfProblem> read_conf_file(std::string_view text, const std::string& place, Conf& conf) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = stripped(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    const std::size_t equals = line.find('=');
    std::string name = line.substr(0, equals), value;
    while (name.ends_with(' ')) name.pop_back();
    if (equals != std::string::npos) value = line.substr(equals + 1);
    value.erase(0, std::min(value.find_first_not_of(' '), value.size()));
    const auto at = [&](std::string what) { return fmt::format("{} at line {} of {}", what, number, place); };
    const OptionName* const option = find_option(name);
    if (option == nullptr || option->only_typed()) return ConfProblem{at("bad option"), false};
    if (option->argument == 0 && equals != std::string::npos) return ConfProblem{at("extraneous parameter"), false};
    if (option->argument == 1 && value.empty()) return ConfProblem{at("missing parameter"), false};
    if (auto problem = Taking(conf, *option, value).run()) return ConfProblem{at(problem->text), problem->refused};
  }
  return {};
}

CommandLine read_command_line(const std::vector<control::Word>& words) {
  CommandLine line;
  for (const control::Word& word : words) line.arguments.push_back(word.text);
  const auto fail = [&](std::size_t at, std::string text, bool refused = false) {
    line.problem = ConfProblem{std::move(text), refused};
    line.column = words[at].column;
    line.word = words[at].text;
  };
  constexpr std::string_view kBad = "bad command line options: try --help";
  std::size_t at = 1;
  // A letter that takes a word always has one.
  const auto take = [&](const OptionName& option, std::optional<std::string> value, bool attached,
                        bool letter = false) {
    const std::size_t named = at;
    if ((option.argument == 1 || letter) && option.argument != 0 && !value) {
      if (at + 1 >= words.size()) return fail(named, std::string(kBad));
      value = words[++at].text;
    }
    if (option.argument == 0 && attached) return fail(named, std::string(kBad));
    if (option.meaning == Meaning::conf_file) {
      line.conf_file = value.value_or("");
      line.conf_file_named = true;
      return;
    }
    if (auto problem = Taking(line.conf, option, value.value_or("")).run()) {
      const bool plain = problem->text == "bad option";
      fail(named, problem->refused || !plain ? problem->text : std::string(kBad), problem->refused);
      if (!problem->refused && !plain) line.problem->text += ": try --help";
    }
  };
  for (; at < words.size() && !line.problem; ++at) {
    const std::string& word = words[at].text;
    if (word.starts_with("--") && word.size() > 2) {
      const std::size_t equals = word.find('=');
      const OptionName* const option = find_option(std::string_view(word).substr(2, equals - 2));
      if (option == nullptr) {
        fail(at, std::string(kBad));
      } else if (equals == std::string::npos) {
        take(*option, {}, false);
      } else {
        take(*option, word.substr(equals + 1), true);
      }
    } else if (word.starts_with('-') && word.size() > 1) {
      for (std::size_t i = 1; i < word.size() && !line.problem; ++i) {
        const OptionName* const option = find_option(word[i]);
        if (option == nullptr) {
          fail(at, std::string(kBad));
        } else if (option->argument != 0) {
          take(*option, i + 1 < word.size() ? std::optional(word.substr(i + 1)) : std::nullopt, false, true);
          break;
        } else {
          take(*option, {}, false);
        }
      }
    } else {
      fail(at, "junk found in command line");
    }
  }
  return line;
}

}  // namespace lvs::dnsmasq
