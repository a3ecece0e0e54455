// SPDX-License-Identifier: GPL-2.0-or-later
// Emulation beside the bare copy loop on the same kind of TAPs, in one run: small frames a second, TCP by iperf3, and
// the time of a round trip. Needs root, /dev/net/tun, ip and iperf3; all traffic stays in two network namespaces.
//   bench-emulation [--seconds S] [--rounds N] [--small] [--large] [--offered] [--chrt] [CASE...]
// All three kinds of load unless some are named; a CASE is the beginning of a name.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "bench/emulation-load.h"
#include "os/fd.h"
#include "os/process.h"
#include "os/tap.h"

namespace {

using namespace std::chrono_literals;
using lvs::bench::Endpoints;
namespace os = lvs::os;

// --chrt: the programs that forward come before the rest of the machine.
bool chrt = false;

// What stands between the two namespaces.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  // Of the thread or process that forwards: what else the machine does weighs little on it.
  virtual clockid_t cpu_clock() = 0;
  double cpu_seconds() {
    timespec now{};
    ::clock_gettime(cpu_clock(), &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }
};

// proofs of the limit: read a frame here, write it there.
class BareLoop final : public Forwarder {
 public:
  BareLoop(const Endpoints& ends, bool offload)
      : a_(options(ends.client, "tapa", offload)),
        b_(options(ends.server, "tapb", offload)),
        thread_([this] { run(); }) {}
  ~BareLoop() override {
    stop_ = true;
    thread_.join();
  }
  clockid_t cpu_clock() override {
    clockid_t clock = CLOCK_MONOTONIC;
    ::pthread_getcpuclockid(thread_.native_handle(), &clock);
    return clock;
  }

 private:
  static os::TapOptions options(const std::string& netns, const std::string& name, bool offload) {
    return {.name = name, .create = true, .owner = {}, .netns = netns, .offload = offload};
  }
  void run() {
    const os::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
    for (const int fd : {a_.fd(), b_.fd()}) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = fd;
      ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event);
    }
    std::vector<char> buffer(70000);
    while (!stop_) {
      epoll_event events[2];
      const int count = ::epoll_wait(epoll.get(), events, 2, 100);
      for (int i = 0; i < count; ++i) {
        const int from = events[i].data.fd, to = from == a_.fd() ? b_.fd() : a_.fd();
        for (int n = 0; n < 64; ++n) {
          const auto size = ::read(from, buffer.data(), buffer.size());
          if (size <= 0 || ::write(to, buffer.data(), static_cast<std::size_t>(size)) < 0) break;
        }
      }
    }
  }

  os::Tap a_, b_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// A program of ours with a director between the TAPs; the constructor waits until it runs.
