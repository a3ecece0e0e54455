// SPDX-License-Identifier: GPL-2.0-or-later
// date: the run's time on the machine's calendar, in UTC.
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "control/machine/machine.h"
#include "control/machine/registry.h"

namespace lvs::control {
namespace {

constexpr std::string_view kFormats = "aAbBcCdDeFgGhHIjklmMnNpPrRsStTuUVwWxXyYzZ%";
constexpr std::string_view kKnownOfDate = "date, date -u, date +FORMAT with %Y %m %d %H %M %S %s %N %F %T ...";

// The first conversion that is not modelled.
std::string odd_conversion(std::string_view format) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (i + 2 < format.size() && format.substr(i).starts_with("%3N")) ++i;
    if (++i == format.size()) return {};  // a percent sign at the end stands for itself
    if (kFormats.find(format[i]) == std::string_view::npos) return std::string(format.substr(i - 1, 2));
  }
  return {};
}

std::string formatted(std::string_view format, base::Time now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t time = seconds.count();
  std::tm calendar{};
  gmtime_r(&time, &calendar);
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const bool begins = format[i] == '%' && i + 1 < format.size();
    if (!begins) {
      text += format[i];
      continue;
    }
    const bool short_fraction = format.substr(i).starts_with("%3N");
    const char letter = format[i += short_fraction ? 2 : 1];
    const auto nanoseconds = (now - seconds).count();
    if (letter == 's') {
      text += std::to_string(time);
    } else if (letter == 'N') {
      text += short_fraction ? fmt::format("{:03}", nanoseconds / 1'000'000) : fmt::format("{:09}", nanoseconds);
    } else {
      std::array<char, 64> buffer{};
      const std::array<char, 3> conversion = {'%', letter, '\0'};
      text += letter == 'Z'   ? std::string("UTC")
              : letter == 'P' ? std::string(calendar.tm_hour < 12 ? "am" : "pm")
                              : std::string(buffer.data(),
                                            std::strftime(buffer.data(), buffer.size(), conversion.data(), &calendar));
    }
  }
  return text;
}

}  // namespace

CommandResultOrError parse_date(const std::vector<Word>& words) {
  std::string format;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "-u" || word == "--utc") continue;
    if (word == "-R") {
      format = "%a, %d %b %Y %H:%M:%S +0000";
    } else if (word.starts_with('+') && format.empty()) {
      format = word.substr(1);
    } else {
      return base::Error{
          SyntaxError{words[i].column, word, "this argument of date is not modelled", std::string(kKnownOfDate)}};
    }
    if (const std::string odd = odd_conversion(format); !odd.empty())
      return base::Error{
          SyntaxError{words[i].column, odd, "this format of date is not modelled", std::string(kKnownOfDate)}};
  }
  const bool plain = words.size() == 1 || format.empty();
  if (plain) format = "%a %b %e %H:%M:%S UTC %Y";
  return instant([format](Machine& machine, Io& io) {
    io.print(formatted(format, machine.epoch + machine.host().now()) + "\n");
    return 0;
  });
}

}  // namespace lvs::control
