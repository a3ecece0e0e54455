// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/summary.h"

#include <fmt/format.h>

#include "trace/drop.h"

namespace lvs::emu {
namespace {

double milliseconds(base::Time time) { return std::chrono::duration<double, std::milli>(time).count(); }
double seconds(base::Time time) { return std::chrono::duration<double>(time).count(); }

std::string size_text(std::uint64_t bytes) {
  if (bytes < 100'000) return fmt::format("{} bytes", bytes);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) * 1e-6);
}

std::string tap_text(const TapPort& port) {
  const TapCounters& c = port.counters();
  std::string text =
      fmt::format("{} = {}: {} frames in ({}", port.where(), port.tap().name(), c.frames_in, size_text(c.bytes_in));
  if (c.large_in != 0) text += fmt::format(", {} large", c.large_in);
  text += fmt::format("), {} out ({}", c.frames_out, size_text(c.bytes_out));
  if (c.large_out != 0) text += fmt::format(", {} large", c.large_out);
  text += ")\n";
  const auto lost = [&](std::uint64_t count, const char* why) {
    if (count != 0) text += fmt::format("  lost {}: {}\n", count, why);
  };
  lost(c.malformed, "in: malformed");
  lost(c.down, "out: the interface was down");
  lost(c.full, "out: the kernel had no room");
  lost(c.refused, "out: the kernel refused the frame");
  if (port.gone()) {
    text += "  the interface was deleted\n";
  } else if (const auto kernel = port.tap().counters()) {
    lost(kernel->tx_dropped, "in: the queue of the interface was full or it was down (kernel: tx_dropped)");
    lost(kernel->rx_dropped, "out: the machine's network stack had no use or no room (kernel: rx_dropped)");
  }
  return text;
}

}  // namespace

std::string drops_text(const std::string& name, const host::Host& host) {
  std::string reasons;
  std::uint64_t sum = 0;
  for (std::size_t i = 1; i < static_cast<std::size_t>(trace::Drop::count_); ++i) {
    const auto reason = static_cast<trace::Drop>(i);
    const std::uint64_t count = host.drops(reason);
    if (count == 0 || reason == trace::Drop::consumed) continue;
    sum += count;
    reasons += fmt::format("{} {} {}", reasons.empty() ? "" : ",", trace::name_of(reason), count);
  }
  return sum == 0 ? std::string() : fmt::format("{}: {} packets dropped:{}\n", name, sum, reasons);
}

std::string summary(const Engine& engine) {
  std::string text;
  for (const auto& tap : engine.taps()) text += tap_text(*tap);
  for (const auto& station : engine.stations()) text += drops_text(station->name(), station->host());
  std::uint64_t lost = 0, dropped = 0;
  for (const auto& line : engine.lines()) {
    lost += line->lost();
    dropped += line->dropped();
  }
  if (lost + dropped != 0) text += fmt::format("cables: {} frames lost, {} dropped by full queues\n", lost, dropped);
  const Lateness& late = engine.lateness();
  text += fmt::format("timers: {}, worst lateness {:.3f} ms", late.timers, milliseconds(late.worst));
  if (late.timers != 0) text += fmt::format(" at {:.3f} s", seconds(late.worst_at));
  text += fmt::format("; {} late by more than a tick ({} ms)\n", late.late, Lateness::kTick.count() / 1'000'000);
  return text;
}

}  // namespace lvs::emu
