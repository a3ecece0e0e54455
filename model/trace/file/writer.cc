// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/file/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <iterator>

#include "trace/field-changes.h"
#include "trace/flow.h"
#include "trace/pcapng/block.h"
#include "trace/pcapng/metadata.h"
#include "trace/phrases.h"
#include "wire/ethernet.h"

namespace lvs::trace {
namespace {

using pcapng::BlockWriter;

constexpr std::size_t kLink = wire::Ethernet::kSize;
// An option holds no more; a longer description follows as a journal entry.
constexpr std::size_t kLongestOption = 65000;

}  // namespace

TraceWriter::TraceWriter(const RunInfo& info, Output output, TraceOptions options)
    : info_(info), output_(std::move(output)), options_(options), last_(kLast) {
  buffer_.reserve(options_.buffer + 2 * std::size_t{options_.wire_payload});
  write_section();
  write_names();
}

TraceWriter::~TraceWriter() { flush(); }

void TraceWriter::flush() {
  if (!buffer_.empty() && !failed_) failed_ = !output_(buffer_);
  buffer_.clear();
}

void TraceWriter::maybe_flush() {
  if (buffer_.size() >= options_.buffer) flush();
}

// --- the run's description -------------------------------------------------------------------------------------------

void TraceWriter::write_section() {
  described_ = to_json(info_);
  std::string json = described_;
  if (json.size() > kLongestOption) {
    RunInfo brief = info_;
    brief.hosts.clear();
    brief.segments.clear();
    brief.roles.clear();
    json = to_json(brief);
  }
  pcapng::append(buffer_, pcapng::Section{.hardware = {},
                                          .system = "Linux 6.1, modelled",
                                          .application = "LVS testbed: " + info_.program,
                                          .extras = {.comments = {}, .custom_texts = {json}, .custom_bytes = {}}});
  // editcap copies no file whose section header is followed by anything but an interface.
  interface_for(info_.hosts.empty() ? 0 : info_.hosts.front().id, Stage::wire_in);
  if (described_.size() > kLongestOption) journal({{}, 0, 0, "run", described_});
}

void TraceWriter::write_names() {
  pcapng::Names names;
  const auto name = [&](base::Ipv4Addr address, std::string_view text) {
    if (!text.empty() && named_.insert(address.value).second) names.records.push_back({address, text});
  };
  for (const AddressRole& role : info_.roles) name(role.address, role.role);
  for (const HostInfo& host : info_.hosts) {
    for (const InterfaceInfo& interface : host.interfaces) {
      for (const base::Ipv4Prefix& prefix : interface.addresses) {
        if (!prefix.addr.is_loopback()) name(prefix.addr, host.name);
      }
    }
  }
  if (!names.records.empty()) pcapng::append(buffer_, names);
}

void TraceWriter::describe(const RunInfo& info, base::Time at) {
  std::string json = to_json(info);
  if (json == described_) return;
  info_ = info;
  described_ = std::move(json);
  names_.clear();
  journal({at, info.hosts.empty() ? 0 : info.hosts.front().id, 0, "run", described_});
  write_names();
}

// --- records ---------------------------------------------------------------------------------------------------------

TraceWriter::Walk& TraceWriter::walk_of(WalkId id) {
  std::vector<Walk>& walks = walks_[static_cast<HostId>(id >> 40)];
  const auto number = static_cast<std::size_t>(id & ((WalkId{1} << 40) - 1));
  // A power of two, so that what is known keeps its place as the ring grows.
  if (number >= walks.size() && walks.size() < kWalks) walks.resize(std::min(std::bit_ceil(number + 1), kWalks));
  Walk& walk = walks[number % kWalks];
  if (walk.id != id) walk = {.id = id};
  return walk;
}

std::string_view TraceWriter::host_name(HostId id) {
  std::string& name = names_[id];
  if (name.empty()) name = info_.host_name(id);
  return name;
}

std::uint32_t TraceWriter::interface_for(HostId host, Stage stage) {
  std::uint32_t& known = interfaces_[host][static_cast<std::size_t>(stage) % kStages];
  if (known == 0) {
    const std::string name = fmt::format("{}/{}", host_name(host), name_of(stage));
    pcapng::append(
        buffer_,
        pcapng::Interface{.name = name, .description = text_of(stage), .link_type = pcapng::kEthernet, .extras = {}});
    known = ++next_interface_;
  }
  return known - 1;
}

void TraceWriter::comment(const PacketEvent& event, std::uint16_t step) {
  comment_.clear();
  const auto to = std::back_inserter(comment_);
  fmt::format_to(to, "{} {} {}", step, host_name(event.host), name_of(event.stage));
  if (!event.hook_name.empty()) fmt::format_to(to, " {}", event.hook_name);
  fmt::format_to(to, " {}", name_of(event.verdict));
  if (event.drop != Drop::none) fmt::format_to(to, " {}", name_of(event.drop));
  if (event.why.id != WhyId::none) {
    comment_ += ": ";
    comment_ += text_of(event.why);
  } else if (event.drop != Drop::none) {
    comment_ += ": ";
    comment_ += text_of(event.drop);
  }
}

// Compares with the packet as it was last, and remembers it as it is now. Of the link header the last one that was
// there counts: between two wires a packet has none.
void TraceWriter::changes(const PacketEvent& event, std::uint8_t& flags) {
  changes_.clear();
  Last& last = last_[(event.walk * 0x9e3779b97f4a7c15ULL ^ event.part * 0xff51afd7ed558ccdULL) >> 40 & (kLast - 1)];
  const bool known = last.walk == event.walk && last.part == event.part;
  if (!known) {
    last.walk = event.walk;
    last.part = event.part;
    last.link = false;
    last.size = 0;
  }
  const std::size_t skip = event.has_link_header ? 0 : kLink;  // into `bytes`, where the link header has its place
  const std::size_t room = last.bytes.size() - skip;
  const base::ByteView now = event.head.first(std::min(room, event.head.size()));
  const std::size_t size = skip + now.size();
  const bool compare_link = event.has_link_header && last.link;
  const std::size_t from = compare_link ? 0 : kLink;
  if (known && last.size > kLink && size > from) {
    const base::ByteView before = base::ByteView(last.bytes).first(last.size).subspan(from);
    const base::ByteView after = now.subspan(from - skip);
    // What a header had pulled into it or lost to the payload is no change.
    const std::size_t common = std::min(before.size(), after.size());
    if (common < 20 ||
        !std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(common), after.begin())) {
      const std::vector<FieldChange> found = header_changes(before, compare_link, after, compare_link);
      changes_ = changes_text(found);
      for (const FieldChange& change : found) {
        const bool came_or_went = change.before.layer.empty() || change.after.layer.empty();
        const HeaderField& field = change.after.layer.empty() ? change.before : change.after;
        const bool names_a_host = field.kind == FieldKind::address || field.kind == FieldKind::port;
        if (field.layer != "Ethernet" && (came_or_went || names_a_host)) flags |= Metadata::rewritten;
      }
    }
  }
  std::copy(now.begin(), now.end(), last.bytes.begin() + static_cast<std::ptrdiff_t>(skip));
  last.size = static_cast<std::uint8_t>(size);
  last.link = last.link || event.has_link_header;
}

