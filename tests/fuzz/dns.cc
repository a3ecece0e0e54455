// SPDX-License-Identifier: GPL-2.0-or-later
// DNS messages, any bytes: read, written again, and to a dnsmasq that answers some itself and sends others on. The
// input is a list of messages, each behind a byte that says who sends it (0: a client, 1: the upstream server, 2: a
// line of dnsmasq.conf, with 4 a named.conf, with 8 a zone file, 3: a second passes) and its length in two bytes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include "control/machine/machine.h"
#include "daemons/daemons.h"
#include "daemons/dnsmasq/conf.h"
#include "daemons/named/conf.h"
#include "daemons/named/message.h"
#include "daemons/named/zone-file.h"
#include "parts/parts.h"
#include "trace/dissect/dissect.h"
#include "wire/checksum.h"
#include "wire/dns.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/udp.h"

namespace {

using namespace lvs;

using fuzz::Sink;
using fuzz::StepClock;

constexpr const char* kSetup = R"(
ip addr add 10.0.0.53/24 dev eth0
ip neigh add 10.0.0.1 lladdr 02:00:00:00:10:01 dev eth0
ip neigh add 10.0.0.54 lladdr 02:00:00:00:10:54 dev eth0
dnsmasq -C /dev/null -R -S 10.0.0.54 -c 5 --host-record=a.example.com,10.0.0.7 -A /b.example.com/10.0.0.8 --local=/example.com/ --txt-record=t,x --neg-ttl=3
)";

void deliver(control::Machine& machine, base::Ipv4Addr from, std::uint16_t sport, std::uint16_t dport,
             std::string_view data) {
  const std::size_t size = wire::Udp::kSize + data.size();
  std::string frame(wire::Ethernet::kSize + wire::Ipv4::kMinSize + size, '\0');
  auto* const bytes = reinterpret_cast<std::uint8_t*>(frame.data());
  wire::Ethernet{bytes}.set({{2, 0, 0, 0, 1, 0}}, {{2, 0, 0, 0, 2, 0}}, wire::EtherType::ipv4);
  const wire::Ipv4 ip{bytes + wire::Ethernet::kSize};
  ip.init(0, static_cast<std::uint16_t>(wire::Ipv4::kMinSize + size), 1, 0, 64, wire::IpProto::udp, from,
          base::Ipv4Addr::of(10, 0, 0, 53));
  ip.refresh_checksum();
  wire::Udp{ip.p + wire::Ipv4::kMinSize}.init(sport, dport, static_cast<std::uint16_t>(size));
  data.copy(frame.data() + frame.size() - data.size(), data.size());
  trace::dissect({bytes, frame.size()});
  machine.host().receive(*machine.host().device("eth0"), host::Packet::from_frame({bytes, frame.size()}));
  machine.host().advance();
}

void check(std::string_view bytes) {
  const auto message = wire::read_dns(bytes);
  if (!message) return;
  const std::string written = wire::write_dns(*message);
  const auto again = wire::read_dns(written);
  if (!again || again->questions != message->questions || again->answers.size() != message->answers.size())
    std::abort();
  for (std::size_t i = 0; i < again->answers.size(); ++i)
    if (wire::dns_value_text(again->answers[i]) != wire::dns_value_text(message->answers[i])) std::abort();
}

// A file of dnsmasq, or of named: what was read of a zone is asked for.
void configure(unsigned which, std::string_view text) {
  if (which == 0) {
    dnsmasq::Conf conf;
    dnsmasq::read_conf_file(text, "f", conf);
  } else if (which == 1) {
    named::read_named_conf("f", [&](const std::string& path) -> std::optional<std::string> {
      if (path != "f") return std::nullopt;
      return std::string(text);
    });
  } else {
    const auto reading = named::read_zone("example.com", text, "f");
    if (!reading.ok()) return;
    named::Answering how;
    how.order = [](const named::RrSet& set) { return set.data; };
    for (const auto& [name, node] : reading.zone->nodes()) {
      wire::DnsMessage reply;
      reply.flags = wire::dns_flag::qr;
      reply.questions.push_back({name, static_cast<std::uint16_t>(wire::DnsType::any), wire::kDnsIn});
      named::answer({{"example.com", "f", reading.zone}}, how, reply);
      if (!wire::read_dns(named::write_message(std::move(reply), 512, false))) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  daemons::add_daemons();
  StepClock clock;
  Sink wire;
  control::Machine machine("ns", 1, 1, clock);
  host::Device& eth0 = machine.host().add_ethernet("eth0", {{2, 0, 0, 0, 1, 0}}, &wire);
  machine.host().set_up(eth0, true);
  machine.run(kSetup);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (rest.size() >= 3) {
    const std::size_t length =
        std::min<std::size_t>(base::load_be16(reinterpret_cast<const std::uint8_t*>(rest.data()) + 1), rest.size() - 3);
    const int kind = rest[0] & 3;
    const unsigned which = static_cast<unsigned char>(rest[0]) >> 2U & 3U;
    const std::string_view message = rest.substr(3, std::min<std::size_t>(length, 1400));
    rest.remove_prefix(3 + length);
    check(message);
    if (kind == 0) {
      deliver(machine, base::Ipv4Addr::of(10, 0, 0, 1), 4000, wire::kDnsPort, message);
    } else if (kind == 1) {
      std::uint16_t port = wire::kDnsPort;  // of the question that is out
      for (const host::UdpSocket* each : machine.sockets().udp_sockets()) port = each->local().port;
      deliver(machine, base::Ipv4Addr::of(10, 0, 0, 54), wire::kDnsPort, port, message);
    } else if (kind == 2) {
      configure(which, message);
    } else {
      clock.now_ += std::chrono::seconds(1);
      machine.host().advance();
    }
  }
  return 0;
}
