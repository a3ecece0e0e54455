// SPDX-License-Identifier: GPL-2.0-or-later
// Words to a frame, from the Ethernet header inwards.
#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "base/numbers.h"
#include "control/frame/fields.h"
#include "control/frame/frame.h"
#include "control/frame/option-words.h"
#include "control/frame/tokens.h"
#include "control/frame/vocabulary.h"
#include "control/words/hex.h"

namespace lvs::control::frame {
namespace {

constexpr std::size_t kMostLayers = 16;
constexpr std::string_view kPayloadWords = "text hex fill count trailer";

// Thrown to the one place that gives it back: frames are read before anything runs.
struct Mistake {
  SyntaxError error;
};

class Parser {
 public:
  Parser(std::vector<Token> words, std::size_t end, const Names& names)
      : words_(std::move(words)), end_(end), names_(names) {}

  Frame run() {
    Ethernet eth;
    if (take("eth")) read_fields(eth);
    frame_.layers.emplace_back(eth);
    if (take("arp"))
      arp();
    else if (take("ip"))
      ip();
    else if (!eth.type)
      fail("after the Ethernet header", "type HEX, arp, ip");
    payload(frame_.payload);
    if (take("trailer")) payload(frame_.trailer);
    if (!done()) fail("no word of a frame here", std::string(kPayloadWords));
    if (!eth.dst && !is_arp_request(frame_))
      fail_at(words_.front(), "which machine is it for?", "eth dst MAC, a host of the lab, broadcast");
    return std::move(frame_);
  }

 private:
  // --- words ---
  bool done() const { return next_ >= words_.size(); }
  std::string_view peek() const { return done() || words_[next_].quoted ? std::string_view{} : words_[next_].text; }
  bool take(std::string_view word) {
    if (peek() != word || word.empty()) return false;
    ++next_;
    return true;
  }
  const Word& take_any(std::string_view what) {
    if (done()) throw Mistake{{end_, {}, fmt::format("{} is missing at the end", what), {}}};
    return words_[next_++];
  }
  [[noreturn]] static void fail_at(const Word& word, std::string reason, std::string known = {}) {
    throw Mistake{{word.column, word.text, std::move(reason), std::move(known)}};
  }
  // About the next word.
  [[noreturn]] void fail(std::string reason, std::string known) const {
    if (done()) throw Mistake{{end_, {}, std::move(reason) + " something is missing", std::move(known)}};
    fail_at(words_[next_], std::move(reason), std::move(known));
  }

  // --- values ---
  template <class T>
  T number(std::string_view name, const Notation& notation = {}) {
    const Word& word = take_any(fmt::format("the number of \"{}\"", name));
    const auto value = base::c_number(word.text, std::numeric_limits<std::uint32_t>::max());
    const std::uint64_t most = std::min<std::uint64_t>(notation.most, std::numeric_limits<T>::max());
    if (!value || *value % notation.scale != 0 || *value / notation.scale > most) {
      std::string reason = fmt::format("{} takes a number from 0 to {}", name, most * notation.scale);
      if (notation.scale != 1) reason += fmt::format(", a multiple of {}", notation.scale);
      fail_at(word, std::move(reason));
    }
    return static_cast<T>(*value / notation.scale);
  }
  template <class L>
  void read(std::string_view name, base::MacAddr& mac, const Notation&) {
    const Word& word = take_any(fmt::format("the address of \"{}\"", name));
    const auto known = names_.macs.find(word.text);
    const auto parsed = base::MacAddr::parse(word.text);
    if (word.text == "broadcast")
      mac = base::MacAddr::broadcast();
    else if (parsed)
      mac = *parsed;
    else if (known != names_.macs.end())
      mac = known->second;
    else
      fail_at(word, "no MAC address, and no interface of the lab by this name on this segment",
              "02:00:00:00:01:00, HOST, HOST:ethN, broadcast");
  }
  template <class L>
  void read(std::string_view name, base::Ipv4Addr& addr, const Notation&) {
    const Word& word = take_any(fmt::format("the address of \"{}\"", name));
    const auto known = names_.addresses.find(word.text);
    const auto parsed = base::Ipv4Addr::parse(word.text);
    if (!parsed && known == names_.addresses.end())
      fail_at(word, "no IPv4 address, and no host whose startup file gives it one", "10.0.0.1, HOST, HOST:ethN");
    addr = parsed ? *parsed : known->second;
  }
  template <class L>
  void read(std::string_view, bool& flag, const Notation&) {
    flag = true;
  }
  template <class L>
  void read(std::string_view name, Bytes& options, const Notation&) {
    const OptionsOf of = std::is_same_v<L, Ip> ? OptionsOf::ip : OptionsOf::tcp;
    const Word& word = take_any(fmt::format("the list of \"{}\"", name));
    auto parsed = parse_options(of, word.text);
    if (!parsed) fail_at(word, "no options, or more than 40 bytes of them", known_options(of));
    options = std::move(*parsed);
  }
  template <class L>
  void read(std::string_view name, Checksum& sum, const Notation&) {
    const std::uint32_t most = std::is_same_v<L, Sctp> ? 0xffffffff : 0xffff;
    if (take("good"))
      sum = {};
    else if (take("bad"))
      sum = {Checksum::Kind::bad, 0};
    else if (take("none"))
      sum = {Checksum::Kind::given, 0};
    else
      sum = {Checksum::Kind::given, number<std::uint32_t>(name, {.most = most})};
  }
  template <class L, class T>
  requires std::is_integral_v<T>
  void read(std::string_view name, T& value, const Notation& notation) { value = number<T>(name, notation); }
  template <class L, class T>
  void read(std::string_view name, std::optional<T>& value, const Notation& notation) {
    read<L>(name, value.emplace(), notation);
  }

