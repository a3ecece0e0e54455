// SPDX-License-Identifier: GPL-2.0-or-later
// Two network namespaces with a TAP each, and the load between them.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "os/fd.h"
#include "os/net-namespace.h"
#include "os/process.h"
#include "wire/checksum.h"

namespace lvs::bench {

struct FloodResult {
  double sent = 0, received = 0;
  double refused = 0;   // of those sent: the sender's own socket would not have them
  double overflow = 0;  // the queue of the TAP towards the forwarder was full
  double through = 0;   // received before and after the measured time, too
};
struct RoundTrips {
  double median = 0, p99 = 0, p999 = 0;  // microseconds
};

class Endpoints {
 public:
  Endpoints() : client(name("a")), server(name("b")), folder("/tmp/" + name("d")) {
    for (const std::string& each : {client, server}) {
      shell("ip netns add " + each + " && ip -n " + each + " link set lo up");
      os::run({"ip", "netns", "exec", each, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1"});
    }
    shell("mkdir -p " + folder);
  }
  ~Endpoints() {
    for (const std::string& each : {client, server}) os::run({"ip", "netns", "del", each});
    os::run({"rm", "-rf", folder});
  }
  Endpoints(const Endpoints&) = delete;
  Endpoints& operator=(const Endpoints&) = delete;

  const std::string client, server, folder;

  // Addresses on both TAPs; an empty method: both are on one network.
  void configure(const std::string& method) const {
    const auto in = [&](const std::string& where, const std::string& line) {
      shell("ip netns exec " + where + " sh -c '" + line + "'");
    };
    in(client, "ip addr add 10.1.0.9/24 dev tapa; ip link set tapa up");
    if (method.empty()) return in(server, "ip addr add 10.1.0.100/24 dev tapb; ip link set tapb up");
    if (method == "-g") {
      in(server,
         "sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2; ip addr add 10.1.0.100/32 dev "
         "lo; "
         "ip addr add 10.1.0.11/24 dev tapb; ip link set tapb up");
      announce();
    } else {
      in(server, "ip addr add 10.2.0.11/24 dev tapb; ip link set tapb up; ip route add default via 10.2.0.1");
    }
    // The frames of the flood and the packets of the stack have the director of the same address.
    in(client, "ip neigh replace 10.1.0.100 lladdr 02:00:00:00:01:00 dev tapa");
  }

  // Small UDP frames for seconds, as fast as can be or `rate` a second; how many were sent, and came out.
  FloodResult flood(double seconds, double rate) const {
    FloodResult result;
    const double first = static_cast<double>(received()), dropped = static_cast<double>(overflow());
    std::thread sender([&] { send_frames(seconds + (rate > 0 ? 0 : 0.5), rate, result); });
    if (rate > 0) {
      sender.join();
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      result.overflow = static_cast<double>(overflow()) - dropped;
      result.received = result.through = static_cast<double>(received()) - first;
      return result;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const double before = static_cast<double>(received());
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    result.received = static_cast<double>(received()) - before;
    sender.join();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    result.through = static_cast<double>(received()) - first;
    return result;
  }

  // Bits a second.
  double iperf(double seconds) const {
    const pid_t server_pid = os::spawn({"ip", "netns", "exec", server, "iperf3", "-s", "-1"}, quiet());
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    const os::Output report = os::run(
        {"ip", "netns", "exec", client, "iperf3", "-c", "10.1.0.100", "-J", "-t", fmt::format("{:.0f}", seconds)});
    if (!os::wait_for(server_pid, std::chrono::seconds(3))) {
      ::kill(server_pid, 9);
      os::wait_for(server_pid);
    }
    const std::size_t sum = report.text.find("\"sum_received\"");
    const std::size_t at = sum == std::string::npos ? sum : report.text.find("bits_per_second\":", sum);
    if (at == std::string::npos) throw std::runtime_error("iperf3: " + report.text);
    return std::atof(report.text.c_str() + at + 17);
  }

  // One UDP datagram at a time to port 7 and back.
  RoundTrips round_trips(int count, const std::string& method) const {
    std::atomic<bool> stop{false};
    // With direct routing the server has the VIP, and answers with it.
    std::thread echo([&] { echo_datagrams(stop, method == "-g" ? 0x0a010064 : 0); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    std::vector<double> times = ask(count);
    stop = true;
    echo.join();
    if (times.empty()) return {};
    std::ranges::sort(times);
    const auto at = [&](double share) {
      return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    return {at(0.5), at(0.99), at(0.999)};
  }

 private:
  static std::string name(const char* which) { return "lvsbench" + std::to_string(::getpid()) + which; }
  static void shell(const std::string& line) {
    const os::Output output = os::run({"sh", "-c", line});
    if (output.status != 0) throw std::runtime_error(line + ": " + output.text);
  }
  static os::SpawnOptions quiet() {
    os::SpawnOptions options;
    static const os::Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    options.output = options.error = null.get();
    return options;
  }

  static std::uint64_t counter(const std::string& where, const std::string& which) {
    const os::Output text = os::run({"ip", "netns", "exec", where, "cat", "/sys/class/net/" + which});
    return std::strtoull(text.text.c_str(), nullptr, 10);
  }
  std::uint64_t received() const { return counter(server, "tapb/statistics/rx_packets"); }
  std::uint64_t overflow() const { return counter(client, "tapa/statistics/tx_dropped"); }

  // 256 flows; the destination MAC is the director's, which is nobody's in the other namespace: its stack drops them
  // early and does not answer.
  static std::array<std::uint8_t, 60> frame(unsigned flow) {
    std::array<std::uint8_t, 60> bytes{};
    const std::uint8_t to[6] = {2, 0, 0, 0, 1, 0}, from[6] = {2, 0x11, 0, 0, 0, 9};
    std::copy_n(to, 6, bytes.data());
    std::copy_n(from, 6, bytes.data() + 6);
    base::store_be16(bytes.data() + 12, 0x0800);
    std::uint8_t* ip = bytes.data() + 14;
    ip[0] = 0x45;
    base::store_be16(ip + 2, 46);
    ip[8] = 64;
    ip[9] = 17;
    base::store_be32(ip + 12, 0x0a010009);
    base::store_be32(ip + 16, 0x0a010064);
    base::store_be16(ip + 10, wire::checksum_of(wire::sum_bytes({ip, 20})));
    std::uint8_t* udp = ip + 20;
    base::store_be16(udp, static_cast<std::uint16_t>(10000 + flow));
    base::store_be16(udp + 2, 9);
    base::store_be16(udp + 4, 26);
    const wire::Sum pseudo = wire::sum_pseudo_header({0x0a010009}, {0x0a010064}, 17, 26);
    base::store_be16(udp + 6, wire::checksum_of(wire::sum_add(pseudo, wire::sum_bytes({udp, 26}))));
    return bytes;
  }

  static os::Fd packet_socket(const char* interface) {
    os::Fd socket(os::check(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "packet socket"));
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
    os::check(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    return socket;
  }

  // A switch between learns where the flood's server is.
  void announce() const {
    const os::InNetNamespace there(server);
    std::array<std::uint8_t, 60> bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0x99, 0, 0, 0, 1, 0x88, 0xb5};
    const os::Fd socket = packet_socket("tapb");
    if (::send(socket.get(), bytes.data(), bytes.size(), 0) < 0) throw std::runtime_error("tapb is down");
  }

  void send_frames(double seconds, double rate, FloodResult& result) const {
    const os::InNetNamespace there(client);
    const os::Fd socket = packet_socket("tapa");
    const int one = 1;
    ::setsockopt(socket.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    std::vector<std::array<std::uint8_t, 60>> frames;
    for (unsigned flow = 0; flow < 256; ++flow) frames.push_back(frame(flow));
    const auto start = std::chrono::steady_clock::now();
    std::uint64_t sent = 0, refused = 0, skipped = 0;
    while (true) {
      const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      if (elapsed >= seconds) break;
      std::uint64_t burst = 32;
      if (rate > 0) {
        // Who was kept from sending makes up for 20 ms of it at most: more would be another rate.
        const auto due = static_cast<std::uint64_t>(elapsed * rate) - skipped;
        const auto most = static_cast<std::uint64_t>(0.02 * rate);
        if (due > sent + most) skipped += due - sent - most;
        burst = due > sent ? std::min<std::uint64_t>(due - sent, 64) : 0;
        // A sender that spins would take the forwarder's processor.
        if (due - sent < 64) std::this_thread::sleep_for(std::chrono::microseconds(50));
      }
      for (; burst > 0; --burst) {
        const auto& bytes = frames[sent % frames.size()];
        const bool taken = ::send(socket.get(), bytes.data(), bytes.size(), 0) >= 0;
        if (taken || rate > 0) ++sent;
        if (!taken) ++refused;
      }
    }
    result.sent = static_cast<double>(sent);
    result.refused = static_cast<double>(refused);
  }

  static os::Fd udp_socket() {
    os::Fd socket(os::check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
    const timeval limit{0, 200'000};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return socket;
  }

  void echo_datagrams(const std::atomic<bool>& stop, std::uint32_t address) const {
    const os::InNetNamespace there(server);
    const os::Fd socket = udp_socket();
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(7);
    here.sin_addr.s_addr = htonl(address);
    os::check(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here), "bind");
    char buffer[64];
    while (!stop) {
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const auto got = ::recvfrom(socket.get(), buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got > 0)
        ::sendto(socket.get(), buffer, static_cast<std::size_t>(got), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
  }

  std::vector<double> ask(int count) const {
    const os::InNetNamespace there(client);
    const os::Fd socket = udp_socket();
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(7);
    to.sin_addr.s_addr = htonl(0x0a010064);
    os::check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
    std::vector<double> times;
    char buffer[64] = "ask";
    for (int i = 0; i < count; ++i) {
      const auto start = std::chrono::steady_clock::now();
      if (::send(socket.get(), buffer, 16, 0) < 0 || ::recv(socket.get(), buffer, sizeof buffer, 0) < 0) continue;
      times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    return times;
  }
};

}  // namespace lvs::bench
