// SPDX-License-Identifier: GPL-2.0-or-later
// The control socket against clients that mean no good.
#include "os/control-socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "os/fence.h"
#include "os/privileges.h"
#include "os/process.h"
#include "os/signals.h"
#include "os/stop-guard.h"

namespace lvs::os {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::string path_of(const char* name) {
  return (fs::temp_directory_path() / (std::string("lvs-") + name + std::to_string(getpid()))).string();
}

Fd connect_to(const std::string& path) {
  Fd socket(check(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "socket"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  check(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
  return socket;
}

TEST(ControlSocket, ARequestThatIsTooLongIsRefusedWhole) {
  const std::string path = path_of("long");
  ControlServer server(path);
  const Fd client = connect_to(path);
  std::string request = "a";
  request += '\0';
  request += "echo " + std::string(70'000, 'x');
  int room = 1 << 20;
  ::setsockopt(client.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  ASSERT_GT(::send(client.get(), request.data(), request.size(), MSG_NOSIGNAL), 0);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(server.serve().requests.empty());
  char answer[200] = {};
  EXPECT_GT(::recv(client.get(), answer, sizeof answer - 1, 0), 0);
  EXPECT_STREQ(answer, "Ethe command is too long: 70007 bytes, of which 65536 are taken\n");
  std::memset(answer, 0, sizeof answer);
  EXPECT_GT(::recv(client.get(), answer, sizeof answer - 1, 0), 0);
  EXPECT_STREQ(answer, "S2");
  EXPECT_THROW(control_command(path, "a", std::string(70'000, 'x')), std::runtime_error);
}

TEST(ControlSocket, WhoAsksNothingIsSentAway) {
  const std::string path = path_of("idle");
  ControlServer server(path);
  std::vector<Fd> clients;
  for (int i = 0; i < 64; ++i) {
    clients.push_back(connect_to(path));
    server.serve();
  }
  const auto begin = std::chrono::steady_clock::now();
  pollfd gone{clients.front().get(), POLLIN, 0};
  while (::poll(&gone, 1, 200) == 0 && std::chrono::steady_clock::now() - begin < 60s) server.serve();
  EXPECT_NE(gone.revents & POLLHUP, 0);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 9s);
  // There is room for others again.
  const Fd next = connect_to(path);
  ASSERT_GT(::send(next.get(), "a\0true", 6, MSG_NOSIGNAL), 0);
  std::size_t requests = 0;
  for (int i = 0; i < 5 && requests == 0; ++i) requests += server.serve().requests.size();
  EXPECT_EQ(requests, 1U);
}

TEST(PidFile, FollowsNoLinks) {
  const std::string path = path_of("pid"), target = path_of("target");
  std::ofstream(target) << "precious\n";
  fs::create_symlink(target, path);
  EXPECT_THROW(PidFile{path}, std::runtime_error);
  EXPECT_EQ(read_file(target), "precious\n");
  fs::remove(path);
  std::ofstream(path) << "precious\n";
  EXPECT_THROW(PidFile{path}, std::runtime_error);  // holds no process number
  std::ofstream(path) << "999999999\n";
  {
    const PidFile file(path);
    EXPECT_EQ(read_file(path), std::to_string(getpid()) + "\n");
  }
  EXPECT_FALSE(fs::exists(path));
  fs::remove(target);
}

TEST(Fence, NothingCanBeStartedBehindIt) {
  const pid_t child = fork();
  if (child == 0) {
    if (!raise_fence()) ::_exit(3);
    const bool runs = ::execl("/bin/true", "true", static_cast<char*>(nullptr)) == 0;
    ::_exit(!runs && errno == EPERM && ::getpid() > 0 ? 0 : 1);
  }
  EXPECT_EQ(wait_for(child), 0);
}

TEST(StopGuard, EndsAProgramThatDoesNotComeBack) {
  const pid_t child = fork();
  if (child == 0) {
    Signals signals({SIGTERM});
    const StopGuard guard(signals.fd(), 100ms, [] {});
    for (;;) std::this_thread::sleep_for(1s);
  }
  std::this_thread::sleep_for(200ms);
  ::kill(child, SIGTERM);
  EXPECT_EQ(wait_for(child), 2);
}

TEST(StopGuard, IsNotNeededWhereTheProgramDoes) {
  const pid_t child = fork();
  if (child == 0) {
    Signals signals({SIGTERM});
    {
      const StopGuard guard(signals.fd(), 5s, [] {});
      pollfd entry{signals.fd(), POLLIN, 0};
      ::poll(&entry, 1, 10'000);
      signals.take();
    }
    ::_exit(7);
  }
  std::this_thread::sleep_for(200ms);
  ::kill(child, SIGTERM);
  EXPECT_EQ(wait_for(child), 7);
}

}  // namespace
}  // namespace lvs::os