  // The fields of a layer in any order, and what `extra` takes.
  template <class L, class Extra>
  void read_fields(L& layer, Extra extra) {
    std::vector<std::string_view> seen;
    for (bool found = true; found && !done();) {
      found = false;
      const Word& word = words_[next_];
      each_field(layer, [&](const auto& field) {
        if (found || !take(field.name)) return;
        found = true;
        if (std::ranges::find(seen, field.name) != seen.end()) fail_at(word, "said twice");
        seen.push_back(field.name);
        read<L>(field.name, layer.*field.member, field.notation);
      });
      found = found || extra();
    }
    each_field(layer, [&](const auto& field) {
      if (field.notation.required && std::ranges::find(seen, field.name) == seen.end())
        fail(fmt::format("\"{} ADDRESS\" has to stand before this:", field.name), known_fields(layer));
    });
  }
  template <class L>
  void read_fields(L& layer) {
    read_fields(layer, [] { return false; });
  }
  template <class L>
  static std::string known_fields(const L& layer) {
    std::string text;
    each_field(layer, [&](const auto& field) { (text += text.empty() ? "" : " ") += field.name; });
    return text;
  }

  // --- layers ---
  std::uint32_t named(std::span<const Named> names, std::string_view what, std::uint32_t most) {
    const Word& word = take_any(what);
    if (const auto value = value_of(names, word.text, most)) return *value;
    std::string known = fmt::format("0 to {}", most);
    for (const Named& each : names) known += ' ' + std::string(each.name);
    fail_at(word, fmt::format("no {}", what), known);
  }

  void arp() {
    Arp arp;
    arp.op = static_cast<std::uint16_t>(named(kArpOperations, "operation of ARP", 0xffff));
    read_fields(arp);
    frame_.layers.emplace_back(arp);
  }

  void ip() {
    if (frame_.layers.size() >= kMostLayers) fail("too many headers in each other", {});
    Ip ip;
    read_fields(ip);
    frame_.layers.emplace_back(ip);
    if (take("ip")) return this->ip();
    if (take("tcp")) return tcp();
    if (take("udp")) return ports<Udp>([this](Udp& udp) { read_fields(udp); });
    if (take("icmp")) return icmp();
    if (take("sctp")) return ports<Sctp>([this](Sctp& sctp) { read_fields(sctp, [&] { return chunk(sctp); }); });
    if (!ip.protocol) fail("after the IP header", known_fields(ip) + " tcp udp icmp sctp ip");
  }

  template <class L, class Read>
  void ports(Read read_rest) {
    L layer;
    layer.sport = number<std::uint16_t>("the source port");
    if (!take(">")) fail("ports are written", "SOURCE > DESTINATION");
    layer.dport = number<std::uint16_t>("the destination port");
    read_rest(layer);
    frame_.layers.emplace_back(std::move(layer));
  }

