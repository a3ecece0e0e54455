// SPDX-License-Identifier: GPL-2.0-or-later
// What keepalived writes on --signum=JSON (keepalived: vrrp/vrrp_json.c, lib/json_writer.c): a line, / as \\/.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "daemons/keepalived/dump/dump.h"

namespace lvs::keepalived {
namespace {

class JsonLine {
 public:
  void open(char bracket, std::string_view name = {}) {
    begin(name);
    text_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    first_ = false;
  }
  template <class Value>
  void field(std::string_view name, const Value& value) {
    begin(name);
    text_ += fmt::format("{}", value);
  }
  void seconds(std::string_view name, Time time) { field(name, std::chrono::duration<double>(time).count()); }
  void words(std::string_view name, std::string_view value) {
    begin(name);
    text_ += '"';
    for (const char c : value) {
      if (c == '/' || c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string take() { return std::move(text_); }

 private:
  void begin(std::string_view name) {
    if (!std::exchange(first_, false)) text_ += ',';
    if (!name.empty()) text_ += fmt::format("\"{}\":", name);
  }

  std::string text_;
  bool first_ = true;
};

long long whole_of(Time time) { return std::chrono::duration_cast<std::chrono::seconds>(time).count(); }

int state_number(VrrpState state) {
  switch (state) {
    case VrrpState::init: return 0;
    case VrrpState::backup: return 1;
    case VrrpState::master: return 2;
    case VrrpState::fault: return 3;
    case VrrpState::deleted: return 97;
    case VrrpState::stop: return 98;
  }
  return 0;
}

void set_up(JsonLine& j, const control::Machine& machine, const VrrpInstance& v) {
  const VrrpInstanceConf& c = *v.conf;
  j.words("iname", v.name());
  j.field("dont_track_primary", c.dont_track_primary ? 1 : 0);
  j.field("skip_check_adv_addr", c.skip_check_adv_addr ? 1 : 0);
  j.field("strict_mode", c.strict.value_or(false) ? 1 : 0);
  j.words("vmac_ifname", "");
  j.words("ifp_ifname", c.interface);
  j.field("master_priority", v.master_priority);
  j.field("last_transition",
          fmt::format("{:.6f}", std::chrono::duration<double>(machine.epoch + v.last_transition).count()));
  j.seconds("garp_delay", *c.garp_delay);
  j.field("garp_refresh", whole_of(*c.garp_refresh));
  j.field("garp_rep", *c.garp_repeat);
  j.field("garp_refresh_rep", *c.garp_refresh_repeat);
  j.field("garp_lower_prio_delay", whole_of(*c.garp_lower_prio_delay));
  j.field("garp_lower_prio_rep", *c.garp_lower_prio_repeat);
  j.field("lower_prio_no_advert", *c.lower_prio_no_advert ? 1 : 0);
  j.field("higher_prio_send_advert", *c.higher_prio_send_advert ? 1 : 0);
  j.field("vrid", c.vrid);
  j.field("base_priority", c.priority);
  j.field("effective_priority", v.effective_priority);
  j.field("vipset", v.addresses_set);
  j.field("promote_secondaries", false);
  j.seconds("adver_int", c.advert_interval);
  j.seconds("master_adver_int", v.master_interval);
  j.field("accept", c.accept.value_or(true) ? 1 : 0);
  j.field("nopreempt", c.nopreempt);
  j.field("preempt_delay", whole_of(c.preempt_delay));
  j.field("state", state_number(v.state));
  j.field("wantstate", state_number(v.want));
  j.field("version", c.version);
}

void lists(JsonLine& j, const Vrrp& vrrp, const VrrpInstance& v) {
  const VrrpInstanceConf& c = *v.conf;
  const auto list = [&](const char* name, const auto& from, const auto& text_of) {
    if (from.empty()) return;
    j.open('[', name);
    for (const auto& each : from) j.words({}, text_of(each));
    j.close(']');
  };
  const auto address = [&](const ConfAddress& each) { return address_text(each, c.interface, v.addresses_set); };
  list("vips", c.addresses, address);
  list("evips", c.excluded, address);
  list("vroutes", c.routes, route_text);
  list("track_ifp", c.track_interfaces, [](const ConfTrack& each) { return each.name; });
  list("track_script", c.track_scripts, [&](const ConfTrack& each) {
    const auto& scripts = vrrp.conf().vrrp.scripts;
    const auto found = std::ranges::find(scripts, each.name, &VrrpScriptConf::name);
    return found == scripts.end() ? std::string() : found->script.text();
  });
}

void scripts(JsonLine& j, const ConfNotify& n) {
  const auto script = [&](const char* name, const ConfScript& each) {
    if (!each.empty()) j.words(name, each.text());
  };
  script("script_backup", n.backup);
  script("script_master", n.master);
  script("script_fault", n.fault);
  script("script_stop", n.stop);
  script("script_deleted", n.deleted);
  script("script", n.any);
  script("script_master_rx_lower_pri", n.master_rx_lower_pri);
}

void stats(JsonLine& j, const VrrpInstance::Counters& c) {
  j.open('{', "stats");
  j.field("advert_rcvd", c.advert_received);
  j.field("advert_sent", c.advert_sent);
  j.field("become_master", c.become_master);
  j.field("release_master", c.release_master);
  j.field("packet_len_err", c.length_errors);
  j.field("advert_interval_err", 0);
  j.field("ip_ttl_err", c.ttl_errors);
  j.field("invalid_type_rcvd", c.type_errors);
  j.field("addr_list_err", c.address_list_errors);
  j.field("invalid_authtype", c.auth_invalid);
  j.field("authtype_mismatch", c.auth_mismatch);
  j.field("auth_failure", c.auth_failure);
  j.field("pri_zero_rcvd", c.zero_received);
  j.field("pri_zero_sent", c.zero_sent);
  j.close('}');
}

}  // namespace

std::string dump_json(control::Machine& machine, const Vrrp& vrrp) {
  JsonLine j;
  j.open('[');
  for (const auto& v : vrrp.instances()) {
    const VrrpInstanceConf& c = *v->conf;
    const MailConf& mails = vrrp.conf().global.mail;
    j.open('{');
    j.open('{', "data");
    set_up(j, machine, *v);
    j.field("smtp_alert", mails.wanted(c.smtp_alert, mails.alert_vrrp, false));
    j.field("notify_deleted", c.notify.has_deleted);
    scripts(j, c.notify);
    lists(j, vrrp, *v);
    j.field("auth_type", c.auth == VrrpAuth::none ? 0 : 1);
    if (c.auth != VrrpAuth::none) j.words("auth_data", std::string_view(c.auth_pass).substr(0, 8));
    j.close('}');
    stats(j, v->counters);
    j.close('}');
  }
  j.close(']');
  return j.take() + "\n";
}

}  // namespace lvs::keepalived
