// SPDX-License-Identifier: GPL-2.0-or-later
// ipvsadm's command line: popt's way of taking options, ipvsadm's checks in their order and its words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <optional>

#include "control/ip.h"
#include "control/ipvsadm.h"
#include "control/service-names.h"

namespace lvs::control::ipvsadm {
namespace {

namespace o = option;

enum class Takes : std::uint8_t { nothing, text, optional_text };

// One row of ipvsadm's options_table. `bit` 0: a command, or without a bit of its own.
struct Row {
  std::string_view name;
  char letter;  // 0: long only
  Takes takes;
  std::uint32_t bit;
};

constexpr auto kRows = std::to_array<Row>({
    {"add-service", 'A', Takes::nothing, 0},
    {"edit-service", 'E', Takes::nothing, 0},
    {"delete-service", 'D', Takes::nothing, 0},
    {"clear", 'C', Takes::nothing, 0},
    {"list", 'L', Takes::nothing, 0},
    {"list", 'l', Takes::nothing, 0},
    {"zero", 'Z', Takes::nothing, 0},
    {"add-server", 'a', Takes::nothing, 0},
    {"edit-server", 'e', Takes::nothing, 0},
    {"delete-server", 'd', Takes::nothing, 0},
    {"set", 0, Takes::nothing, 0},
    {"restore", 'R', Takes::nothing, 0},
    {"save", 'S', Takes::nothing, 0},
    {"start-daemon", 0, Takes::text, 0},
    {"stop-daemon", 0, Takes::text, 0},
    {"help", 'h', Takes::nothing, 0},
    {"version", 'v', Takes::nothing, 0},
    {"tcp-service", 't', Takes::text, o::service},
    {"udp-service", 'u', Takes::text, o::service},
    {"sctp-service", 0, Takes::text, o::service},
    {"fwmark-service", 'f', Takes::text, o::service},
    {"scheduler", 's', Takes::text, o::scheduler},
    {"persistent", 'p', Takes::optional_text, o::persistent},
    {"netmask", 'M', Takes::text, o::netmask},
    {"real-server", 'r', Takes::text, o::server},
    {"masquerading", 'm', Takes::nothing, o::forward},
    {"ipip", 'i', Takes::nothing, o::forward},
    {"gatewaying", 'g', Takes::nothing, o::forward},
    {"weight", 'w', Takes::text, o::weight},
    {"u-threshold", 'x', Takes::text, o::upper},
    {"l-threshold", 'y', Takes::text, o::lower},
    {"numeric", 'n', Takes::nothing, o::numeric},
    {"connection", 'c', Takes::nothing, o::connection},
    {"timeout", 0, Takes::nothing, o::timeout},
    {"daemon", 0, Takes::nothing, o::daemon},
    {"stats", 0, Takes::nothing, o::stats},
    {"rate", 0, Takes::nothing, o::rate},
    {"thresholds", 0, Takes::nothing, o::thresholds},
    {"persistent-conn", 0, Takes::nothing, o::persistent_conn},
    {"nosort", 0, Takes::nothing, o::nosort},
    {"sort", 0, Takes::nothing, 0},
    {"exact", 'X', Takes::nothing, o::exact},
    {"ipv6", '6', Takes::nothing, 0},
    {"ops", 'o', Takes::nothing, o::ops},
    {"pe", 0, Takes::text, o::pe},
    {"tun-info", 0, Takes::nothing, o::tun_info},
    {"tun-type", 0, Takes::text, o::tun_type},
    {"tun-port", 0, Takes::text, o::tun_port},
    {"tun-nocsum", 0, Takes::nothing, o::tun_nocsum},
    {"tun-csum", 0, Takes::nothing, o::tun_csum},
    {"tun-remcsum", 0, Takes::nothing, o::tun_remcsum},
    {"sched-flags", 'b', Takes::text, o::sched_flags},
    {"mcast-interface", 0, Takes::text, 0},
    {"mcast-group", 0, Takes::text, 0},
    {"mcast-port", 0, Takes::text, 0},
    {"mcast-ttl", 0, Takes::text, 0},
    {"syncid", 0, Takes::text, 0},
    {"sync-maxlen", 0, Takes::text, 0},
});

// Names of the options in messages, by bit.
constexpr std::array<std::string_view, o::count> kOptionNames = {"numeric",    "connection",  "service-address",
                                                                 "scheduler",  "pe",          "persistent",
                                                                 "netmask",    "real-server", "forwarding-method",
                                                                 "weight",     "u-threshold", "l-threshold",
                                                                 "timeout",    "daemon",      "stats",
                                                                 "rate",       "thresholds",  "persistent-conn",
                                                                 "nosort",     "exact",       "ops",
                                                                 "tun-info",   "tun-type",    "tun-port",
                                                                 "tun-nocsum", "tun-csum",    "tun-remcsum",
                                                                 "sched-flags"};

constexpr std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::add_service: return "add-service";
    case Verb::edit_service: return "edit-service";
    case Verb::delete_service: return "delete-service";
    case Verb::flush: return "flush";
    case Verb::list: return "list";
    case Verb::add_server: return "add-server";
    case Verb::edit_server: return "edit-server";
    case Verb::delete_server: return "delete-server";
    case Verb::set_timeouts: return "set";
    case Verb::save: return "save";
    case Verb::restore: return "restore";
    case Verb::zero: return "zero";
  }
  return {};
}

