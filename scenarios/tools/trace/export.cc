// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/export.h"

#include <fmt/format.h>

#include <iterator>
#include <map>

#include "base/json-writer.h"
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
  for (std::size_t i = from; i < index.size(); ++i) {
    if (!filter.matches(i) || !index.record(i, record)) continue;
    out.clear();
    base::JsonWriter json(out);
    json.open('{').number("walk", index.entry(i).walk + 1).number("step", record.step);
    json.fixed("time", static_cast<double>((record.at - index.zero()).count()) * 1e-9, 9);
    json.text_if("host", index.info().host_name(record.host));
    json.text_if("interface", index.info().interface_name(record.host, record.ifindex));
    json.text_if("stage", trace::name_of(record.stage));
    json.text_if("hook", record.hook_name);
    json.text_if("verdict", trace::name_of(record.verdict));
    if (record.drop != trace::Drop::none) json.text_if("drop", trace::name_of(record.drop));
    if (record.why.id != trace::WhyId::none) {
      json.text_if("why", trace::text_of(record.why));
      json.text_if("why_id", trace::name_of(record.why.id)).open('[', "why_args");
      for (const auto argument : record.why.args) json.number({}, argument);
      json.close(']');
    }
    json.text_if("changes", record.changes);
    if (record.passage != trace::Passage::inside)
      json.text("direction", record.passage == trace::Passage::wire_in ? "in" : "out");
    if (record.part != 0) json.number("part", record.part);
    if (record.connection != 0) json.text("connection", fmt::format("{:016x}", record.connection));
    json.number("length", record.original_length).number("link_header", record.has_link_header);
    json.text("bytes", fmt::format("{:02x}", fmt::join(record.bytes, ""))).close('}');
    out += '\n';
    put(out);
    ++count;
  }
  return count;
}

}  // namespace lvs::scenarios
