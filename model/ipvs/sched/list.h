// SPDX-License-Identifier: GPL-2.0-or-later
// All schedulers, in the order that programs name them. A new one is a file NAME.cc with make_NAME() and a line here.
#pragma once

// X(name, whether Linux 6.1 as Debian builds it has it, too: what it has not is never compared with it)
#define LVS_SCHEDULERS(X) \
  X(rr, true)             \
  X(wrr, true)            \
  X(wlc, true)            \
  X(lc, true)             \
  X(sed, true)            \
  X(nq, true)             \
  X(sh, true)             \
  X(dh, true)             \
  X(lblc, true)           \
  X(lblcr, true)          \
  X(fo, true)             \
  X(ovf, true)            \
  X(mh, true)             \
  X(twos, false)