  void tcp() {
    ports<Tcp>([this](Tcp& tcp) {
      if (is_flags(peek()))
        for (const char c : words_[next_++].text)
          tcp.flags |= std::ranges::find(kTcpFlags, std::string_view(&c, 1), &Named::name)->value;
      read_fields(tcp);
    });
  }
  static bool is_flags(std::string_view word) {
    return !word.empty() && word.find_first_not_of("FSRP.UEW") == std::string_view::npos;
  }

  void icmp() {
    Icmp icmp;
    icmp.type = static_cast<std::uint8_t>(named(kIcmpTypes, "type of ICMP", 255));
    read_fields(icmp, [&] { return icmp_part(icmp); });
    frame_.layers.emplace_back(icmp);
    if (!take("quote")) return;
    Quote quote;
    read_fields(quote);
    frame_.layers.emplace_back(quote);
    if (!take("ip")) fail("a quote begins with its IP header:", "cut ip");
    ip();
  }
  bool icmp_part(Icmp& icmp) {
    for (const IcmpPart& part : icmp_parts(icmp.type, icmp.code)) {
      if (!take(part.name)) continue;
      std::uint32_t value = 0;
      if (part.address) {
        base::Ipv4Addr addr;
        read<Icmp>(part.name, addr, {});
        value = addr.value;
      } else {
        value = number<std::uint16_t>(part.name);
      }
      const std::uint64_t mask = ((std::uint64_t{1} << part.bits) - 1) << part.shift;
      icmp.rest = static_cast<std::uint32_t>((icmp.rest & ~mask) | std::uint64_t{value} << part.shift);
      return true;
    }
    return false;
  }

  bool chunk(Sctp& sctp) {
    if (!take("chunk")) return false;
    SctpChunk chunk;
    chunk.type = static_cast<std::uint8_t>(named(kChunks, "chunk of SCTP", 255));
    if (take("flags")) chunk.flags = number<std::uint8_t>("flags");
    if (take("len")) chunk.length = number<std::uint16_t>("len");
    if (take("value")) chunk.value = hex_word();
    sctp.chunks.push_back(std::move(chunk));
    return true;
  }

  // --- what is inside ---
  Bytes hex_word() {
    const Word& word = take_any("a text of hexadecimal digits");
    auto bytes = parse_hex(word.text);
    if (!bytes) fail_at(word, "not written as pairs of hexadecimal digits");
    return std::move(*bytes);
  }
  void payload(Bytes& to) {
    for (;;) {
      const std::size_t at = next_;
      if (take("text")) {
        const Word& word = take_any("a text in quotes");
        to.insert(to.end(), word.text.begin(), word.text.end());
      } else if (take("hex")) {
        const Bytes bytes = hex_word();
        to.insert(to.end(), bytes.begin(), bytes.end());
      } else if (const bool counts = peek() == "count"; take("fill") || take("count")) {
        const auto size = number<std::uint32_t>("a run of bytes", {.most = kMostBytes});
        auto byte = static_cast<std::uint8_t>(
            !done() && base::c_number(words_[next_].text) ? number<std::uint8_t>("a byte") : 0);
        for (std::uint32_t i = 0; i < size && to.size() <= kMostBytes; ++i) {
          to.push_back(byte);
          if (counts) ++byte;
        }
      } else {
        return;
      }
      if (to.size() > kMostBytes) fail_at(words_[at], fmt::format("a frame has at most {} bytes", kMostBytes));
    }
  }

  std::vector<Token> words_;
  std::size_t end_;
  const Names& names_;
  Frame frame_;
  std::size_t next_ = 0;
};

}  // namespace

bool is_words(std::string_view text) {
  const std::string_view first = text.substr(0, text.find_first_of(" \t"));
  return first == "eth" || first == "arp" || first == "ip";
}

base::Result<Bytes, SyntaxError> parse(std::string_view text, std::size_t column, const Names& names) {
  auto words = split_words(text, column);
  if (!words) return base::Error{words.error()};
  try {
    Bytes bytes = encode(Parser(std::move(*words), column + text.size(), names).run(), names.own);
    if (bytes.size() > kMostBytes)
      return base::Error{SyntaxError{column, {}, fmt::format("a frame has at most {} bytes", kMostBytes), {}}};
    return bytes;
  } catch (Mistake& mistake) {
    return base::Error{std::move(mistake.error)};
  }
}

}  // namespace lvs::control::frame
