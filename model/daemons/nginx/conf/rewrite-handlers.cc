// SPDX-License-Identifier: GPL-2.0-or-later
// set, rewrite, break and if (nginx: ngx_http_rewrite_module); allow and deny (ngx_http_access_module); map and geo
// (ngx_http_map_module, ngx_http_geo_module).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "daemons/nginx/conf/handlers.h"

namespace lvs::nginx {
namespace {

using Step = RewriteStep;

std::vector<Step>& steps_of(ConfReader& r) {
  return r.level().steps != nullptr ? *r.level().steps : r.level().location->steps;
}

void take_set(ConfReader& r) {
  const std::string& name = r.word(1);
  if (!name.starts_with('$') || name.size() == 1) return r.fail(fmt::format("invalid variable name \"{}\"", name));
  std::string rest;
  if (http_variable(name.substr(1), rest) != Variable::none)
    return r.refuse(name, "to set a variable of nginx's own is not modelled");
  Step step;
  step.kind = Step::Kind::set;
  step.name = name.substr(1);
  if (!r.complex(r.word(2), step.value)) return;
  r.conf().http->set_names.insert(step.name);
  steps_of(r).push_back(std::move(step));
}

void take_rewrite(ConfReader& r) {
  Step step;
  step.kind = Step::Kind::rewrite;
  step.regex = read_regex(r, r.word(1), false);
  if (!step.regex) return;
  std::string to = r.word(2);
  if (to.starts_with("http://") || to.starts_with("https://") || to.starts_with("$scheme")) step.moved = 302;
  if (to.ends_with('?')) {
    to.pop_back();
    step.keeps_args = false;
  }
  if (r.words().size() == 4) {
    const std::string& flag = r.word(3);
    if (flag == "last") {
      step.then = Step::Then::last;
    } else if (flag == "break") {
      step.then = Step::Then::stop;
    } else if (flag == "redirect") {
      step.moved = 302;
    } else if (flag == "permanent") {
      step.moved = 301;
    } else {
      return r.fail(fmt::format("invalid parameter \"{}\"", flag));
    }
  }
  if (r.complex(to, step.value)) steps_of(r).push_back(std::move(step));
}

// The words between the parentheses of "if" (nginx: ngx_http_rewrite_if_condition()).
bool take_condition(ConfReader& r, Condition& to) {
  std::vector<std::string> words(r.words().begin() + 1, r.words().end());
  if (!words.front().starts_with('(')) return r.fail(fmt::format("invalid condition \"{}\"", words.front())), false;
  words.front().erase(0, 1);
  if (words.front().empty()) words.erase(words.begin());
  if (words.empty() || !words.back().ends_with(')'))
    return r.fail(fmt::format("invalid condition \"{}\"", words.empty() ? "" : words.back())), false;
  words.back().pop_back();
  if (words.back().empty()) words.pop_back();
  if (words.empty()) return r.fail("invalid condition \"\""), false;
  if (words[0].starts_with('$')) {
    if (!r.complex(words[0], to.left)) return false;
    if (words.size() == 1) return true;
    if (words.size() != 3) return r.fail(fmt::format("invalid condition \"{}\"", words[0])), false;
    const std::string& sign = words[1];
    to.negated = sign.starts_with('!');
    if (sign == "=" || sign == "!=") {
      to.kind = Condition::Kind::equal;
      return r.complex(words[2], to.right);
    }
    if (sign == "~" || sign == "~*" || sign == "!~" || sign == "!~*") {
      to.kind = Condition::Kind::matches;
      to.regex = read_regex(r, words[2], sign.ends_with('*'));
      return to.regex != nullptr;
    }
    return r.fail(fmt::format("unexpected \"{}\" in condition", sign)), false;
  }
  std::string_view test = words[0];
  to.negated = test.starts_with('!');
  if (to.negated) test.remove_prefix(1);
  if (words.size() == 2 && (test == "-f" || test == "-d" || test == "-e")) {
    to.kind = test == "-f" ? Condition::Kind::file : test == "-d" ? Condition::Kind::folder : Condition::Kind::exists;
    return r.complex(words[1], to.left);
  }
  if (test == "-x") return r.refuse(words[0], "this test of a file is not modelled"), false;
  return r.fail(fmt::format("invalid condition \"{}\"", words[0])), false;
}

void take_if(ConfReader& r) {
  Step step;
  step.kind = Step::Kind::check;
  if (!take_condition(r, step.condition)) return r.report().failed() ? void() : r.skip_block();
  Level level = r.level();
  level.bits = level.bits == place::kServer ? place::kServerIf : place::kLocationIf;
  level.steps = &step.inside;
  auto& to = steps_of(r);
  r.block(level);
  to.push_back(std::move(step));
}

void take_break(ConfReader& r) { steps_of(r).emplace_back(); }

void take_access(ConfReader& r) {
  AccessRule rule;
  rule.allow = r.word(0) == "allow";
  const std::string& who = r.word(1);
  if (who == "unix:" || who.find(':') != std::string::npos) return r.refuse(who, "only IPv4 comes here");
  if (who != "all") {
    const auto prefix = base::Ipv4Prefix::parse(who);
    if (!prefix) return r.fail(fmt::format("invalid parameter \"{}\"", who));
    if (prefix->network() != prefix->addr) r.warn(fmt::format("low address bits of {} are meaningless", who));
    rule.prefix = {prefix->network(), prefix->length};
  }
  r.settings().access.push_back(rule);
}

void take_trusted(ConfReader& r) {
  const std::string& who = r.word(1);
  if (who.find(':') != std::string::npos) return r.refuse(who, "only IPv4 comes here");
  const auto prefix = base::Ipv4Prefix::parse(who);
  if (!prefix) return r.refuse(who, "proxies by name are not modelled");
  if (prefix->network() != prefix->addr) r.warn(fmt::format("low address bits of {} are meaningless", who));
  r.settings().trusted.emplace_back(prefix->network(), prefix->length);
}

void take_real_ip_header(ConfReader& r) {
  auto& header = r.settings().real_ip_header;
  if (header) return r.fail_directive("is duplicate");
  using From = RealIpHeader::From;
  const std::string& name = r.word(1);
  header = RealIpHeader{name == "proxy_protocol"    ? From::proxy_protocol
                        : name == "X-Forwarded-For" ? From::forwarded
                                                    : From::field,
                        name};
}

void take_map_line(ConfReader& r, void* to) {
  MapConf& map = *static_cast<MapConf*>(to);
  std::string key = r.word(0);
  if (r.words().size() == 1 && (key == "hostnames" || key == "volatile")) {
    if (key == "hostnames") r.refuse(key, "names with wildcards in a map are not modelled");
    return;
  }
  if (r.words().size() != 2) return r.fail("invalid number of the map parameters");
  ComplexText value;
  if (!r.complex(r.word(1), value)) return;
  if (key == "default") {
    if (map.otherwise) return r.fail("duplicate default map parameter");
    map.otherwise = std::move(value);
    return;
  }
  if (key.starts_with('~')) {
    const bool ignore_case = key.starts_with("~*");
    auto regex = read_regex(r, key.substr(ignore_case ? 2 : 1), ignore_case);
    if (regex) map.expressions.emplace_back(std::move(regex), std::move(value));
    return;
  }
  if (key.starts_with('\\')) key.erase(0, 1);
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (!map.values.emplace(key, std::move(value)).second) r.fail(fmt::format("conflicting parameter \"{}\"", r.word(0)));
}

void take_geo_line(ConfReader& r, void* to) {
  MapConf& map = *static_cast<MapConf*>(to);
  constexpr auto kOthers = std::to_array<std::string_view>({"ranges", "delete", "proxy", "proxy_recursive"});
  if (std::ranges::find(kOthers, r.word(0)) != kOthers.end())
    return r.refuse(r.word(0), "this parameter of geo is not modelled");
  if (r.words().size() != 2) return r.fail("invalid number of the geo parameters");
  if (r.word(0) == "default") {
    ComplexText value;
    value.source = r.word(1);
    value.pieces.push_back({Variable::none, r.word(1)});
    map.otherwise = std::move(value);
    return;
  }
  if (r.word(0).find(':') != std::string::npos) return r.refuse(r.word(0), "IPv6 is not modelled");
  const auto prefix = base::Ipv4Prefix::parse(r.word(0));
  if (!prefix) return r.fail(fmt::format("invalid network \"{}\"", r.word(0)));
  map.networks.emplace_back(*prefix, r.word(1));
}

void take_map(ConfReader& r) {
  MapConf map;
  map.geo = r.word(0) == "geo";
  const std::string& name = r.words().back();
  if (!name.starts_with('$') || name.size() == 1) return r.fail(fmt::format("invalid variable name \"{}\"", name));
  map.name = name.substr(1);
  const std::string source = r.words().size() == 3 ? r.word(1) : "$remote_addr";
  if (!r.complex(source, map.source)) return r.report().failed() ? void() : r.skip_block();
  r.each_line(map.geo ? take_geo_line : take_map_line, &map);
  (r.level().module == Module::stream ? r.conf().stream->maps : r.conf().http->maps).push_back(std::move(map));
}

constexpr auto kRewrite = std::to_array<Handler>({
    {Module::http, "map", take_map},
    {Module::http, "geo", take_map},
    {Module::stream, "map", take_map},
    {Module::stream, "geo", take_map},
    {Module::http, "set", take_set},
    {Module::http, "rewrite", take_rewrite},
    {Module::http, "if", take_if},
    {Module::http, "break", take_break},
    {Module::http, "allow", take_access},
    {Module::http, "deny", take_access},
    {Module::http, "set_real_ip_from", take_trusted},
    {Module::http, "real_ip_header", take_real_ip_header},
    {Module::http, "real_ip_recursive", [](ConfReader& r) { r.flag(r.settings().real_ip_recursive); }},
});

}  // namespace

std::span<const Handler> rewrite_handlers() { return kRewrite; }

}  // namespace lvs::nginx
