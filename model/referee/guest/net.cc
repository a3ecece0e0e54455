// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/net.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "os/fd.h"

namespace lvs::referee {
namespace {

ifreq request_for(const std::string& interface) {
  ifreq request{};
  std::copy_n(interface.begin(), std::min(interface.size(), sizeof request.ifr_name - 1), request.ifr_name);
  return request;
}

os::Fd control_socket() { return os::Fd(os::check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket")); }

}  // namespace

void set_up(const std::string& interface, bool up) {
  const os::Fd socket = control_socket();
  ifreq request = request_for(interface);
  os::check(::ioctl(socket.get(), SIOCGIFFLAGS, &request), interface);
  request.ifr_flags = static_cast<short>(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
  os::check(::ioctl(socket.get(), SIOCSIFFLAGS, &request), interface);
}

void disable_offloads(const std::string& interface) {
  const os::Fd socket = control_socket();
  for (const std::uint32_t offload : {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO}) {
    ethtool_value value{offload, 0};
    ifreq request = request_for(interface);
    request.ifr_data = reinterpret_cast<char*>(&value);
    os::check(::ioctl(socket.get(), SIOCETHTOOL, &request), interface + ": offload");
  }
}

void disable_ipv6() {
  const std::filesystem::path folder = "/proc/sys/net/ipv6/conf";
  if (!std::filesystem::exists(folder)) return;  // a kernel without IPv6
  for (const char* scope : {"all", "default"}) os::write_existing(folder / scope / "disable_ipv6", "1");
}

void wait_for_carrier(const std::string& interface, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (os::read_file("/sys/class/net/" + interface + "/operstate") != "up\n") {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(interface + " did not come up");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace lvs::referee
