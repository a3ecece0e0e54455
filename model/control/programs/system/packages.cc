// SPDX-License-Identifier: GPL-2.0-or-later
// apt-get, yum, rpm and modprobe: everything that is modelled is there already.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "control/machine/machine.h"
#include "control/machine/proc/module-table.h"
#include "control/machine/proc/modules.h"
#include "control/machine/usual/parsers.h"
#include "control/programs/system/known-names.h"

namespace lvs::control {
namespace {

constexpr auto kPackages = std::to_array<std::string_view>(
    {"apache2-utils",  "arping",         "arptables", "bash",       "bind9",    "coreutils", "curl",
     "dnsutils",       "grep",           "httpd",     "iproute",    "iproute2", "iptables",  "iputils",
     "iputils-arping", "iputils-ping",   "ipvsadm",   "keepalived", "kmod",     "nc",        "net-tools",
     "netcat",         "netcat-openbsd", "nginx",     "procps",     "psmisc",   "tcpdump",   "tcpreplay"});

constexpr auto kModules = std::to_array<std::string_view>({"arp_tables",     "br_netfilter",   "bridge",
                                                           "dummy",          "ktcpvs",         "ktcpvs_hhttp",
                                                           "ktcpvs_http",    "ktcpvs_phttp",   "ktcpvs_wlc",
                                                           "ip_tables",      "ip_vs",          "ip_vs_dh",
                                                           "ip_vs_fo",       "ip_vs_ftp",      "ip_vs_lblc",
                                                           "ip_vs_lblcr",    "ip_vs_lc",       "ip_vs_mh",
                                                           "ip_vs_nq",       "ip_vs_ovf",      "ip_vs_pe_sip",
                                                           "ip_vs_rr",       "ip_vs_sed",      "ip_vs_sh",
                                                           "ip_vs_wlc",      "ip_vs_wrr",      "ipip",
                                                           "iptable_filter", "iptable_mangle", "iptable_nat",
                                                           "iptable_raw",    "nf_conntrack",   "nf_conntrack_ipv4",
                                                           "nf_nat",         "veth",           "xt_TRACE"});

CommandResultOrError parse_packages(const std::vector<Word>& words, std::string_view tool) {
  std::string action, out;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.starts_with('-')) continue;  // -y and its like change nothing
    if (action.empty()) {
      action = word;
      if (action != "install" && action != "update" && action != "makecache")
        return base::Error{
            SyntaxError{words[i].column, word, fmt::format("this of {} is not modelled", tool), "install update"}};
      continue;
    }
    if (std::ranges::find(kPackages, word) == kPackages.end() && !is_among(kMorePackages, word))
      return base::Error{SyntaxError{words[i].column, word, "nothing of this package is modelled", {}}};
    out += fmt::format("{} is there already.\n", word);
  }
  if (action.empty())
    return base::Error{
        SyntaxError{words[0].column, words[0].text, "an action is missing behind this", "install update"}};
  return refusal(0, {}, std::move(out));
}

}  // namespace

CommandResultOrError parse_apt_get(const std::vector<Word>& words) { return parse_packages(words, "apt-get"); }
CommandResultOrError parse_yum(const std::vector<Word>& words) { return parse_packages(words, "yum"); }

// rpm -q NAME, -qa: by which scripts ask whether a package is there.
CommandResultOrError parse_rpm(const std::vector<Word>& words) {
  std::string out;
  bool all = false, asks = false, missing = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    const bool is_option = word.starts_with('-');
    if (is_option && word != "-q" && word != "-qa" && word != "--query" && word != "--quiet")
      return base::Error{SyntaxError{words[i].column, word, "not modelled here", "-q NAME, -qa"}};
    asks = asks || is_option;
    all = all || word == "-qa";
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word.starts_with('-')) continue;
    const bool known = std::ranges::find(kPackages, word) != kPackages.end() || is_among(kMorePackages, word);
    if (!known && all) continue;
    missing = missing || !known;
    out += known ? word + "\n" : fmt::format("package {} is not installed\n", word);
  }
  if (!asks) return base::Error{SyntaxError{words[0].column, words[0].text, "not modelled here", "-q NAME, -qa"}};
  if (all && out.empty())
    for (const std::string_view each : kPackages) out += std::string(each) + "\n";
  return refusal(missing ? 1 : 0, {}, std::move(out));
}

