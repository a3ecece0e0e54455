// SPDX-License-Identifier: GPL-2.0-or-later
// Two machines on a cable, a director and a server, and any text as lines for them in turn: commands at work beside
// each other, with sockets, timers and packets. Bytes above 0x7f are words that lines are made of, so that most lines
// parse.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "control/machine/machine.h"

using namespace lvs;
using namespace std::chrono_literals;

namespace {

constexpr auto kWords = std::to_array<std::string_view>({
    "ping -c 2 ",
    "ping -i 0.2 ",
    "10.0.0.1 ",
    "10.0.0.2 ",
    "10.0.0.100 ",
    "127.0.0.1 ",
    "curl -s -m 2 http://",
    "curl -sS http://",
    "nc -l -p ",
    "nc -w 1 ",
    "nc -z ",
    "nc -u -w 1 ",
    "nc -k -l ",
    "80 ",
    "8080 ",
    "1-200 ",
    "httpd -p ",
    "service httpd start ",
    "service httpd stop ",
    "ab -n 5 -c 3 http://",
    "/ ",
    "& ",
    "; ",
    "| ",
    "&& ",
    "|| ",
    "( ",
    ") ",
    "{ ",
    "; } ",
    "for i in ",
    "; do ",
    "; done ",
    "while ",
    "until ",
    "if ",
    "; then ",
    "; else ",
    "; fi ",
    "$i ",
    "$(",
    "seq 5 ",
    "seq 100 ",
    "`",
    "\"",
    "'",
    "> /tmp/a ",
    ">> /tmp/a ",
    "< /tmp/a ",
    "2>&1 ",
    "cat /tmp/a ",
    "A=",
    "$A",
    "$((",
    "+ 1",
    "))",
    "true ",
    "false ",
    "sleep 1 ",
    "sleep 0.1 ",
    "exit ",
    "break ",
    "echo ",
    "test ",
    "[ ",
    "] ",
    "= ",
    "ipvsadm -A -t 10.0.0.100:80 -s ",
    "ipvsadm -a -t 10.0.0.100:80 -r ",
    "ipvsadm -Ln ",
    "ipvsadm -C ",
    "ipvsadm -Lnc ",
    "ipvsadm -S ",
    "ipvsadm -R ",
    "-g ",
    "-m ",
    "-i ",
    "rr ",
    "wlc ",
    "mh ",
    "-p 5 ",
    "iptables -A INPUT -j ",
    "iptables -t nat -A PREROUTING -j ",
    "iptables -N ",
    "iptables -F ",
    "DROP ",
    "ACCEPT ",
    "REDIRECT ",
    "iptables-save ",
    "ip addr add ",
    "ip addr del ",
    "/24 ",
    "dev eth0 ",
    "dev lo ",
    "ip link set eth0 ",
    "up ",
    "down ",
    "mtu 600 ",
    "ip route add default via ",
    "ip neigh show ",
    "ip tunnel add t mode ipip remote ",
    "arping -c 1 -I eth0 ",
    "tcpdump -i eth0 -c 2 ",
    "tcpdump -w /tmp/p ",
    "tcpreplay -i eth0 /tmp/p ",
    "netstat -ant ",
    "ss -tan ",
    "sysctl -w net.ipv4.",
    "conf.all.rp_filter=1 ",
    "ip_forward=1 ",
    "cat /proc/net/ip_vs ",
    "kill ",
    "%1 ",
});

std::vector<std::string> lines_of(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\n') {
      lines.emplace_back();
    } else if (data[i] >= 0x80) {
      lines.back() += kWords[data[i] % kWords.size()];
    } else {
      lines.back() += static_cast<char>(data[i]);
    }
  }
  return lines;
}

// Time stands still but for what has been asked for; frames take a moment.
class Network {
 public:
  Network() {
    for (unsigned i = 0; i < 2; ++i) {
      Member& member = members_.emplace_back(std::make_unique<Member>(*this, i)) ? *members_.back() : *members_.back();
      member.machine = std::make_unique<control::Machine>(i == 0 ? "a" : "b", i + 1, 1, member);
      host::Device& eth =
          member.machine->host().add_ethernet("eth0", {{2, 0, 0, 0, 1, static_cast<std::uint8_t>(i)}}, &member);
      member.machine->host().set_up(eth, true);
    }
    machine(0).run_script("ip addr add 10.0.0.1/24 dev eth0\nip addr add 10.0.0.100/32 dev eth0\n");
    machine(1).run_script("ip addr add 10.0.0.2/24 dev eth0\nhttpd\n");
  }
  control::Machine& machine(unsigned i) { return *members_[i]->machine; }

  void pass(base::Time length, unsigned most) {
    const base::Time until = now_ + length;
    for (unsigned steps = 0; steps < most; ++steps) {
      Member* next = nullptr;
      base::Time at = wire_.empty() ? base::kNever : wire_.front().at;
      for (const auto& member : members_) {
        if (member->wake < at) {
          next = member.get();
          at = member->wake;
        }
      }
      if (at > until) break;
      now_ = std::max(now_, at);
      if (next != nullptr) {
        next->wake = base::kNever;
        next->machine->host().advance();
      } else {
        Frame frame = std::move(wire_.front());
        wire_.pop();
        host::Host& host = machine(frame.to).host();
        if (host::Device* dev = host.device("eth0"); dev != nullptr && dev->up)
          host.receive(*dev, host::Packet::from_frame(frame.bytes));
      }
    }
    now_ = std::max(now_, until);
  }

 private:
  struct Member final : base::Clock, host::Port {
    Member(Network& its, unsigned which) : network(its), number(which) {}
    base::Time now() const override { return network.now_; }
    void wake_at(base::Time when) override { wake = std::min(wake, when); }
    void transmit(host::PacketPtr frame) override {
      std::vector<std::uint8_t> bytes(frame->size());
      frame->copy_to(bytes);
      network.wire_.push({network.now_ + 20us, 1 - number, std::move(bytes)});
    }

    Network& network;
    unsigned number;
    base::Time wake = base::kNever;
    std::unique_ptr<control::Machine> machine;
  };
  struct Frame {
    base::Time at;
    unsigned to;
    std::vector<std::uint8_t> bytes;
  };

  base::Time now_{};
  std::vector<std::unique_ptr<Member>> members_;
  std::queue<Frame> wire_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMostLines = 40;
  Network network;
  std::size_t count = 0;
  for (const std::string& text : lines_of(data, size)) {
    if (++count > kMostLines) break;
    if (auto line = control::parse_line(text)) network.machine(count % 2).start(*line);
    network.pass(500ms, 2000);
  }
  network.pass(5s, 5000);
  for (unsigned i = 0; i < 2; ++i) network.machine(i).say_last_words();
  return 0;
}
