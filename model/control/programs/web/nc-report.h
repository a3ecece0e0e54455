// SPDX-License-Identifier: GPL-2.0-or-later
// What nc -v says of an address, by its name where it has one (netcat-openbsd, netcat.c: report_sock()).
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <utility>

#include "control/machine/machine.h"
#include "control/names/lookup.h"

namespace lvs::control {

class NcReport {
 public:
  // `numeric`: addresses alone, and nobody is asked.
  NcReport(Io& io, Lookup& lookup, bool numeric) : io_(io), lookup_(lookup), numeric_(numeric) {}

  // "Listening on 0.0.0.0 81"; `then` once it is said, from within the call where nobody has to be asked.
  void say(std::string what, const host::SocketAddress& of, std::function<void()> then) {
    if (numeric_) {
      print(what, of.addr.text(), of.port);
      return then();
    }
    lookup_.name_of(of.addr, [this, what = std::move(what), of, then = std::move(then)](const Found& found) {
      // Only servers that cannot be reached are an error; an address without a name is said as it is.
      if (found.error == NameError::again)
        io_.complain(fmt::format("nc: getnameinfo: {}\n", text_of(found.error)));
      else
        print(what, found.error == NameError::none ? found.name : of.addr.text(), of.port);
      then();
    });
  }

 private:
  void print(const std::string& what, const std::string& name, std::uint16_t port) {
    io_.complain(fmt::format("{} {} {}\n", what, name, port));
  }

  Io& io_;
  Lookup& lookup_;
  bool numeric_;
};

}  // namespace lvs::control
