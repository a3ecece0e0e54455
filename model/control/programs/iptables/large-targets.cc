// SPDX-License-Identifier: GPL-2.0-or-later
// Words and texts of NETMAP and NFLOG (libxt_NETMAP.c, libxt_NFLOG.c).
#include <fmt/format.h>

#include "control/programs/iptables/large-matches.h"
#include "control/programs/iptables/large-values.h"

namespace lvs::control {

namespace {

namespace xt = host::xt;

std::optional<std::string> take_netmap(xt::Netmap& t, const ExtensionValue& v) {
  if (parse_host_mask(v.value, t.addr, t.mask)) return "getaddrinfo: Name or service not known\n";
  // The kernel keeps the first and the last address: a mask with holes is none.
  if (std::popcount(t.mask) != std::countl_one(t.mask)) t.mask = kMostNumber;
  const auto addr = base::Ipv4Addr::parse(v.value.substr(0, v.value.find('/')));
  if (t.mask == kMostNumber && addr) t.addr = addr->value;
  return std::nullopt;
}

std::optional<std::string> take_nflog(xt::Nflog& t, const ExtensionValue& v) {
  constexpr std::size_t kLongestPrefix = 63;
  switch (v.option->id) {
    case 0: return number_into(t.group, v, "NFLOG", 0, 0xffff);
    case 1:
      if (v.value.empty()) return "Argument must have a minimum length of 1 characters\n";
      if (v.value.find('\n') != std::string::npos) return "Newlines not allowed in --log-prefix";
      t.prefix = v.value.substr(0, kLongestPrefix);
      return std::nullopt;
    case 2:
      *v.warnings +=
          "warn: --nflog-range has never worked and is no longer supported, please use --nflog-size instead\n";
      return number_into(t.range, v, "NFLOG", 0, kMostNumber);
    case 3: t.has_size = true; return number_into(t.size, v, "NFLOG", 0, kMostNumber);
    default: return number_into(t.threshold, v, "NFLOG", 0, 0xffff);
  }
}

std::string nflog_text(const xt::Nflog& t, std::string_view prefix) {
  std::string text;
  if (!t.prefix.empty()) text += fmt::format(" {}nflog-prefix{}", prefix, saved_string(t.prefix));
  if (t.group != 0) text += fmt::format(" {}nflog-group {}", prefix, t.group);
  if (t.has_size) text += fmt::format(" {}nflog-size {}", prefix, t.size);
  if (!t.has_size && t.range != 0) text += fmt::format(" {}nflog-range {}", prefix, t.range);
  if (t.threshold != 0) text += fmt::format(" {}nflog-threshold {}", prefix, t.threshold);
  return text;
}

std::string netmap_text(const xt::Netmap& t) {
  return fmt::format("{}/{}", base::Ipv4Addr{t.addr}.text(), length_of(t.mask));
}

}  // namespace

const std::vector<ExtensionWords>& large_targets() {
  static const std::vector<ExtensionWords> words{
      {"NETMAP", {takes("to", 0).is_needed()}},
      {"NFLOG",
       {takes("nflog-group", 0), takes("nflog-prefix", 1), takes("nflog-range", 2).without(1u << 3),
        takes("nflog-size", 3).without(1u << 2), takes("nflog-threshold", 4)}},
  };
  return words;
}

std::optional<xt::Target> make_large_target(std::string_view name) {
  const auto made = [](auto target) {
    return xt::BoxedTarget{std::make_shared<xt::LargeTarget>(xt::LargeTarget{target})};
  };
  if (name == "NETMAP") return made(xt::Netmap{});
  if (name == "NFLOG") return made(xt::Nflog{});
  return std::nullopt;
}

std::optional<std::string> take_target(xt::BoxedTarget& extra, const ExtensionValue& v) {
  struct Taker {
    const ExtensionValue& value;
    std::optional<std::string> operator()(xt::Netmap& t) const { return take_netmap(t, value); }
    std::optional<std::string> operator()(xt::Nflog& t) const { return take_nflog(t, value); }
  };
  return std::visit(Taker{v}, extra.target->as);
}

std::string_view name_of(const xt::BoxedTarget& t) {
  return std::holds_alternative<xt::Netmap>(t.target->as) ? "NETMAP" : "NFLOG";
}

std::string target_text(const xt::BoxedTarget& t) {
  const auto* const map = std::get_if<xt::Netmap>(&t.target->as);
  return map != nullptr ? " to:" + netmap_text(*map) : nflog_text(std::get<xt::Nflog>(t.target->as), "");
}
std::string target_words(const xt::BoxedTarget& t) {
  const auto* const map = std::get_if<xt::Netmap>(&t.target->as);
  return map != nullptr ? " --to " + netmap_text(*map) : nflog_text(std::get<xt::Nflog>(t.target->as), "--");
}

}  // namespace lvs::control
