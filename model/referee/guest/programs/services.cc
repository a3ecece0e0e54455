// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/services.h"

#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "control/machine/machine.h"
#include "control/machine/registry.h"
#include "control/machine/usual/usual-files.h"
#include "control/programs/system/services.h"
#include "control/programs/system/table-scripts.h"
#include "control/programs/system/units.h"
#include "os/fd.h"
#include "referee/guest/programs/network.h"

namespace lvs::referee {
namespace {

// Those that change nothing: what they say is the model's.
constexpr auto kSettled = std::to_array<std::string_view>(
    {"apt",         "apt-get",  "chkconfig",  "dnf",       "firewall-cmd", "getenforce",          "getsebool",
     "lsmod",       "mail",     "mailx",      "modinfo",   "modprobe",     "restorecon",          "rmmod",
     "rpm",         "sendmail", "setenforce", "setsebool", "sync",         "update-alternatives", "ufw",
     "update-rc.d", "yum"});
constexpr auto kWords = std::to_array<std::string_view>({"apt",
                                                         "apt-get",
                                                         "arptables-restore",
                                                         "arptables-save",
                                                         "brctl",
                                                         "chkconfig",
                                                         "dnf",
                                                         "firewall-cmd",
                                                         "getenforce",
                                                         "getsebool",
                                                         "hostnamectl",
                                                         "ifdown",
                                                         "ifup",
                                                         "lsmod",
                                                         "mail",
                                                         "mailx",
                                                         "modinfo",
                                                         "modprobe",
                                                         "restorecon",
                                                         "rmmod",
                                                         "rpm",
                                                         "sendmail",
                                                         "setenforce",
                                                         "setsebool",
                                                         "sudo",
                                                         "sync",
                                                         "systemctl",
                                                         "ufw",
                                                         "update-alternatives",
                                                         "update-rc.d",
                                                         "vconfig",
                                                         "yum"});
constexpr auto kServices =
    std::to_array<std::string_view>({"apache2", "arptables", "arptables_jf", "bind9", "dnsmasq", "haproxy", "httpd",
                                     "iptables", "ipvsadm", "keepalived", "named", "network", "networking", "nginx"});

class StoppedClock final : public base::Clock {
 public:
  base::Time now() const override { return {}; }
  void wake_at(base::Time) override {}
};

int settled(const std::vector<std::string>& words) {
  StoppedClock clock;
  control::Machine machine("guest", 1, 1, clock);
  std::string line;
  // What the lab's lines have loaded is not known here.
  if (words.front() == "rmmod" && words.size() > 1) machine.run_script("modprobe -q " + words.back());
  for (const std::string& word : words) {
    line += line.empty() ? "'" : " '";
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  const control::ScriptOutcome outcome = machine.run_script(line);
  std::fputs(outcome.out.c_str(), stdout);
  // A script tells of a line that fails; a program does not.
  std::string err = outcome.err;
  if (const std::string told = fmt::format("{}: status {}\n", line, outcome.status); err.ends_with(told))
    err.resize(err.size() - told.size());
  std::fputs(err.c_str(), stderr);
  return outcome.status;
}

int shell(const std::string& text) {
  ::execl("/bin/sh", "sh", "-c", text.c_str(), nullptr);
  std::perror("sh");
  return 127;
}

// What a service's action is in words of sh; nothing: `service` itself knows.
std::optional<std::string> action_text(std::string_view service, const std::string& action) {
  if (service.ends_with(".service")) service.remove_suffix(8);
  if (service == "apache2") service = "httpd";
  if (service == "bind9") service = "named";
  if (service == "httpd") return std::nullopt;
  if (control::is_absent_service(service)) return action == "status" ? "exit 3" : "exit 0";
  if (std::ranges::find(kServices, service) == kServices.end())
    return plan_text(control::plan_service(own_files(), action, std::string(service)));
  if (service == "network" || service == "networking") return network_service_script(action);
  if (service.starts_with("arptables")) return control::arptables_script(action);
  if (service == "ipvsadm" || service == "iptables") {
    if (action == "status")
      return std::string(service == "ipvsadm" ? control::kIpvsadmStatus : control::kIptablesStatus);
    const std::string file = fmt::format("F=/etc/sysconfig/{}; [ -f $F ] || [ ! -f {} ] || F={}; ", service,
                                         service == "ipvsadm" ? "/etc/ipvsadm.rules" : "/etc/iptables/rules.v4",
                                         service == "ipvsadm" ? "/etc/ipvsadm.rules" : "/etc/iptables/rules.v4");
    if (action == "save")
      return file + fmt::format("mkdir -p ${{F%/*}}; {}-save{} > $F", service, service == "ipvsadm" ? " -n" : "");
    const std::string clear =
        service == "ipvsadm" ? "ipvsadm -C"
                             : "for t in filter nat mangle; do iptables -t $t -F; iptables -t $t -X; "
                               "iptables -t $t -S | while read -r a c p; do [ \"$a\" != -P ] || iptables -t $t -P $c "
                               "ACCEPT; done; done";
    if (action == "stop") return clear;
    return file + clear + fmt::format("; [ ! -f $F ] || {}-restore < $F", service);
  }
  std::string program(service);
  if (service == "dnsmasq")
    program += fmt::format(" $(test ! -d {0} || echo -7 {0}{1})", control::kDnsmasqFolder, control::kDnsmasqLeft);
  if (action == "start") return fmt::format("pidof {0} > /dev/null || {1}", service, program);
  if (action == "stop") return fmt::format("killall -q -w {}; true", service);
  if (action == "restart") return fmt::format("killall -q -w {}; {}", service, program);
  if (action == "reload" || action == "force-reload")
    return fmt::format("kill -HUP $(pidof {} | sed 's/.* //')", service);
  return fmt::format("pidof {0} > /dev/null && echo {0} is running. || {{ echo {0} is not running.; exit 3; }}",
                     service);
}

std::string service_line(const std::string& service, const std::string& action) {
  const auto text = action_text(service, action);
  return text ? "( " + *text + " )" : "service httpd " + action;
}

int systemctl(const std::vector<std::string>& words) {
  std::vector<std::string> rest;
  bool now = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    now = now || words[i] == "--now";
    if (!words[i].starts_with('-')) rest.push_back(words[i]);
  }
  if (rest.empty() || rest[0] == "daemon-reload") return 0;
  std::string action = rest[0];
  if (action == "is-enabled") return std::puts("enabled"), 0;
  if (action == "enable" || action == "disable" || action == "mask" || action == "unmask") {
    if (!now) return 0;
    action = action == "enable" ? "start" : "stop";
  }
  const bool asks = action == "is-active" || action == "status";
  std::string text = "s=0\n";
  for (std::size_t i = 1; i < rest.size(); ++i) {
    std::string name = rest[i].ends_with(".service") ? rest[i].substr(0, rest[i].size() - 8) : rest[i];
    if (name == "apache2") name = "httpd";
    if (name == "bind9") name = "named";
    const bool own = !control::is_absent_service(name) && std::ranges::find(kServices, name) == kServices.end();
    if (own) {
      text += fmt::format("(\n{}\n) || s=$?\n", plan_text(control::plan_systemctl(own_files(), action, name)));
      continue;
    }
    if (!asks) {
      text += service_line(name, action) + " || s=$?\n";
      continue;
    }
    const std::string runs = action == "status" ? "active (running)" : "active";
    const std::string rests = action == "status" ? "inactive (dead)" : "inactive";
    if (action == "status") text += fmt::format("printf '{}.service\\n     Active: '\n", name);
    text += fmt::format("if pidof {} > /dev/null; then echo '{}'; else echo '{}'; s=3; fi\n", name, runs, rests);
  }
  return shell(text + "exit $s");
}

int brctl(const std::vector<std::string>& words) {
  const std::string verb = words.size() > 1 ? words[1] : std::string();
  const auto at = [&](std::size_t i) { return i < words.size() ? words[i] : std::string(); };
  if (verb == "addbr") return shell("exec ip link add " + at(2) + " type bridge");
  if (verb == "delbr") return shell("exec ip link del " + at(2));
  if (verb == "addif" || verb == "delif") {
    std::string text;
    for (std::size_t i = 3; i < words.size(); ++i)
      text += fmt::format("ip link set {} {} || exit 1\n", at(i), verb == "addif" ? "master " + at(2) : "nomaster");
    return shell(text);
  }
  if (verb == "show") {
    return shell(
        "printf 'bridge name\\tbridge id\\t\\tSTP enabled\\tinterfaces\\n'\n"
        "for b in /sys/class/net/*/bridge; do\n"
        "  test -e $b || continue; d=${b%/bridge}; stp=no\n" +
        fmt::format("  test -z '{0}' || test ${{d##*/}} = '{0}' || continue\n", at(2)) +
        "  test $(cat $b/stp_state) = 0 || stp=yes\n"
        "  printf '%s\\t\\t%s\\t%s\\t\\t' ${d##*/} $(cat $b/bridge_id) $stp; n=0\n"
        "  for p in $(ls $d/brif); do\n"
        "    test $n = 0 || printf '\\n\\t\\t\\t\\t\\t\\t\\t'; printf '%s' $p; n=1\n"
        "  done\n"
        "  printf '\\n'\n"
        "done");
  }
  if (verb == "hairpin") return shell(fmt::format("exec bridge link set dev {} hairpin {}", at(3), at(4)));
  if (verb == "setageing")
    return shell(fmt::format("exec ip link set {} type bridge ageing_time $(( {} * 100 ))", at(2), at(3)));
  return 0;
}

// There is no user but root, and no sudoers either: it is the command behind it.
int sudo(char** argv) {
  char** word = argv + 1;
  for (; *word != nullptr && (**word == '-' || std::strchr(*word, '=') != nullptr); ++word) {
    const std::string_view text = *word;
    if (text.find('=') != text.npos) {
      ::putenv(*word);
    } else if (text == "--") {
      ++word;
      break;
    } else if (text == "-u" && word[1] != nullptr) {
      ++word;
    }
  }
  if (*word == nullptr) return 1;
  ::execvp(*word, word);
  std::fprintf(stderr, "sudo: %s: command not found\n", *word);
  return 1;
}

// What set-ups find on any system, at the same places as on the model's machines.
void write_usual_files() {
  namespace fs = std::filesystem;
  for (const char* folder :
       {"/etc/rc.d", "/etc/systemd/system", "/run/lock/subsys", "/etc/nginx/conf.d", "/etc/nginx/sites-available",
        "/etc/nginx/sites-enabled", "/etc/nginx/modules-enabled", "/usr/lib/lsb", "/etc/bind", "/var/cache/bind"})
    fs::create_directories(folder);
  os::check(::chmod("/var/cache/bind", 0777), "/var/cache/bind");  // named's own user writes there
  ::umount2("/usr/share/nginx", MNT_DETACH);                       // the package's pages, where it is installed
  fs::create_directories("/usr/share/nginx");
  fs::create_symlink("../init.d", "/etc/rc.d/init.d");
  fs::create_symlink("/var/www/html", "/usr/share/nginx/html");
  fs::create_symlink("/usr/lib/nginx/modules", "/usr/share/nginx/modules");  // "load_module modules/X.so"
  for (const control::UsualFile& file : control::usual_files()) {
    fs::remove(std::string(file.path));  // a link to what is to be read only
    os::write_file(std::string(file.path), file.text);
  }
}

}  // namespace

std::span<const std::string_view> service_words() { return kWords; }

std::optional<int> guest_services(int argc, char** argv) {
  if (argc < 1) return {};
  std::vector<std::string> words(argv, argv + argc);
  words[0].erase(0, words[0].rfind('/') + 1);
  if (words[0] == "service" && (words.size() == 3 || words.size() == 2)) {
    if (const auto text = action_text(words[1], words.size() == 3 ? words[2] : "")) return shell(*text);
    return {};
  }
  if (std::ranges::find(kWords, words[0]) == kWords.end()) return {};
  if (std::ranges::find(kSettled, words[0]) != kSettled.end()) return settled(words);
  if (words[0] == "sudo") return sudo(argv);
  if (words[0] == "arptables-save") return shell(std::string(control::kArptablesSave));
  if (words[0] == "arptables-restore")
    return shell(std::string(control::kArptablesClear) + std::string(control::kArptablesLoad));
  if (words[0] == "systemctl") return systemctl(words);
  if (words[0] == "ifup" || words[0] == "ifdown") return shell(network_script(words));
  if (words[0] == "brctl") return brctl(words);
  if (words[0] == "hostnamectl") return os::read_file("/etc/hostname") == words.back() + "\n" ? 0 : 2;
  if (words.size() == 4 && words[1] == "add")
    return shell(fmt::format("exec ip link add link {0} name {0}.{1} type vlan id {1}", words[2], words[3]));
  return words.size() == 3 ? shell("exec ip link del " + words[2]) : 1;
}

void write_init_scripts() {
  std::filesystem::create_directories("/etc/init.d");
  write_usual_files();
  for (const std::string_view name : kServices) {
    const std::string path = fmt::format("/etc/init.d/{}", name);
    os::write_file(path, fmt::format("#!/bin/sh\nexec service {} \"$@\"\n", name));
    os::check(::chmod(path.c_str(), 0755), path);
  }
}

}  // namespace lvs::referee
