// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/system-log.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "os/fd.h"

namespace lvs::referee {
namespace {

constexpr const char* kSocket = "/dev/log";
constexpr const char* kMessages = "/var/log/messages";
constexpr std::size_t kLongest = 8192;  // rsyslog: $MaxMessageSize
constexpr std::size_t kDate = std::string_view("Jan  2 03:04:05").size();

}  // namespace

void SystemLog::open(const std::string& host) {
  host_ = host;
  socket_ = os::Fd(os::check(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), kSocket));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, kSocket);
  os::check(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), kSocket);
  os::check(::chmod(kSocket, 0666), kSocket);
}

void SystemLog::take() {
  std::string message(kLongest, '\0');
  for (ssize_t size; (size = ::recv(socket_.get(), message.data(), message.size(), 0)) > 0;) {
    const std::string line = line_of({message.data(), static_cast<std::size_t>(size)}, host_);
    // A lab may have made it into something else, or filled the disk: then there is no log, as with rsyslog.
    const os::Fd file(::open(kMessages, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640));
    if (file.get() >= 0 && ::write(file.get(), line.data(), line.size()) < 0) return;
  }
}

std::string SystemLog::line_of(std::string_view message, std::string_view host) {
  if (message.starts_with('<')) message.remove_prefix(std::min(message.find('>') + 1, message.size()));
  while (!message.empty() && (message.back() == '\n' || message.back() == '\0')) message.remove_suffix(1);
  std::string date;
  if (message.size() > kDate && message[kDate] == ' ' && message[3] == ' ' && message[kDate - 3] == ':') {
    date = message.substr(0, kDate);
    message.remove_prefix(kDate + 1);
  } else {
    const auto now = fmt::gmtime(std::chrono::system_clock::now());
    date = fmt::format("{:%b} {:2} {:%H:%M:%S}", now, now.tm_mday, now);
  }
  std::string line = fmt::format("{} {} {}\n", date, host, message);
  // rsyslog: $EscapeControlCharactersOnReceive
  std::string safe;
  for (const char c : line.substr(0, line.size() - 1))
    static_cast<unsigned char>(c) < ' ' ? safe += fmt::format("#{:03o}", static_cast<unsigned>(c)) : safe += c;
  return safe + "\n";
}

}  // namespace lvs::referee
