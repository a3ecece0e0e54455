// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/tap.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <pwd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "base/numbers.h"
#include "os/net-namespace.h"

namespace lvs::os {
namespace {

constexpr const char* kDevice = "/dev/net/tun";

[[noreturn]] void fail(const TapOptions& options, const std::string& text) {
  throw std::runtime_error("TAP " + options.name + ": " + text);
}

Fd open_device(const TapOptions& options) {
  Fd fd(::open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (fd) return fd;
  switch (errno) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
      fail(options, std::string(kDevice) +
                        " is not there: load the module (modprobe tun), or give the container the "
                        "device (--device /dev/net/tun)");
    case EACCES:
    case EPERM: fail(options, std::string(kDevice) + ": no permission: run as root, or chmod 0666 " + kDevice);
    default: fail(options, std::string(kDevice) + ": " + std::strerror(errno));
  }
}

uid_t user_id(const TapOptions& options) {
  if (const auto number = base::number<unsigned>(options.owner)) return *number;
  const passwd* entry = ::getpwnam(options.owner.c_str());
  if (entry == nullptr) fail(options, "there is no user '" + options.owner + "'");
  return entry->pw_uid;
}

void attach(const Fd& fd, const TapOptions& options) {
  ifreq request{};
  std::memcpy(request.ifr_name, options.name.c_str(), options.name.size());
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (options.offload) request.ifr_flags |= IFF_VNET_HDR;
  if (::ioctl(fd.get(), TUNSETIFF, &request) == 0) return;
  switch (errno) {
    case EPERM:
    case EACCES:
      fail(options,
           "no permission: run as root (CAP_NET_ADMIN), or let root make it for this user: "
           "ip tuntap add dev " +
               options.name + " mode tap user NAME");
    case EBUSY: fail(options, "another program is attached to it");
    case EINVAL: fail(options, "it is no TAP interface, or one of another kind (multi_queue, one_queue)");
    default: fail(options, std::strerror(errno));
  }
}

void set_queue(const TapOptions& options) {
  const Fd socket(check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
  ifreq request{};
  std::memcpy(request.ifr_name, options.name.c_str(), options.name.size());
  request.ifr_qlen = static_cast<int>(Tap::kQueue);
  check(::ioctl(socket.get(), SIOCSIFTXQLEN, &request), "TAP " + options.name + ": length of the queue");
}

void set_up(const TapOptions& options) {
  const Fd socket(check(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket"));
  ifreq request{};
  std::memcpy(request.ifr_name, options.name.c_str(), options.name.size());
  check(::ioctl(socket.get(), SIOCGIFFLAGS, &request), "TAP " + options.name);
  if ((request.ifr_flags & IFF_UP) != 0) return;
  request.ifr_flags |= IFF_UP;
  check(::ioctl(socket.get(), SIOCSIFFLAGS, &request), "TAP " + options.name + ": cannot be set up");
}

}  // namespace

base::Result<TapPlug, std::string> parse_tap_plug(std::string_view text) {
  const auto error = [&](const std::string& why) {
    return base::Error{"'" + std::string(text) + "': " + why + " (WHERE=TAP[,create][,user=U][,netns=NS])"};
  };
  const std::size_t equal = text.find('=');
  if (equal == std::string_view::npos || equal == 0) return error("which segment or interface?");
  TapPlug plug;
  plug.where = text.substr(0, equal);
  std::string_view rest = text.substr(equal + 1);
  bool first = true;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view word = rest.substr(0, comma);
    if (first) {
      plug.tap.name = word;
    } else if (word == "create") {
      plug.tap.create = true;
    } else if (word.starts_with("user=") && word.size() > 5) {
      plug.tap.owner = word.substr(5);
    } else if (word.starts_with("netns=") && word.size() > 6) {
      plug.tap.netns = word.substr(6);
    } else {
      return error("'" + std::string(word) + "' is not known here; known: create, user=U, netns=NS");
    }
    first = false;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (plug.tap.name.empty() || plug.tap.name.size() >= IFNAMSIZ ||
      plug.tap.name.find_first_of("/ \t\n%:") != std::string::npos) {
    return error("'" + plug.tap.name + "' is no name of an interface (1 to 15 characters)");
  }
  if (!plug.tap.owner.empty() && !plug.tap.create) return error("user= goes with create");
  return plug;
}

Tap::Tap(const TapOptions& options) : name_(options.name), offload_(options.offload) {
  const InNetNamespace there(options.netns);
  const bool exists = ::if_nametoindex(name_.c_str()) != 0;
  if (!exists && !options.create) {
    fail(options, "there is no such interface" + (options.netns.empty() ? "" : " in namespace " + options.netns) +
                      ": add ',create', or ip tuntap add dev " + name_ + " mode tap");
  }
  fd_ = open_device(options);
  attach(fd_, options);
  if (!options.owner.empty()) check(::ioctl(fd_.get(), TUNSETOWNER, user_id(options)), "TAP " + name_ + ": owner");
  // Large segments and partial checksums both ways; IPv6 and UDP are cut by the kernel before they come here.
  const unsigned offloads = offload_ ? TUN_F_CSUM | TUN_F_TSO4 : 0;
  check(::ioctl(fd_.get(), TUNSETOFFLOAD, offloads), "TAP " + name_ + ": offloads");
  if (!exists) set_queue(options);
  if (options.create) set_up(options);
  index_ = ::if_nametoindex(name_.c_str());
  netlink_ = Fd(check(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink"));
}

namespace {

// RTM_GETLINK for one interface; calls `take` with the message's ifinfomsg and attributes. False: it is gone.
template <class F>
bool query_link(const Fd& netlink, unsigned index, F take) {
  struct {
    nlmsghdr header;
    ifinfomsg link;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETLINK;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.link.ifi_family = AF_UNSPEC;
  request.link.ifi_index = static_cast<int>(index);
  if (::send(netlink.get(), &request, sizeof request, 0) < 0) return false;
  alignas(nlmsghdr) std::array<char, 16384> answer;
  const auto size = ::recv(netlink.get(), answer.data(), answer.size(), 0);
  if (size < static_cast<ssize_t>(sizeof(nlmsghdr))) return false;
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (header->nlmsg_type != RTM_NEWLINK || header->nlmsg_len > static_cast<std::size_t>(size)) return false;
  take(*reinterpret_cast<const ifinfomsg*>(answer.data() + NLMSG_HDRLEN), *header);
  return true;
}

}  // namespace

std::optional<LinkCounters> Tap::counters() const {
  LinkCounters result;
  const bool found = query_link(netlink_, index_, [&](const ifinfomsg&, const nlmsghdr& header) {
    const char* message = reinterpret_cast<const char*>(&header);
    std::size_t at = NLMSG_SPACE(sizeof(ifinfomsg));
    while (at + sizeof(rtattr) <= header.nlmsg_len) {
      rtattr attribute;
      std::memcpy(&attribute, message + at, sizeof attribute);
      if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > header.nlmsg_len) return;
      if (attribute.rta_type == IFLA_STATS64) {
        rtnl_link_stats64 stats{};
        std::memcpy(&stats, message + at + RTA_LENGTH(0),
                    std::min<std::size_t>(sizeof stats, attribute.rta_len - RTA_LENGTH(0)));
        result = {stats.rx_packets, stats.tx_packets, stats.rx_dropped, stats.tx_dropped};
        return;
      }
      at += RTA_ALIGN(attribute.rta_len);
    }
  });
  if (!found) return std::nullopt;
  return result;
}

std::optional<bool> Tap::up() const {
  bool is_up = false;
  const bool found = query_link(
      netlink_, index_, [&](const ifinfomsg& link, const nlmsghdr&) { is_up = (link.ifi_flags & IFF_UP) != 0; });
  if (!found) return std::nullopt;
  return is_up;
}

}  // namespace lvs::os