namespace {

struct ModprobeWords {
  bool quiet = false, remove = false, all = false;
  std::vector<std::string> names;
  std::string parameters;  // of ip_vs, the only name then
};

bool is_known_module(const std::string& name) {
  return std::ranges::find(kModules, name) != kModules.end() || is_among(kMoreModules, name) ||
         std::ranges::find(kKernelModules, name, &KernelModule::name) != kKernelModules.end();
}

// What is so without being asked for, or is done for the first network namespace alone (kernel: dummy_init_module(),
// bond_net_init()): a machine of a lab is another.
bool means_nothing(std::string_view module, std::string_view parameter) {
  return module == "bonding" || (module == "dummy" && parameter.starts_with("numdummies=")) ||
         (module == "ip_vs_ftp" && parameter == "ports=21");
}

// kmod's modprobe says nothing of a module that is there, or gone.
int run_modprobe(Machine& machine, const Io& io, const ModprobeWords& line) {
  if (!line.remove) {
    if (load_modules(machine, line.names, line.parameters)) return 0;
    io.complain(fmt::format("modprobe: ERROR: could not insert '{}': Invalid argument\n", line.names.front()));
    return 1;
  }
  for (const std::string& name : line.names) {
    const auto all = modules_in_use(machine);
    const ModuleInUse* const found = find_module(all, name);
    if (found != nullptr && found->users > 0) {
      io.complain(fmt::format("modprobe: FATAL: Module {} is in use.\n", name));
      return 1;
    }
    unload_module(machine, name);
  }
  return 0;
}

// Where Debian keeps it.
std::string module_file(std::string_view name) {
  const auto among = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  std::string_view folder = "net/netfilter/";
  if (name == "ip_vs" || name.starts_with("ip_vs_")) folder = "net/netfilter/ipvs/";
  if (name == "ip_set" || name.starts_with("ip_set_")) folder = "net/netfilter/ipset/";
  if (name.starts_with("ip_tables") || name.starts_with("ipt_") || name.starts_with("iptable_") ||
      name.starts_with("arp") || name.ends_with("_ipv4"))
    folder = "net/ipv4/netfilter/";
  if (among({"ipip", "ip_tunnel", "tunnel4", "ip_gre", "gre"})) folder = "net/ipv4/";
  if (among({"bridge", "br_netfilter"})) folder = "net/bridge/";
  if (name == "8021q") folder = "net/8021q/";
  if (among({"garp", "mrp", "stp", "llc"}))
    return fmt::format("net/{0}/{0}.ko", name == "garp" || name == "mrp" || name == "llc" ? name : "802");
  if (name.starts_with("sch_")) folder = "net/sched/";
  if (name == "libcrc32c") folder = "lib/";
  if (among({"dummy", "veth", "macvlan"})) folder = "drivers/net/";
  if (name == "bonding") folder = "drivers/net/bonding/";
  return fmt::format("{}{}.ko", folder, name);
}

}  // namespace

// modinfo -F filename, by which scripts ask whether a module is there.
CommandResultOrError parse_modinfo(const std::vector<Word>& words) {
  std::string out, err;
  bool asks = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    if (word == "-n" || word == "-Ffilename" || word == "--field=filename") {
      asks = true;
    } else if ((word == "-F" || word == "--field") && i + 1 < words.size() && words[i + 1].text == "filename") {
      asks = true;
      ++i;
    } else if (word.starts_with('-')) {
      return base::Error{SyntaxError{words[i].column, word, "not modelled here", "-F filename, -n"}};
    } else {
      std::string name = word;
      std::ranges::replace(name, '-', '_');
      if (is_known_module(name))
        out += "/lib/modules/6.1.192/kernel/" + module_file(name) + "\n";
      else
        err += fmt::format("modinfo: ERROR: Module {} not found.\n", word);
    }
  }
  if (out.empty() && err.empty()) return refusal(1, "modinfo: ERROR: missing module or filename.\n");
  if (!asks && !out.empty())
    return base::Error{SyntaxError{words[0].column, "modinfo", "what modules say of themselves is not modelled",
                                   "modinfo -F filename NAME"}};
  return refusal(err.empty() ? 0 : 1, std::move(err), std::move(out));
}

