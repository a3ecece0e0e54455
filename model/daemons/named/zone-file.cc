// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/zone-file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/numbers.h"
#include "daemons/named/zone-check.h"
#include "daemons/named/zone-tokens.h"

namespace lvs::named {
namespace {

using wire::DnsType;

constexpr std::size_t kMostRecords = 100'000;

void put_short(std::string& to, unsigned value) {
  to += static_cast<char>(value >> 8 & 0xff);
  to += static_cast<char>(value & 0xff);
}
void put_long(std::string& to, std::uint32_t value) {
  put_short(to, value >> 16);
  put_short(to, value & 0xffff);
}

// What is wrong with a record's value: near which word.
struct BadValue {
  std::string near, why;
};

class ZoneParser {
 public:
  ZoneParser(const std::string& origin, std::string_view text, std::string file)
      : zone_(std::make_shared<Zone>(origin)), tokens_(text), file_(std::move(file)), origin_(origin) {}

  std::shared_ptr<const Zone> read() {
    lines();
    return zone_;
  }

  ZoneReading run() {
    lines();
    return finish();
  }

 private:
  void lines() {
    ZoneTokens::Line line;
    while (result_.error.empty() && result_.refused.empty() && tokens_.next(line)) {
      if (line.words.empty()) continue;
      line_ = line.number;
      if (++records_ > kMostRecords) refuse("so many records are not read");
      if (!line.blank && line.words.front().text.starts_with('$')) {
        directive(line.words);
      } else {
        record(line);
      }
    }
    if (result_.refused.empty() && result_.error.empty() && !tokens_.error().empty()) {
      line_ = tokens_.line();
      // Quotes are of values.
      const bool value = tokens_.error() == "unbalanced quotes";
      say(fmt::format("{}: {}:{}: {}", value ? "dns_rdata_fromtext" : "dns_master_load", file_, line_,
                      tokens_.error()));
      result_.error = tokens_.error();
    }
  }

  ZoneReading finish() {
    if (!result_.refused.empty()) return std::move(result_);
    const std::string shown = fmt::format("zone {}/IN", zone_->origin().empty() ? "." : zone_->origin());
    if (!result_.error.empty()) {
      say(fmt::format("{}: loading from master file {} failed: {}", shown, file_, result_.error));
      say(shown + ": not loaded due to errors.");
      return std::move(result_);
    }
    const bool good = check_zone(*zone_, result_.lines);
    if (good) {
      say(fmt::format("{}: loaded serial {}", shown, zone_->serial()));
      result_.zone = std::move(zone_);
    } else {
      say(shown + ": not loaded due to errors.");
      result_.error = "not loaded due to errors";
    }
    return std::move(result_);
  }

  void say(std::string line) { result_.lines.push_back(std::move(line)); }
  void fail(std::string line, std::string error) {
    say(std::move(line));
    result_.error = std::move(error);
  }
  void refuse(std::string_view what) { result_.refused = fmt::format("{}:{}: {}", file_, line_, what); }

  // A name as sent; relative ones are below the origin.
  std::optional<std::string> name_text(const std::string& text) const {
    std::string whole = text;
    if (text == "@") {
      whole = origin_.empty() ? "." : origin_;
    } else if (!text.ends_with('.')) {
      whole = origin_.empty() ? text : text + "." + origin_;
    }
    if (!wire::dns_name(whole)) return std::nullopt;
    if (whole.ends_with('.')) whole.pop_back();
    return whole;
  }

  // "1d12h", "3600" (BIND: dns_ttl_fromtext()).
  static std::optional<std::uint32_t> ttl_of(std::string_view text) {
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) == 0) return std::nullopt;
    std::uint64_t sum = 0;
    while (!text.empty()) {
      const auto number = base::take_number<std::uint32_t>(text);
      if (!number) return std::nullopt;
      std::uint64_t unit = 1;
      if (!text.empty()) {
        switch (std::tolower(static_cast<unsigned char>(text[0]))) {
          case 'w': unit = 604800; break;
          case 'd': unit = 86400; break;
          case 'h': unit = 3600; break;
          case 'm': unit = 60; break;
          case 's': unit = 1; break;
          default: return std::nullopt;
        }
        text.remove_prefix(1);
      }
      sum += *number * unit;
    }
    if (sum > 0xffffffff) return std::nullopt;
    return static_cast<std::uint32_t>(sum);
  }

