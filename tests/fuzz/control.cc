// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever clients send to the control socket of an emulation: messages of any bytes by several clients, some of which
// go away. Each message: a byte for the client and what it does, two for the length, then the bytes.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "control/machine/remote-commands.h"
#include "os/control-socket.h"

using namespace lvs;

namespace {

struct Clock final : base::Clock {
  base::Time now() const override { return at; }
  void wake_at(base::Time when) override { wake = when; }
  base::Time at{};
  base::Time wake = base::kNever;
};

class Server final : public control::RemoteOutput {
 public:
  explicit Server(const std::string& path) : socket_(path), machine_("m", 1, 1, clock_), remote_(*this) {}

  void turn() {
    const os::ControlEvents events = socket_.serve();
    for (const std::uint64_t client : events.gone) remote_.cancel(client);
    for (const os::ControlRequest& request : events.requests) {
      if (request.host == "m" || request.host.empty())
        remote_.start(request.client, machine_, request.command);
      else
        remote_.refuse(request.client, request.host, "m");
    }
    for (int steps = 0; clock_.wake < base::Time(std::chrono::seconds(60)) && steps < 100; ++steps) {
      clock_.at = std::max(clock_.at, clock_.wake);
      clock_.wake = base::kNever;
      machine_.host().advance();
    }
    remote_.poll();
  }

  void output(std::uint64_t client, bool error, std::string_view text) override { socket_.output(client, error, text); }
  void finish(std::uint64_t client, int status) override { socket_.finish(client, status); }

 private:
  os::ControlServer socket_;
  Clock clock_;
  control::Machine machine_;
  control::RemoteCommands remote_;
};

os::Fd connect_to(const std::string& path) {
  os::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return socket;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = "/tmp/lvs-fuzz-" + std::to_string(::getpid()) + ".sock";
  Server server(path);
  std::array<os::Fd, 4> clients;
  std::array<char, 70'000> message;
  for (int count = 0; size >= 3 && count < 64; ++count) {
    os::Fd& client = clients[data[0] & 3];
    const std::size_t wanted = std::size_t{data[1]} | std::size_t{data[2]} << 8;
    const bool goes = (data[0] & 4) != 0, repeats = (data[0] & 8) != 0;
    data += 3;
    size -= 3;
    const std::size_t there = std::min(wanted, size);
    std::memcpy(message.data(), data, there);
    const std::size_t length = repeats && there != 0 ? 66'000 : there;  // more than is taken
    for (std::size_t i = there; i < length; ++i) message[i] = message[i - there];
    data += there;
    size -= there;
    if (!client) client = connect_to(path);
    if (client) [[maybe_unused]]
      const auto sent = ::send(client.get(), message.data(), length, MSG_NOSIGNAL);
    server.turn();
    if (client && ::recv(client.get(), message.data(), message.size(), MSG_DONTWAIT) == 0) client.reset();
    if (goes) client.reset();
    server.turn();
  }
  return 0;
}
