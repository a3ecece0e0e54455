// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/host.h"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include <algorithm>
#include <stdexcept>

#include "os/process.h"
#include "referee/guest/init.h"

namespace lvs::referee {

namespace {

bool is_status(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

GuestHost::GuestHost(const GuestHostSetting& setting, std::vector<GuestHost>& others) {
  int ends[2];
  os::check(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
  control_ = os::Fd(ends[0]);
  os::Fd theirs(ends[1]);
  constexpr unsigned long own = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
  pid_ =
      static_cast<pid_t>(os::check(::syscall(SYS_clone, own | SIGCHLD, nullptr, nullptr, nullptr, nullptr), "clone"));
  if (pid_ == 0) {
    control_.reset();
    others.clear();  // a host that kept another's socket open would keep that host from noticing its lab's end
    ::_exit(guest_init(setting, std::move(theirs)));
  }
  theirs.reset();
  if (const std::string reason = receive(); !reason.empty())
    throw std::runtime_error(setting.host->name + ": " + reason);
}

void GuestHost::send(char what, std::string_view text) {
  os::check(::send(control_.get(), (what + std::string(text)).c_str(), text.size() + 1, MSG_NOSIGNAL),
            "a host of the lab");
}

std::string GuestHost::receive() {
  std::string text(4096, '\0');
  const auto size = os::check(::recv(control_.get(), text.data(), text.size(), 0), "a host of the lab");
  if (size == 0) throw std::runtime_error("a host of the lab has died");
  text.resize(static_cast<std::size_t>(size));
  text.erase(0, 1);  // the kind: no message is empty, as that would read like the end
  return text;
}

std::string GuestHost::ask(char what, std::string_view text) {
  send(what, text);
  return receive();
}

void GuestHost::bring_up() {
  if (const std::string reason = ask('U'); !reason.empty()) throw std::runtime_error(reason);
}

void GuestHost::wait_until_up() {
  if (const std::string reason = ask('W'); !reason.empty()) throw std::runtime_error(reason);
}

void GuestHost::start(std::size_t number, const std::string& line) { send('R', fmt::format("{} {}", number, line)); }

std::optional<int> GuestHost::finished(base::Time deadline) {
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - wall_clock()).count();
    pollfd entry{control_.get(), POLLIN, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 60'000)));
    if (ready > 0) {
      const std::string answer = receive();
      if (!is_status(answer)) throw std::runtime_error(answer);
      return std::stoi(answer);
    }
    if (wall_clock() >= deadline) return {};
  }
}

std::optional<std::string> GuestHost::inject(const std::string& interface, const std::vector<std::uint8_t>& frame) {
  std::string text = interface + " ";
  text.append(frame.begin(), frame.end());
  const std::string reason = ask('I', text);
  return reason.empty() ? std::nullopt : std::optional(reason);
}

void GuestHost::end_captures() { send('E', {}); }

void GuestHost::wait_for_captures() {
  std::string reason = receive();
  // A line that was given up may have ended meanwhile; its status comes before.
  if (is_status(reason)) reason = receive();
  if (!reason.empty()) throw std::runtime_error(reason);
}

void GuestHost::shut_down() {
  control_.reset();
  os::wait_for(pid_);
}

base::Time wall_clock() {
  timespec now;
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::chrono::seconds(now.tv_sec) + base::Time(now.tv_nsec);
}

}  // namespace lvs::referee
