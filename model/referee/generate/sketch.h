// SPDX-License-Identifier: GPL-2.0-or-later
// A random lab while it is being drawn: the dice, who is where, and the text so far.
//
//   clients -- (router) -- front -- director -- back -- servers        back may be the front itself
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "control/lab/lab.h"
#include "referee/generate/frames.h"

namespace lvs::referee {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed * 0x9e3779b97f4a7c15ull + 1) {}
  // The standard fixes what mt19937_64 gives, but not what its distributions do.
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() >> 33) % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[below(static_cast<unsigned>(values.size()))];
  }
  template <class T>
  T one_of(const std::vector<T>& values) {
    return values[below(static_cast<unsigned>(values.size()))];
  }
  const char* one_of(std::initializer_list<const char*> values) {
    return values.begin()[below(static_cast<unsigned>(values.size()))];
  }

 private:
  std::mt19937_64 random_;
};

struct SketchedService {
  bool tcp = true;
  std::uint16_t port = 80;
  std::uint32_t fwmark = 0;  // the service is this mark's; `tcp` and `port` say which packets are marked
  bool gone = false;         // deleted meanwhile
  std::string name;          // "-t 10.0.1.100:80", "-f 1"
};

struct Sketch {
  explicit Sketch(std::uint64_t its_seed) : seed(its_seed), dice(its_seed) {}

  std::uint64_t seed;
  Dice dice;
  control::LabFiles files;
  bool router = false;        // clients are a hop away
  bool two_segments = false;  // servers have a segment of their own
  bool second_legs = false;   // and one in the front as well
  unsigned clients = 0, servers = 0;
  std::vector<SketchedService> services;
  bool pages = false;  // servers run httpd
  unsigned pages_asked = 0;
  bool nobody = false;  // somebody asks for an address that nobody has
  unsigned now = 0;     // hundredths of a second
  unsigned id = 0;      // of IP packets

  static std::string client(unsigned i) { return fmt::format("client{}", i + 1); }
  static std::string rs(unsigned i) { return fmt::format("rs{}", i + 1); }

  static base::Ipv4Addr front(unsigned last) { return base::Ipv4Addr::of(10, 0, 1, last); }
  base::Ipv4Addr back(unsigned last) const { return two_segments ? base::Ipv4Addr::of(10, 0, 2, last) : front(last); }
  static base::Ipv4Addr vip() { return front(100); }
  base::Ipv4Addr client_address(unsigned i) const {
    return router ? base::Ipv4Addr::of(10, 0, 0, i + 1) : front(i + 1);
  }
  base::Ipv4Addr server_address(unsigned i) const { return back(11 + i); }

  // MACs as lab.conf's order of hosts gives them.
  unsigned director_index() const { return clients + (router ? 1 : 0); }
  static base::MacAddr mac(unsigned host, unsigned interface) { return control::default_mac(host + 1, interface); }
  base::MacAddr director_mac() const { return mac(director_index(), 0); }
  base::MacAddr director_back_mac() const { return mac(director_index(), two_segments ? 1 : 0); }
  base::MacAddr server_mac(unsigned i) const { return mac(director_index() + 1 + i, 0); }
  // Where a client's frames to other networks, or to the virtual address, go.
  base::MacAddr client_gateway_mac() const { return router ? mac(clients, 0) : director_mac(); }

  void startup(const std::string& host, const std::string& line) { files[host + ".startup"] += line + "\n"; }
  void at(const std::string& text) {
    files["lab.timeline"] += fmt::format("{}.{:02} {}\n", now / 100, now % 100, text);
    // Hundredths. The kernel's one-second retries come up to 0.08 s late each (HZ=100, its timer wheel): after 1.00 to
    // 1.08, 2.00 to 2.16, 3.00 to 3.24 s. No line stands there.
    now += 47;
  }
  void inject(const std::string& host, unsigned interface, const Bytes& frame) {
    std::string hex;
    for (const std::uint8_t byte : frame) hex += fmt::format("{:02x}", byte);
    at(fmt::format("{} inject eth{} {}", host, interface, hex));
  }

  SketchedService& some_service() { return services[dice.below(static_cast<unsigned>(services.size()))]; }
};

// The lab of what was drawn. Throws std::logic_error where it has a mistake.
control::Lab drawn_lab(const control::LabFiles& files, std::string name);
// Hundredths of a second, up to half a second more or less.
unsigned around(Dice& dice, unsigned seconds);

// The parts of a lab, in this order.
void draw_topology(Sketch& sketch);  // lab.conf
void draw_hosts(Sketch& sketch);     // addresses, routes, sysctls
void draw_services(Sketch& sketch);  // ipvsadm
void draw_event(Sketch& sketch);     // one line of the timeline or a few: packets
void draw_edit(Sketch& sketch);      // the same: what an administrator does meanwhile

}  // namespace lvs::referee
