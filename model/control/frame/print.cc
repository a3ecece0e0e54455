// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <type_traits>

#include "base/bytes.h"
#include "control/frame/fields.h"
#include "control/frame/frame.h"
#include "control/frame/option-words.h"
#include "control/frame/vocabulary.h"
#include "control/words/hex.h"

namespace lvs::control::frame {
namespace {

constexpr std::size_t kLongRun = 16, kLeastText = 4;

bool printable(std::uint8_t c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; }

class Printer {
 public:
  Printer(const Frame& frame, const Names& names) : frame_(frame), names_(names) {}

  std::string run() {
    for (const Layer& layer : frame_.layers) std::visit([this](const auto& each) { print(each); }, layer);
    payload(frame_.payload);
    if (!frame_.trailer.empty()) {
      word("trailer");
      payload(frame_.trailer);
    }
    return std::move(text_);
  }

 private:
  void word(std::string_view word) {
    if (!text_.empty()) text_ += ' ';
    text_ += word;
  }
  void named(std::span<const Named> names, std::uint32_t value) {
    const std::string_view name = name_of(names, value);
    word(name.empty() ? fmt::format("{}", value) : std::string(name));
  }

  // --- fields ---
  std::string text_of(const base::MacAddr& mac) const {
    if (mac.is_broadcast()) return "broadcast";
    // The shortest name: "director" before "director:eth0".
    const std::string* best = nullptr;
    for (const auto& [name, known] : names_.macs)
      if (known == mac && (best == nullptr || name.size() < best->size())) best = &name;
    return best == nullptr ? mac.text() : *best;
  }
  static std::string number(std::uint32_t value, const Notation& notation) {
    return notation.hex ? fmt::format("{:#x}", value) : fmt::format("{}", value * notation.scale);
  }
  template <class L, class T>
  void value(std::string_view name, const T& value, const Notation& notation) {
    if constexpr (std::is_same_v<T, bool>) {
      word(name);
    } else if constexpr (std::is_same_v<T, base::MacAddr>) {
      word(fmt::format("{} {}", name, text_of(value)));
    } else if constexpr (std::is_same_v<T, base::Ipv4Addr>) {
      word(fmt::format("{} {}", name, value.text()));
    } else if constexpr (std::is_same_v<T, Bytes>) {
      const OptionsOf of = std::is_same_v<L, Ip> ? OptionsOf::ip : OptionsOf::tcp;
      word(fmt::format("{} {}", name, options_text(of, value)));
    } else if constexpr (std::is_same_v<T, Checksum>) {
      const bool bad = value.kind == Checksum::Kind::bad;
      word(bad ? fmt::format("{} bad", name) : fmt::format("{} {:#x}", name, value.value));
    } else {
      word(fmt::format("{} {}", name, number(value, notation)));
    }
  }
  template <class L, class T>
  void value(std::string_view name, const std::optional<T>& what, const Notation& notation) {
    value<L>(name, *what, notation);
  }
  template <class L>
  void fields(const L& layer) {
    each_field(layer, [&](const auto& field) {
      const auto& member = layer.*field.member;
      if (field.notation.required || member != L{}.*field.member) value<L>(field.name, member, field.notation);
    });
  }

