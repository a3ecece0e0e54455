// SPDX-License-Identifier: GPL-2.0-or-later
// date: the run's time on the machine's calendar, in UTC.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <ctime>

#include "base/numbers.h"
#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {
namespace {

constexpr std::string_view kFormats = "aAbBcCdDeFgGhHIjklmMnNpPrRsStTuUVwWxXyYzZ%";
constexpr std::string_view kKnownOfDate =
    "date, date -u, -R, -d @N | 2026-01-02 [03:04:05] | now | N UNIT [ago], date +FORMAT with %Y %m %d %H %M %S %s %N "
    "%F "
    "%T ...";

// What -d says: a moment of its own, or one so far from now.
struct Moment {
  std::optional<base::Time> at;
  base::Time from_now{};
};

// "2 hours ago", "-1 day", "tomorrow".
std::optional<base::Time> distance_of(std::string_view text) {
  constexpr std::pair<std::string_view, std::int64_t> kNames[] = {
      {"now", 0}, {"today", 0}, {"tomorrow", 86400}, {"yesterday", -86400}};
  for (const auto& [name, seconds] : kNames)
    if (text == name) return std::chrono::seconds(seconds);
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"sec", 1}, {"second", 1}, {"min", 60}, {"minute", 60}, {"hour", 3600}, {"day", 86400}, {"week", 604800}};
  const bool ago = text.ends_with(" ago");
  if (ago) text.remove_suffix(4);
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t blank = text.find_first_not_of("0123456789");
  const auto number = base::number_up_to<std::uint32_t>(text.substr(0, blank), 1'000'000'000);
  if (!number || blank == std::string_view::npos) return std::nullopt;
  std::string_view unit = text.substr(blank);
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  if (unit.ends_with('s')) unit.remove_suffix(1);
  for (const auto& [name, seconds] : kUnits)
    if (unit == name) return std::chrono::seconds((minus != ago ? -1 : 1) * seconds * std::int64_t{*number});
  return std::nullopt;
}

// "@1700000000", "2026-01-02", "2026-01-02 03:04:05".
std::optional<base::Time> moment_of(const std::string& text) {
  if (text.starts_with('@')) {
    const auto seconds = base::number_up_to<std::uint32_t>(text.substr(1), 4'000'000'000u);
    return seconds ? std::optional<base::Time>(std::chrono::seconds(*seconds)) : std::nullopt;
  }
  for (const char* const format : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"}) {
    std::tm calendar{};
    const char* const end = strptime(text.c_str(), format, &calendar);
    if (end != nullptr && *end == '\0') return std::chrono::seconds(timegm(&calendar));
  }
  return std::nullopt;
}

std::optional<Moment> moment_said(const std::string& text) {
  if (const auto at = moment_of(text)) return Moment{at, {}};
  if (const auto distance = distance_of(text)) return Moment{std::nullopt, *distance};
  return std::nullopt;
}

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
  Moment moment;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "-u" || word == "--utc") continue;
    if (word == "-d" || word == "--date" || word.starts_with("--date=")) {
      const bool next = word.find('=') == std::string::npos;
      if (next && ++i == words.size())
        return refusal(1, "date: option requires an argument -- 'd'\nTry 'date --help' for more information.\n");
      const std::string text = next ? words[i].text : word.substr(word.find('=') + 1);
      const auto said = moment_said(text);
      if (!said)
        return base::Error{SyntaxError{words[i].column, text, "this date is not modelled", std::string(kKnownOfDate)}};
      moment = *said;
      continue;
    }
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
  if (format.empty()) format = "%a %b %e %H:%M:%S UTC %Y";
  return instant([format, moment](Machine& machine, Io& io) {
    const base::Time now = machine.epoch + machine.host().now() + moment.from_now;
    io.print(formatted(format, moment.at.value_or(now)) + "\n");
    return 0;
  });
}

}  // namespace lvs::control
