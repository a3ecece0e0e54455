// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/init.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "os/process.h"
#include "referee/guest/net.h"
#include "referee/guest/packet-socket.h"
#include "referee/guest/privileges.h"
#include "referee/guest/programs/system-log.h"
#include "referee/guest/reachable.h"
#include "referee/guest/root.h"
#include "trace/pcapng/pcapng.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestCapture = 64 << 20;

class GuestInit {
 public:
  GuestInit(const GuestHostSetting& setting, os::Fd control) : setting_(setting), control_(std::move(control)) {}

  void prepare() {
    setting_.limits->enter();
    output_ = open_folder(setting_.output);
    results_ = open_folder(kResultsFolder);
    const std::string& name = setting_.host->name;
    const std::string work = kWorkFolder;
    enter_host_root({work + "/root", work + "/tools", setting_.files, name});
    ::prctl(PR_SET_NAME, "init");  // as a machine's first process is called
    os::check(::sethostname(name.data(), name.size()), "sethostname");
    disable_ipv6();
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    os::check(::sigprocmask(SIG_BLOCK, &child, nullptr), "sigprocmask");
    children_ = os::Fd(os::check(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd"));
    os::check(::chdir("/root"), "/root");
    ::umask(022);
    if (setting_.system_log) log_.open(name);
    limit_rights_of_children(setting_.plan->kernel_log);
  }

  void reply(const std::string& text) { ::send(control_.get(), ("=" + text).c_str(), text.size() + 1, MSG_NOSIGNAL); }

  // Until the lab closes its end.
  void serve() {
    std::vector<pollfd> entries;
    for (;;) {
      entries.assign({{control_.get(), POLLIN, 0}, {children_.get(), POLLIN, 0}, {log_.fd(), POLLIN, 0}});
      for (const Capture& capture : captures_) entries.push_back({capture.tap.fd(), POLLIN, 0});
      const int ready = ::poll(entries.data(), entries.size(), look_after());
      if (ready < 0) continue;
      if (setting_.plan->virtual_time && wall_clock() >= draw_watch_.next()) note_draws();
      for (Capture& capture : captures_) take_frames(capture);
      if (entries[2].revents != 0) log_.take();
      if (entries[1].revents != 0) reap();
      if (entries[0].revents != 0 && !obey()) return;
    }
  }

  void end_processes() {
    ::kill(-1, SIGTERM);  // every process of this PID namespace but this one; time for tcpdump to write its file
    for (int i = 0; i < 20 && ::waitpid(-1, nullptr, WNOHANG) >= 0; ++i) std::this_thread::sleep_for(10ms);
  }

 private:
  struct Capture {
    std::string interface;
    PacketTap tap;
    std::string file;  // pcapng
  };

  // Found before the host has a root of its own, where they are not.
  static os::Fd open_folder(const std::string& path) {
    return os::Fd(os::check(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path));
  }

  // Milliseconds, for poll().
  int look_after() const {
    if (!setting_.plan->virtual_time) return -1;
    constexpr base::Time kNever = 1h;  // longer than between any two questions
    return static_cast<int>(std::clamp(draw_watch_.next() - wall_clock(), base::Time(1ms), kNever) / 1ms);
  }

  // Carries out one request; false at the lab's end.
  bool obey() {
    std::string text(128 << 10, '\0');
    const auto size = ::recv(control_.get(), text.data(), text.size(), 0);
    if (size <= 0) return false;
    text.resize(static_cast<std::size_t>(size));
    const char what = text.front();
    text.erase(0, 1);
    try {
      switch (what) {
        case 'U': bring_up(), reply({}); break;
        case 'W': wait_until_up(), reply({}); break;
        case 'R': run(text); break;
        case 'I': inject(text); break;
        case 'E': end_captures(), reply({}); break;
      }
    } catch (const std::exception& e) {
      reply(setting_.host->name + ": " + e.what());
    }
    return true;
  }

  void bring_up() {
    namespace pcapng = trace::pcapng;
    for (const control::LabInterface& interface : setting_.host->interfaces) {
      const std::string name = interface.name();
      disable_offloads(name);
      Capture& capture = captures_.emplace_back(Capture{name, PacketTap(name), {}});
      pcapng::append(capture.file, pcapng::Section{{}, {}, "lvs-lab", {}});
      pcapng::append(capture.file, pcapng::Interface{name, {}, pcapng::kEthernet, pcapng::kSnapLength, {}});
    }
    set_up("lo");
    for (const Capture& capture : captures_) set_up(capture.interface);
  }

  void wait_until_up() {
    for (const Capture& capture : captures_) wait_for_carrier(capture.interface, 5s);
  }

  void take_frames(Capture& capture) {
    while (const auto frame = capture.tap.receive()) {
      if (capture.file.size() > kLargestCapture) continue;  // said at the end
      trace::pcapng::Packet packet;
      packet.at = frame->at;
      packet.bytes = frame->bytes;
      packet.direction = frame->outbound ? trace::pcapng::Direction::outbound : trace::pcapng::Direction::inbound;
      trace::pcapng::append(capture.file, packet);
    }
  }

  void end_captures() {
    std::uint32_t lost = 0;
    for (Capture& capture : captures_) {
      take_frames(capture);
      lost += capture.tap.lost();
      if (capture.file.size() > kLargestCapture)
        throw std::runtime_error(
            fmt::format("{} sent and received more than {} MiB", capture.interface, kLargestCapture >> 20));
      const std::string name = capture_name(setting_.lab, setting_.host->name, capture.interface);
      os::write_all(make_file(results_, name), name, capture.file);
    }
    const std::string name = result_name(setting_.lab, setting_.host->name + ".draws");
    os::write_all(make_file(results_, name), name, draws_);
    captures_.clear();
    if (lost != 0) throw std::runtime_error(fmt::format("the capture lost {} frames", lost));
  }

  static os::Fd make_file(const os::Fd& folder, const std::string& name) {
    constexpr int kAppend = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    return os::Fd(os::check(::openat(folder.get(), name.c_str(), kAppend, 0644), name));
  }

  // What the kernel has drawn at random for neighbours, where moments are exact and it matters.
  void note_draws() {
    if (!setting_.plan->virtual_time) return;
    const base::Time now = wall_clock();
    const NeighbourDraws draws = neighbour_draws();
    const base::Time drawn = draw_watch_.moment(now, draws.age);
    for (const auto& [interface, reachable] : draws.reachable)
      if (const auto known = reachable_.find(interface); known == reachable_.end() || known->second != reachable) {
        reachable_[interface] = reachable;
        draws_ += fmt::format("{} {} {}\n", drawn.count(), interface, reachable.count());
      }
    draw_watch_.seen(now, draws.age);
  }

  // "NUMBER LINE"
  void run(const std::string& text) {
    note_draws();
    const std::size_t blank = text.find(' ');
    const std::string number = text.substr(0, blank);
    const os::Fd out = make_file(output_, "out." + number), err = make_file(output_, "err." + number);
    os::SpawnOptions options;
    options.output = out.get();
    options.error = err.get();
    options.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                           "HOME=/root",
                           "USER=root",
                           "LOGNAME=root",
                           "HOSTNAME=" + setting_.host->name,
                           "LC_ALL=C",
                           "TERM=dumb",
                           "TZ=UTC"};
    running_ = os::spawn({"/bin/sh", "-c", text.substr(blank + 1)}, options);
  }

  // "IFACE BYTES"
  void inject(const std::string& text) {
    const std::size_t blank = text.find(' ');
    const std::vector<std::uint8_t> frame(text.begin() + static_cast<std::ptrdiff_t>(blank) + 1, text.end());
    reply(send_frame(text.substr(0, blank), frame).value_or(""));
  }

  void reap() {
    signalfd_siginfo ignored[16];
    while (::read(children_.get(), ignored, sizeof ignored) > 0) {
    }
    int status = 0;
    for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      if (pid != running_) continue;  // a background job
      running_ = -1;
      note_draws();  // a sysctl of the line's may have had it draw
      reply(std::to_string(os::shell_status(status)));
    }
  }

  const GuestHostSetting& setting_;
  os::Fd control_, children_, output_, results_;
  std::vector<Capture> captures_;
  std::map<std::string, base::Time> reachable_;  // by interface, as last told
  SystemLog log_;
  DrawWatch draw_watch_;
  std::string draws_;  // lines of the file of draws
  pid_t running_ = -1;
};

}  // namespace

int guest_init(const GuestHostSetting& setting, os::Fd control) {
  GuestInit init(setting, std::move(control));
  try {
    init.prepare();
  } catch (const std::exception& e) {
    init.reply(e.what());
    return 1;
  }
  init.reply({});
  init.serve();
  init.end_processes();
  return 0;
}

}  // namespace lvs::referee
