// SPDX-License-Identifier: GPL-2.0-or-later
// limit_req and limit_conn, and their zones (nginx: ngx_http_limit_req_module, ngx_http_limit_conn_module).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

constexpr std::uint64_t kThousandth = 1000;

// "zone=NAME:SIZE"
bool take_zone_size(ConfReader& r, const std::string& word, LimitZoneConf& to) {
  constexpr std::string_view kZone = "zone=";
  constexpr std::uint64_t kLeast = 8 * 4096;
  const std::size_t colon = word.find(':');
  const auto size = colon == std::string::npos ? std::nullopt : conf_size(std::string_view(word).substr(colon + 1));
  if (!size) return r.fail(fmt::format("invalid zone size \"{}\"", word)), false;
  if (*size < kLeast) return r.fail(fmt::format("zone \"{}\" is too small", word)), false;
  to.name = word.substr(kZone.size(), colon - kZone.size());
  to.size = *size;
  return true;
}

// "rate=10r/s"
bool take_rate(ConfReader& r, const std::string& word, LimitZoneConf& to) {
  constexpr std::string_view kRate = "rate=";
  constexpr std::uint64_t kMost = std::numeric_limits<std::int32_t>::max(), kMinute = 60;
  std::string_view number = std::string_view(word).substr(kRate.size());
  std::uint64_t scale = 1;
  if (number.ends_with("r/s") || number.ends_with("r/m")) {
    if (number.ends_with('m')) scale = kMinute;
    number.remove_suffix(3);
  }
  const auto rate = conf_number(number);
  if (!rate || *rate == 0) return r.fail(fmt::format("invalid rate \"{}\"", word)), false;
  if (*rate > kMost) return r.refuse(word, "so high a rate is not modelled"), false;
  to.rate = *rate * kThousandth / scale;
  return true;
}

// A name is a zone of requests or one of connections, whoever names it first.
bool may_use(ConfReader& r, const std::string& name, bool rates) {
  const auto [at, fresh] = r.conf().http->limits_of.emplace(name, rates);
  if (at->second == rates) return true;
  r.fail(fmt::format("the shared memory zone \"{}\" is already declared for a different use", name));
  return false;
}

void take_limit_zone(ConfReader& r) {
  const bool rates = r.word(0) == "limit_req_zone";
  LimitZoneConf zone;
  zone.rate = kThousandth;
  if (!r.complex(r.word(1), zone.key)) return;
  for (std::size_t i = 2; i < r.words().size(); ++i) {
    const std::string& word = r.word(i);
    if (word.starts_with("zone=")) {
      if (!take_zone_size(r, word, zone)) return;
    } else if (rates && word.starts_with("rate=")) {
      if (!take_rate(r, word, zone)) return;
    } else {
      return r.fail(fmt::format("invalid parameter \"{}\"", word));
    }
  }
  if (zone.name.empty()) return r.fail(fmt::format("\"{}\" must have \"zone\" parameter", r.word(0)));
  if (!may_use(r, zone.name, rates)) return;
  auto& zones = rates ? r.conf().http->rate_zones : r.conf().http->connection_zones;
  const auto known = std::ranges::find(zones, zone.name, &LimitZoneConf::name);
  if (known == zones.end()) return zones.push_back(std::move(zone));
  if (known->size != zone.size)
    return r.fail(fmt::format("the size {} of shared memory zone \"{}\" conflicts with already declared size {}",
                              zone.size, zone.name, known->size));
  r.fail(fmt::format("{} \"{}\" is already bound to key \"{}\"", r.word(0), zone.name, known->key.source));
}