// commands_v_options[][] of ipvsadm.c: which must be there, and which may.
struct Rule {
  std::uint32_t needed = 0;
  std::uint32_t allowed = 0;
};
constexpr std::uint32_t kServiceOptions = o::scheduler | o::pe | o::persistent | o::netmask | o::ops | o::sched_flags;
constexpr std::uint32_t kTunnelOptions = o::tun_type | o::tun_port | o::tun_nocsum | o::tun_csum | o::tun_remcsum;
constexpr std::uint32_t kServerOptions = o::forward | o::weight | o::upper | o::lower | kTunnelOptions;
constexpr std::uint32_t kListOptions =
    o::stats | o::rate | o::thresholds | o::persistent_conn | o::nosort | o::exact | o::tun_info;
// Of these a listing takes one.
constexpr std::uint32_t kExclusive = o::connection | o::service | o::timeout | o::daemon;

constexpr Rule rule_of(Verb verb) {
  switch (verb) {
    case Verb::add_service:
    case Verb::edit_service: return {o::service, o::service | kServiceOptions};
    case Verb::delete_service: return {o::service, o::service};
    case Verb::list: return {0, o::numeric | kExclusive | kListOptions};
    case Verb::add_server:
    case Verb::edit_server: return {o::service | o::server, o::service | o::server | kServerOptions};
    case Verb::delete_server: return {o::service | o::server, o::service | o::server};
    case Verb::save: return {0, o::numeric};
    case Verb::zero: return {0, o::service};
    case Verb::flush:
    case Verb::set_timeouts:
    case Verb::restore: return {};
  }
  return {};
}

// strtol(text, , 10) of all of it, between bounds.
std::optional<long> number_between(const std::string& text, long least, long most) {
  char* end = nullptr;
  errno = 0;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str() || static_cast<std::size_t>(end - text.c_str()) != text.size() || errno == ERANGE)
    return std::nullopt;
  if (value < least || value > most) return std::nullopt;
  return value;
}

// inet_aton(): one to four numbers in C's notation, the last one filling what is left.
std::optional<base::Ipv4Addr> host_address(std::string_view text) {
  if (text == "localhost") return base::Ipv4Addr::of(127, 0, 0, 1);
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) {
      const auto rest = ip::number_of(text, 0xffffffffu >> (8 * part));
      if (!rest) return std::nullopt;
      return base::Ipv4Addr{value | static_cast<std::uint32_t>(*rest)};
    }
    const auto number = ip::number_of(text.substr(0, dot), 255);
    if (!number) return std::nullopt;
    value |= static_cast<std::uint32_t>(*number) << (24 - 8 * part);
    text.remove_prefix(dot + 1);
  }
  return std::nullopt;
}

class Parser {
 public:
  explicit Parser(const std::vector<Word>& words) : words_(words), program_(words.front().text) {}

  base::Result<Parsed, SyntaxError> run() {
    if (words_.size() == 1) return Parsed{request_};  // lists
    first_option();
    while (going()) {
      const Row* row = next_option();
      if (row == nullptr) break;
      take(*row);
    }
    if (going()) finish();
    if (error_) return base::Error{*error_};
    if (answer_) return Parsed{*answer_};
    return Parsed{request_};
  }