  // --- layers ---
  void print(const Ethernet& eth) {
    if (!eth.dst && !eth.src && !eth.type && frame_.layers.size() > 1) return;
    word("eth");
    fields(eth);
  }
  void print(const Arp& arp) {
    word("arp");
    named(kArpOperations, arp.op);
    fields(arp);
  }
  void print(const Ip& ip) {
    word("ip");
    fields(ip);
  }
  void ports(std::string_view name, std::uint16_t from, std::uint16_t to) {
    word(fmt::format("{} {} > {}", name, from, to));
  }
  void print(const Tcp& tcp) {
    ports("tcp", tcp.sport, tcp.dport);
    std::string flags;
    for (const Named& flag : kTcpFlags)
      if ((tcp.flags & flag.value) != 0) flags += flag.name;
    if (!flags.empty()) word(flags);
    fields(tcp);
  }
  void print(const Udp& udp) {
    ports("udp", udp.sport, udp.dport);
    fields(udp);
  }
  void print(const Icmp& icmp) {
    word("icmp");
    named(kIcmpTypes, icmp.type);
    Icmp others = icmp;
    if (icmp.code != 0) word(fmt::format("code {}", icmp.code));
    others.code = 0;
    for (const IcmpPart& part : icmp_parts(icmp.type, icmp.code)) {
      const auto mask = static_cast<std::uint32_t>(((std::uint64_t{1} << part.bits) - 1) << part.shift);
      const std::uint32_t here = (icmp.rest & mask) >> part.shift;
      others.rest &= ~mask;
      if (here != 0)
        word(fmt::format("{} {}", part.name, part.address ? base::Ipv4Addr{here}.text() : fmt::format("{}", here)));
    }
    if (others.rest != 0) others.rest = icmp.rest;  // all of it, which the words before do not contradict
    fields(others);
  }
  void print(const Sctp& sctp) {
    ports("sctp", sctp.sport, sctp.dport);
    fields(sctp);
    for (const SctpChunk& chunk : sctp.chunks) {
      word("chunk");
      named(kChunks, chunk.type);
      if (chunk.flags != 0) word(fmt::format("flags {}", chunk.flags));
      if (chunk.length) word(fmt::format("len {}", *chunk.length));
      if (!chunk.value.empty()) word("value " + hex_text(chunk.value));
    }
  }
  void print(const Quote& quote) {
    word("quote");
    fields(quote);
  }

  // --- what is inside ---
  void payload(base::ByteView bytes) {
    while (!bytes.empty()) {
      if (const std::size_t same = run_of(bytes, 0); same >= kLongRun) {
        word(fmt::format("fill {} {:#x}", same, bytes[0]));
        bytes = bytes.subspan(same);
      } else if (const std::size_t counting = run_of(bytes, 1); counting >= kLongRun) {
        word(fmt::format("count {} {:#x}", counting, bytes[0]));
        bytes = bytes.subspan(counting);
      } else if (const std::size_t length = text_run(bytes); length >= kLeastText) {
        quoted(bytes.first(length));
        bytes = bytes.subspan(length);
      } else {
        std::size_t end = 1;
        while (end < bytes.size() && !begins_run(bytes.subspan(end))) ++end;
        word("hex " + hex_text(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end))));
        bytes = bytes.subspan(end);
      }
    }
  }
  static bool begins_run(base::ByteView bytes) {
    return run_of(bytes, 0) >= kLongRun || run_of(bytes, 1) >= kLongRun || text_run(bytes) >= kLeastText;
  }
  // How many bytes each are `step` more than the one before.
  static std::size_t run_of(base::ByteView bytes, unsigned step) {
    std::size_t n = 1;
    while (n < bytes.size() && bytes[n] == static_cast<std::uint8_t>(bytes[n - 1] + step)) ++n;
    return n;
  }
  // Printable bytes before a run that is said shorter.
  static std::size_t text_run(base::ByteView bytes) {
    std::size_t n = 0;
    while (n < bytes.size() && printable(bytes[n])) {
      const base::ByteView rest = bytes.subspan(n);
      if (n != 0 && (run_of(rest, 0) >= kLongRun || run_of(rest, 1) >= kLongRun)) break;
      ++n;
    }
    return n;
  }
  void quoted(base::ByteView bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
      switch (byte) {
        case '\r': text += "\\r"; break;
        case '\n': text += "\\n"; break;
        case '\t': text += "\\t"; break;
        case '"':
        case '\\': text += '\\'; [[fallthrough]];
        default: text += static_cast<char>(byte);
      }
    }
    word("text \"" + text + '"');
  }

  const Frame& frame_;
  const Names& names_;
  std::string text_;
};

}  // namespace

std::string text_of(const Bytes& bytes, const Names& names) { return Printer(decode(bytes, names.own), names).run(); }

}  // namespace lvs::control::frame
