// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/generate.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "referee/generate-frames.h"
#include "wire/ipv4.h"
#include "wire/tcp.h"

namespace lvs::referee {
namespace {

using base::Ipv4Addr;
using base::MacAddr;
using wire::Tcp;

constexpr auto kIcmp = static_cast<std::uint8_t>(wire::IpProto::icmp);
constexpr auto kTcp = static_cast<std::uint8_t>(wire::IpProto::tcp);
constexpr auto kUdp = static_cast<std::uint8_t>(wire::IpProto::udp);

struct Service {
  bool tcp = true;
  std::uint16_t port = 80;
  std::string at(base::Ipv4Addr vip) const { return fmt::format("{} {}:{}", tcp ? "-t" : "-u", vip.text(), port); }
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed), random_(seed * 0x9e3779b97f4a7c15ull + 1) {}

  control::Lab run() {
    topology();
    clients();
    servers();
    director();
    late_probes();
    if (chance(50)) static_neighbours();
    timeline();
    control::LabReading reading = control::parse_lab(files_);
    if (!reading.ok()) throw std::logic_error("generated lab: " + reading.errors.front().text());
    reading.lab.name = fmt::format("seed-{}", seed_);
    return std::move(reading.lab);
  }

 private:
  // The standard fixes what mt19937_64 gives, but not what its distributions do.
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() >> 33) % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<unsigned>(values.size()))];
  }

  void startup(const std::string& host, const std::string& line) { files_[host + ".startup"] += line + "\n"; }
  Ipv4Addr front(unsigned last) const { return Ipv4Addr::of(10, 0, 1, last); }
  Ipv4Addr back(unsigned last) const { return two_segments_ ? Ipv4Addr::of(10, 0, 2, last) : front(last); }
  std::string rs(unsigned i) const { return fmt::format("rs{}", i + 1); }
  std::string client(unsigned i) const { return fmt::format("client{}", i + 1); }
  Ipv4Addr vip() const { return front(100); }
  unsigned director_index() const { return clients_; }

  void topology() {
    two_segments_ = chance(60);
    clients_ = 1 + below(2);
    servers_ = 1 + below(3);
    std::string& conf = files_["lab.conf"];
    conf = fmt::format("LAB_DESCRIPTION=\"Random lab {}\"\n", seed_);
    for (unsigned i = 0; i < clients_; ++i) conf += fmt::format("{}[0]=\"front\"\n", client(i));
    conf += "director[0]=\"front\"\n";
    if (two_segments_) conf += "director[1]=\"back\"\n";
    second_legs_ = two_segments_ && chance(40);
    for (unsigned i = 0; i < servers_; ++i) {
      conf += fmt::format("{}[0]=\"{}\"\n", rs(i), two_segments_ ? "back" : "front");
      if (second_legs_) conf += fmt::format("{}[1]=\"front\"\n", rs(i));
    }
  }

  void clients() {
    for (unsigned i = 0; i < clients_; ++i) {
      startup(client(i), fmt::format("ip addr add {}/24 dev eth0", front(1 + i).text()));
      if (two_segments_ && chance(50))
        startup(client(i), fmt::format("ip route add default via {}", front(254).text()));
    }
  }

  void servers() {
    for (unsigned i = 0; i < servers_; ++i) {
      startup(rs(i), fmt::format("ip addr add {}/24 dev eth0", back(11 + i).text()));
      if (second_legs_) startup(rs(i), fmt::format("ip addr add {}/24 dev eth1", front(11 + i).text()));
      if (chance(75)) {
        startup(rs(i), fmt::format("sysctl -w net.ipv4.conf.{}.arp_ignore={}", one_of({"all", "eth0"}),
                                   one_of({0, 1, 1, 1, 2, 3, 8})));
        startup(rs(i), fmt::format("sysctl -w net.ipv4.conf.{}.arp_announce={}", one_of({"all", "eth0"}),
                                   one_of({0, 1, 2, 2, 2})));
      }
      const unsigned where = below(10);
      if (where < 4) startup(rs(i), fmt::format("ip addr add {}/32 dev lo", vip().text()));
      if (where >= 4 && where < 8) {
        startup(rs(i), "ip link set tunl0 up");
        startup(rs(i), fmt::format("ip addr add {}/32 dev tunl0", vip().text()));
      }
      if (where == 8) startup(rs(i), fmt::format("ip addr add {}/32 dev eth0", vip().text()));
      if (chance(10))
        startup(rs(i), fmt::format("sysctl -w net.ipv4.conf.{}.rp_filter={}", one_of({"all", "tunl0", "eth0"}),
                                   one_of({1, 2})));
      if (two_segments_ ? !second_legs_ || chance(50) : chance(30))
        startup(rs(i), fmt::format("ip route add default via {}", back(254).text()));
    }
  }

  void director() {
    startup("director", fmt::format("ip addr add {}/24 dev eth0", front(254).text()));
    startup("director", fmt::format("ip addr add {}/{} dev {}", vip().text(), one_of({32, 32, 24}),
                                    one_of({"eth0", "eth0", "eth0", "lo"})));
    if (two_segments_) startup("director", fmt::format("ip addr add {}/24 dev eth1", back(254).text()));
    if (chance(75)) startup("director", "sysctl -w net.ipv4.ip_forward=1");
    if (chance(20))
      startup("director", fmt::format("sysctl -w net.ipv4.conf.{}.{}={}", one_of({"all", "eth0"}),
                                      one_of({"rp_filter", "arp_ignore", "arp_announce", "accept_local"}), 1));
    if (chance(25))
      startup("director",
              fmt::format("sysctl -w net.ipv4.vs.{}=1",
                          one_of({"expire_nodest_conn", "nat_icmp_send", "sloppy_tcp", "expire_quiescent_template",
                                  "ignore_tunneled", "snat_reroute", "schedule_icmp"})));
    for (unsigned i = 0, n = 1 + below(3); i < n; ++i) service();
  }

  void service() {
    Service s;
    s.tcp = chance(60);
    s.port = s.tcp ? one_of<std::uint16_t>({80, 443}) : one_of<std::uint16_t>({53, 123});
    for (const Service& other : services_)
      if (other.tcp == s.tcp && other.port == s.port) return;
    services_.push_back(s);
    const std::string address = s.at(vip());
    std::string extra = chance(12) ? " -p 60" : "";
    if (!s.tcp && extra.empty() && chance(15)) extra = " -o";
    startup("director",
            fmt::format("ipvsadm -A {} -s {}{}", address,
                        one_of({"rr", "rr", "wrr", "wrr", "wlc", "wlc", "lc", "sed", "nq", "sh", "dh"}), extra));
    const char* usual = one_of({"-m", "-g", "-i"});
    for (unsigned i = 0; i < servers_; ++i) {
      if (chance(10)) continue;
      const char* way = chance(85) ? usual : one_of({"-m", "-g", "-i"});
      const unsigned port = std::string_view(way) == "-m" && chance(50) ? s.port + 8000u : s.port;
      startup("director", fmt::format("ipvsadm -a {} -r {}:{} {} -w {}", address, back(11 + i).text(), port, way,
                                      one_of({0, 1, 1, 1, 2, 3, 4})));
    }
  }

  MacAddr mac(unsigned host, unsigned interface) const { return control::default_mac(host + 1, interface); }
  MacAddr director_mac() const { return mac(director_index(), 0); }

  // The probe after five seconds of DELAY would race with the end of the lab; arp-probe in tests/fidelity has it.
  void late_probes() {
    const auto put_off = [&](const std::string& host, unsigned interfaces) {
      for (unsigned i = 0; i < interfaces; ++i)
        startup(host, fmt::format("sysctl -w net.ipv4.neigh.eth{}.delay_first_probe_time=30", i));
    };
    for (unsigned i = 0; i < clients_; ++i) put_off(client(i), 1);
    put_off("director", two_segments_ ? 2 : 1);
    for (unsigned i = 0; i < servers_; ++i) put_off(rs(i), second_legs_ ? 2 : 1);
  }

  // No address resolution, but for addresses that nobody has.
  void static_neighbours() {
    for (unsigned i = 0; i < clients_; ++i) {
      startup("director", fmt::format("ip neigh add {} lladdr {} dev eth0", front(1 + i).text(), mac(i, 0).text()));
      startup(client(i), fmt::format("ip neigh add {} lladdr {} dev eth0", front(254).text(), director_mac().text()));
      for (unsigned r = 0; r < servers_; ++r) {
        if (two_segments_ && !second_legs_) continue;
        startup(rs(r), fmt::format("ip neigh add {} lladdr {} dev eth{}", front(1 + i).text(), mac(i, 0).text(),
                                   second_legs_ ? 1 : 0));
      }
    }
    for (unsigned r = 0; r < servers_; ++r) {
      const unsigned leg = two_segments_ ? 1 : 0;
      startup("director", fmt::format("ip neigh add {} lladdr {} dev eth{}", back(11 + r).text(),
                                      mac(director_index() + 1 + r, 0).text(), leg));
      startup(rs(r),
              fmt::format("ip neigh add {} lladdr {} dev eth0", back(254).text(), mac(director_index(), leg).text()));
    }
  }

  void at(const std::string& text) {
    files_["lab.timeline"] += fmt::format("{}.{:02} {}\n", now_ / 100, now_ % 100, text);
    now_ += 31;  // hundredths: whole seconds later something else is due for a long time
  }

  void inject(const std::string& host, unsigned interface, const Bytes& frame) {
    std::string hex;
    for (const std::uint8_t byte : frame) hex += fmt::format("{:02x}", byte);
    at(fmt::format("{} inject eth{} {}", host, interface, hex));
  }

  void timeline() {
    for (unsigned i = 0; i < clients_; ++i)
      if (chance(40)) at(fmt::format("{} ping -c 1 -W 1 {}", client(i), (chance(70) ? vip() : front(254)).text()));
    for (unsigned i = 0, n = 6 + below(6); i < n; ++i) event();
    at("director ipvsadm -Lnc");
    at("director ipvsadm -Ln");
    if (chance(50) && !nobody_) at("director ip neigh");  // resolution that fails takes three seconds
  }

  void event() {
    const unsigned kind = below(100);
    if (kind < 46) return tcp_event();
    if (kind < 70) return udp_event();
    if (kind < 80) return echo_event();
    if (kind < 86) return arp_event();
    if (kind < 92) return server_event();
    configuration_event();
  }

  IpFields fields(unsigned from) {
    IpFields ip;
    ip.src = chance(95) ? front(1 + from) : front(77);
    ip.dst = chance(93) ? vip() : one_of({front(254), back(11), back(250), front(101)});
    if (ip.src == front(77) || ip.dst == back(250) || ip.dst == front(101)) nobody_ = true;
    ip.ttl = one_of<std::uint8_t>({64, 64, 64, 64, 64, 2, 1});
    ip.tos = one_of<std::uint8_t>({0, 0, 0, 0x10, 0xb8, 3});
    ip.id = static_cast<std::uint16_t>(++id_);
    ip.dont_fragment = chance(40);
    return ip;
  }

  const Service& some_service() { return services_[below(static_cast<unsigned>(services_.size()))]; }
  // Mostly a service's, of the protocol or not.
  std::uint16_t target_port() { return chance(88) ? some_service().port : one_of<std::uint16_t>({22, 8080}); }
  std::uint16_t client_port() { return static_cast<std::uint16_t>(40000 + below(3)); }

  void send(unsigned from, const IpFields& ip, std::uint8_t protocol, Bytes payload) {
    if (chance(4)) payload.back() ^= 0x55;  // a wrong checksum
    inject(client(from), 0, ip_frame(director_mac(), mac(from, 0), ip, protocol, payload));
  }

  void tcp_event() {
    const unsigned from = below(clients_);
    const IpFields ip = fields(from);
    TcpFields tcp{client_port(), target_port(), 1000, 0, 0, 0};
    std::string data;
    switch (below(10)) {
      default:
        tcp.flags = Tcp::syn;
        tcp.mss = chance(70) ? 1460 : 0;
        break;
      case 5:
        tcp.flags = Tcp::ack;
        tcp.seq = 1001;
        tcp.ack = 77;
        break;
      case 6:
        tcp.flags = Tcp::ack | Tcp::psh;
        tcp.seq = 1001;
        tcp.ack = 77;
        data = chance(80) ? "GET / HTTP/1.0\r\n\r\n" : std::string(1000 + below(460), 'x');
        break;
      case 7:
        tcp.flags = Tcp::fin | Tcp::ack;
        tcp.seq = 1019;
        tcp.ack = 77;
        break;
      case 8:
        tcp.flags = Tcp::rst;
        tcp.seq = 1001;
        break;
      case 9:
        tcp.flags = one_of<std::uint8_t>({Tcp::syn | Tcp::ack, Tcp::syn | Tcp::fin, 0, Tcp::fin, Tcp::rst | Tcp::ack});
        tcp.ack = 78;
        break;
    }
    send(from, ip, kTcp, tcp_bytes(ip, tcp, data));
  }

  void udp_event() {
    const unsigned from = below(clients_);
    const IpFields ip = fields(from);
    const std::uint16_t sport = client_port(), dport = target_port();
    // No fragments: where one kernel plays all hosts, those that are sent on after reassembly are rewritten in the very
    // memory that the captures and the other ports of a flooding bridge still refer to.
    const bool large = chance(20);
    const std::string data = large ? std::string(1472 - below(24), 'y') : "query";
    send(from, ip, kUdp, udp_bytes(ip, sport, dport, data, large || chance(85)));
  }

  void echo_event() {
    const unsigned from = below(clients_);
    const IpFields ip = fields(from);
    send(from, ip, kIcmp, echo_bytes(0x1234, static_cast<std::uint16_t>(below(9)), "abcdefgh"));
  }

  void arp_event() {
    const unsigned from = below(clients_);
    const Ipv4Addr sender = one_of({front(1 + from), front(1 + from), front(78), Ipv4Addr::any()});
    const Ipv4Addr target = one_of({vip(), vip(), front(254), back(11), back(254), front(79)});
    if (sender == front(78)) nobody_ = true;
    const MacAddr to = chance(80) ? MacAddr::broadcast() : director_mac();
    inject(client(from), 0, arp_frame(to, mac(from, 0), sender, target, chance(15) && !to.is_broadcast()));
  }

  // What a real server says by itself: an answer to a client, or something to anybody.
  void server_event() {
    const unsigned r = below(servers_);
    const Service& s = some_service();
    IpFields ip;
    ip.src = chance(70) ? back(11 + r) : vip();
    ip.dst = front(1 + below(clients_));
    ip.id = static_cast<std::uint16_t>(++id_);
    ip.dont_fragment = chance(50);
    const MacAddr to = mac(director_index(), two_segments_ ? 1 : 0), source = mac(director_index() + 1 + r, 0);
    const auto sport = static_cast<std::uint16_t>(s.port + (chance(50) ? 0 : 8000));
    const Bytes payload = s.tcp ? tcp_bytes(ip, {sport, client_port(), 5000, 1001, Tcp::syn | Tcp::ack, 1460}, "")
                                : udp_bytes(ip, sport, client_port(), "answer", true);
    inject(rs(r), 0, ip_frame(to, source, ip, s.tcp ? kTcp : kUdp, payload));
  }

  void configuration_event() {
    const Service& s = some_service();
    const std::string address = s.at(vip());
    const std::string real = fmt::format("{}:{}", back(11 + below(servers_)).text(), s.port);
    switch (below(6)) {
      case 0: return at(fmt::format("director ipvsadm -e {} -r {} -g -w {}", address, real, below(3)));
      case 1: return at(fmt::format("director ipvsadm -d {} -r {}", address, real));
      case 2:
        return at(fmt::format("director ipvsadm -a {} -r {} {} -w {}", address, real, one_of({"-m", "-g", "-i"}),
                              1 + below(3)));
      case 3: return at("director ipvsadm -Lnc");
      case 4: return at(fmt::format("director ipvsadm -E {} -s {}", address, one_of({"rr", "wrr", "wlc"})));
      default: return at("director ipvsadm -Ln");
    }
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  control::LabFiles files_;
  bool two_segments_ = false, second_legs_ = false;
  unsigned clients_ = 0, servers_ = 0;
  std::vector<Service> services_;
  bool nobody_ = false;  // somebody asks for an address that nobody has
  unsigned now_ = 0;     // hundredths of a second
  unsigned id_ = 0;
};

}  // namespace

control::Lab generate_lab(std::uint64_t seed) { return Generator(seed).run(); }

}  // namespace lvs::referee
