// SPDX-License-Identifier: GPL-2.0-or-later
// Services when the process ends, and mails about them (keepalived: clear_services(), do_vs_notifies()).
#include <fmt/format.h>

#include "daemons/keepalived/check/services.h"
#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {

void Services::mail(const Service& service, std::string_view state, const std::string& text) {
  const MailConf& mails = conf_.global.mail;
  if (mails.wanted(service.conf->smtp_alert, mails.alert_checker, false))
    world_.mail(fmt::format("Virtualserver {} - {}", name_of(*service.conf), state), fmt::format("=> {} <=", text));
}

// lvs_flush_on_stop: all of IPVS goes, without a word.
void Services::flush_at_stop() {
  ipvs_.flush();
  for (const auto& service : services_) {
    service->quorum_up = service->alive = false;
    if (service->conf->omega) lose_at_stop(*service);
  }
}

void Services::lose_at_stop(Service& service) {
  service.quorum_up = false;
  notify(service.conf->quorum_down);
  mail(service, "DOWN", "Shutting down");
}

void Services::stop() {
  if (conf_.global.lvs_flush_on_stop) return flush_at_stop();
  for (const auto& service : services_) {
    if (service->sorry && service->sorry->set && !service->sorry_is_server) remove(*service->sorry, true);
    for (const auto& real : service->servers) {
      world_.log(fmt::format("Shutting down {}service {} from VS {}",
                             real->inhibit() && !real->alive ? "(inhibited) " : "",
                             name_of(*real->conf, *service->conf), name_of(*service->conf)));
      if (!real->set) continue;
      remove(*real, true);
      if (!real->alive) continue;
      real->alive = false;
      if (!service->conf->omega) continue;
      notify(real->conf->notify_down);
      const MailConf& mails = conf_.global.mail;
      if (mails.wanted(real->conf->smtp_alert, mails.alert_checker, true))
        world_.mail(fmt::format("Realserver {} of virtual server {} - DOWN", name_of(*real->conf, *service->conf),
                                name_of(*service->conf)),
                    "=> Shutting down <=");
    }
    if (service->conf->omega) lose_at_stop(*service);
    if (service->group != nullptr && service->conf->protocol == 0)
      world_.log("Unknown protocol 0 at protocol_to_index:285 in ../../keepalived/include/check_data.h");
    remove(*service);
    service->alive = false;
  }
}

}  // namespace lvs::keepalived
