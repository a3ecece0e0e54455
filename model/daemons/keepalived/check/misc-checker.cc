// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/misc-checker.h"

#include <fmt/format.h>

#include <algorithm>

#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {

MiscChecker::MiscChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world), timeout_(world.computer().host(), [this] { timed_out(); }) {}

MiscChecker::~MiscChecker() {
  if (running_) world_.end_script(run_);
}

// keepalived: migrate_misc_check().
void MiscChecker::migrate(const Checker& old) {
  Checker::migrate(old);
  last_status_ = old.last_status();
  ran_at_ = old.ran_at();
  if (conf_.misc_dynamic && last_status_ != 1)
    own_weight_ = last_status_ - (last_status_ != 0 ? 2 : 0) - real_.conf->weight.value_or(1);
}

void MiscChecker::check() {
  running_ = true;
  ran_at_ = world_.computer().host().now();
  timeout_.set_after(conf_.misc_timeout > base::Time{} ? conf_.misc_timeout : real_.service->conf->delay_loop);
  run_ = world_.run_script(conf_.script, [this](int status) { ended(status); });
}

// misc_dynamic: a status from 2 to 255 is the weight, and 2 more.
bool MiscChecker::weigh(int status) {
  if (status != 0 && !(conf_.misc_dynamic && status >= 2)) return false;
  if (status == last_status_) return true;
  const long long others = real_.weight - own_weight_;
  own_weight_ = status != 0 ? status - 2 - real_.conf->weight.value_or(1) : 0;
  services_.set_weight(real_, others + own_weight_, true);
  last_status_ = status;
  return true;
}

void MiscChecker::failed(const std::string& how, const std::string& why, int status) {
  bool last = true;
  if (up_ || !has_run_) {
    last = tries_ >= *conf_.retry;
    if (!last) {
      ++tries_;
    } else {
      tries_ = 0;
      // A time-out leaves the weight behind, as in the real one (issue 2720).
      if (status >= 0) {
        real_.weight -= own_weight_;
        own_weight_ = 0;
        last_status_ = status;
      }
    }
    if (!last && !conf_.log_all_failures) return next();
    const unsigned retry = *conf_.retry;
    const char* many = retry == 1 ? "retry" : "retries";
    std::string message = " with retry disabled";
    if (retry != 0) {
      message = tries_ == 1  ? fmt::format(", will do {} {}", retry, many)
                : tries_ > 1 ? fmt::format(" on retry {}/{}", tries_ - 1, retry)
                             : fmt::format(" after {} {}", retry, many);
    }
    log(fmt::format("Misc check for [{} VS {}] by [{}] {}{}{}.", name(), name_of(*real_.service->conf),
                    conf_.script.words.front(), how, message, why));
    if (last) {
      says(false, fmt::format("MISC CHECK {} on service", how), true);
      own_weight_ = 0;
    }
  }
  next();
}

void MiscChecker::ended(int status) {
  if (!running_) return;
  running_ = false;
  timeout_.clear();
  constexpr int kSignals = 128;
  if (weigh(status)) {
    tries_ = 0;
    if (!up_ || !has_run_) {
      log(fmt::format("Misc check for [{} VS {}] by [{}] succeeded.", name(), name_of(*real_.service->conf),
                      conf_.script.words.front()));
      says(true, "MISC CHECK succeeded on service", true);
    }
    return next();
  }
  if (status > kSignals) return failed("failed", fmt::format(" (due to signal {})", status - kSignals), -1);
  failed("failed", fmt::format(" (exited with status {})", status), status);
}

void MiscChecker::timed_out() {
  if (!running_) return;
  running_ = false;
  world_.end_script(run_);
  failed("timed out", {}, -1);
}

void MiscChecker::next() {
  has_run_ = true;
  const base::Time now = world_.computer().host().now();
  const base::Time at = ran_at_ + (tries_ != 0 ? *conf_.delay_before_retry : *conf_.delay_loop);
  again(std::max(at - now, base::Time(std::chrono::microseconds(1))));
}

}  // namespace lvs::keepalived
