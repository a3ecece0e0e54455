// SPDX-License-Identifier: GPL-2.0-or-later
// What dnsmasq is told: its options, on the command line and in files, which have the same names (dnsmasq: option.c).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"
#include "control/words/word.h"
#include "wire/dns.h"

namespace lvs::dnsmasq {

struct Upstream {
  std::string domain;  // names below it alone; empty: all
  base::Ipv4Addr address;
  std::uint16_t port = wire::kDnsPort;
};

// --address, --local: names below a domain that nobody else is asked about.
struct Literal {
  std::string domain;
  std::optional<base::Ipv4Addr> address;  // nothing: there is no such name
  bool zeros = false;                     // 0.0.0.0 and ::
};

struct HostRecord {
  std::vector<std::string> names;
  base::Ipv4Addr address;
  std::optional<std::uint32_t> ttl;
};

struct TextRecord {
  std::string name;
  std::vector<std::string> texts;
};

// --conf-file in a file, --conf-dir anywhere.
struct MoreConf {
  std::string path;  // of a folder with what its files' names must end in ("*.conf"), or must not
  bool folder = false;
};

struct Conf {
  std::uint16_t port = wire::kDnsPort;
  bool no_hosts = false, no_resolv = false, strict_order = false, all_servers = false, domain_needed = false;
  bool bogus_priv = false, no_negcache = false, no_round_robin = false, expand_hosts = false;
  bool foreground = false, debug = false, test = false, version = false;
  bool bind_interfaces = false;
  std::string domain, resolv_file = "/etc/resolv.conf", pid_file = "/run/dnsmasq.pid";
  std::vector<std::string> addn_hosts, interfaces;
  std::vector<base::Ipv4Addr> listen;
  std::uint32_t local_ttl = 0, neg_ttl = 0;
  std::optional<std::uint32_t> max_ttl, max_cache_ttl, min_cache_ttl;
  unsigned cache_size = 150;
  std::vector<Upstream> servers;
  std::vector<Literal> literals;
  std::vector<HostRecord> hosts;
  std::vector<TextRecord> texts;
  std::vector<MoreConf> more;  // to be read behind the file
};

// What is wrong with an option. `refused`: dnsmasq knows it and the model does not; else dnsmasq's own words.
struct ConfProblem {
  std::string text;
  bool refused = false;
};

// The command line. `conf_file`: which file is to be read, empty: none.
struct CommandLine {
  Conf conf;
  std::string conf_file = "/etc/dnsmasq.conf";
  bool conf_file_named = false;
  std::vector<std::string> arguments;
  std::optional<ConfProblem> problem;
  std::size_t column = 0;  // of the word that is refused
  std::string word;
};
CommandLine read_command_line(const std::vector<control::Word>& words);

// Of --conf-dir: its folder, and whether one of its files is read (dnsmasq: one_opt()).
std::string conf_folder(const MoreConf& more);
bool is_read(const MoreConf& more, std::string_view name);

// A file's lines. `place` is what messages call it.
std::optional<ConfProblem> read_conf_file(std::string_view text, const std::string& place, Conf& conf);

}  // namespace lvs::dnsmasq
