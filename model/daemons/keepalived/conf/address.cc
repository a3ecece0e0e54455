// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "control/words/word.h"
#include "daemons/keepalived/conf/conf.h"

namespace lvs::keepalived {
namespace {

constexpr const char* kIpv6 = "IPv6 is not modelled";
constexpr std::size_t kLongestLabel = 15;  // IFNAMSIZ - 1

std::optional<std::uint8_t> scope_of(const std::string& word) {
  struct Named {
    std::string_view name;
    std::uint8_t number;
  };
  constexpr auto kNames = std::to_array<Named>(
      {{"global", 0}, {"universe", 0}, {"nowhere", 255}, {"host", 254}, {"link", 253}, {"site", 200}});
  const auto* const named = std::ranges::find(kNames, word, &Named::name);
  if (named != kNames.end()) return named->number;
  if (word.empty() || word.size() > 3 || word.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const int number = std::stoi(word);
  return number > 255 ? std::nullopt : std::optional(static_cast<std::uint8_t>(number));
}

std::optional<base::Ipv4Prefix> read_prefix(ConfReader& r, const std::string& word, bool with_length) {
  if (control::looks_like_ipv6(word)) {
    r.report.refuse(word, kIpv6);
    return std::nullopt;
  }
  base::Ipv4Prefix prefix{{}, 32};
  const std::size_t slash = with_length ? word.find('/') : std::string::npos;
  if (slash != std::string::npos) {
    const std::string length = word.substr(slash + 1);
    if (const auto read = r.numbers.natural(length, 0, 32, true)) {
      prefix.length = static_cast<unsigned>(*read);
    } else {
      r.report.error(fmt::format("Invalid address prefix len {} for address {} - using 32", length, word));
    }
  }
  const auto address = base::Ipv4Addr::parse(std::string_view(word).substr(0, slash));
  if (!address) {
    r.report.error(fmt::format("VRRP parsed invalid IP {}. skipping IP...", word));
    return std::nullopt;
  }
  prefix.addr = *address;
  return prefix;
}

// Reads the words behind an address, one option after the other.
class AddressOptions {
 public:
  AddressOptions(ConfReader& r, const ConfWords& words, bool is_static, ConfAddress& address)
      : r_(r), words_(words), static_(is_static), address_(address) {}

  // False: the address is skipped.
  bool read() {
    for (std::size_t i = 1; i < words_.size(); ++i) {
      const std::string& option = words_[i];
      if (takes_word(option)) {
        if (i + 1 == words_.size()) {
          r_.report.error(fmt::format("No {} parameter specified for {}", option, words_[0]));
          return false;
        }
        if (!with_word(option, words_[++i])) return false;
      } else if (!alone(option)) {
        return false;
      }
    }
    return finish_broadcast();
  }

 private:
  bool takes_word(const std::string& option) const {
    constexpr auto kOptions =
        std::to_array<std::string_view>({"dev", "scope", "broadcast", "brd", "label", "peer", "preferred_lft"});
    return std::ranges::find(kOptions, option) != kOptions.end() || (static_ && option == "track_group");
  }

  bool with_word(const std::string& option, const std::string& word) {
    if (option == "dev") return device(word);
    if (option == "label") {
      if (word.size() > kLongestLabel) {
        r_.report.error(
            fmt::format("Address label {} is longer than maximum length {} - removing address", word, kLongestLabel));
        return false;
      }
      address_.label = word;
    } else if (option == "scope") {
      if (const auto scope = scope_of(word)) {
        address_.scope = *scope;
      } else {
        r_.report.error(fmt::format("Invalid scope '{}' specified for {} - ignoring", word, words_[0]));
      }
    } else if (option == "peer") {
      peer(word);
    } else if (option == "broadcast" || option == "brd") {
      return broadcast(word);
    } else if (option == "preferred_lft") {
      if (word != "forever") r_.report.refuse(word, "lifetimes of addresses are not modelled");
    } else {
      r_.report.refuse(option, "groups of static addresses are not modelled");
    }
    return true;
  }

  bool device(const std::string& word) {
    if (!address_.device.empty()) {
      r_.report.error(fmt::format("Cannot specify ipaddress device more than once for {}", words_[0]));
      return false;
    }
    if (!r_.has_interface(word)) {
      r_.report.error(fmt::format("WARNING - interface {} for ip address {} doesn't exist", word, words_[0]));
      return false;
    }
    address_.device = word;
    return true;
  }

  void peer(const std::string& word) {
    if (address_.peer) {
      r_.report.error(fmt::format("Peer {} - another peer has already been specified", word));
      return;
    }
    const auto peer = read_prefix(r_, word, false);
    if (!peer) return r_.report.error(fmt::format("Invalid peer address {}", word));
    if (address_.prefix.length != 32)
      r_.report.error("Cannot specify address prefix when specifying peer address - ignoring");
    address_.peer = peer->addr;
    address_.prefix.length = 32;
  }

  bool broadcast(const std::string& word) {
    has_broadcast_ = true;
    if (word == "-" || word == "+") {
      sign_ = word.front();
      return true;
    }
    address_.broadcast = base::Ipv4Addr::parse(word);
    if (address_.broadcast) return true;
    r_.report.error(fmt::format("VRRP is trying to assign invalid broadcast {}. skipping VIP...", word));
    return false;
  }

  bool alone(const std::string& option) {
    if (option == "noprefixroute") {
      address_.no_prefix_route = true;
    } else if (option == "no_track") {
      address_.dont_track = true;
    } else if (option == "use_vmac") {
      r_.report.refuse(option, "virtual MAC addresses (macvlan) are not modelled");
    } else if (option == "home" || option == "-nodad" || option == "mngtmpaddr" || option == "autojoin") {
      r_.report.refuse(option, "this flag of addresses is not modelled");
    } else {
      r_.report.error(fmt::format("Unknown configuration entry '{}' for ip address - ignoring", option));
    }
    return true;
  }

  bool finish_broadcast() {
    if (has_broadcast_ && address_.peer) {
      r_.report.error("Cannot specify broadcast and peer addresses - ignoring broadcast address");
      address_.broadcast.reset();
    } else if (sign_ != 0 && address_.prefix.length <= 30) {
      address_.broadcast = sign_ == '+' ? address_.prefix.directed_broadcast() : address_.prefix.network();
    } else if (sign_ != 0) {
      r_.report.error(fmt::format("Address prefix length {} too long for broadcast", address_.prefix.length));
    }
    return true;
  }

  ConfReader& r_;
  const ConfWords& words_;
  bool static_;
  ConfAddress& address_;
  bool has_broadcast_ = false;
  char sign_ = 0;
};

}  // namespace

std::optional<ConfAddress> read_address(ConfReader& reader, const ConfWords& words, bool is_static) {
  const auto prefix = read_prefix(reader, words[0], true);
  if (!prefix) return std::nullopt;
  ConfAddress address;
  address.prefix = *prefix;
  if (!AddressOptions(reader, words, is_static, address).read()) return std::nullopt;
  if (is_static && address.device.empty()) {
    address.device = reader.conf.global.default_interface.empty() ? "eth0" : reader.conf.global.default_interface;
    if (!reader.has_interface(address.device)) {
      reader.report.error(
          ConfStatus::fatal,
          fmt::format("Static address {} requires either an interface or default interface must exist", words[0]));
      return std::nullopt;
    }
  }
  return address;
}

std::optional<base::Ipv4Addr> read_host_address(ConfReader& reader, const std::string& word,
                                                const std::string& complaint) {
  if (control::looks_like_ipv6(word)) {
    reader.report.refuse(word, kIpv6);
    return std::nullopt;
  }
  const auto address = base::Ipv4Addr::parse(word);
  if (!address) reader.report.error(fmt::format(fmt::runtime(complaint), word));
  return address;
}

}  // namespace lvs::keepalived
