// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/worker.h"

namespace lvs::nginx {
namespace {

constexpr unsigned kUnavailable = 503;
constexpr std::size_t kLongestRateKey = 65535, kLongestConnectionKey = 255;

const LimitZoneConf& zone_named(const std::vector<LimitZoneConf>& zones, const std::string& name) {
  return *std::ranges::find(zones, name, &LimitZoneConf::name);
}

std::string thousandths(std::uint64_t number) {
  constexpr std::uint64_t kThousand = 1000;
  return fmt::format("{}.{:03}", number / kThousand, number % kThousand);
}

}  // namespace

Admission::Admission(Exchange& exchange, std::function<void()> go_in)
    : exchange_(exchange), delay_(exchange.worker().host(), std::move(go_in)) {}

Admission::~Admission() { leave(); }

void Admission::leave() {
  delay_.clear();
  for (const auto& [zone, key] : std::exchange(entered_, {})) zone->leave(key);
}

// Rates first: nginx asks the last of its modules first.
Admission::Answer Admission::ask(unsigned& status) {
  const Answer answer = ask_rates(status);
  if (answer != Answer::come_in) return answer;
  return ask_connections(status) ? Answer::come_in : Answer::refused;
}

Admission::Answer Admission::ask_rates(unsigned& status) {
  if (!rate_status_.empty()) return Answer::come_in;
  const auto& limits = exchange_.settings().rate_limits;
  const auto& confs = exchange_.worker().generation().conf().http->rate_zones;
  auto& zones = exchange_.worker().limit_zones().rates;
  const std::int64_t now = exchange_.worker().milliseconds();
  std::vector<Asked> asked;
  std::uint64_t excess = 0;
  RateZone::Verdict verdict = RateZone::Verdict::held;
  bool any = false;
  for (std::size_t i = 0; i < limits.size() && verdict == RateZone::Verdict::held; ++i) {
    const LimitZoneConf& conf = zone_named(confs, limits[i].zone);
    std::string key = exchange_.value(conf.key);
    if (key.size() > kLongestRateKey)
      exchange_.error(LogLevel::error, fmt::format("the value of the \"{}\" key is more than 65535 bytes: \"{}\"",
                                                   conf.key.source, key));
    if (key.empty() || key.size() > kLongestRateKey) continue;
    any = true;
    Asked& each = asked.emplace_back();
    each.zone = &zones.try_emplace(conf.name, conf.size).first->second;
    each.key = std::move(key);
    each.rule = {conf.rate, limits[i].burst, limits[i].delay};
    each.name = &conf.name;
    verdict = each.zone->look(each.key, each.rule, now, i + 1 == limits.size(), excess);
  }
  if (!any) return Answer::come_in;
  if (verdict == RateZone::Verdict::refused || verdict == RateZone::Verdict::no_room)
    return refuse_rate(asked, excess, verdict == RateZone::Verdict::no_room, status);
  if (verdict == RateZone::Verdict::held) {
    excess = 0;
    asked.emplace_back();  // in place of the last one, which had no key
  }
  return settle(asked, excess);
}

Admission::Answer Admission::refuse_rate(std::vector<Asked>& asked, std::uint64_t excess, bool full, unsigned& status) {
  const Settings& settings = exchange_.settings();
  const bool dry = settings.rate_dry_run.value_or(false);
  const Asked last = asked.back();
  asked.pop_back();
  for (const Asked& each : asked) each.zone->release(each.key);
  if (!full)
    exchange_.error(settings.rate_log_level.value_or(LogLevel::error),
                    fmt::format("limiting requests{}, excess: {} by zone \"{}\"", dry ? ", dry run" : "",
                                thousandths(excess), *last.name));
  rate_status_ = dry ? "REJECTED_DRY_RUN" : "REJECTED";
  status = settings.rate_status.value_or(kUnavailable);
  return dry ? Answer::come_in : Answer::refused;
}

// ngx_http_limit_req_account(): the request waits for the zone that makes it wait longest.
Admission::Answer Admission::settle(std::vector<Asked>& asked, std::uint64_t excess) {
  constexpr std::uint64_t kThousand = 1000;
  const Settings& settings = exchange_.settings();
  const std::int64_t now = exchange_.worker().milliseconds();
  std::uint64_t longest = 0;
  const std::string* zone = asked.back().name;
  const auto wait_of = [&](const Asked& each, std::uint64_t level) {
    return level <= each.rule.delay ? 0 : (level - each.rule.delay) * kThousand / each.rule.rate;
  };
  if (asked.back().zone != nullptr) longest = wait_of(asked.back(), excess);
  for (std::size_t i = asked.size() - 1; i-- > 0;) {
    const std::uint64_t level = asked[i].zone->settle(asked[i].key, asked[i].rule, now);
    const std::uint64_t wait = wait_of(asked[i], level);
    if (wait <= longest) continue;
    longest = wait;
    excess = level;
    zone = asked[i].name;
  }
  rate_status_ = "PASSED";
  if (longest == 0) return Answer::come_in;
  const bool dry = settings.rate_dry_run.value_or(false);
  const LogLevel level = settings.rate_log_level.value_or(LogLevel::error);
  exchange_.error(level == LogLevel::info ? level : static_cast<LogLevel>(static_cast<int>(level) + 1),
                  fmt::format("delaying request{}, excess: {}, by zone \"{}\"", dry ? ", dry run" : "",
                              thousandths(excess), *zone));
  rate_status_ = dry ? "DELAYED_DRY_RUN" : "DELAYED";
  if (dry) return Answer::come_in;
  delay_.set_after(std::chrono::milliseconds(longest));
  return Answer::wait;
}

bool Admission::ask_connections(unsigned& status) {
  if (!connection_status_.empty()) return true;
  const Settings& settings = exchange_.settings();
  const auto& confs = exchange_.worker().generation().conf().http->connection_zones;
  auto& zones = exchange_.worker().limit_zones().connections;
  const bool dry = settings.connections_dry_run.value_or(false);
  for (const ConnectionLimitConf& limit : settings.connection_limits) {
    const LimitZoneConf& conf = zone_named(confs, limit.zone);
    std::string key = exchange_.value(conf.key);
    if (key.size() > kLongestConnectionKey)
      exchange_.error(LogLevel::error,
                      fmt::format("the value of the \"{}\" key is more than 255 bytes: \"{}\"", conf.key.source, key));
    if (key.empty() || key.size() > kLongestConnectionKey) continue;
    connection_status_ = "PASSED";
    ConnectionZone& zone = zones.try_emplace(conf.name, conf.size).first->second;
    if (zone.enter(key, limit.most)) {
      entered_.emplace_back(&zone, std::move(key));
      continue;
    }
    leave();
    exchange_.error(settings.connections_log_level.value_or(LogLevel::error),
                    fmt::format("limiting connections{} by zone \"{}\"", dry ? ", dry run" : "", conf.name));
    connection_status_ = dry ? "REJECTED_DRY_RUN" : "REJECTED";
    status = settings.connections_status.value_or(kUnavailable);
    return dry;
  }
  return true;
}

}  // namespace lvs::nginx
