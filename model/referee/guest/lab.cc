// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/lab.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/file.h>

#include <stdexcept>
#include <thread>

#include "control/lab/startup/startup.h"
#include "os/process.h"
#include "referee/guest/host.h"
#include "referee/guest/limits.h"
#include "referee/guest/net.h"
#include "referee/guest/ticks.h"
#include "referee/lab-lines.h"

namespace lvs::referee {
namespace {

using namespace std::chrono_literals;

constexpr int kTerminated = 128 + 15;  // sh's status of a line that SIGTERM ended

// The switch's end of a cable.
std::string port_name(std::size_t host, unsigned interface) { return fmt::format("p{}.{}", host, interface); }
std::string switch_name(std::size_t segment) { return fmt::format("s{}", segment); }

// The kernel's defaults for a bridge are those of a switch with spanning tree; a lab's switch forwards from the start,
// says nothing itself, and floods multicasts.
constexpr char kBridge[] = "type bridge stp_state 0 forward_delay 0 mcast_snooping 0";
// In virtual time, where labs last: nobody is forgotten, for when that happens is the switch's own affair.
constexpr char kForgetNobody[] = " ageing_time 1000000000";

void run_batch(const std::string& tool, const std::string& file, const std::string& text) {
  os::write_file(file, text);
  const os::Output output = os::run({tool, "-batch", file});
  if (output.status != 0) throw std::runtime_error(tool + ": " + output.text);
}

// Building a lab and its startup keep the kernel's one CPU busy, a timeline mostly waits. Only so many labs build at
// once, or the timelines of the others would run late.
constexpr int kBuildersAtOnce = 2;

// Waits for one of these places; a process that dies gives its place back.
class BuilderPlace {
 public:
  BuilderPlace() {
    for (int i = 0;; i = (i + 1) % kBuildersAtOnce) {
      const std::string path = fmt::format("{}/builder-{}", kWorkFolder, i);
      file_ = os::Fd(os::check(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644), path));
      if (::flock(file_.get(), LOCK_EX | LOCK_NB) == 0) return;
      std::this_thread::sleep_for(5ms);
    }
  }
  // The hosts' processes have the descriptor too, so closing it would not do.
  ~BuilderPlace() { ::flock(file_.get(), LOCK_UN); }
  BuilderPlace(const BuilderPlace&) = delete;
  BuilderPlace& operator=(const BuilderPlace&) = delete;

 private:
  os::Fd file_;
};

// A program that finds /dev/log has one file more open than those that were recorded had, and a daemon of several
// processes then writes its lines in another order.
bool reads_system_log(const control::Lab& lab) {
  return any_line(lab, [](const std::string& line) {
    return line.find("/var/log") != std::string::npos || line.find("logger") != std::string::npos;
  });
}

class GuestLab {
 public:
  GuestLab(const Plan& plan, const std::string& run_folder, std::size_t index, const control::Lab& lab,
           const std::function<void(std::size_t)>& begins)
      : plan_(plan),
        index_(index),
        files_(lab_folder(run_folder, index) + "/files"),
        folder_(lab_folder(kWorkFolder, index)),
        limits_(std::string(kWorkFolder) + "/groups", result_name(index, "lab"), folder_),
        lab_(lab),
        begins_(begins) {}

  Results run() {
    try {
      if (plan_.virtual_time) {
        wait_for_wheel();
        build();
        startup();
        wait_for_tick();
      } else {
        const BuilderPlace place;
        build();
        startup();
      }
      timeline();
      finish();
    } catch (const std::exception& e) {
      results_.error = e.what();
    }
    for (GuestHost& host : hosts_) host.shut_down();
    // A bound that was met explains what else went wrong.
    if (const std::string bound = limits_.met(); !bound.empty()) results_.error = bound;
    if (results_.error.empty()) keep_outputs();
    return std::move(results_);
  }

 private:
  void build() {
    os::check(::unshare(CLONE_NEWNET), "unshare");  // where the switches are
    disable_ipv6();
    hosts_.reserve(lab_.hosts.size());
    for (const control::LabHost& host : lab_.hosts)
      hosts_.push_back(GuestHost({&plan_, &limits_, index_, files_, folder_, &host, reads_system_log(lab_)}, hosts_));
    std::string batch;
    for (std::size_t s = 0; s < lab_.segments.size(); ++s)
      batch += fmt::format("link add {} {}{}\n", switch_name(s), kBridge, plan_.virtual_time ? kForgetNobody : "");
    each_interface([&](std::size_t host, const control::LabInterface& i) {
      const std::string port = port_name(host, i.number);
      batch += fmt::format("link add {} type veth peer name {} address {} netns {}\nlink set {} master {}\n", port,
                           i.name(), i.mac.text(), hosts_[host].pid(), port, switch_name(i.segment));
    });
    run_batch("ip", folder_ + "/links", batch);
    limit_segments();
    for (GuestHost& host : hosts_) host.bring_up();
    // Ports last: with a carrier they forward at once.
    for (std::size_t s = 0; s < lab_.segments.size(); ++s) set_up(switch_name(s));
    each_interface([&](std::size_t host, const control::LabInterface& i) {
      disable_offloads(port_name(host, i.number));
      set_up(port_name(host, i.number));
    });
    for (GuestHost& host : hosts_) host.wait_until_up();
  }

