// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/file-checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

constexpr long long kFault = -0x7fffffffLL - 1;  // keepalived: IPVS_WEIGHT_FAULT
constexpr long long kMostWeight = 0x7fffffffLL;
// Files make no events in a modelled machine: they are looked at so often.
constexpr base::Time kLookAtFile = std::chrono::milliseconds(10);

}  // namespace

// The file has been read before the services are set up.
FileChecker::FileChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world) {
  has_run_ = true;
  bool usable = true;
  value_ = read(usable);
  if (value_ == 0) return;
  const long long status = status_of(value_);
  if (conf.weight == 0 || status == kFault) {
    up_ = false;
    services.fail_at_start(real);
  } else {
    weight_ = status;
    real.weight += weight_;
  }
}

long long FileChecker::status_of(long long value) const {
  const long long sign = conf_.weight_reverse ? -1 : 1;
  if (conf_.weight == 0) return (value == 0) != (sign == 1) ? kFault : 0;
  return std::clamp(value * conf_.weight * sign, kFault, kMostWeight);
}

long long FileChecker::read(bool& usable) const {
  constexpr std::size_t kMostText = 127;
  const auto text = world_.computer().files().read(conf_.file_path);
  usable = true;
  if (text.error != control::FileError::none) return 0;
  errno = 0;
  const long long value = std::strtoll(text.text.substr(0, kMostText).c_str(), nullptr, 0);
  if (errno == 0 && value >= kFault && value <= kMostWeight + 1) return value;
  usable = false;
  return value;
}

void FileChecker::changed(long long before, long long now) {
  if (before == now) return;
  const std::string server = name_of(*real_.conf, *real_.service->conf);
  if (now == kFault) {
    if (world_.detail()) log(fmt::format("({}): tracked file {} now FAULT state", server, conf_.file));
    says(false);
    real_.weight -= std::exchange(weight_, 0);
  } else if (before == kFault) {
    if (world_.detail()) log(fmt::format("({}): tracked file {} leaving FAULT state", server, conf_.file));
    weight_ = now;
    real_.weight += now;
    says(true);
  } else {
    services_.set_weight(real_, real_.weight + now - before, true);
    weight_ = now;
  }
}

void FileChecker::check() {
  bool usable = true;
  const long long value = read(usable);
  if (!usable) {
    if (value != value_) log(fmt::format("Invalid number {} read from {} - ignoring", value, conf_.file_path));
  } else if (value != value_) {
    changed(status_of(std::exchange(value_, value)), status_of(value));
  }
  again(kLookAtFile);
}

}  // namespace lvs::keepalived
