// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/capture/tcpdump-filter.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/numbers.h"
#include "control/programs/capture/tcpdump-fields.h"
#include "control/programs/capture/tcpdump-words.h"
#include "control/words/service-names.h"

namespace lvs::control {
namespace {

using wire::IpProto;

constexpr std::string_view kKnown =
    "and or not ( ) ip arp icmp igmp tcp udp sctp vrrp, [src|dst] host A, net A/N, [src|dst] port N, portrange A-B, "
    "ip proto N, ether host MAC, broadcast, multicast, less N, greater N, tcp[tcpflags] & tcp-syn != 0";
constexpr unsigned kDeepest = 40;

enum class Side : std::uint8_t { either, source, destination };
enum class What : std::uint8_t { none, host, net, port };

using Fields = CapturedFields;
using Test = std::function<bool(const Fields&)>;
using Number = std::function<std::optional<std::uint32_t>(const Fields&)>;  // nothing: beyond the packet

// Names of offsets and of values there.
constexpr std::pair<std::string_view, std::uint32_t> kConstants[] = {
    {"tcpflags", 13},      {"tcp-fin", 1},      {"tcp-syn", 2},       {"tcp-rst", 4},
    {"tcp-push", 8},       {"tcp-ack", 16},     {"tcp-urg", 32},      {"tcp-ece", 64},
    {"tcp-cwr", 128},      {"icmptype", 0},     {"icmpcode", 1},      {"icmp-echo", 8},
    {"icmp-echoreply", 0}, {"icmp-unreach", 3}, {"icmp-redirect", 5}, {"icmp-timxceed", 11}};

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
    if (begins_number()) return relation();
    if (peek() == "(") {
      const std::size_t before = next_;
      take("(");
      Test inner = any_of();
      const bool closed = take(")");
      const std::string behind = peek();
      if (!error_ && closed && !is_operator(behind)) return inner;
      next_ = before;  // of a number, then
      error_.reset();
      return relation();
    }
    if (take("less")) return length(false);
    if (take("greater")) return length(true);
    if (take("broadcast")) return broadcast();
    if (take("multicast")) return multicast();
    if (take("vrrp")) return is(static_cast<IpProto>(112));
    if (take("igmp")) return is(static_cast<IpProto>(2));
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
      const bool qualified = peek() == "port" || peek() == "portrange" || peek() == "src" || peek() == "dst";
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
    } else if (word == "vrrp" || word == "\\vrrp") {
      value = 112;
    } else if (word == "\\icmp" || word == "\\tcp" || word == "\\udp") {
      value = word == "\\icmp" ? 1 : word == "\\tcp" ? 6 : 17;
    } else if (!value) {
      return fail("a protocol number is needed");
    }
    ++next_;
    return is(static_cast<IpProto>(*value));
  }

  Test ethernet() {
    if (take("broadcast")) return broadcast();
    if (take("multicast")) return multicast();
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

  static Test broadcast() {
    return [](const Fields& f) { return f.mac_to.is_broadcast(); };
  }
  static Test multicast() {
    return [](const Fields& f) { return f.frame.size() >= wire::Ethernet::kSize && (f.frame[0] & 1) != 0; };
  }
  Test length(bool least) {
    const auto number = base::number<std::size_t>(peek());
    if (!number) return fail("a length is needed");
    ++next_;
    return [least, n = *number](const Fields& f) { return least ? f.frame.size() >= n : f.frame.size() <= n; };
  }

  // What stands before it says what a word is: "port 80 or 443".
  Test addressed() {
    const bool sided = peek() == "src" || peek() == "dst";
    const Side side = take_side();
    What what = take("port") ? What::port : take("net") ? What::net : take("host") ? What::host : What::none;
    if (what == What::none && take("portrange")) {
      last_ = {What::port, side};
      return ports(side);
    }
    if (what == What::none && !sided && last_.first != What::none) return id(last_.first, last_.second);
    if (what == What::none) what = What::host;
    last_ = {what, side};
    return id(what, side);
  }

  Test id(What what, Side side) {
    if (what == What::port) return ports(side);
    const auto prefix = base::Ipv4Prefix::parse(peek());
    if (!prefix || (what == What::host && peek().find('/') != std::string::npos))
      return fail("not modelled in filters");
    ++next_;
    return [side, prefix = *prefix](const Fields& f) {
      return (side != Side::destination && f.from && prefix.contains(*f.from)) ||
             (side != Side::source && f.to && prefix.contains(*f.to));
    };
  }

  static std::optional<std::uint16_t> port_number(const std::string& word) {
    if (const auto number = base::number<std::uint16_t>(word)) return number;
    const auto tcp = service_port(word, "tcp");
    return tcp ? tcp : service_port(word, "udp");
  }
  Test ports(Side side) {
    const std::string word = peek();
    const std::size_t dash = word.find('-');
    const auto whole = port_number(word);
    const auto low = whole ? whole : port_number(word.substr(0, dash));
    const auto high = whole || dash == std::string::npos ? whole : port_number(word.substr(dash + 1));
    if (!low || !high) return fail("a port number is needed");
    ++next_;
    return [side, low = *low, high = *high](const Fields& f) {
      return (side != Side::destination && f.port_from && low <= *f.port_from && *f.port_from <= high) ||
             (side != Side::source && f.port_to && low <= *f.port_to && *f.port_to <= high);
    };
  }

  // --- numbers of the packet: tcp[13] & 2 != 0 ---

  static bool is_operator(const std::string& word) {
    for (const std::string_view each :
         {"=", "==", "!=", "<", ">", "<=", ">=", "<<", ">>", "&", "|", "+", "-", "*", "/"})
      if (word == each) return true;
    return false;
  }
  bool begins_number() const {
    const std::string word = peek();
    const std::string behind = next_ + 1 < words_.size() ? words_[next_ + 1].text : std::string();
    return behind == "[" || word == "len" || (is_operator(behind) && (base::c_number(word) || constant(word)));
  }
  static std::optional<std::uint32_t> constant(const std::string& word) {
    for (const auto& [name, value] : kConstants)
      if (word == name) return value;
    const auto number = base::c_number(word, UINT32_MAX);
    return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
  }

  Test relation() {
    Number left = alternatives();
    const std::string sign = peek();
    const bool known =
        sign == "=" || sign == "==" || sign == "!=" || sign == "<" || sign == ">" || sign == "<=" || sign == ">=";
    if (!known) return fail("a comparison is needed");
    ++next_;
    Number right = alternatives();
    return [a = left, b = right, sign](const Fields& f) {
      const auto x = a(f), y = b(f);
      if (!x || !y) return false;
      if (sign == "!=") return *x != *y;
      if (sign == "<") return *x < *y;
      if (sign == ">") return *x > *y;
      if (sign == "<=") return *x <= *y;
      if (sign == ">=") return *x >= *y;
      return *x == *y;
    };
  }
  using Operation = std::uint32_t (*)(std::uint32_t, std::uint32_t);
  static Number both(Number a, Number b, Operation of) {
    return [a = std::move(a), b = std::move(b), of](const Fields& f) -> std::optional<std::uint32_t> {
      const auto x = a(f), y = b(f);
      if (!x || !y) return std::nullopt;
      return of(*x, *y);
    };
  }
  Number alternatives() {
    Number left = masked();
    while (take("|")) left = both(left, masked(), [](std::uint32_t x, std::uint32_t y) { return x | y; });
    return left;
  }
  Number masked() {
    Number left = shifted();
    while (take("&")) left = both(left, shifted(), [](std::uint32_t x, std::uint32_t y) { return x & y; });
    return left;
  }
  // By 32 and more: nothing is left.
  Number shifted() {
    constexpr std::uint32_t kBits = 32;
    Number left = sum();
    for (;;) {
      if (take("<<"))
        left = both(left, sum(), [](std::uint32_t x, std::uint32_t y) { return y < kBits ? x << y : 0; });
      else if (take(">>"))
        left = both(left, sum(), [](std::uint32_t x, std::uint32_t y) { return y < kBits ? x >> y : 0; });
      else
        return left;
    }
  }
  Number sum() {
    Number left = product();
    for (;;) {
      if (take("+"))
        left = both(left, product(), [](std::uint32_t x, std::uint32_t y) { return x + y; });
      else if (take("-"))
        left = both(left, product(), [](std::uint32_t x, std::uint32_t y) { return x - y; });
      else
        return left;
    }
  }
  Number product() {
    Number left = value();
    for (;;) {
      if (take("*"))
        left = both(left, value(), [](std::uint32_t x, std::uint32_t y) { return x * y; });
      else if (take("/"))
        left = divided(left, value());
      else
        return left;
    }
  }
  // By zero: no frame is taken (bpf_filter() ends with 0).
  static Number divided(Number a, Number b) {
    return [a = std::move(a), b = std::move(b)](const Fields& f) -> std::optional<std::uint32_t> {
      const auto x = a(f), y = b(f);
      return x && y && *y != 0 ? std::optional(*x / *y) : std::nullopt;
    };
  }

  Number no_number(std::string reason) {
    fail(std::move(reason));
    return [](const Fields&) { return std::nullopt; };
  }
  Number value() {
    if (++depth_ > kDeepest) return no_number("nested too deeply");
    Number made = simple_value();
    --depth_;
    return made;
  }
  Number simple_value() {
    if (take("(")) {
      Number inner = alternatives();
      if (!take(")")) return no_number("a parenthesis is not closed");
      return inner;
    }
    const std::string word = peek();
    if (take("len")) return [](const Fields& f) { return std::optional(static_cast<std::uint32_t>(f.frame.size())); };
    if (const auto known = constant(word)) {
      ++next_;
      return [n = *known](const Fields&) { return std::optional(n); };
    }
    for (const std::string_view protocol : {"ether", "ip", "tcp", "udp", "icmp", "sctp"})
      if (take(protocol)) return bytes(protocol);
    return no_number("a number is needed");
  }

  // PROTOCOL[FROM] or PROTOCOL[FROM:SIZE]
  Number bytes(std::string_view protocol) {
    if (!take("[")) return no_number("an offset is needed");
    Number from = alternatives();
    std::uint32_t size = 1;
    if (take(":")) {
      size = constant(peek()).value_or(0);
      ++next_;
    }
    if (size != 1 && size != 2 && size != 4) return no_number("a size is 1, 2 or 4");
    if (!take("]")) return no_number("a bracket is not closed");
    const int number = protocol == "tcp" ? 6 : protocol == "udp" ? 17 : protocol == "icmp" ? 1 : 132;
    const bool all = protocol == "ether", packet = protocol == "ip";
    return [=](const Fields& f) -> std::optional<std::uint32_t> {
      if (!all && !packet && f.protocol != static_cast<IpProto>(number)) return std::nullopt;
      const base::ByteView view = all ? f.frame : packet ? f.packet : f.transport;
      const auto at = from(f);
      if (!at || *at > view.size() || view.size() - *at < size) return std::nullopt;
      std::uint32_t result = 0;
      for (std::uint32_t i = 0; i < size; ++i) result = result << 8 | view[*at + i];
      return result;
    };
  }

  std::vector<Word> words_;
  std::size_t next_ = 0;
  unsigned depth_ = 0;
  std::pair<What, Side> last_{What::none, Side::either};
  std::optional<SyntaxError> error_;
};

}  // namespace

base::Result<FrameFilterPtr, SyntaxError> parse_filter(const std::vector<Word>& words) {
  std::vector<Word> parts = filter_words(words);
  if (parts.empty()) return FrameFilterPtr(std::make_shared<TestFilter>([](const Fields&) { return true; }));
  return Parser(std::move(parts)).run();
}

}  // namespace lvs::control