  void directive(const std::vector<ZoneWord>& words) {
    const std::string name = folded(words[0].text);
    if (name == "$generate" || name == "$include") return refuse(fmt::format("'{}' is not modelled", words[0].text));
    if (name != "$ttl" && name != "$origin") {
      return fail(fmt::format("dns_master_load: {}:{}: unknown $ directive '{}'", file_, line_, words[0].text),
                  "syntax error");
    }
    if (words.size() < 2)
      return fail(fmt::format("dns_master_load: {}:{}: unexpected end of line", file_, line_),
                  "unexpected end of input");
    if (name == "$origin") {
      const auto origin = name_text(words[1].text);
      if (!origin) return fail(fmt::format("dns_master_load: {}:{}: bad label", file_, line_), "bad label");
      origin_ = *origin;
      return;
    }
    const auto ttl = ttl_of(words[1].text);
    if (!ttl) return static_cast<void>(result_.error = "bad ttl");
    default_ttl_ = ttl;
  }

  void record(const ZoneTokens::Line& line) {
    std::size_t at = 0;
    if (!line.blank) {
      const auto owner = name_text(line.words[at++].text);
      if (!owner) return fail(fmt::format("dns_master_load: {}:{}: bad label", file_, line_), "bad label");
      owner_ = *owner;
    }
    // TTL and class, in either order.
    std::optional<std::uint32_t> ttl;
    for (; at < line.words.size() && !line.words[at].quoted; ++at) {
      const std::string word = folded(line.words[at].text);
      if (word == "in") continue;
      if (word == "ch" || word == "hs") return refuse("only class IN is modelled");
      const auto number = ttl_of(word);
      if (!number) break;
      ttl = number;
    }
    if (at == line.words.size())
      return fail(fmt::format("dns_master_load: {}:{}: unexpected end of line", file_, line_),
                  "unexpected end of input");
    const auto type = wire::dns_type_of(line.words[at].text);
    if (!type) {
      if (is_other_type(line.words[at].text))
        return refuse(fmt::format("records of type {} are not modelled", line.words[at].text));
      return fail(fmt::format("{}:{}: unknown RR type '{}'", file_, line_, line.words[at].text), "unknown class/type");
    }
    std::string data;
    const std::vector<ZoneWord> values(line.words.begin() + static_cast<std::ptrdiff_t>(at) + 1, line.words.end());
    if (const auto bad = value(*type, values, data)) {
      const std::string near = bad->near.empty() ? "near eol" : fmt::format("near '{}'", bad->near);
      return fail(fmt::format("dns_rdata_fromtext: {}:{}: {}: {}", file_, line_, near, bad->why), bad->why);
    }
    if (result_.refused.empty()) add(*type, ttl, std::move(data));
  }

  static bool is_other_type(const std::string& word) {
    const std::string name = folded(word);
    constexpr std::string_view kOther[] = {"spf",   "caa",   "dnskey", "rrsig", "nsec",  "nsec3", "ds",
                                           "naptr", "hinfo", "rp",     "loc",   "sshfp", "tlsa",  "dname",
                                           "https", "svcb",  "afsdb",  "cert",  "key",   "sig",   "nsec3param"};
    return std::ranges::find(kOther, name) != std::end(kOther);
  }

  void add(std::uint16_t type, std::optional<std::uint32_t> ttl, std::string data) {
    if (!wire::dns_name_below(owner_, zone_->origin())) {
      say(fmt::format("{}:{}: ignoring out-of-zone data ({})", file_, line_, owner_));
      return;
    }
    const bool soa = type == number_of(DnsType::soa);
    if (!ttl && !default_ttl_ && !last_ttl_) {
      if (!soa) return fail(fmt::format("dns_master_load: {}:{}: no TTL specified", file_, line_), "no TTL specified");
      const auto* const end = reinterpret_cast<const std::uint8_t*>(data.data() + data.size());
      last_ttl_ = base::load_be32(end - 4);
      say(fmt::format("{}:{}: no TTL specified; using SOA MINTTL instead", file_, line_));
    }
    const std::uint32_t used = ttl ? *ttl : default_ttl_ ? *default_ttl_ : *last_ttl_;
    if (ttl && !default_ttl_) last_ttl_ = ttl;
    Node& node = zone_->make(owner_);
    const auto shown = [&] { return fmt::format("dns_master_load: {}:{}: {}", file_, line_, owner_); };
    const bool cname = type == number_of(DnsType::cname);
    const bool has_cname = node.find(DnsType::cname) != nullptr;
    if ((cname && !node.sets.empty() && !has_cname) || (!cname && has_cname))
      return fail(shown() + ": CNAME and other data", "CNAME and other data");
    auto set = std::ranges::find(node.sets, type, &RrSet::type);
    if (set == node.sets.end()) {
      set = node.sets.insert(node.sets.end(), RrSet{});
      set->type = type;
      set->number = static_cast<std::uint32_t>(records_);
      set->ttl = used;
    } else if (set->ttl != used) {
      say(fmt::format("{}:{}: TTL set to prior TTL ({})", file_, line_, set->ttl));
    }
    set->add(std::move(data));
    if ((soa || cname) && set->data.size() > 1)
      fail(shown() + ": multiple RRs of singleton type", "multiple RRs of singleton type");
  }