  // Rate, delay, loss and queue of segments that set them. A port can shape only what it sends, so it stands for both
  // cables of the way.
  void limit_segments() {
    std::string batch;
    each_interface([&](std::size_t host, const control::LabInterface& i) {
      const control::LabSegment& s = lab_.segments[i.segment];
      const control::LabSegment usual;
      // Where programs take no time a cable without delay has answers come before the question has been asked.
      const bool instant = !plan_.virtual_time;
      if (instant && s.rate == usual.rate && s.delay == usual.delay && s.loss == 0 && s.queue == usual.queue) return;
      batch += fmt::format("qdisc add dev {} root handle 1: netem limit {} delay {}us rate {}bit",
                           port_name(host, i.number), s.queue, 2 * s.delay.count() / 1000, s.rate);
      const double loss = 1 - (1 - s.loss) * (1 - s.loss);
      batch += loss > 0 ? fmt::format(" loss {:.6f}%\n", 100 * loss) : "\n";
      // A switch sends a frame on once it has all of it: on a slow segment it takes its time twice.
      if (s.rate < usual.rate)
        batch += fmt::format("qdisc add dev {} parent 1:1 handle 2: netem limit {} rate {}bit\n",
                             port_name(host, i.number), s.queue, s.rate);
    });
    if (!batch.empty()) run_batch("tc", folder_ + "/limits", batch);
  }

  template <class Use>
  void each_interface(Use use) const {
    for (std::size_t host = 0; host < lab_.hosts.size(); ++host)
      for (const control::LabInterface& i : lab_.hosts[host].interfaces) use(host, i);
  }

  void startup() {
    results_.start = wall_clock();
    if (plan_.virtual_time) results_.ticks = ticks_counted();
    for (std::size_t host = 0; host < hosts_.size(); ++host) {
      control::Definitions before;
      for (const control::LabLine& line : lab_.hosts[host].startup)
        if (!run_line(host, before.take(line.text) + line.text, wall_clock() + plan_.patience))
          throw std::runtime_error(
              fmt::format("{}: the line has not returned within {} s", line.place.text(), plan_.patience / 1s));
    }
  }

  // False if the line still ran at the deadline.
  bool run_line(std::size_t host, const std::string& line, base::Time deadline) {
    begins_(results_.commands.size());
    const base::Time at = wall_clock();
    hosts_[host].start(results_.commands.size(), line);
    const auto status = hosts_[host].finished(deadline);
    results_.commands.push_back({at, status.value_or(kTerminated)});
    return status.has_value();
  }

  void timeline() {
    results_.zero = wall_clock();
    std::optional<base::Time> length = lab_.end();
    if (plan_.until && (!length || *plan_.until < *length)) length = plan_.until;
    for (const control::LabEvent& event : lab_.timeline) {
      if (std::holds_alternative<control::LabEnd>(event.what) || (length && event.at > *length)) break;
      sleep_until(results_.zero + event.at);
      if (length && wall_clock() > results_.zero + *length) break;
      if (const auto* inject = std::get_if<control::LabInject>(&event.what)) {
        const std::string interface = fmt::format("eth{}", inject->interface);
        if (const auto reason = hosts_[event.host].inject(interface, inject->frame))
          results_.notices.push_back(event.place.text() + ": the frame could not be sent: " + *reason);
      } else if (const auto* cable = std::get_if<control::LabCable>(&event.what)) {
        set_up(port_name(event.host, cable->interface), cable->plugged);  // the switch's end of the cable
      } else {
        const base::Time deadline = length ? results_.zero + *length : wall_clock() + plan_.patience;
        const bool returned = run_line(event.host, std::get<control::LabCommand>(event.what).text, deadline);
        if (!returned && length) break;  // the run ends while the line runs
        if (!returned)
          throw std::runtime_error(
              fmt::format("{}: the line has not returned within {} s; give the lab an end (\"TIME - end\")",
                          event.place.text(), plan_.patience / 1s));
      }
    }
    sleep_until(length ? results_.zero + *length : wall_clock() + control::kLabTail);
  }

  static void sleep_until(base::Time when) {
    if (const base::Time left = when - wall_clock(); left > 0ns) std::this_thread::sleep_for(left);
  }

  void finish() {
    results_.end = wall_clock();
    for (GuestHost& host : hosts_) host.end_captures();
    for (GuestHost& host : hosts_) host.wait_for_captures();
  }

  // What the lines printed was in memory so far, where a lab cannot fill the machine's disk.
  void keep_outputs() const {
    for (std::size_t n = 0; n < results_.commands.size(); ++n)
      for (const char* kind : {"out", "err"}) {
        const std::string name = fmt::format("{}.{}", kind, n);
        os::write_file(fmt::format("{}/{}", kResultsFolder, result_name(index_, name)),
                       os::read_file(folder_ + "/" + name));
      }
  }

  const Plan& plan_;
  std::size_t index_;
  std::string files_;   // of the lab's folder
  std::string folder_;  // of what its lines print, in memory
  LabLimits limits_;
  const control::Lab& lab_;
  const std::function<void(std::size_t)>& begins_;
  std::vector<GuestHost> hosts_;
  Results results_;
};

}  // namespace

Results run_guest_lab(const Plan& plan, const std::string& run_folder, std::size_t index, const control::Lab& lab,
                      const std::function<void(std::size_t)>& begins) {
  return GuestLab(plan, run_folder, index, lab, begins).run();
}

}  // namespace lvs::referee
