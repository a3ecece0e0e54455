// SPDX-License-Identifier: GPL-2.0-or-later
// MISC_CHECK: a script says how a server is, and with misc_dynamic its weight (keepalived: check_misc.c).
#pragma once

#include <cstdint>
#include <string>

#include "daemons/keepalived/check/checker.h"

namespace lvs::keepalived {

class MiscChecker final : public Checker {
 public:
  MiscChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);
  ~MiscChecker() override;

  void migrate(const Checker& old) override;
  long long own_weight() const override { return own_weight_; }
  base::Time ran_at() const override { return ran_at_; }
  int last_status() const override { return last_status_; }

 private:
  void check() override;
  void ended(int status);
  void timed_out();
  bool weigh(int status);
  void failed(const std::string& how, const std::string& why, int status);
  void next();

  std::uint64_t run_ = 0;
  bool running_ = false;
  base::Time ran_at_{};
  int last_status_ = 0;
  long long own_weight_ = 0;  // what this checker adds to the server's weight
  control::Alarm timeout_;
};

}  // namespace lvs::keepalived