CommandResultOrError parse_modprobe(const std::vector<Word>& words) {
  std::string unknown;
  ModprobeWords line;
  bool options = true;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string name = words[i].text;
    if (options && name.starts_with('-')) {
      options = name != "--";
      line.quiet = line.quiet || name == "-q" || name == "--quiet";
      line.remove = line.remove || name == "-r" || name == "--remove";
      line.all = line.all || name == "-a" || name == "--all";
      if (name != "--" && name != "-q" && name != "--quiet" && name != "-r" && name != "--remove" && name != "-a" &&
          name != "--all" && name != "-v" && name != "-i" && name != "-b")
        return base::Error{
            SyntaxError{words[i].column, name, "this option of modprobe is not modelled", "-a -b -i -q -r -v --"}};
      continue;
    }
    if (name.find('=') != std::string::npos) {
      const bool one = !line.all && !line.remove && line.names.size() == 1;
      if (one && line.names.front() == "ip_vs") {
        line.parameters += " " + name;
        continue;
      }
      if (one && means_nothing(line.names.front(), name)) continue;
      return base::Error{SyntaxError{words[i].column, name, "parameters of this module are not modelled",
                                     "bonding, ip_vs conn_tab_bits=N, dummy numdummies=N, ip_vs_ftp ports=21"}};
    }
    std::ranges::replace(name, '-', '_');
    if (!is_known_module(name) && unknown.empty()) unknown = words[i].text;
    line.names.push_back(std::move(name));
  }
  if (line.names.empty()) return refusal(1, "modprobe: ERROR: missing parameters. See -h.\n");
  if (unknown.empty()) return instant([line](Machine& machine, Io& io) { return run_modprobe(machine, io, line); });
  if (line.quiet) return refusal(1, {});
  return base::Error{SyntaxError{words[0].column, unknown, "nothing of this module is modelled", {}}};
}

namespace {

// kmod 30: check_module_inuse(). Returns the status.
int remove_named(Machine& machine, const Io& io, const std::string& name) {
  constexpr std::string_view kOfLinks[] = {"8021q", "bonding", "bridge", "dummy", "ipip", "macvlan", "veth"};
  const auto all = modules_in_use(machine);
  const ModuleInUse* const found = find_module(all, name);
  if (found == nullptr) {
    io.complain(fmt::format("rmmod: ERROR: Module {} is not currently loaded\n", name));
    return 1;
  }
  if (!found->holders.empty()) {
    io.complain(fmt::format("rmmod: ERROR: Module {} is in use by: {}\n", name, fmt::join(found->holders, " ")));
    return 1;
  }
  if (found->users > 0) {
    io.complain(fmt::format("rmmod: ERROR: Module {} is in use\n", name));
    return 1;
  }
  const bool links = std::ranges::find(kOfLinks, name) != std::end(kOfLinks);
  remove_module(machine, name);
  if (const auto left = modules_in_use(machine); !links || find_module(left, name) == nullptr) return 0;
  io.complain(fmt::format("not modelled: rmmod {} would take its interfaces away\n", name));
  return 2;
}

}  // namespace

CommandResultOrError parse_rmmod(const std::vector<Word>& words) {
  std::vector<std::string> names;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string name = words[i].text;
    if (name.starts_with('-') || name.find('/') != std::string::npos)
      return base::Error{SyntaxError{words[i].column, name, "not modelled here", "names of modules"}};
    std::ranges::replace(name, '-', '_');
    names.push_back(std::move(name));
  }
  if (names.empty()) return refusal(1, "rmmod: ERROR: missing module name.\n");
  return instant([names](Machine& machine, Io& io) {
    int status = 0;
    for (const std::string& name : names)
      if (const int each = remove_named(machine, io, name); each != 0) status = each;
    return status;
  });
}

}  // namespace lvs::control