class Director final : public Forwarder {
 public:
  Director(const Endpoints& ends, const std::string& method, bool offload, bool with_ns3)
      : folder_(ends.folder + "/lab"), log_(ends.folder + "/log") {
    os::run({"mkdir", "-p", folder_});
    // Direct routing has one arm: a server's answer with the VIP as its source may not pass the director.
    const bool one_arm = method == "-g";
    const std::string network = one_arm ? "10.1.0" : "10.2.0", out_by = one_arm ? "eth0" : "eth1";
    os::write_file(folder_ + "/lab.conf", one_arm ? "director[0]=\"a\"\n" : "director[0]=\"a\"\ndirector[1]=\"b\"\n");
    std::string lines = "ip addr add 10.1.0.1/24 dev eth0\nip addr add 10.1.0.100/32 dev eth0\n";
    if (!one_arm) lines += "ip addr add 10.2.0.1/24 dev eth1\n";
    lines += fmt::format("echo 1 > /proc/sys/net/ipv4/ip_forward\nip neigh add {}.99 lladdr 02:99:00:00:00:01 dev {}\n",
                         network, out_by);
    for (const char* service : {"-u 10.1.0.100:9", "-u 10.1.0.100:7", "-t 10.1.0.100:5201"}) {
      const bool flood = std::string_view(service).ends_with(":9");
      lines += fmt::format("ipvsadm -A {0} -s rr\nipvsadm -a {0} -r {1}.{2} {3}\n", service, network,
                           flood ? "99" : "11", method);
    }
    os::write_file(folder_ + "/director.startup", lines);
    const std::string a = "--tap=a=tapa,create,netns=" + ends.client,
                      b = std::string("--tap=") + (one_arm ? "a" : "b") + "=tapb,create,netns=" + ends.server;
    const std::string programs = LVS_PROGRAM_DIR;
    std::vector<std::string> argv = {programs + "/lvs-emu", folder_, a, b, "-q"};
    if (!offload) argv.push_back("--no-offload");
    if (with_ns3) argv = {programs + "/lvs-lab", "run", folder_, "--realtime", a, b};
    if (chrt) argv.insert(argv.begin(), {"chrt", "-r", "1"});
    const os::Fd out(os::check(::open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), log_));
    os::SpawnOptions how;
    how.output = how.error = out.get();
    pid_ = os::spawn(argv, how);
    const std::string sign = with_ns3 ? "ipvsadm -a -t" : "running";
    for (int i = 0; i < 200; ++i) {
      if (os::read_file(log_).find(sign) != std::string::npos) return;
      std::this_thread::sleep_for(50ms);
    }
    throw std::runtime_error(argv[0] + " does not run: " + os::read_file(log_));
  }
  ~Director() override {
    ::kill(pid_, SIGINT);
    if (!os::wait_for(pid_, 10s)) ::kill(pid_, SIGKILL);
    if (std::getenv("LVS_BENCH_LOG") != nullptr) std::cerr << os::read_file(log_);
  }
  clockid_t cpu_clock() override {
    clockid_t clock = CLOCK_MONOTONIC;
    ::clock_getcpuclockid(pid_, &clock);
    return clock;
  }

 private:
  std::string folder_, log_;
  pid_t pid_ = -1;
};

struct Case {
  const char* name;
  const char* method;  // nullptr: the bare loop
  bool offload;
  bool with_ns3 = false;
};
constexpr Case kSmall[] = {{"bare", nullptr, false},      {"emu-nat", "-m", false},       {"emu-dr", "-g", false},
                           {"emu-tun", "-i", false},      {"ns3-nat", "-m", false, true}, {"ns3-dr", "-g", false, true},
                           {"ns3-tun", "-i", false, true}};
constexpr Case kLarge[] = {{"bare-offload", nullptr, true}, {"emu-offload-nat", "-m", true},
                           {"emu-offload-dr", "-g", true},  {"bare", nullptr, false},
                           {"emu-nat", "-m", false},        {"emu-dr", "-g", false},
                           {"ns3-nat", "-m", false, true}};

std::unique_ptr<Forwarder> make(const Endpoints& ends, const Case& which) {
  std::unique_ptr<Forwarder> forwarder;
  if (which.method == nullptr) {
    forwarder = std::make_unique<BareLoop>(ends, which.offload);
  } else {
    forwarder = std::make_unique<Director>(ends, which.method, which.offload, which.with_ns3);
  }
  ends.configure(which.method == nullptr ? "" : which.method);
  return forwarder;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

std::string relative(double value, double bare) { return bare > 0 ? fmt::format("{:.0f} %", 100 * value / bare) : "-"; }

struct Wishes {
  double seconds = 2;
  int rounds = 3;
  std::vector<std::string> only;
  std::set<std::string> kinds;

  bool wanted(const char* name) const {
    return only.empty() ||
           std::ranges::any_of(only, [&](const auto& word) { return std::string(name).find(word) == 0; });
  }
  bool measured(const char* kind) const { return kinds.empty() || kinds.contains(kind); }
};

Wishes parse(int argc, char** argv) {
  Wishes wishes;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--seconds" && i + 1 < argc) {
      wishes.seconds = std::atof(argv[++i]);
    } else if (word == "--rounds" && i + 1 < argc) {
      wishes.rounds = std::atoi(argv[++i]);
    } else if (word == "--small" || word == "--large" || word == "--offered") {
      wishes.kinds.insert(word);
    } else if (word == "--chrt") {
      chrt = true;
    } else {
      wishes.only.push_back(word);
    }
  }
  return wishes;
}

