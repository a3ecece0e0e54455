// SPDX-License-Identifier: GPL-2.0-or-later
// FILE_CHECK: the number in a file is a server's health or changes its weight (keepalived: check_file.c, track_file.c).
#pragma once

#include "control/machine/alarm.h"
#include "daemons/keepalived/check/checker.h"

namespace lvs::keepalived {

class FileChecker final : public Checker {
 public:
  FileChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world);

  long long own_weight() const override { return weight_; }
  long long value() const { return value_; }

 private:
  void check() override;
  // What a value comes to: a fault, or what it adds to the weight.
  long long status_of(long long value) const;
  long long read(bool& usable) const;
  void changed(long long before, long long now);

  long long value_ = 0;   // of the file
  long long weight_ = 0;  // what it adds to the server's
};

}  // namespace lvs::keepalived
