// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/lab/inject.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/lab/text.h"
#include "control/words/addresses.h"
#include "control/words/hex.h"

namespace lvs::control {
namespace {

using lab_text::take_word;

constexpr std::size_t kLeastFrame = 14;  // an Ethernet header: the least that a packet socket sends

struct Configured {
  std::string_view interface, address;
};

// "ip addr add ADDRESS/LENGTH dev IFACE", "ifconfig IFACE ADDRESS".
std::optional<Configured> configured(std::string_view line) {
  const std::string_view program = take_word(line);
  if (program == "ifconfig") {
    const std::string_view interface = take_word(line);
    return Configured{interface, take_word(line)};
  }
  constexpr std::string_view kObject = "address";
  const std::string_view object = take_word(line), verb = take_word(line);
  if (program != "ip" || object.empty() || !kObject.starts_with(object) || verb != "add") return std::nullopt;
  Configured result{{}, take_word(line)};
  while (!line.empty())
    if (take_word(line) == "dev") result.interface = take_word(line);
  return result;
}

void add_addresses(const LabHost& host, std::string_view near, frame::Names& names) {
  for (const LabLine& line : host.startup) {
    const auto found = configured(line.text);
    if (!found) continue;
    const auto prefix = iproute_prefix(found->address);
    if (!prefix) continue;
    names.addresses.try_emplace(fmt::format("{}:{}", host.name, found->interface), prefix->addr);
    if (found->interface == near) names.addresses.try_emplace(host.name, prefix->addr);
  }
}

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

// Where a comment begins behind a frame, or the end.
std::size_t comment_at(std::string_view text) {
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (inside && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      inside = !inside;
    else if (!inside && text[i] == '#')
      return i;
  }
  return text.size();
}

}  // namespace

const frame::Names& FrameNames::of(const LabInterface& interface) {
  const auto [place, is_new] = known_.try_emplace(&interface);
  frame::Names& names = place->second;
  if (!is_new) return names;
  names.own = interface.mac;
  for (const LabHost& host : lab_.hosts) {
    const auto here = [&](const LabInterface& each) { return each.segment == interface.segment; };
    for (const LabInterface& each : host.interfaces)
      names.macs.try_emplace(fmt::format("{}:{}", host.name, each.name()), each.mac);
    const auto near = std::ranges::find_if(host.interfaces, here);
    const bool one = std::ranges::count_if(host.interfaces, here) == 1;
    if (one && host.name != "broadcast") names.macs.try_emplace(host.name, near->mac);
    add_addresses(host, one ? near->name() : std::string(), names);
  }
  return names;
}

std::variant<LabInject, std::string> parse_inject(FrameNames& names, const LabHost& host, std::string_view text) {
  const std::string_view whole = text;
  take_word(text);
  const std::string_view name = take_word(text);
  const auto found = std::ranges::find(host.interfaces, name, &LabInterface::name);
  if (name.empty()) return "expected inject IFACE FRAME";
  if (found == host.interfaces.end()) return host.name + " has no interface " + quoted(name) + " in lab.conf";
  if (frame::is_words(text)) {
    const std::size_t column = 1 + static_cast<std::size_t>(text.data() - whole.data());
    auto bytes = frame::parse(text, column, names.of(*found));
    if (!bytes) return bytes.error().text();
    return LabInject{found->number, std::move(*bytes)};
  }
  auto bytes = parse_hex(text.substr(0, text.find('#')));
  if (!bytes)
    return "the frame is not written as pairs of hexadecimal digits, nor in words that begin with eth, arp or ip";
  if (bytes->size() < kLeastFrame || bytes->size() > frame::kMostBytes)
    return fmt::format("a frame has {} to {} bytes, Ethernet header and no FCS; this one has {}", kLeastFrame,
                       frame::kMostBytes, bytes->size());
  return LabInject{found->number, std::move(*bytes)};
}

std::string inject_text(FrameNames& names, const LabHost& host, const LabInject& inject, InjectForm form) {
  std::string text = fmt::format("inject eth{} ", inject.interface);
  const auto interface = std::ranges::find(host.interfaces, inject.interface, &LabInterface::number);
  if (form == InjectForm::hex || interface == host.interfaces.end() || inject.frame.size() < kLeastFrame)
    return text + hex_text(inject.frame);
  return text + frame::text_of(inject.frame, names.of(*interface));
}

RewrittenTimeline rewrite_timeline(const Lab& lab, const std::string& file, std::string_view text, InjectForm form) {
  RewrittenTimeline result;
  FrameNames names(lab);
  bool joined = false;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string_view rest = line;
    const std::string_view time = take_word(rest);
    const LabHost* host = lab.find_host(take_word(rest));
    std::string_view words = rest;
    const bool inject = !joined && !time.starts_with('#') && host != nullptr && take_word(words) == "inject";
    const bool was_joined = std::exchange(joined, line.ends_with('\\') && !time.starts_with('#'));
    const auto frame = inject && !joined && !was_joined ? parse_inject(names, *host, rest)
                                                        : std::variant<LabInject, std::string>(std::string());
    if (const auto* parsed = std::get_if<LabInject>(&frame)) {
      const std::string_view comment = rest.substr(comment_at(rest));
      result.text += fmt::format("{} {} {}{}{}\n", time, host->name, inject_text(names, *host, *parsed, form),
                                 comment.empty() ? "" : " ", comment);
      continue;
    }
    if (inject)
      result.notices.push_back(
          {{file, number}, joined ? "joined to the next line: left as it is" : std::get<std::string>(frame)});
    (result.text += line) += '\n';
  }
  return result;
}

}  // namespace lvs::control