  // The value of one record, word by word.
  struct Value {
    const std::vector<ZoneWord>& words;
    std::string& to;
    std::size_t at = 0;
    std::optional<BadValue> bad = std::nullopt;

    std::string word() {
      if (at < words.size()) return words[at++].text;
      if (!bad) bad = BadValue{{}, "unexpected end of input"};
      return {};
    }
  };

  void take_name(Value& value) const {
    const std::string text = value.word();
    if (value.bad) return;
    if (const auto whole = name_text(text)) {
      value.to += *wire::dns_name(*whole);
    } else {
      value.bad = BadValue{text, "bad label"};
    }
  }
  static void take_number(Value& value, std::uint32_t most, bool time) {
    const std::string text = value.word();
    if (value.bad) return;
    std::string_view digits = text;
    const auto plain = base::take_number<std::uint32_t>(digits);
    const auto found = time ? ttl_of(text) : plain && digits.empty() ? plain : std::nullopt;
    if (!found) {
      value.bad = BadValue{text, time ? "bad ttl" : "not a valid number"};
    } else if (*found > most) {
      value.bad = BadValue{text, "out of range"};
    } else if (most == 0xffff) {
      put_short(value.to, *found);
    } else {
      put_long(value.to, *found);
    }
  }
  static void take_address(Value& value) {
    const std::string text = value.word();
    const auto address = base::Ipv4Addr::parse(text);
    if (!value.bad && !address) value.bad = BadValue{text, "bad dotted quad"};
    if (!value.bad) put_long(value.to, address->value);
  }
  static void take_texts(Value& value) {
    do {
      const std::string text = value.word();
      if (!value.bad && text.size() > 255) value.bad = BadValue{text, "text too long"};
      if (!value.bad) value.to += static_cast<char>(text.size()) + text;
    } while (!value.bad && value.at < value.words.size());
  }

  std::optional<BadValue> value(std::uint16_t type, const std::vector<ZoneWord>& words, std::string& to) {
    Value value{words, to};
    switch (static_cast<DnsType>(type)) {
      case DnsType::a: take_address(value); break;
      case DnsType::ns:
      case DnsType::cname:
      case DnsType::ptr: take_name(value); break;
      case DnsType::mx:
        take_number(value, 0xffff, false);
        take_name(value);
        break;
      case DnsType::srv:
        for (int i = 0; i < 3; ++i) take_number(value, 0xffff, false);
        take_name(value);
        break;
      case DnsType::txt: take_texts(value); break;
      case DnsType::soa:
        take_name(value);
        take_name(value);
        take_number(value, 0xffffffff, false);
        for (int i = 0; i < 4; ++i) take_number(value, 0xffffffff, true);
        break;
      default: refuse(fmt::format("records of type {} are not modelled", wire::dns_type_name(type))); return {};
    }
    if (!value.bad && value.at < words.size()) value.bad = BadValue{words[value.at].text, "extra input text"};
    return value.bad;
  }

  std::shared_ptr<Zone> zone_;
  ZoneTokens tokens_;
  std::string file_, origin_, owner_;
  std::optional<std::uint32_t> default_ttl_, last_ttl_;
  std::size_t line_ = 0, records_ = 0;
  ZoneReading result_;
};

}  // namespace

ZoneReading read_zone(const std::string& origin, std::string_view text, const std::string& file) {
  return ZoneParser(origin, text, file).run();
}

std::shared_ptr<const Zone> built_in_zone(const std::string& origin, std::string_view text) {
  return ZoneParser(origin, text, {}).read();
}

ZoneReading missing_zone(const std::string& origin, const std::string& file) {
  ZoneReading reading;
  reading.error = "file not found";
  const std::string shown = fmt::format("zone {}/IN", origin.empty() ? "." : origin);
  reading.lines.push_back(fmt::format("{}: loading from master file {} failed: {}", shown, file, reading.error));
  reading.lines.push_back(shown + ": not loaded due to errors.");
  return reading;
}

}  // namespace lvs::named