 private:
  bool going() const { return !answer_ && !error_; }
  void answer(int status, std::string err, bool ends_restore = true) {
    if (!answer_) answer_ = Answer{status, {}, std::move(err) + "\n", ends_restore};
  }
  void fail(std::string text) { answer(2, std::move(text)); }
  void try_help() { answer(255, fmt::format("Try `{0} -h' or '{0} --help' for more information.", program_)); }
  void unmodelled(std::string reason, std::string known = {}) {
    if (!error_) error_ = SyntaxError{words_[word_].column, words_[word_].text, std::move(reason), std::move(known)};
  }

  // --- popt
  // ----------------------------------------------------------------------------------------------------------- The
  // next option, its argument in value_; nullptr at the end or after an answer.
  const Row* next_option() {
    if (!cluster_.empty()) return short_option();
    while (next_ < words_.size()) {
      const std::string& word = words_[word_ = next_++].text;
      if (only_rest_ || word.size() < 2 || word[0] != '-') {
        rest_.push_back(word_);
        continue;
      }
      if (word == "--") {
        only_rest_ = true;
        continue;
      }
      if (word.starts_with("--")) return long_option(word);
      cluster_ = std::string_view(word).substr(1);
      spelling_ = word;
      return short_option();
    }
    return nullptr;
  }

  const Row* long_option(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string_view name = std::string_view(word).substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto row = std::ranges::find(kRows, name, &Row::name);
    spelling_ = word;
    if (row == kRows.end()) return unknown_option();
    if (equals != std::string::npos) {
      if (row->takes == Takes::nothing) {
        if (!seen_first_) return try_help(), nullptr;
        return answer(255, fmt::format("{}: option does not take an argument", spelling_), false), nullptr;
      }
      value_ = word.substr(equals + 1);
      return &*row;
    }
    return with_argument(*row);
  }

  const Row* short_option() {
    const char letter = cluster_.front();
    cluster_.remove_prefix(1);
    const auto row = std::ranges::find(kRows, letter, &Row::letter);
    if (row == kRows.end() || letter == 0) return unknown_option();
    if (row->takes != Takes::nothing && !cluster_.empty()) {
      if (cluster_.front() == '=') cluster_.remove_prefix(1);
      value_ = std::string(cluster_);
      cluster_ = {};
      return &*row;
    }
    return with_argument(*row);
  }

  const Row* with_argument(const Row& row) {
    value_.reset();
    if (row.takes == Takes::nothing) return &row;
    const bool there = next_ < words_.size();
    if (row.takes == Takes::optional_text) {
      if (there && !words_[next_].text.starts_with('-')) value_ = words_[word_ = next_++].text;
      return &row;
    }
    if (!there) {
      if (!seen_first_) return try_help(), nullptr;
      return answer(255, fmt::format("{}: missing argument", spelling_), false), nullptr;
    }
    value_ = words_[word_ = next_++].text;
    return &row;
  }

  const Row* unknown_option() {
    if (!seen_first_) {
      try_help();
    } else {
      answer(255, fmt::format("{}: unknown option", spelling_), false);
    }
    return nullptr;
  }

  // --- ipvsadm
  // --------------------------------------------------------------------------------------------------------
  void first_option() {
    const Row* row = next_option();
    seen_first_ = true;
    if (!going()) return;
    if (row == nullptr) return try_help();
    static constexpr std::pair<std::string_view, Verb> kVerbs[] = {{"add-service", Verb::add_service},
                                                                   {"edit-service", Verb::edit_service},
                                                                   {"delete-service", Verb::delete_service},
                                                                   {"clear", Verb::flush},
                                                                   {"list", Verb::list},
                                                                   {"zero", Verb::zero},
                                                                   {"add-server", Verb::add_server},
                                                                   {"edit-server", Verb::edit_server},
                                                                   {"delete-server", Verb::delete_server},
                                                                   {"set", Verb::set_timeouts},
                                                                   {"restore", Verb::restore},
                                                                   {"save", Verb::save}};
    for (const auto& [name, verb] : kVerbs) {
      if (row->name != name) continue;
      request_.verb = verb;
      return;
    }
    if (row->name == "help" || row->name == "version") {
      answer_ = Answer{0, row->name == "help" ? help_text() : version_text(), {}, true};
    } else if (row->name == "start-daemon" || row->name == "stop-daemon") {
      if (*value_ == "master" || *value_ == "backup") return unmodelled("the synchronisation daemon is not modelled");
      fail(row->name == "start-daemon" ? "illegal start-daemon parameter specified" : "illegal start_daemon specified");
    } else {
      try_help();
    }
  }

