// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/compare/put-off-probes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <string_view>

#include "referee/lab-lines.h"

namespace lvs::referee {
namespace {

constexpr std::string_view kTime = "delay_first_probe_time";
constexpr std::array<std::string_view, 4> kTalkers = {"curl", "nc", "ab", "httpd"};

bool names_word(std::string_view text, std::string_view word) {
  const auto part_of_a_word = [&](std::size_t at) {
    return at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
                                std::string_view("_-:.").find(text[at]) != text.npos);
  };
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (!part_of_a_word(at - 1) && !part_of_a_word(at + word.size())) return true;
  return false;
}

bool talks(std::string_view text) {
  return std::ranges::any_of(kTalkers, [&](std::string_view word) { return names_word(text, word); });
}

// Seconds, longer than the lab lasts from its first line on.
long beyond_the_end(const control::Lab& lab) {
  constexpr base::Time kLeast = std::chrono::seconds(20), kMore = std::chrono::seconds(10);
  base::Time last = kLeast;
  for (const control::LabEvent& event : lab.timeline) last = std::max(last, event.at);
  return std::chrono::ceil<std::chrono::seconds>(std::max(last, lab.end().value_or(base::Time{})) + kMore).count();
}

}  // namespace

control::Lab with_probes_put_off(control::Lab lab) {
  if (!any_line(lab, talks)) return lab;
  if (any_line(lab, [](std::string_view text) { return text.find(kTime) != std::string_view::npos; })) return lab;
  const std::string time = std::to_string(beyond_the_end(lab));
  for (control::LabHost& host : lab.hosts) {
    std::string text = "sysctl -w";
    for (const control::LabInterface& interface : host.interfaces)
      text.append(" net.ipv4.neigh.").append(interface.name()).append(".").append(kTime).append("=").append(time);
    if (!host.interfaces.empty()) host.startup.insert(host.startup.begin(), {{host.name + ".startup", 0}, text});
  }
  return lab;
}

}  // namespace lvs::referee
