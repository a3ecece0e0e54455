// SPDX-License-Identifier: GPL-2.0-or-later
// The report of ab (ApacheBench 2.3).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "control/programs/web/ab.h"

namespace lvs::control {
namespace {

double ms(base::Time t) { return static_cast<double>(t.count()) / 1e6; }
long rounded(double value) { return std::lround(value); }

struct Row {
  double least = 0, mean = 0, deviation = 0, median = 0, most = 0;
};

Row row_of(std::vector<double> values) {
  Row row;
  if (values.empty()) return row;
  std::ranges::sort(values);
  for (const double v : values) row.mean += v;
  row.mean /= static_cast<double>(values.size());
  for (const double v : values) row.deviation += (v - row.mean) * (v - row.mean);
  row.deviation = values.size() > 1 ? std::sqrt(row.deviation / static_cast<double>(values.size() - 1)) : 0;
  row.least = values.front();
  row.most = values.back();
  const std::size_t middle = values.size() / 2;
  row.median = values.size() > 1 && values.size() % 2 == 0 ? (values[middle] + values[middle - 1]) / 2 : values[middle];
  return row;
}

std::string line_of(std::string_view name, const Row& row) {
  return fmt::format("{:<11} {:>5} {:>4} {:>5.1f} {:>6} {:>7}\n", name, rounded(row.least), rounded(row.mean),
                     row.deviation, rounded(row.median), rounded(row.most));
}

std::string doubt_about(std::string_view what, const Row& row) {
  const double apart = std::abs(row.mean - row.median);
  if (apart > 2 * row.deviation) {
    return fmt::format(
        "ERROR: The median and mean for {} are more than twice the standard\n"
        "       deviation apart. These results are NOT reliable.\n",
        what);
  }
  if (apart > row.deviation) {
    return fmt::format(
        "WARNING: The median and mean for {} are not within a normal deviation\n"
        "        These results are probably not that reliable.\n",
        what);
  }
  return {};
}

std::string times(const std::vector<AbSample>& samples) {
  std::vector<double> connect, processing, waiting, total;
  for (const AbSample& each : samples) {
    connect.push_back(ms(each.connect));
    processing.push_back(ms(each.total - each.connect));
    waiting.push_back(ms(each.wait));
    total.push_back(ms(each.total));
  }
  const Row c = row_of(connect), p = row_of(processing), w = row_of(waiting), t = row_of(total);
  std::string text = "\nConnection Times (ms)\n              min  mean[+/-sd] median   max\n";
  text += line_of("Connect:", c) + line_of("Processing:", p) + line_of("Waiting:", w) + line_of("Total:", t);
  text += doubt_about("the initial connection time", c) + doubt_about("the processing time", p) +
          doubt_about("the waiting time", w) + doubt_about("the total time", t);
  if (samples.size() > 1) {
    constexpr auto kPercents = std::to_array<unsigned>({50, 66, 75, 80, 90, 95, 98, 99, 100});
    std::ranges::sort(total);
    text += "\nPercentage of the requests served within a certain time (ms)\n";
    for (const unsigned percent : kPercents) {
      const std::size_t at = percent == 100 ? total.size() - 1 : total.size() * percent / 100;
      text +=
          fmt::format(" {:>3}%  {:>5}{}\n", percent, rounded(total[at]), percent == 100 ? " (longest request)" : "");
    }
  }
  return text;
}

}  // namespace

std::string ab_text(const AbOptions& options, const AbReport& report) {
  const double seconds = std::max(static_cast<double>(report.taken.count()) / 1e9, 1e-9);
  const auto row = [](std::string_view name, const std::string& value) {
    return fmt::format("{:<23} {}\n", name, value);
  };
  std::string text = "\n\n";
  text += row("Server Software:", report.server) + row("Server Hostname:", options.host) +
          row("Server Port:", std::to_string(options.port)) + "\n" + row("Document Path:", options.path) +
          row("Document Length:", options.any_length ? "Variable" : fmt::format("{} bytes", report.document)) + "\n";
  text += row("Concurrency Level:", std::to_string(options.concurrency)) +
          row("Time taken for tests:", fmt::format("{:.3f} seconds", seconds)) +
          row("Complete requests:", std::to_string(report.done)) +
          row("Failed requests:", std::to_string(report.bad_length + report.bad_receive));
  if (report.bad_length + report.bad_receive != 0) {
    text +=
        fmt::format("   (Connect: 0, Receive: {}, Length: {}, Exceptions: 0)\n", report.bad_receive, report.bad_length);
  }
  if (report.not_2xx != 0) text += row("Non-2xx responses:", std::to_string(report.not_2xx));
  if (options.keep) text += row("Keep-Alive requests:", std::to_string(report.kept));
  text += row("Total transferred:", fmt::format("{} bytes", report.transferred)) +
          row("HTML transferred:", fmt::format("{} bytes", report.html));
  if (report.done == 0) return text;
  const double done = report.done;
  text += row("Requests per second:", fmt::format("{:.2f} [#/sec] (mean)", done / seconds)) +
          row("Time per request:", fmt::format("{:.3f} [ms] (mean)", options.concurrency * seconds * 1000 / done)) +
          row("Time per request:",
              fmt::format("{:.3f} [ms] (mean, across all concurrent requests)", seconds * 1000 / done)) +
          row("Transfer rate:",
              fmt::format("{:.2f} [Kbytes/sec] received", static_cast<double>(report.transferred) / 1024 / seconds));
  return text + times(report.samples);
}

}  // namespace lvs::control