  void set_option(std::uint32_t bit) {
    if ((request_.options & bit) != 0) {
      const auto index = static_cast<std::size_t>(std::countr_zero(bit));
      return fail(fmt::format("multiple '{}' options specified", kOptionNames[index]));
    }
    request_.options |= bit;
  }

  // The address and port of -t, -u, --sctp-service and -r; nothing when it is none (kernel order: port 0 when left
  // out).
  std::optional<std::pair<base::Ipv4Addr, std::optional<std::uint16_t>>> address_and_port(const std::string& text) {
    if (text.find_first_not_of("0123456789") == std::string::npos) return std::nullopt;
    if (looks_like_ipv6(text)) {
      unmodelled("IPv6 is not modelled");
      return std::nullopt;
    }
    const std::size_t colon = text.rfind(':');
    const auto addr = host_address(std::string_view(text).substr(0, colon));
    if (!addr) return std::nullopt;
    if (colon == std::string::npos) return std::pair(*addr, std::optional<std::uint16_t>{});
    const std::string port = text.substr(colon + 1);
    if (const auto number = number_between(port, 0, 65535))
      return std::pair(*addr, std::optional(static_cast<std::uint16_t>(*number)));
    if (const auto number = service_port(port, lower_name(request_.service.key.protocol)))
      return std::pair(*addr, std::optional(*number));
    return std::nullopt;
  }

  void take_service(ipvs::IpProto protocol) {
    request_.service.key.protocol = protocol;
    const auto place = address_and_port(*value_);
    if (!going()) return;
    if (!place) return fail("illegal virtual server address[:port] specified");
    request_.service.key.addr = place->first;
    request_.service.key.port = place->second.value_or(0);
  }

  void take_server() {
    const auto place = address_and_port(*value_);
    if (!going()) return;
    if (!place) return fail("illegal real server address[:port] specified");
    request_.server.addr = place->first;
    // Without a port: the service's, as far as it is known by now.
    request_.server.port = place->second.value_or(request_.service.key.port);
  }

  void take_number(std::uint32_t& to, std::string_view what) {
    const auto number = number_between(*value_, 0, INT_MAX);
    if (!number) return fail(fmt::format("illegal {} specified", what));
    to = static_cast<std::uint32_t>(*number);
  }

  std::uint32_t parse_timeout(const std::string& text, long least) {
    const auto number = number_between(text, least, 86400L * 31);
    if (!number) fail(fmt::format("invalid timeout value `{}' specified", text));
    return static_cast<std::uint32_t>(number.value_or(0));
  }

