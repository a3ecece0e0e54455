// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-filter.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"

namespace lvs::control {
namespace {

using wire::IpProto;

constexpr std::string_view kKnown =
    "and or not ( ) ip arp icmp tcp udp sctp, [src|dst] host A, net A/N, [src|dst] port N, ip proto N, ether host MAC";
constexpr unsigned kDeepest = 40;

enum class Side : std::uint8_t { either, source, destination };

// What filters look at.
struct Fields {
  explicit Fields(base::ByteView frame) {
    if (frame.size() < wire::Ethernet::kSize) return;
    const wire::ConstEthernet eth{frame.data()};
    type = eth.type();
    mac_from = eth.src();
    mac_to = eth.dst();
    const base::ByteView rest = frame.subspan(wire::Ethernet::kSize);
    if (type == static_cast<std::uint16_t>(wire::EtherType::arp)) {
      if (const auto arp = wire::Arp::parse(rest)) {
        from = arp->sender_ip;
        to = arp->target_ip;
      }
    }
    if (type != static_cast<std::uint16_t>(wire::EtherType::ipv4) || rest.size() < wire::Ipv4::kMinSize) return;
    const wire::ConstIpv4 ip{rest.data()};
    from = ip.src();
    to = ip.dst();
    protocol = ip.protocol();
    const bool ports = protocol == IpProto::tcp || protocol == IpProto::udp || protocol == IpProto::sctp;
    if (!ports || ip.fragment_offset() != 0 || rest.size() < ip.header_size() + 4u) return;
    port_from = base::load_be16(rest.data() + ip.header_size());
    port_to = base::load_be16(rest.data() + ip.header_size() + 2);
  }

  std::uint16_t type = 0;
  base::MacAddr mac_from, mac_to;
  std::optional<base::Ipv4Addr> from, to;
  std::optional<IpProto> protocol;
  std::optional<std::uint16_t> port_from, port_to;
};

using Test = std::function<bool(const Fields&)>;

class TestFilter final : public FrameFilter {
 public:
  explicit TestFilter(Test test) : test_(std::move(test)) {}
  bool takes(base::ByteView frame) const override { return test_(Fields(frame)); }

 private:
  Test test_;
};

class Parser {
 public:
  explicit Parser(std::vector<Word> words) : words_(std::move(words)) {}

  base::Result<FrameFilterPtr, SyntaxError> run() {
    Test test = any_of();
    if (!error_ && next_ < words_.size()) fail("not expected here");
    if (error_) return base::Error{*error_};
    return FrameFilterPtr(std::make_shared<TestFilter>(std::move(test)));
  }

 private:
  std::string peek() const { return next_ < words_.size() ? words_[next_].text : std::string(); }
  bool take(std::string_view a, std::string_view b = {}) {
    const std::string word = peek();
    if (next_ >= words_.size() || (word != a && (b.empty() || word != b))) return false;
    ++next_;
    return true;
  }
  Test fail(std::string reason) {
    if (!error_) {
      const Word& at = next_ < words_.size() ? words_[next_] : words_.back();
      error_ = SyntaxError{at.column, at.text, std::move(reason), std::string(kKnown)};
    }
    next_ = words_.size();
    return [](const Fields&) { return false; };
  }

  Test any_of() {
    Test left = all_of();
    while (take("or", "||")) left = [a = left, b = all_of()](const Fields& f) { return a(f) || b(f); };
    return left;
  }
  Test all_of() {
    Test left = one();
    while (take("and", "&&")) left = [a = left, b = one()](const Fields& f) { return a(f) && b(f); };
    return left;
  }
  Test one() {
    if (++depth_ > kDeepest) return fail("nested too deeply");
    Test test = primitive();
    --depth_;
    return test;
  }

