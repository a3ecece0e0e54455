// SPDX-License-Identifier: GPL-2.0-or-later
// The open files of a command: standard input, output and error, and those with higher numbers. Internal to the shell.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/machine/files.h"
#include "control/machine/shell/bash/net-file.h"
#include "control/machine/shell/expand.h"
#include "control/machine/shell/run.h"

namespace lvs::control {

struct Io;

// What `exec` has made of the streams of this shell.
ShellStreams streams_now(const ShellScope& scope, const ShellStreams& streams);

// The shell has ended: what it held open is closed, and who reads from it is told.
void close_files(ShellScope& scope);

class Redirector {
 public:
  // `lasting`: of exec, whose files stay. All of these must outlive it.
  Redirector(ShellScope& scope, Machine& machine, Io& io, bool lasting)
      : scope_(scope), machine_(machine), io_(io), lasting_(lasting) {}

  // Connects to what bash calls /dev/tcp/HOST/PORT; true once each has come to an end.
  bool dial(const std::vector<Redirection>& all, const ShellValues& values, ShellRoot& root);
  // In order, until one cannot be opened: what is then to be said (without the place), or nothing.
  std::optional<std::string> open(const std::vector<Redirection>& all, const ShellValues& values);
  // Of exec: what comes next has these streams in place of `before`.
  void keep(const ShellStreams& before);
  // Gives the higher numbers back; the files that were opened for writing.
  std::vector<std::shared_ptr<OutputFile>> end();

 private:
  OpenFile at(int descriptor) const;
  void set(int descriptor, OpenFile file);
  std::optional<std::string> open_net(const Redirection& redirection, const std::string& path);
  std::optional<std::string> open_file(const Redirection& redirection, const std::string& path);

  ShellScope& scope_;
  Machine& machine_;
  Io& io_;
  bool lasting_;
  std::vector<std::pair<int, std::optional<OpenFile>>> before_;
  std::vector<std::shared_ptr<OutputFile>> targets_;
  std::optional<std::map<std::string, std::shared_ptr<NetFile>>> dialled_;
};

}  // namespace lvs::control