  void take(const Row& row) {
    if (row.bit != 0) {
      set_option(row.bit);
      if (!going()) return;
    }
    ipvs::ServiceConfig& service = request_.service;
    ipvs::DestinationConfig& server = request_.server;
    const std::string_view name = row.name;
    if (name == "tcp-service") return take_service(ipvs::IpProto::tcp);
    if (name == "udp-service") return take_service(ipvs::IpProto::udp);
    if (name == "sctp-service") return take_service(ipvs::IpProto::sctp);
    if (name == "real-server") return take_server();
    if (name == "fwmark-service") {
      const auto mark = number_between(*value_, 1, 0xffffffffL);
      if (!mark) return fail(fmt::format("invalid fwmark value `{}' specified", *value_));
      service.key.fwmark = static_cast<std::uint32_t>(*mark);
    } else if (name == "scheduler") {
      service.scheduler = value_->substr(0, 15);
    } else if (name == "persistent") {
      service.flags |= ipvs::service_flag::persistent;
      service.timeout = value_ ? parse_timeout(*value_, 1) : 360;
    } else if (name == "netmask") {
      if (looks_like_ipv6(*value_)) return unmodelled("IPv6 is not modelled");
      const auto mask = host_address(*value_);
      if (!mask) return fail("illegal virtual server persistent mask specified");
      service.netmask = mask->value;
    } else if (name == "masquerading") {
      server.method = ipvs::ForwardMethod::masq;
    } else if (name == "ipip") {
      server.method = ipvs::ForwardMethod::ipip;
    } else if (name == "gatewaying") {
      server.method = ipvs::ForwardMethod::droute;
    } else if (name == "weight") {
      const auto weight = number_between(*value_, 0, INT_MAX);
      if (!weight) return fail("illegal weight specified");
      server.weight = static_cast<int>(*weight);
    } else if (name == "u-threshold") {
      take_number(server.upper_threshold, "u_threshold");
    } else if (name == "l-threshold") {
      take_number(server.lower_threshold, "l_threshold");
    } else if (name == "ops") {
      service.flags |= ipvs::service_flag::one_packet;
    } else if (name == "pe") {
      service.pe_name = value_->substr(0, 15);
    } else if (name == "sched-flags") {
      scheduler_flags_ = *value_;
    } else if (name == "tun-type") {
      if (*value_ == "ipip")
        server.tunnel_type = ipvs::TunnelType::ipip;
      else if (*value_ == "gue")
        server.tunnel_type = ipvs::TunnelType::gue;
      else if (*value_ == "gre")
        server.tunnel_type = ipvs::TunnelType::gre;
      else
        fail("illegal tunnel type specified");
    } else if (name == "tun-port") {
      const auto port = number_between(*value_, 1, 65535);
      if (!port) return fail("illegal tunnel port specified");
      server.tunnel_port = static_cast<std::uint16_t>(*port);
    } else if (name == "tun-nocsum") {
      server.tunnel_flags |= ipvs::tunnel_flag::nocsum;
    } else if (name == "tun-csum") {
      server.tunnel_flags |= ipvs::tunnel_flag::csum;
    } else if (name == "tun-remcsum") {
      server.tunnel_flags |= ipvs::tunnel_flag::remcsum;
    } else if (name == "ipv6") {
      if (service.key.fwmark == 0) return fail("-6 used before -f\n");
      unmodelled("IPv6 is not modelled");
    } else if (name.starts_with("mcast-") || name.starts_with("sync")) {
      unmodelled("the synchronisation daemon is not modelled");
    } else if (row.bit == 0 && name != "sort") {  // a second command
      fail(fmt::format("invalid option `{}'", spelling_));
    }
  }

  void finish() {
    if (request_.verb == Verb::set_timeouts) {
      if (rest_.size() < 3) return fail("--set option requires 3 timeout values");
      std::uint32_t* const to[] = {&request_.timeouts.tcp, &request_.timeouts.tcp_fin, &request_.timeouts.udp};
      for (std::size_t i = 0; i < 3; ++i) *to[i] = parse_timeout(words_[rest_[i]].text, 0);
      rest_.erase(rest_.begin(), rest_.begin() + 3);
      if (!going()) return;
    }
    if (!rest_.empty()) return fail(fmt::format("unexpected argument {}", words_[rest_.front()].text));
    check_options();
    if (!going()) return;
    switch (request_.verb) {
      case Verb::add_service:
      case Verb::edit_service: return check_service();
      case Verb::add_server:
      case Verb::edit_server: return check_server();
      case Verb::list:
        if (request_.has(o::connection | o::timeout | o::daemon) &&
            (request_.has(o::stats | o::rate | o::thresholds) ||
             (request_.has(o::persistent_conn) && !request_.has(o::connection)))) {
          fail("options conflicts in the list command");
        }
        return;
      default: return;
    }
  }

  // generic_opt_check() of ipvsadm.c.
  void check_options() {
    const Rule rule = rule_of(request_.verb);
    std::optional<unsigned> exclusive;
    for (unsigned i = 0; i < o::count && going(); ++i) {
      const std::uint32_t bit = 1u << i;
      if (!request_.has(bit)) {
        if ((rule.needed & bit) != 0) {
          fail(fmt::format("You need to supply the '{}' option for the '{}' command", kOptionNames[i],
                           verb_name(request_.verb)));
        }
        continue;
      }
      if ((rule.allowed & bit) == 0) {
        return fail(
            fmt::format("Illegal '{}' option with the '{}' command", kOptionNames[i], verb_name(request_.verb)));
      }
      if (request_.verb != Verb::list || (kExclusive & bit) == 0) continue;
      if (exclusive) {
        return fail(fmt::format("The option '{}' conflicts with the '{}' option in the '{}' command", kOptionNames[i],
                                kOptionNames[*exclusive], verb_name(request_.verb)));
      }
      exclusive = i;
    }
  }