void take_limit_req(ConfReader& r) {
  constexpr std::uint64_t kNoDelay = std::numeric_limits<std::int64_t>::max() / kThousandth;
  RateLimitConf limit;
  const auto number = [&](const std::string& word, std::string_view name, std::uint64_t& to) {
    const auto value = conf_number(std::string_view(word).substr(name.size() + 1));
    if (!value || *value == 0 || *value > kNoDelay)
      return r.fail(fmt::format("invalid {} value \"{}\"", name, word)), false;
    to = *value * kThousandth;
    return true;
  };
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    const std::string& word = r.word(i);
    if (word.starts_with("zone=")) {
      limit.zone = word.substr(5);
    } else if (word.starts_with("burst=")) {
      if (!number(word, "burst", limit.burst)) return;
    } else if (word.starts_with("delay=")) {
      if (!number(word, "delay", limit.delay)) return;
    } else if (word == "nodelay") {
      limit.delay = kNoDelay * kThousandth;
    } else {
      return r.fail(fmt::format("invalid parameter \"{}\"", word));
    }
  }
  if (limit.zone.empty()) return r.fail(fmt::format("\"{}\" must have \"zone\" parameter", r.word(0)));
  if (!may_use(r, limit.zone, true)) return;
  auto& limits = r.settings().rate_limits;
  if (std::ranges::find(limits, limit.zone, &RateLimitConf::zone) != limits.end())
    return r.fail_directive("is duplicate");
  limits.push_back(std::move(limit));
}

void take_limit_conn(ConfReader& r) {
  if (!may_use(r, r.word(1), false)) return;
  constexpr std::uint64_t kMost = 65535;
  auto& limits = r.settings().connection_limits;
  if (std::ranges::find(limits, r.word(1), &ConnectionLimitConf::zone) != limits.end())
    return r.fail_directive("is duplicate");
  const auto most = conf_number(r.word(2));
  if (!most || *most == 0) return r.fail(fmt::format("invalid number of connections \"{}\"", r.word(2)));
  if (*most > kMost) return r.fail("connection limit must be less 65536");
  limits.push_back({r.word(1), static_cast<unsigned>(*most)});
}

void take_limit_status(ConfReader& r, std::optional<unsigned>& to) {
  std::optional<std::uint64_t> number;
  if (to) return r.fail_directive("is duplicate");
  r.number(number);
  if (!number) return;
  if (*number < 400 || *number > 599) return r.fail("value must be between 400 and 599");
  to = static_cast<unsigned>(*number);
}

void take_limit_level(ConfReader& r, std::optional<LogLevel>& to) {
  if (to) return r.fail_directive("is duplicate");
  constexpr auto kLevels = std::to_array<LogLevel>({LogLevel::info, LogLevel::notice, LogLevel::warn, LogLevel::error});
  to = level_named(r.word(1));
  if (!to || std::ranges::find(kLevels, *to) == kLevels.end()) r.fail(fmt::format("invalid value \"{}\"", r.word(1)));
}

constexpr auto kLimits = std::to_array<Handler>({
    {Module::http, "limit_req_zone", take_limit_zone},
    {Module::http, "limit_req", take_limit_req},
    {Module::http, "limit_req_status", [](ConfReader& r) { take_limit_status(r, r.settings().rate_status); }},
    {Module::http, "limit_req_log_level", [](ConfReader& r) { take_limit_level(r, r.settings().rate_log_level); }},
    {Module::http, "limit_req_dry_run", [](ConfReader& r) { r.flag(r.settings().rate_dry_run); }},
    {Module::http, "limit_conn_zone", take_limit_zone},
    {Module::http, "limit_conn", take_limit_conn},
    {Module::http, "limit_conn_status", [](ConfReader& r) { take_limit_status(r, r.settings().connections_status); }},
    {Module::http, "limit_conn_log_level",
     [](ConfReader& r) { take_limit_level(r, r.settings().connections_log_level); }},
    {Module::http, "limit_conn_dry_run", [](ConfReader& r) { r.flag(r.settings().connections_dry_run); }},
});

}  // namespace

std::string missing_zone(const Conf& conf) {
  if (!conf.http) return {};
  for (const auto& [name, rates] : conf.http->limits_of) {
    const auto& zones = rates ? conf.http->rate_zones : conf.http->connection_zones;
    if (std::ranges::find(zones, name, &LimitZoneConf::name) == zones.end())
      return fmt::format("zero size shared memory zone \"{}\"", name);
  }
  return {};
}

std::span<const Handler> limit_handlers() { return kLimits; }

}  // namespace lvs::nginx
