// SPDX-License-Identifier: GPL-2.0-or-later
// getent of glibc, for hosts.
#include <fmt/format.h>

#include <utility>

#include "control/machine/machine.h"
#include "control/machine/task-command.h"
#include "control/machine/usual/parsers.h"
#include "control/names/lookup.h"

namespace lvs::control {
namespace {

struct GetentOptions {
  bool sorted = false;  // ahosts, ahostsv4
  std::vector<std::string> keys;
};

class Getent final : public Task {
 public:
  Getent(Machine& machine, Io& io, Done done, const GetentOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        lookup_(machine, {io.pid, "getent", 3}) {}

  void begin() { next(); }

 private:
  void next() {
    if (number_ == options_.keys.size()) return done_(status_);
    const std::string& key = options_.keys[number_];
    if (options_.sorted) {
      lookup_.addresses_of(key, wire::DnsType::a, [this](const Found& found) { tell_sorted(found); });
    } else if (const auto address = base::Ipv4Addr::parse(key)) {
      lookup_.name_of(*address, [this](const Found& found) {
        if (found.error == NameError::none) print(options_.keys[number_], found);
        ended(found.error == NameError::none);
      });
    } else {
      // gethostbyname2() of IPv6 first.
      lookup_.addresses_of(key, wire::DnsType::aaaa, [this](const Found&) {
        lookup_.addresses_of(options_.keys[number_], wire::DnsType::a, [this](const Found& found) {
          for (const base::Ipv4Addr each : found.addresses) print(each.text(), found);
          ended(!found.addresses.empty());
        });
      });
    }
  }

  void print(const std::string& address, const Found& found) {
    std::string line = fmt::format("{:<15} {}", address, found.name);
    for (const std::string& alias : found.aliases) line += " " + alias;
    io_.print(line + "\n");
  }

  void tell_sorted(const Found& found) {
    bool first = true;
    for (const base::Ipv4Addr each : in_order_of_trial(machine_.host(), found.addresses)) {
      for (const char* const kind : {"STREAM", "DGRAM ", "RAW   "})
        io_.print(fmt::format("{:<15} {} {}\n", each.text(), kind, std::exchange(first, false) ? found.name : ""));
    }
    ended(!found.addresses.empty());
  }

  void ended(bool found) {
    if (!found) status_ = 2;
    ++number_;
    next();
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  const GetentOptions& options_;
  std::size_t number_ = 0;
  int status_ = 0;
  Lookup lookup_;
};

}  // namespace

CommandResultOrError parse_getent(const std::vector<Word>& words) {
  Args args(words);
  const std::string& database = args.take();
  if (database != "hosts" && database != "ahosts" && database != "ahostsv4")
    return base::Error{args.unknown("of getent this is not modelled", "hosts ahosts ahostsv4")};
  GetentOptions options;
  options.sorted = database != "hosts";
  while (!args.empty()) options.keys.push_back(args.take());
  if (options.keys.empty()) return base::Error{args.unknown("a name is needed here")};
  return CommandPtr(std::make_shared<TaskCommand<Getent, GetentOptions>>(std::move(options)));
}

}  // namespace lvs::control
