// SPDX-License-Identifier: GPL-2.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "daemons/keepalived/conf/complete/complete.h"
#include "daemons/keepalived/conf/complete/scripts.h"
#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

using V = VirtualServerConf;
using R = RealServerConf;

bool same_server(const R& a, const R& b) { return a.address == b.address && a.port == b.port; }

class Completion {
 public:
  Completion(Conf& conf, const ConfHost& host, ConfReport& report)
      : check_(conf.check), global_(conf.global), host_(host), report_(report) {}

  void run() {
    std::erase_if(check_.servers, [&](const V& server) {
      if (server.group.empty() || group_of(server) != nullptr) return false;
      report_.log(fmt::format("Virtual server group {} specified but not configured - ignoring virtual server {}",
                              server.group, name_of(server)));
      return true;
    });
    // Users of a group are numbered, in place of a port.
    std::map<std::string, std::uint16_t> users;
    for (V& server : check_.servers) {
      if (!server.group.empty()) server.port = users[server.group]++;
    }
    std::erase_if(check_.servers, [&](V& server) {
      if (!server.servers.empty()) {
        complete(server);
        return false;
      }
      say("Virtual server {} has no real servers - ignoring", name_of(server));
      return true;
    });
    for (V& server : check_.servers) {
      for (R& real : server.servers) {
        for (CheckerConf& checker : real.checkers) complete(checker, real);
      }
    }
    check_scripts();
  }

 private:
  template <class... Args>
  void say(fmt::format_string<Args...> text, Args&&... args) {
    report_.error(fmt::format(text, std::forward<Args>(args)...));
  }

  const ServerGroupConf* group_of(const V& server) const {
    const auto found = std::ranges::find(check_.groups, server.group, &ServerGroupConf::name);
    return found == check_.groups.end() ? nullptr : &*found;
  }

  void complete(V& s) {
    const ServerGroupConf* group = s.group.empty() ? nullptr : group_of(s);
    const bool marks = group != nullptr ? !group->marks.empty() : s.mark != 0;
    if (s.ha_suspend && marks) {
      say("Virtual server {}: cannot use ha_suspend with fwmarks - clearing ha_suspend", name_of(s));
      s.ha_suspend = false;
    }
    if (group != nullptr ? !group->ranges.empty() : s.mark == 0) addressed(s, group);
    if (s.persistence == 0 && group != nullptr &&
        std::ranges::any_of(group->ranges, [](const auto& range) { return range.port == 0; })) {
      say("Virtual server {}: zero port only valid for persistent services - setting", name_of(s));
      s.persistence = 360;
    }
    if (s.protocol != 0 && marks && (group == nullptr || group->ranges.empty())) {
      say("Warning: Virtual server {}: protocol specified for fwmark - protocol will be ignored", name_of(s));
      s.protocol = 0;
    }
    if (s.scheduler.empty()) {
      say("Virtual server {}: no scheduler set, setting default 'wlc'", name_of(s));
      s.scheduler = "wlc";
    }
    const long long weights = real_servers(s);
    if (s.sorry) take_method(s, *s.sorry);
    quorum(s, weights);
    ports(s, group);
  }

  void addressed(V& s, const ServerGroupConf* group) {
    if (s.protocol == 0) {
      say("Virtual server {}: no protocol set - defaulting to UDP", name_of(s));
      s.protocol = 17;
    }
    if (s.one_packet && s.protocol != 17) {
      say("Virtual server {}: one packet scheduling requires UDP - resetting", name_of(s));
      s.one_packet = false;
    }
    if (s.persistence == 0 && group == nullptr && s.mark == 0 && s.port == 0) {
      say("Virtual server {}: zero port only valid for persistent services - setting", name_of(s));
      s.persistence = 360;
    }
  }

  void take_method(V& s, R& real) {
    if (real.method != ServerMethod::unset) return;
    if (s.method == ServerMethod::unset) {
      say("Virtual server {}: no forwarding method set, setting default NAT", name_of(s));
      s.method = ServerMethod::nat;
    }
    real.method = s.method;
  }

  // Returns the sum of weights.
  long long real_servers(V& s) {
    long long sum = 0;
    for (std::size_t at = 0; at < s.servers.size();) {
      R& real = s.servers[at];
      const auto before = s.servers.begin() + static_cast<std::ptrdiff_t>(at);
      if (std::any_of(s.servers.begin(), before, [&](const R& other) { return same_server(other, real); })) {
        say("VS {}: real server {} is duplicated - removing second rs", name_of(s), name_of(real, s));
        s.servers.erase(before);
        continue;
      }
      take_method(s, real);
      if (!real.alpha) real.alpha = s.alpha;
      if (!real.inhibit) real.inhibit = s.inhibit;
      if (!real.retry) real.retry = s.retry;
      if (!real.connect_timeout) real.connect_timeout = s.connect_timeout;
      if (!real.delay_loop) real.delay_loop = s.delay_loop;
      if (!real.warmup) real.warmup = s.warmup;
      if (!real.delay_before_retry) real.delay_before_retry = s.delay_before_retry;
      if (!real.weight) real.weight = s.weight;
      sum += *real.weight;
      sorry_matches(s, real);
      ++at;
    }
    return sum;
  }

