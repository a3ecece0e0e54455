// SPDX-License-Identifier: GPL-2.0-or-later
#include <iostream>

#include "base/addr.h"

int main() {
  const auto vip = lvs::base::Ipv4Addr::parse("10.0.0.100");
  if (!vip) return 1;
  std::cout << vip->text() << '\n';
}
