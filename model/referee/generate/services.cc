// SPDX-License-Identifier: GPL-2.0-or-later
// Virtual services of random labs, and what an administrator does to them, and to the machines, while packets come.
#include <string_view>

#include "ipvs/sched/scheduler.h"
#include "referee/generate/sketch.h"

namespace lvs::referee {
namespace {

std::string scheduler(Sketch& s) {
  // The first three, which most people take, twice as often.
  constexpr std::size_t kUsual = 3;
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all = ipvs::scheduler_names(ipvs::SchedulersOf::linux_too);
    for (std::size_t i = 0; i < 2 * kUsual; i += 2) all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), all[i]);
    return all;
  }();
  const std::string name(s.dice.one_of(names));
  if (name == "sh" && s.dice.chance(40)) return name + s.dice.one_of({" -b sh-port", " -b sh-fallback"});
  if (name == "mh" && s.dice.chance(40)) return name + s.dice.one_of({" -b mh-port", " -b mh-fallback"});
  return name;
}

std::string destination(Sketch& s, const SketchedService& service, unsigned server, const char* way) {
  const bool masq = std::string_view(way) == "-m";
  std::string real = s.server_address(server).text();
  if (service.fwmark == 0 && service.port != 0)
    real += fmt::format(":{}", masq && s.dice.chance(50) ? service.port + 8000u : service.port);
  return fmt::format("-r {} {} -w {}{}", real, way, s.dice.one_of({0, 1, 1, 1, 2, 3, 4}),
                     s.dice.chance(6) ? " -x 2 -y 1" : "");
}

void draw_service(Sketch& s) {
  SketchedService service;
  service.tcp = s.dice.chance(60);
  service.port = service.tcp ? s.dice.one_of<std::uint16_t>({80, 443}) : s.dice.one_of<std::uint16_t>({53, 123});
  std::string extra;
  if (s.dice.chance(12)) extra = fmt::format(" -p 60{}", s.dice.chance(40) ? " -M 255.255.255.0" : "");
  if (s.dice.chance(5)) {  // every port; the kernel takes it with persistence only
    service.port = 0;
    extra = " -p 60";
  }
  for (const SketchedService& other : s.services)
    if (other.tcp == service.tcp && other.port == service.port) return;
  if (!service.tcp && extra.empty() && s.dice.chance(15)) extra = " -o";
  if (service.port != 0 && s.dice.chance(10)) {
    service.fwmark = static_cast<std::uint32_t>(s.services.size()) + 1;
    s.startup("director", fmt::format("iptables -t mangle -A PREROUTING -d {} -p {} --dport {} -j MARK --set-mark {}",
                                      Sketch::vip().text(), service.tcp ? "tcp" : "udp", service.port, service.fwmark));
  }
  service.name = service.fwmark != 0
                     ? fmt::format("-f {}", service.fwmark)
                     : fmt::format("{} {}:{}", service.tcp ? "-t" : "-u", Sketch::vip().text(), service.port);
  s.services.push_back(service);
  s.startup("director", fmt::format("ipvsadm -A {} -s {}{}", service.name, scheduler(s), extra));
  const char* usual = s.dice.one_of({"-m", "-g", "-i"});
  for (unsigned i = 0; i < s.servers; ++i) {
    if (s.dice.chance(10)) continue;
    const char* way = s.dice.chance(85) ? usual : s.dice.one_of({"-m", "-g", "-i"});
    s.startup("director", fmt::format("ipvsadm -a {} {}", service.name, destination(s, service, i, way)));
  }
  // The director itself may be a server.
  if (s.dice.chance(6) && service.fwmark == 0)
    s.startup("director", fmt::format("ipvsadm -a {} -r {}:{} -g", service.name,
                                      s.dice.one_of({Sketch::front(254), Sketch::vip()}).text(), service.port));
}

