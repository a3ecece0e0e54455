// SPDX-License-Identifier: GPL-2.0-or-later
// The options that dnsmasq 2.90 knows, and which of them are modelled.
#pragma once

#include <cstdint>
#include <string_view>

namespace lvs::dnsmasq {

enum class Meaning : std::uint8_t {
  unmodelled,
  nothing,  // no difference to what a lab can see
  addn_hosts,
  address,
  all_servers,
  bind_interfaces,
  bogus_priv,
  cache_size,
  conf_dir,
  conf_file,
  debug,
  domain,
  domain_needed,
  expand_hosts,
  foreground,
  host_record,
  interface,
  listen_address,
  local_ttl,
  max_cache_ttl,
  max_ttl,
  min_cache_ttl,
  neg_ttl,
  no_hosts,
  no_negcache,
  no_resolv,
  no_round_robin,
  pid_file,
  port,
  resolv_file,
  server,
  strict_order,
  test,
  txt_record,
  version,
};

struct OptionName {
  std::string_view name;
  int argument = 0;  // 0: none, 1: one, 2: one, or none at the end of the name
  char letter = 0;   // 0: none
  Meaning meaning = Meaning::unmodelled;

  // Not for files.
  bool only_typed() const { return name == "version" || name == "help" || name == "test"; }
};

// Names of the command line may be cut short, as long as they are one's alone.
const OptionName* find_option(std::string_view name);
const OptionName* find_option(char letter);

}  // namespace lvs::dnsmasq
