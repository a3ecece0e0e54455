// SPDX-License-Identifier: GPL-2.0-or-later
// ipvsadm's command line: popt's way of taking options, ipvsadm's checks in their order and its words.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <climits>
#include <optional>

#include "control/programs/ipvsadm/options.h"
#include "control/words/addresses.h"
#include "control/words/libc-numbers.h"
#include "control/words/service-names.h"

namespace lvs::control::ipvsadm {
namespace {

// gethostbyname() without a resolver, which takes what inet_aton() takes.
std::optional<base::Ipv4Addr> host_of(std::string_view text) {
  if (text == "localhost") return host_address(text);
  return inet_aton_of(text);
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

  // --- popt ---
  // The next option, its argument in value_; nullptr at the end or after an answer.
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

  // --- ipvsadm ---
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
      const bool start = row->name == "start-daemon";
      request_.verb = start ? Verb::start_daemon : Verb::stop_daemon;
      if (*value_ == "master" || *value_ == "backup") {
        request_.daemon.role = *value_ == "master" ? ipvs::SyncRole::master : ipvs::SyncRole::backup;
        return;
      }
      fail(start ? "illegal start-daemon parameter specified" : "illegal start_daemon specified");
    } else {
      try_help();
    }
  }

  void set_option(std::uint64_t bit) {
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
    const auto addr = host_of(std::string_view(text).substr(0, colon));
    if (!addr) return std::nullopt;
    if (colon == std::string::npos) return std::pair(*addr, std::optional<std::uint16_t>{});
    const std::string port = text.substr(colon + 1);
    if (const auto number = strtol_between(port, 0, 65535, 10))
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

  template <class T>
  void take_between(T& to, long least, long most, std::string complaint) {
    const auto number = strtol_between(*value_, least, most, 10);
    if (!number) return fail(std::move(complaint));
    to = static_cast<T>(*number);
  }

  std::uint32_t parse_timeout(const std::string& text, long least) {
    const auto number = strtol_between(text, least, 86400L * 31, 10);
    if (!number) fail(fmt::format("invalid timeout value `{}' specified", text));
    return static_cast<std::uint32_t>(number.value_or(0));
  }

  void take(const Row& row) {
    if (row.bit != 0) {
      set_option(row.bit);
      if (!going()) return;
    }
    const std::string_view name = row.name;
    if (take_service_option(name) || take_server_option(name) || take_daemon_option(name)) return;
    if (name == "ipv6") {
      if (request_.service.key.fwmark == 0) return fail("-6 used before -f\n");
      unmodelled("IPv6 is not modelled");
    } else if (row.bit == 0 && name != "sort") {  // a second command
      fail(fmt::format("invalid option `{}'", spelling_));
    }
  }

  // Is it one of the service's?
  bool take_service_option(std::string_view name) {
    ipvs::ServiceConfig& service = request_.service;
    if (name == "tcp-service") {
      take_service(ipvs::IpProto::tcp);
    } else if (name == "udp-service") {
      take_service(ipvs::IpProto::udp);
    } else if (name == "sctp-service") {
      take_service(ipvs::IpProto::sctp);
    } else if (name == "fwmark-service") {
      take_between(service.key.fwmark, 1, 0xffffffffL, fmt::format("invalid fwmark value `{}' specified", *value_));
    } else if (name == "scheduler") {
      service.scheduler = value_->substr(0, 15);
    } else if (name == "persistent") {
      service.flags |= ipvs::service_flag::persistent;
      service.timeout = value_ ? parse_timeout(*value_, 1) : 360;
    } else if (name == "netmask") {
      take_netmask();
    } else if (name == "ops") {
      service.flags |= ipvs::service_flag::one_packet;
    } else if (name == "pe") {
      service.pe_name = value_->substr(0, 15);
    } else if (name == "sched-flags") {
      scheduler_flags_ = *value_;
    } else {
      return false;
    }
    return true;
  }

  void take_netmask() {
    if (looks_like_ipv6(*value_)) return unmodelled("IPv6 is not modelled");
    const auto mask = host_of(*value_);
    if (!mask) return fail("illegal virtual server persistent mask specified");
    request_.service.netmask = mask->value;
  }

  // Is it one of the real server's?
  bool take_server_option(std::string_view name) {
    ipvs::DestinationConfig& server = request_.server;
    if (name == "real-server") {
      take_server();
    } else if (name == "masquerading") {
      server.method = ipvs::ForwardMethod::masq;
    } else if (name == "ipip") {
      server.method = ipvs::ForwardMethod::ipip;
    } else if (name == "gatewaying") {
      server.method = ipvs::ForwardMethod::droute;
    } else if (name == "weight") {
      take_between(server.weight, 0, INT_MAX, "illegal weight specified");
    } else if (name == "u-threshold") {
      take_between(server.upper_threshold, 0, INT_MAX, "illegal u_threshold specified");
    } else if (name == "l-threshold") {
      take_between(server.lower_threshold, 0, INT_MAX, "illegal l_threshold specified");
    } else if (name == "tun-type") {
      take_tunnel_type();
    } else if (name == "tun-port") {
      take_between(server.tunnel_port, 1, 65535, "illegal tunnel port specified");
    } else if (name == "tun-nocsum") {
      server.tunnel_flags |= ipvs::tunnel_flag::nocsum;
    } else if (name == "tun-csum") {
      server.tunnel_flags |= ipvs::tunnel_flag::csum;
    } else if (name == "tun-remcsum") {
      server.tunnel_flags |= ipvs::tunnel_flag::remcsum;
    } else {
      return false;
    }
    return true;
  }

  // Is it one of a synchronisation daemon's?
  bool take_daemon_option(std::string_view name) {
    ipvs::SyncConfig& daemon = request_.daemon;
    if (name == "mcast-interface") {
      daemon.interface = value_->substr(0, 15);
    } else if (name == "mcast-group") {
      take_group();
    } else if (name == "mcast-port") {
      take_between(daemon.port, 1, 65535, "illegal mcast-port specified");
    } else if (name == "mcast-ttl") {
      take_between(daemon.ttl, 1, 255, "illegal mcast-ttl specified");
    } else if (name == "syncid") {
      take_between(daemon.syncid, 0, 255, "illegal syncid specified");
    } else if (name == "sync-maxlen") {
      take_between(daemon.max_length, 1, 65507, "illegal sync-maxlen specified");
    } else {
      return false;
    }
    return true;
  }

  void take_group() {
    if (looks_like_ipv6(*value_)) return unmodelled("IPv6 is not modelled");
    const auto group = inet_aton_of(*value_);
    if (!group || !group->is_multicast()) return fail(fmt::format("invalid IPv4 mcast-group `{}'", *value_));
    request_.daemon.group = *group;
  }

  void take_tunnel_type() {
    using Type = ipvs::TunnelType;
    static constexpr std::pair<std::string_view, Type> kTypes[] = {
        {"ipip", Type::ipip}, {"gue", Type::gue}, {"gre", Type::gre}};
    const auto type = std::ranges::find(kTypes, *value_, &std::pair<std::string_view, Type>::first);
    if (type == std::end(kTypes)) return fail("illegal tunnel type specified");
    request_.server.tunnel_type = type->second;
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
    if (auto complaint = check(request_, scheduler_flags_)) fail(std::move(*complaint));
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
