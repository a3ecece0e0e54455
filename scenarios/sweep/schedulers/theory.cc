// SPDX-License-Identifier: GPL-2.0-or-later
#include "sweep/schedulers/theory.h"

#include <cmath>

namespace lvs::scenarios {

double md1(double load) { return 1 + load / (2 * (1 - load)); }
double mm1(double load) { return 1 / (1 - load); }

double mmn(double load, unsigned n) {
  // Erlang's B by its recursion, and C from it.
  const double offered = load * n;
  double blocked = 1;
  for (unsigned k = 1; k <= n; ++k) blocked = offered * blocked / (k + offered * blocked);
  const double waits = blocked / (1 - load * (1 - blocked));
  return 1 + waits / (n * (1 - load));
}

double enm1(double load, unsigned n) {
  // sigma = A*(mu (1 - sigma)), A* the transform of an Erlang gap of n stages with the mean 1 / load.
  double sigma = load;
  for (int i = 0; i < 10000; ++i) sigma = std::pow(n * load / (n * load + 1 - sigma), n);
  return 1 / (1 - sigma);
}

double choices(double load, unsigned d) {
  double sum = 0;
  double exponent = 0;  // (d^i - d) / (d - 1)
  for (double power = d;; power *= d) {
    const double term = std::pow(load, exponent);
    sum += term;
    if (term < 1e-12) return sum;
    exponent += power;
  }
}

}  // namespace lvs::scenarios