class Measurement {
 public:
  Measurement(const Wishes& wishes, const Endpoints& ends) : wishes_(wishes), ends_(ends) {}

  void round(bool first) {
    for (std::size_t i = 0; i < std::size(kSmall); ++i) {
      if (!wishes_.wanted(kSmall[i].name) || !wishes_.measured("--small")) continue;
      const auto forwarder = make(ends_, kSmall[i]);
      const double before = forwarder->cpu_seconds();
      const auto flood = ends_.flood(wishes_.seconds, 0);
      small_[i].push_back(flood.received / wishes_.seconds);
      cpu_[i].push_back(flood.through / (forwarder->cpu_seconds() - before));
      // Tunnels end in no kernel here: nobody answers.
      if (first && std::string_view(kSmall[i].name).find("tun") == std::string_view::npos) {
        trips_[i] = ends_.round_trips(2000, kSmall[i].method == nullptr ? "" : kSmall[i].method);
      }
    }
    for (std::size_t i = 0; i < std::size(kLarge); ++i) {
      if (!wishes_.wanted(kLarge[i].name) || !wishes_.measured("--large")) continue;
      const auto forwarder = make(ends_, kLarge[i]);
      large_[i].push_back(ends_.iperf(wishes_.seconds));
    }
  }

  void print() const {
    if (wishes_.measured("--small"))
      std::cout
          << "60-byte frames through, a second and a CPU second of the forwarder; round trip of a UDP datagram in "
             "microseconds: median, 99 %, 99.9 %\n";
    for (std::size_t i = 0; i < std::size(kSmall); ++i) {
      if (small_[i].empty()) continue;
      const double frames = median(small_[i]), per_cpu = median(cpu_[i]);
      std::cout << fmt::format("{:<16} {:>9.0f} {:>6}  {:>9.0f} {:>6}  {:>7.1f} {:>7.1f} {:>7.1f}\n", kSmall[i].name,
                               frames, relative(frames, median(small_[0])), per_cpu, relative(per_cpu, median(cpu_[0])),
                               trips_[i].median, trips_[i].p99, trips_[i].p999);
    }
    if (wishes_.measured("--large")) std::cout << "TCP by iperf3\n";
    for (std::size_t i = 0; i < std::size(kLarge); ++i) {
      if (large_[i].empty()) continue;
      const double bare = median(large_[kLarge[i].offload ? 0 : 3]);
      std::cout << fmt::format("{:<16} {:>9.2f} Gbit/s   {:>6}\n", kLarge[i].name, median(large_[i]) * 1e-9,
                               relative(median(large_[i]), bare));
    }
  }

 private:
  const Wishes& wishes_;
  const Endpoints& ends_;
  std::array<std::vector<double>, std::size(kSmall)> small_, cpu_;
  std::array<std::vector<double>, std::size(kLarge)> large_;
  std::array<lvs::bench::RoundTrips, std::size(kSmall)> trips_;
};

// What is lost of floods that a director should bear.
void print_offered(const Wishes& wishes, const Endpoints& ends) {
  for (const Case& each : {kSmall[1], kSmall[4]}) {
    if (!wishes.wanted(each.name) || !wishes.measured("--offered")) continue;
    for (const double rate : {50e3, 100e3, 150e3, 200e3}) {
      const auto forwarder = make(ends, each);
      const auto result = ends.flood(wishes.seconds, rate);
      std::cout << fmt::format(
          "{:<8} at {:>6.0f} frames/s: {} of {} lost ({:.4f} %): {} in the queue of the TAP, {} by the sender's own "
          "socket\n",
          each.name, result.sent / wishes.seconds, result.sent - result.received, result.sent,
          100 * (result.sent - result.received) / result.sent, result.overflow, result.refused);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Wishes wishes = parse(argc, argv);
  try {
    const Endpoints ends;
    Measurement measurement(wishes, ends);
    // Round by round over all cases, so that what else the machine does meets each of them.
    for (int round = 0; round < wishes.rounds; ++round) measurement.round(round == 0);
    measurement.print();
    for (int round = 0; round < wishes.rounds; ++round) print_offered(wishes, ends);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench-emulation: " << error.what() << '\n';
    return 1;
  }
}
