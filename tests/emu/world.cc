// SPDX-License-Identifier: GPL-2.0-or-later
#include "emu/world.h"

#include <unistd.h>

#include "os/fd.h"
#include "os/process.h"

namespace lvs::emu_test {
namespace {

constexpr int kBoot = 60;  // seconds that a guest may take on a busy machine
constexpr int kHalt = 15;

}  // namespace

std::string why_no_guests() {
  if (std::string why = why_not(); !why.empty()) return why;
  return os::find_program("linux.uml") ? "" : "there is no linux.uml here (package user-mode-linux)";
}

void World::bridge(const std::string& name) const {
  run("ip link add " + name + " type bridge && ip link set " + name + " up");
}

std::string World::guest_tap(const std::string& name, const std::string& bridge_name) const {
  run("ip tuntap add dev " + name + " mode tap && ip link set " + name + " master " + bridge_name + " up");
  return name;
}

void World::join(const std::string& name, const std::string& bridge_name) const {
  run("ip link set " + name + " master " + bridge_name + " up");
}

void World::wire(const Namespace& host, const std::string& port, const std::string& bridge_name) const {
  run("ip link add " + port + " type veth peer name eth0 netns " + host.name() + " && ip link set " + port +
      " master " + bridge_name + " up && ethtool -K " + port + " tx off tso off gso off >/dev/null");
  host.run("ip link set eth0 up");
}

Guest::Guest(const World& world, const std::string& name, const std::string& script, const std::string& taps)
    : stop_(temporary(name + "-stop")), script_(temporary(name + ".sh")) {
  os::write_file(script_, "set -e\n" + script + "\nset +e\necho guest is ready\nwhile ! [ -e " + stop_ +
                              " ]; do sleep 0.2; done\n");
  program_ = std::make_unique<Program>(
      world, std::string(LVS_SOURCE_DIR) + "/scenarios/emulation/uml-guest " + script_ + " " + taps);
}

Guest::~Guest() {
  os::write_file(stop_, "");
  program_->wait(kHalt);
  program_.reset();
  ::unlink(stop_.c_str());
  ::unlink(script_.c_str());
}

bool Guest::ready() const { return program_->wait_for("guest is ready", kBoot); }

}  // namespace lvs::emu_test