void TraceWriter::packet(const PacketEvent& event) {
  if (failed_) return;
  Walk& walk = walk_of(event.walk);
  if (event.connection != 0) walk.connection = event.connection;
  if (walk.step != 0xffff) ++walk.step;
  const std::uint32_t interface = interface_for(event.host, event.stage);
  Metadata metadata{.stage = event.stage,
                    .verdict = event.verdict,
                    .drop = event.drop,
                    .step = walk.step,
                    .host = event.host,
                    .part = event.part,
                    .ifindex = event.ifindex,
                    .flags = event.has_link_header ? Metadata::link_header : std::uint8_t{0},
                    .connection = walk.connection,
                    .why = event.why,
                    .hook_name = event.hook_name};
  comment(event, walk.step);
  changes(event, metadata.flags);
  std::array<std::uint8_t, kMetadataSize + 255> encoded;
  const std::size_t encoded_size = metadata.encode(encoded.data());

  const bool wire = event.stage == Stage::wire_in || event.stage == Stage::wire_out;
  const std::size_t payload =
      std::min<std::size_t>(event.payload.size(), wire ? options_.wire_payload : options_.inside_payload);
  const std::size_t link = event.has_link_header ? 0 : kLink;
  const auto at = static_cast<std::uint64_t>((event.at + info_.epoch).count());
  {
    BlockWriter block(buffer_, pcapng::kPacketBlock);
    block.u32(interface);
    block.u32(static_cast<std::uint32_t>(at >> 32));
    block.u32(static_cast<std::uint32_t>(at));
    block.u32(static_cast<std::uint32_t>(link + event.head.size() + payload));
    block.u32(static_cast<std::uint32_t>(link + event.head.size()) + event.payload_size);
    if (link != 0) {
      static constexpr std::uint8_t kNoLink[kLink] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x08, 0x00};
      block.raw(kNoLink, kLink);
    }
    block.raw(event.head.data(), event.head.size());
    block.raw(event.payload.data(), payload);
    block.pad();
    if (wire) {
      const std::uint32_t direction = event.stage == Stage::wire_in ? 1 : 2;
      block.option(pcapng::kPacketFlags, &direction, sizeof direction);
    }
    block.option(pcapng::kPacketId, &event.walk, sizeof event.walk);
    block.text(pcapng::kComment, comment_);
    block.text(pcapng::kComment, changes_);
    block.option(pcapng::kCustomBytes, encoded.data(), encoded_size, sizeof pcapng::kEnterprise);
    block.end_options();
  }
  ++records_;
  maybe_flush();
}

// --- journal ---------------------------------------------------------------------------------------------------------

void TraceWriter::journal(const JournalEvent& event) {
  if (failed_) return;
  std::string text =
      pcapng::journal_text(event.at + info_.epoch, host_name(event.host),
                           fmt::format("{}: {}", event.kind, event.text.substr(0, event.text.find('\n'))));
  const auto to = std::back_inserter(text);
  fmt::format_to(to, "LVS_KIND={}\nLVS_TIME={}\nLVS_HOST={}\nLVS_WALK={}\n", event.kind, event.at.count(), event.host,
                 event.walk);
  if (!event.said.empty()) fmt::format_to(to, "LVS_WHY={}\n", encoded(event.said));
  text += "LVS_TEXT=";
  for (const char c : event.text) {  // a plain field ends at its line
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  text += '\n';
  pcapng::append(buffer_, pcapng::Journal{text});
  maybe_flush();
}

}  // namespace lvs::trace