  void sorry_matches(V& s, const R& real) {
    if (!s.sorry || !same_server(*s.sorry, real)) return;
    if (s.sorry->inhibit.value_or(false) == *real.inhibit) return;
    say("Virtual server {}: real server {} matches sorry server, but inhibit setting differs, {}ing on sorry server",
        name_of(s), name_of(real, s), *real.inhibit ? "sett" : "clear");
    s.sorry->inhibit = real.inhibit;
  }

  void quorum(V& s, long long weights) {
    if (s.quorum > weights) {
      say("Warning - quorum {} for {} exceeds total weight of real servers {}, reducing quorum to {}", s.quorum,
          name_of(s), weights, weights);
      s.quorum = static_cast<unsigned>(weights);
    }
    if (s.hysteresis >= s.quorum) {
      say("Virtual server {}: hysteresis {} >= quorum {}; setting hysteresis to {}", name_of(s), s.hysteresis, s.quorum,
          s.quorum - 1);
      s.hysteresis = s.quorum - 1;
    }
  }

  void ports(V& s, const ServerGroupConf* group) {
    if (group != nullptr) return group_ports(s, *group);
    for (R& real : s.servers) {
      if (real.method == ServerMethod::nat) {
        if (s.mark == 0 && real.port == 0) real.port = s.port;
      } else if (s.mark != 0) {
        if (real.port != 0)
          say("WARNING - fwmark virtual server {}, real server {} has port specified - clearing", name_of(s),
              name_of(real, s));
        real.port = 0;
      } else {
        if (real.port != 0 && real.port != s.port)
          say("WARNING - virtual server {} and real server {} ports don't match - resetting", name_of(s),
              name_of(real, s));
        real.port = s.port;
      }
    }
    if (!s.sorry || s.sorry->method == ServerMethod::nat) return;
    if (s.mark != 0) {
      if (s.sorry->port != 0)
        say("WARNING - virtual server {}, sorry server has port specified - clearing", name_of(s));
      s.sorry->port = 0;
      return;
    }
    if (s.sorry->port != 0 && s.sorry->port != s.port)
      say("WARNING - virtual server {} and sorry server ports don't match - resetting", name_of(s));
    s.sorry->port = s.port;
  }

  void group_ports(const V& s, const ServerGroupConf& group) {
    if (!group.marks.empty()) {
      for (const R& real : s.servers) {
        if (real.method != ServerMethod::nat && real.port != 0)
          say("WARNING - fwmark virtual server {}, real server {} has port specified - port will be ignored",
              name_of(s), name_of(real, s));
      }
      if (s.sorry && s.sorry->method != ServerMethod::nat && s.sorry->port != 0)
        say("WARNING - fwmark virtual server {}, sorry server has port specified - port will be ignored", name_of(s));
    }
    for (const auto& range : group.ranges) {
      for (const R& real : s.servers) {
        if (real.method != ServerMethod::nat && real.port != 0 && real.port != range.port)
          say("virtual server {}:[{}] and real server {} ports don't match", name_of(s), name_of(range),
              name_of(real, s));
      }
      if (s.sorry && s.sorry->method != ServerMethod::nat && s.sorry->port != 0 && s.sorry->port != range.port)
        say("WARNING - virtual server {}, sorry server has port specified - port will be ignored", name_of(s));
    }
  }

  void complete(CheckerConf& c, const R& real) {
    if (!c.alpha) c.alpha = real.alpha;
    if (c.kind == CheckKind::smtp && !c.connect_timeout) c.connect_timeout = real.connect_timeout;
    if (!c.retry) c.retry = real.retry.value_or(c.default_retry);
    if (!c.connect_timeout) c.connect_timeout = real.connect_timeout;
    if (!c.delay_loop) c.delay_loop = real.delay_loop;
    if (!c.warmup) c.warmup = real.warmup.value_or(*c.delay_loop);
    if (!c.delay_before_retry) {
      c.delay_before_retry = real.delay_before_retry                 ? *real.delay_before_retry
                             : c.default_delay_before_retry > Time{} ? c.default_delay_before_retry
                                                                     : *c.delay_loop;
    }
    c.log_all_failures |= global_.checker_log_all_failures;
    // Whoever connects to a server without a port of its own goes to the service's.
    if (c.to.port == 0) c.to.port = real.port;
  }

  void check_scripts() {
    if (check_.servers.empty()) return;
    bool any = false;
    for (V& server : check_.servers) {
      for (R& real : server.servers) {
        std::erase_if(real.checkers, [&](CheckerConf& checker) {
          if (checker.kind != CheckKind::misc) return false;
          const ScriptFindings found = examine_script(checker.script, host_, report_);
          any |= found.script;
          if (found.not_found)
            report_.log(fmt::format("Disabling misc script {} since not found/accessible", checker.script.text()));
          return found.disabled();
        });
      }
    }
    for (V& server : check_.servers) {
      any |= examine_notify(server.quorum_up, host_, report_);
      any |= examine_notify(server.quorum_down, host_, report_);
      for (R& real : server.servers) {
        any |= examine_notify(real.notify_up, host_, report_);
        any |= examine_notify(real.notify_down, host_, report_);
      }
    }
    if (any && !global_.script_security)
      report_.error(ConfStatus::security_error,
                    "SECURITY VIOLATION - check scripts are being executed but script_security not enabled.");
  }

  CheckConf& check_;
  const GlobalConf& global_;
  const ConfHost& host_;
  ConfReport& report_;
};

}  // namespace

void complete_check(Conf& conf, const ConfHost& host, ConfReport& report) { Completion(conf, host, report).run(); }

}  // namespace lvs::keepalived
