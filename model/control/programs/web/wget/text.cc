// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/wget/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace lvs::control {
namespace {

bool same_letters(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

// Whether a field that was typed is the one of this name, "Host: ".
bool is_field(std::string_view typed, std::string_view name) {
  return typed.size() >= name.size() && std::ranges::equal(typed.substr(0, name.size()), name, same_letters);
}

// Bytes a second in the largest unit that leaves at least one; its number.
double rate_in(double bytes, double seconds, std::size_t& unit) {
  constexpr double kClock = 1e-9, kStep = 1024;
  double rate = bytes / (seconds > 0 ? seconds : kClock / 2);
  for (unit = 0; unit < 4 && rate >= kStep; ++unit) rate /= kStep;
  return rate;
}
int digits_of(double rate) { return rate >= 99.95 ? 0 : rate >= 9.995 ? 1 : 2; }

std::string decimal(double n) {
  if (n >= 9.95) return fmt::format("{:.0f}", n);
  if (n >= 0.95) return fmt::format("{:.1f}", n);
  if (n >= 0.001) return fmt::format("{:.1g}", n);
  return n >= 0.00001 ? fmt::format("{:.4g}", n) : "0";
}

// wget: secs_to_human_time().
std::string human_time(double seconds) {
  constexpr int kMinute = 60, kHour = 3600, kDay = 86400;
  const int whole = static_cast<int>(std::min(seconds, 1e9) + 0.5);
  const int minutes = whole % kHour / kMinute, left = whole % kMinute;
  if (whole >= kDay) return fmt::format("{}d {}h {}m {}s", whole / kDay, whole % kDay / kHour, minutes, left);
  if (whole >= kHour) return fmt::format("{}h {}m {}s", whole / kHour, minutes, left);
  if (whole >= kMinute) return fmt::format("{}m {}s", minutes, left);
  return decimal(seconds) + "s";
}

// Where the Nth dot ends, with the end of its row.
std::size_t end_of_dot(const std::string& dots, std::size_t n) {
  constexpr std::size_t kDots = 50, kSpacing = 10, kBeforeDots = 8;  // "\n     0K"
  std::size_t row = 0;
  for (std::size_t i = 0; i < (n - 1) / kDots; ++i) row = dots.find('\n', row + 1);
  const std::size_t dot = (n - 1) % kDots;
  return dot + 1 == kDots ? dots.find('\n', row + 1) : row + kBeforeDots + dot + dot / kSpacing + 2;
}

}  // namespace

std::string wget_rate(std::uint64_t bytes, double seconds) {
  constexpr std::string_view kUnits[] = {"B/s", "KB/s", "MB/s", "GB/s", "TB/s"};
  std::size_t unit = 0;
  const double rate = rate_in(static_cast<double>(bytes), seconds, unit);
  return fmt::format("{:.{}f} {}", rate, digits_of(rate), kUnits[unit]);
}

std::string wget_dots(std::uint64_t bytes, std::optional<std::uint64_t> expected, double seconds) {
  constexpr std::uint64_t kDot = 1024, kDots = 50, kSpacing = 10, kRow = kDot * kDots;
  constexpr std::string_view kUnits = " KMGT";
  std::string text;
  const auto stats = [&](std::uint64_t shown, std::uint64_t in_row, double time, bool last) {
    if (expected && *expected != 0)
      text += fmt::format("{:3}%",
                          static_cast<unsigned>(100.0 * static_cast<double>(shown) / static_cast<double>(*expected)));
    std::size_t unit = 0;
    const double rate = rate_in(static_cast<double>(in_row), time, unit);
    text += fmt::format(" {:4.{}f}{}", rate, digits_of(rate), kUnits[unit]);
    if (last) {
      text += seconds >= 10 ? fmt::format("={:.0f}s", seconds) : fmt::format("={}s", decimal(seconds));
    } else if (expected) {
      const double left = static_cast<double>(*expected > shown ? *expected - shown : 0);
      text += fmt::format(" {:.0f}s", seconds * left / static_cast<double>(std::max<std::uint64_t>(bytes, 1)));
    }
  };
  const std::uint64_t rows = bytes / kRow;
  const double row_time = bytes == 0 ? 0 : seconds * static_cast<double>(kRow) / static_cast<double>(bytes);
  for (std::uint64_t row = 0; row <= rows; ++row) {
    text += fmt::format("\n{:6}K", row * kRow / kDot);
    const std::uint64_t dots = row < rows ? kDots : bytes % kRow / kDot;
    for (std::uint64_t dot = 0; dot < kDots; ++dot) {
      if (dot % kSpacing == 0) text += ' ';
      text += dot < dots ? '.' : ' ';
    }
    const bool last = row == rows;
    stats(last ? bytes : (row + 1) * kRow, last ? bytes % kRow : kRow,
          last ? seconds - row_time * static_cast<double>(rows) : row_time, last);
  }
  return text + "\n\n";
}

void wget_page_with_dots(const std::string& page, const std::string& dots, const WgetSay& print, const WgetSay& say) {
  constexpr std::size_t kRead = 8192, kDot = 1024;
  std::size_t said = 0;
  for (std::size_t at = 0; at < page.size(); at += kRead) {
    print(page.substr(at, kRead));
    if (at + kRead >= page.size()) break;
    const std::size_t end = end_of_dot(dots, (at + kRead) / kDot);
    say(dots.substr(said, end - said));
    said = end;
  }
  say(dots.substr(said));
}

std::string wget_size(std::uint64_t bytes) {
  constexpr std::string_view kUnits = "KMGT";
  if (bytes < 1024) return std::to_string(bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.{}f}{}", value, value < 10 ? 1 : 0, kUnits[unit]);
}

std::string wget_length(const WgetAnswer& answer) {
  std::string text = "Length: unspecified";
  if (const auto& length = answer.length()) {
    text = fmt::format("Length: {}", *length);
    if (*length >= 1024) text += fmt::format(" ({})", wget_size(*length));
  }
  const std::string type = answer.field("content-type:");
  if (!type.empty()) text += fmt::format(" [{}]", type.substr(0, type.find_first_of("; ")));
  return text + "\n";
}

std::string wget_summary(const std::string& now, unsigned files, std::uint64_t bytes, double transfers, double all) {
  return fmt::format("FINISHED --{}--\nTotal wall clock time: {}\nDownloaded: {} files, {} in {} ({})\n", now,
                     human_time(all), files, wget_size(bytes), human_time(transfers), wget_rate(bytes, transfers));
}

std::string wget_request(const WgetOptions& options, const WgetUrl& url) {
  std::string request = fmt::format("{} {} HTTP/1.1\r\n", options.spider ? "HEAD" : "GET", url.path);
  const auto add = [&](std::string_view name, std::string_view value) {
    const bool own =
        std::ranges::any_of(options.fields, [&](const std::string& field) { return is_field(field, name); });
    if (!own) request += fmt::format("{}{}\r\n", name, value);
  };
  add("Host: ", url.authority());
  add("User-Agent: ", options.agent);
  add("Accept: ", "*/*");
  add("Accept-Encoding: ", "identity");
  add("Connection: ", "Keep-Alive");
  for (const std::string& field : options.fields) request += field + "\r\n";
  return request + "\r\n";
}

}  // namespace lvs::control
