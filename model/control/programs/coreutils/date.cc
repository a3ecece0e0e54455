// SPDX-License-Identifier: GPL-2.0-or-later
// date +%s and date +%s.%N: the run's time on the machine's calendar.
#include <fmt/format.h>

#include "control/machine/machine.h"
#include "control/machine/registry.h"

namespace lvs::control {

CommandResultOrError parse_date(const std::vector<Word>& words) {
  Args args(words);
  const std::string format = args.take();
  if (format != "+%s" && format != "+%s.%N") {
    if (words.size() == 1)
      return base::Error{SyntaxError{words[0].column, words[0].text, "date alone is not modelled", "+%s +%s.%N"}};
    return base::Error{args.unknown("this argument of date is not modelled", "+%s +%s.%N")};
  }
  if (!args.empty()) {
    args.take();
    return base::Error{args.unknown("this argument of date is not modelled", "+%s +%s.%N")};
  }
  return instant([nanoseconds = format != "+%s"](Machine& machine, Io& io) {
    const base::Time now = machine.epoch + machine.host().now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    io.print(fmt::format("{}", seconds.count()));
    if (nanoseconds) io.print(fmt::format(".{:09}", (now - seconds).count()));
    io.print("\n");
    return 0;
  });
}

}  // namespace lvs::control