void edit_service(Sketch& s) {
  SketchedService& service = s.some_service();
  const unsigned server = s.dice.below(s.servers);
  const char* way = s.dice.one_of({"-m", "-g", "-i"});
  const std::string address = s.server_address(server).text();
  const std::string real = service.fwmark != 0 ? address : fmt::format("{}:{}", address, service.port);
  switch (s.dice.below(10)) {
    case 0: return s.at(fmt::format("director ipvsadm -e {} -r {} -g -w {}", service.name, real, s.dice.below(3)));
    case 1: return s.at(fmt::format("director ipvsadm -d {} -r {}", service.name, real));
    case 2: return s.at(fmt::format("director ipvsadm -a {} {}", service.name, destination(s, service, server, way)));
    case 3: return s.at("director ipvsadm -Lnc");
    case 4: return s.at(fmt::format("director ipvsadm -E {} -s {}", service.name, s.dice.one_of({"rr", "wrr", "wlc"})));
    case 5: return s.at("director ipvsadm -Z");
    case 6: return s.at("director ipvsadm -Ln --persistent-conn");
    case 7:
      if (service.gone) {
        s.at(fmt::format("director ipvsadm -A {} -s rr", service.name));
        s.at(fmt::format("director ipvsadm -a {} {}", service.name, destination(s, service, server, way)));
      } else {
        s.at(fmt::format("director ipvsadm -D {}", service.name));
      }
      service.gone = !service.gone;
      return;
    case 8: return s.at(fmt::format("director ipvsadm -e {} -r {} -m -w 1 -x 1", service.name, real));
    default: return s.at("director ipvsadm -Ln");
  }
}

void edit_machine(Sketch& s) {
  const std::string server = Sketch::rs(s.dice.below(s.servers));
  switch (s.dice.below(8)) {
    case 0: return s.at(fmt::format("director sysctl -w net.ipv4.ip_forward={}", s.dice.below(2)));
    case 1: return s.at(fmt::format("{} sysctl -w net.ipv4.conf.all.arp_ignore={}", server, s.dice.below(3)));
    case 2: return s.at(fmt::format("director ip addr del {}/32 dev eth0", Sketch::vip().text()));
    case 3: return s.at(fmt::format("director ip addr add {}/32 dev eth0", Sketch::vip().text()));
    case 4:
      return s.at(fmt::format("director sysctl -w net.ipv4.vs.{}={}",
                              s.dice.one_of({"expire_nodest_conn", "sloppy_tcp", "nat_icmp_send", "conn_reuse_mode"}),
                              s.dice.below(2)));
    case 5: return s.at(fmt::format("{} ip addr del {}/32 dev lo", server, Sketch::vip().text()));
    case 6:
      return s.at(
          fmt::format("director ip route get {} from {} iif eth0", Sketch::vip().text(), s.client_address(0).text()));
    default: return s.at("director ip addr");
  }
}

// Filters and address translation beside IPVS.
void draw_firewall(Sketch& s) {
  const std::string vip = Sketch::vip().text();
  switch (s.dice.below(9)) {
    case 0: return s.startup("director", fmt::format("iptables -A INPUT -d {} -p tcp --dport 443 -j DROP", vip));
    case 1: return s.startup("director", "iptables -A INPUT -p udp -j REJECT");
    case 2: return s.startup("director", "iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP");
    case 3: return s.startup("director", "iptables -t nat -A POSTROUTING -p tcp -o eth0 -j MASQUERADE");
    case 4:
      s.startup("director", "sysctl -w net.ipv4.vs.conntrack=1");
      return s.startup("director", fmt::format("iptables -t nat -A POSTROUTING -m ipvs --vaddr {} -j MASQUERADE", vip));
    case 5:
      return s.startup("director", fmt::format("iptables -t nat -A PREROUTING -d {} -p tcp --dport 8080 -j REDIRECT "
                                               "--to-ports 80",
                                               vip));
    case 6: return s.startup("director", "iptables -A OUTPUT -p icmp --icmp-type destination-unreachable -j DROP");
    default: break;
  }
  const std::string server = Sketch::rs(s.dice.below(s.servers));
  if (s.dice.chance(50)) return s.startup(server, fmt::format("iptables -t nat -A PREROUTING -d {} -j REDIRECT", vip));
  s.startup(server, fmt::format("arptables -A INPUT -d {} -j DROP", vip));
  s.startup(server,
            fmt::format("arptables -A OUTPUT -s {} -j mangle --mangle-ip-s {}", vip, s.server_address(0).text()));
}

// Servers that answer.
void draw_daemons(Sketch& s) {
  s.pages = s.dice.chance(40);
  for (unsigned i = 0; i < s.servers && s.pages; ++i) {
    if (!s.dice.chance(85)) continue;
    s.startup(Sketch::rs(i),
              fmt::format("httpd -p {} -t \"page of {}\"", s.dice.one_of({80, 80, 80, 8080}), Sketch::rs(i)));
  }
}

}  // namespace

void draw_services(Sketch& s) {
  for (unsigned i = 0, n = 1 + s.dice.below(3); i < n; ++i) draw_service(s);
  if (s.dice.chance(20)) draw_firewall(s);
  draw_daemons(s);
}

void draw_edit(Sketch& s) {
  if (s.dice.chance(75)) return edit_service(s);
  edit_machine(s);
}

}  // namespace lvs::referee
