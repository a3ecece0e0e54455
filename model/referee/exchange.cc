// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/exchange.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

namespace lvs::referee {
namespace {

// One "KEY VALUE" a line; values have no line ends.
std::string one_line(std::string text) {
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

template <class Use>
void each_line(const std::string& text, Use use) {
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    use(line.substr(0, blank), blank == line.size() ? std::string{} : line.substr(blank + 1));
  }
}

base::Time time_of(const std::string& text) { return base::Time(std::stoll(text)); }

}  // namespace

std::string Plan::text() const {
  std::string text = fmt::format("labs {}\nat-once {}\npatience {}\n", labs, at_once, patience.count());
  if (kernel_log) text += "kernel-log 1\n";
  if (virtual_time) text += "virtual-time 1\n";
  if (until) text += fmt::format("until {}\n", until->count());
  return text;
}

Plan Plan::parse(const std::string& text) {
  Plan plan;
  each_line(text, [&](const std::string& key, const std::string& value) {
    if (key == "labs")
      plan.labs = std::stoul(value);
    else if (key == "at-once")
      plan.at_once = std::stoul(value);
    else if (key == "patience")
      plan.patience = time_of(value);
    else if (key == "virtual-time")
      plan.virtual_time = value == "1";
    else if (key == "until")
      plan.until = time_of(value);
    else if (key == "kernel-log")
      plan.kernel_log = value == "1";
    else
      throw std::runtime_error("plan: " + key);
  });
  return plan;
}

std::string Results::text() const {
  std::string text = fmt::format("zero {}\nend {}\n", zero.count(), end.count());
  text += fmt::format("start {}\n", start.count());
  if (ticks) text += fmt::format("ticks {}\n", ticks->count());
  for (const Command& c : commands) text += fmt::format("command {} {}\n", c.at.count(), c.status);
  for (const std::string& notice : notices) text += "notice " + one_line(notice) + "\n";
  if (!error.empty()) text += "error " + one_line(error) + "\n";
  return text + "whole\n";
}

Results Results::parse(const std::string& text) {
  Results results;
  bool whole = false;
  each_line(text, [&](const std::string& key, const std::string& value) {
    if (key == "zero")
      results.zero = time_of(value);
    else if (key == "end")
      results.end = time_of(value);
    else if (key == "start")
      results.start = time_of(value);
    else if (key == "ticks")
      results.ticks = time_of(value);
    else if (key == "notice")
      results.notices.push_back(value);
    else if (key == "error")
      results.error = value;
    else if (key == "whole")
      whole = true;
    else if (key == "command" && value.find(' ') != std::string::npos)
      results.commands.push_back({time_of(value), std::stoi(value.substr(value.find(' ')))});
    else
      throw std::runtime_error("results: " + key);
  });
  if (!whole) throw std::runtime_error("results are cut off");
  return results;
}

std::string lab_folder(const std::string& run_folder, std::size_t lab) {
  return fmt::format("{}/lab-{}", run_folder, lab);
}

std::string result_name(std::size_t lab, const std::string& what) { return fmt::format("{}.{}", lab, what); }

std::string capture_name(std::size_t lab, const std::string& host, const std::string& interface) {
  return result_name(lab, fmt::format("{}-{}.pcapng", host, interface));
}

}  // namespace lvs::referee