  void check_service() {
    ipvs::ServiceConfig& service = request_.service;
    const bool marked = service.key.fwmark != 0;
    if (!marked && service.key.port == 0 && (service.flags & ipvs::service_flag::persistent) == 0) {
      return fail("Zero port specified for non-persistent service");
    }
    if ((service.flags & ipvs::service_flag::one_packet) != 0 && !marked &&
        service.key.protocol != ipvs::IpProto::udp) {
      return fail("One-Packet Scheduling is only for UDP virtual services");
    }
    if (service.scheduler.empty()) service.scheduler = "wlc";
    parse_scheduler_flags();
  }

  void parse_scheduler_flags() {
    static constexpr struct {
      std::string_view name, scheduler;
      std::uint32_t flag;
    } kFlags[] = {
        {"flag-1", "", ipvs::service_flag::sched1},     {"flag-2", "", ipvs::service_flag::sched2},
        {"flag-3", "", ipvs::service_flag::sched3},     {"sh-fallback", "sh", ipvs::service_flag::sh_fallback},
        {"sh-port", "sh", ipvs::service_flag::sh_port}, {"mh-fallback", "mh", ipvs::service_flag::mh_fallback},
        {"mh-port", "mh", ipvs::service_flag::mh_port}};
    std::string_view rest = scheduler_flags_;
    while (!rest.empty() && going()) {
      const std::size_t comma = rest.find(',');
      const std::string_view name = rest.substr(0, comma);
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (name.empty()) continue;  // strtok()
      const auto flag = std::ranges::find_if(kFlags, [&](const auto& f) { return f.name == name; });
      if (flag == std::end(kFlags)) return fail(fmt::format("invalid scheduler flag `{}'", name));
      if (!flag->scheduler.empty() && flag->scheduler != request_.service.scheduler) {
        return fail(fmt::format("incompatible scheduler flag `{}'", name));
      }
      request_.service.flags |= flag->flag;
    }
  }

  void check_server() {
    ipvs::DestinationConfig& server = request_.server;
    const ipvs::ServiceKey& key = request_.service.key;
    // Without address translation the port stays what the client asked for.
    if (key.fwmark == 0 && server.method != ipvs::ForwardMethod::masq) server.port = key.port;
    if (!request_.has(kTunnelOptions)) return;
    if (server.method != ipvs::ForwardMethod::ipip) return fail("Tunnel options conflict with forward method");
    check_tunnel();
  }

  void check_tunnel() {
    const ipvs::TunnelType type = request_.server.tunnel_type;
    const bool gue = type == ipvs::TunnelType::gue;
    const std::string_view name = gue ? "gue" : type == ipvs::TunnelType::gre ? "gre" : "ipip";
    std::uint32_t allowed = o::tun_type;
    if (gue) allowed = kTunnelOptions;
    if (type == ipvs::TunnelType::gre) allowed |= o::tun_nocsum | o::tun_csum;
    std::optional<unsigned> exclusive;
    for (unsigned i = 0; i < o::count; ++i) {
      const std::uint32_t bit = 1u << i;
      if ((kTunnelOptions & bit) == 0) continue;
      if (!request_.has(bit)) {
        if (gue && bit == o::tun_port) {
          return fail(
              fmt::format("You need to supply the '{}' option for the '{}' tunnel type", kOptionNames[i], name));
        }
        continue;
      }
      if ((allowed & bit) == 0)
        return fail(fmt::format("Illegal '{}' option with the '{}' tunnel type", kOptionNames[i], name));
      if (bit == o::tun_type || bit == o::tun_port) continue;
      if (exclusive) {
        return fail(fmt::format("The option '{}' conflicts with the '{}' option in the '{}' tunnel type",
                                kOptionNames[i], kOptionNames[*exclusive], name));
      }
      exclusive = i;
    }
  }

  const std::vector<Word>& words_;
  std::string program_;
  Request request_;
  std::optional<Answer> answer_;
  std::optional<SyntaxError> error_;
  std::size_t next_ = 1;      // word to look at next
  std::size_t word_ = 0;      // word taken last
  std::string_view cluster_;  // letters left of "-Ln"
  bool only_rest_ = false;
  bool seen_first_ = false;
  std::string spelling_;              // the word with the option taken last
  std::optional<std::string> value_;  // its argument
  std::vector<std::size_t> rest_;     // words that are no options
  std::string scheduler_flags_;
};

}  // namespace

base::Result<Parsed, SyntaxError> parse(const std::vector<Word>& words) { return Parser(words).run(); }

}  // namespace lvs::control::ipvsadm
