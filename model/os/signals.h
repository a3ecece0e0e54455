// SPDX-License-Identifier: GPL-2.0-or-later
// Signals as something to read.
#pragma once

#include <signal.h>  // NOLINT(modernize-deprecated-headers): of POSIX, not of C

#include <initializer_list>
#include <optional>

#include "os/fd.h"

namespace lvs::os {

// While one lives, these signals are blocked in this thread (and in threads that it starts) and come here instead.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return fd_.get(); }  // readable when one has come
  std::optional<int> take();            // never waits

 private:
  sigset_t before_;
  Fd fd_;
};

}  // namespace lvs::os
