// SPDX-License-Identifier: GPL-2.0-or-later
// Child processes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lvs::os {

struct SpawnOptions {
  // Descriptors of this process that become 0, 1 and 2 of the child; -1: /dev/null for 0, inherited for 1 and 2.
  int input = -1, output = -1, error = -1;
  std::vector<std::string> environment;  // "NAME=VALUE"; empty: this process's
  bool own_group = false;                // the child leads a new process group
  bool fixed_addresses = false;          // no address of the child is drawn at random (setarch -R)
};

// Starts argv[0], looked up in PATH. It is killed when this process ends, however that comes. Throws std::system_error
// if it cannot be started.
pid_t spawn(const std::vector<std::string>& argv, const SpawnOptions& options = {});

// In a child, right behind fork(): it is killed when `parent` ends, which may have happened by now.
void die_with(pid_t parent);

// $? of a wait status: the exit status, or 128 + the signal.
int shell_status(int wait_status);

// Waits for the end of `pid`; its $?.
int wait_for(pid_t pid);
// Nothing if it still runs after `limit`.
std::optional<int> wait_for(pid_t pid, std::chrono::milliseconds limit);

struct Output {
  int status = 0;    // $?
  std::string text;  // standard output and error together
};
// Runs a program to its end.
Output run(const std::vector<std::string>& argv);

// The absolute path of a program as the shell would find it, nothing if there is none.
std::optional<std::string> find_program(const std::string& name);

// The absolute path of the running program.
std::string own_program();

}  // namespace lvs::os