  Test primitive() {
    if (take("not", "!")) return [a = one()](const Fields& f) { return !a(f); };
    if (take("(")) {
      Test inner = any_of();
      if (!take(")")) return fail("a parenthesis is not closed");
      return inner;
    }
    if (take("arp")) return [](const Fields& f) { return f.type == static_cast<std::uint16_t>(wire::EtherType::arp); };
    if (take("ether")) return ethernet();
    if (take("ip")) {
      if (take("proto")) return protocol_number();
      if (peek() == "host" || peek() == "src" || peek() == "dst") return addressed();
      return [](const Fields& f) { return f.type == static_cast<std::uint16_t>(wire::EtherType::ipv4); };
    }
    if (take("proto")) return protocol_number();
    if (take("icmp")) return is(IpProto::icmp);
    for (const auto& [name, protocol] :
         {std::pair("tcp", IpProto::tcp), std::pair("udp", IpProto::udp), std::pair("sctp", IpProto::sctp)}) {
      if (!take(name)) continue;
      const bool qualified = peek() == "port" || peek() == "src" || peek() == "dst";
      if (!qualified) return is(protocol);
      return [a = is(protocol), b = addressed()](const Fields& f) { return a(f) && b(f); };
    }
    return addressed();
  }

  static Test is(IpProto protocol) {
    return [protocol](const Fields& f) { return f.protocol == protocol; };
  }

  Test protocol_number() {
    const std::string word = peek();
    auto value = base::number_up_to<unsigned>(word, 255);
    if (word == "ipip") {
      value = 4;
    } else if (word == "\\icmp" || word == "\\tcp" || word == "\\udp") {
      value = word == "\\icmp" ? 1 : word == "\\tcp" ? 6 : 17;
    } else if (!value) {
      return fail("a protocol number is needed");
    }
    ++next_;
    return is(static_cast<IpProto>(*value));
  }

  Test ethernet() {
    const Side side = take_side();
    take("host");
    const auto mac = base::MacAddr::parse(peek());
    if (!mac) return fail("a MAC address is needed");
    ++next_;
    return [side, mac = *mac](const Fields& f) {
      return (side != Side::destination && f.mac_from == mac) || (side != Side::source && f.mac_to == mac);
    };
  }

  Side take_side() {
    if (take("src")) return Side::source;
    if (take("dst")) return Side::destination;
    return Side::either;
  }

  Test addressed() {
    const Side side = take_side();
    if (take("port")) return port(side);
    const bool net = take("net");
    if (!net) take("host");
    const auto prefix = base::Ipv4Prefix::parse(peek());
    if (!prefix || (!net && peek().find('/') != std::string::npos)) return fail("not modelled in filters");
    ++next_;
    return [side, prefix = *prefix](const Fields& f) {
      return (side != Side::destination && f.from && prefix.contains(*f.from)) ||
             (side != Side::source && f.to && prefix.contains(*f.to));
    };
  }

  Test port(Side side) {
    const auto number = base::number<std::uint16_t>(peek());
    if (!number) return fail("a port number is needed");
    ++next_;
    return [side, value = *number](const Fields& f) {
      return (side != Side::destination && f.port_from == value) || (side != Side::source && f.port_to == value);
    };
  }

  std::vector<Word> words_;
  std::size_t next_ = 0;
  unsigned depth_ = 0;
  std::optional<SyntaxError> error_;
};

// Quoted expressions are one word of the shell and many of the filter; parentheses need no blanks.
std::vector<Word> split(const std::vector<Word>& words) {
  std::vector<Word> result;
  for (const Word& word : words) {
    std::string current;
    const auto end = [&] {
      if (!current.empty()) result.push_back({std::exchange(current, {}), word.column});
    };
    for (const char c : word.text) {
      if (c == ' ' || c == '\t' || c == '\n' || c == '(' || c == ')') end();
      if (c == '(' || c == ')') result.push_back({std::string(1, c), word.column});
      if (c != ' ' && c != '\t' && c != '\n' && c != '(' && c != ')') current += c;
    }
    end();
  }
  return result;
}

}  // namespace

base::Result<FrameFilterPtr, SyntaxError> parse_filter(const std::vector<Word>& words) {
  std::vector<Word> parts = split(words);
  if (parts.empty()) return FrameFilterPtr(std::make_shared<TestFilter>([](const Fields&) { return true; }));
  return Parser(std::move(parts)).run();
}

}  // namespace lvs::control
