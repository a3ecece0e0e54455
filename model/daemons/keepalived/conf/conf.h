// SPDX-License-Identifier: GPL-2.0-or-later
// What one process of keepalived has read.
#pragma once

#include "daemons/keepalived/conf/check-values.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

struct Conf {
  GlobalConf global;
  VrrpConf vrrp;
  CheckConf check;
  bool missing_interface = false;                                // one is named that is not there
  bool has_vrrp = false, has_checkers = false, has_bfd = false;  // what there is to start a child for
};

}  // namespace lvs::keepalived
