// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/why-ended.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace lvs::referee {
namespace {

constexpr int kOfSignals = 128;  // $? of a program that a signal ended, without its number

// The last line that says so, from there on; empty: none does.
std::string told(const std::deque<std::string>& lines, std::string_view words) {
  const auto found = std::find_if(lines.rbegin(), lines.rend(),
                                  [&](const std::string& line) { return line.find(words) != std::string::npos; });
  return found == lines.rend() ? std::string() : found->substr(found->find(words));
}

}  // namespace

std::string why_ended(const KernelEnd& end) {
  if (!told(end.last, "ptrace: Operation not permitted").empty())
    return "this machine lets no program trace another (ptrace), as User Mode Linux has to: in a container, start it "
           "with "
           "--cap-add=SYS_PTRACE --security-opt seccomp=unconfined; else sysctl kernel.yama.ptrace_scope=1";
  const char* const when = end.booted ? "before its work was done" : "before it had booted";
  if (const std::string panic = told(end.last, "Kernel panic"); !panic.empty())
    return fmt::format("the Linux kernel ended {}: {} (again, or with another: --referee package, --kernel-image FILE)",
                       when, panic);
  if (end.status > kOfSignals)
    return fmt::format(
        "the Linux kernel was killed by signal {} {} (by the machine, for want of memory? It takes 1 GiB; run it "
        "again)",
        end.status - kOfSignals, when);
  return fmt::format(
      "the Linux kernel ended with status {} {}: {} (try another: --referee package, --kernel-image FILE)", end.status,
      when, end.last.empty() ? "it said nothing" : end.last.back());
}

}  // namespace lvs::referee
