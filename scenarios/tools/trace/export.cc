// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/export.h"

#include <fmt/format.h>

#include <iterator>
#include <map>

#include "trace/json.h"
#include "trace/pcapng/pcapng.h"
#include "trace/why.h"

namespace lvs::scenarios {

using trace::IndexEntry;
using trace::Record;
namespace flag = trace::entry_flag;
namespace pcapng = trace::pcapng;

namespace {

// Each frame once, as it was sent. Of hosts that were asked for, what their interfaces sent and received; of machines
// that are not modelled only the receiver knows.
bool on_the_wire(const IndexEntry& entry, const WalkOptions& options) {
  if ((entry.flags & flag::wire_out) != 0) return true;
  if ((entry.flags & flag::wire_in) == 0) return false;
  return !options.hosts.empty() || entry.step == 1;
}

}  // namespace

std::size_t export_pcapng(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options,
                          const Put& put) {
  std::string out;
  const std::string title = index.info().title;
  pcapng::append(out, pcapng::Section{.hardware = {}, .system = {}, .application = "lvs-trace", .extras = {}});
  std::map<std::pair<trace::HostId, std::uint32_t>, std::uint32_t> interfaces;
  std::size_t count = 0;
  Record record;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (!on_the_wire(index.entry(i), options) || !filter.matches(i) || !index.record(i, record)) continue;
    const auto [at, fresh] = interfaces.try_emplace({record.host, record.ifindex}, interfaces.size());
    if (fresh) {
      const std::string_view interface = index.info().interface_name(record.host, record.ifindex);
      const std::string name =
          index.info().host_name(record.host) + (interface.empty() ? "" : "-") + std::string(interface);
      pcapng::append(out, pcapng::Interface{.name = name, .description = title, .extras = {}});
    }
    const bool out_of_host = (index.entry(i).flags & flag::wire_out) != 0;
    pcapng::append(out,
                   pcapng::Packet{.interface = at->second,
                                  .at = record.at + index.info().epoch,
                                  .bytes = record.bytes,
                                  .original_length = record.original_length,
                                  .direction = out_of_host ? pcapng::Direction::outbound : pcapng::Direction::inbound,
                                  .id = {},
                                  .extras = {}});
    ++count;
    if (out.size() > 1 << 20) {
      put(out);
      out.clear();
    }
  }
  put(out);
  return count;
}

std::size_t export_pcap(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options,
                        const Put& put) {
  std::string out;
  const auto u32 = [&](std::uint32_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  u32(0xa1b23c4d);  // times in nanoseconds
  u32(2 | 4u << 16);
  u32(0);
  u32(0);
  u32(pcapng::kSnapLength);
  u32(pcapng::kEthernet);
  std::size_t count = 0;
  Record record;
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (!on_the_wire(index.entry(i), options) || !filter.matches(i) || !index.record(i, record)) continue;
    const std::int64_t at = (record.at + index.info().epoch).count();
    u32(static_cast<std::uint32_t>(at / 1'000'000'000));
    u32(static_cast<std::uint32_t>(at % 1'000'000'000));
    u32(static_cast<std::uint32_t>(record.bytes.size()));
    u32(record.original_length);
    out.append(reinterpret_cast<const char*>(record.bytes.data()), record.bytes.size());
    ++count;
    if (out.size() > 1 << 20) {
      put(out);
      out.clear();
    }
  }
  put(out);
  return count;
}

std::size_t export_json(trace::TraceIndex& index, const WalkFilter& filter, std::size_t from, const Put& put) {
  std::size_t count = 0;
  Record record;
  std::string out;
  const auto to = std::back_inserter(out);
  const auto text = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    fmt::format_to(to, ",\"{}\":", name);
    trace::json_quote(out, value);
  };
  for (std::size_t i = from; i < index.size(); ++i) {
    if (!filter.matches(i) || !index.record(i, record)) continue;
    out.clear();
    fmt::format_to(to, "{{\"walk\":{},\"step\":{},\"time\":{:.9f}", index.entry(i).walk + 1, record.step,
                   static_cast<double>((record.at - index.zero()).count()) * 1e-9);
    text("host", index.info().host_name(record.host));
    text("interface", index.info().interface_name(record.host, record.ifindex));
    text("stage", trace::name_of(record.stage));
    text("hook", record.hook_name);
    text("verdict", trace::name_of(record.verdict));
    if (record.drop != trace::Drop::none) text("drop", trace::name_of(record.drop));
    if (record.why.id != trace::WhyId::none) {
      text("why", trace::text_of(record.why));
      text("why_id", trace::name_of(record.why.id));
      fmt::format_to(to, ",\"why_args\":[{},{},{},{}]", record.why.args[0], record.why.args[1], record.why.args[2],
                     record.why.args[3]);
    }
    text("changes", record.changes);
    if (record.passage != trace::Passage::inside) {
      text("direction", record.passage == trace::Passage::wire_in ? "in" : "out");
    }
    if (record.part != 0) fmt::format_to(to, ",\"part\":{}", record.part);
    if (record.connection != 0) text("connection", fmt::format("{:016x}", record.connection));
    fmt::format_to(to, ",\"length\":{},\"link_header\":{},\"bytes\":\"", record.original_length,
                   record.has_link_header);
    for (const std::uint8_t byte : record.bytes) fmt::format_to(to, "{:02x}", byte);
    out += "\"}\n";
    put(out);
    ++count;
  }
  return count;
}

}  // namespace lvs::scenarios
