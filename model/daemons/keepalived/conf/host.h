// SPDX-License-Identifier: GPL-2.0-or-later
// What the reader of a configuration asks of the machine that it stands on: a running one, or a lab before its run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/addr.h"

namespace lvs::keepalived {

inline constexpr const char* kNoName = "[unknown]";

class ConfHost {
 public:
  virtual ~ConfHost() = default;
  // A file's text; a relative path as the daemon's working directory has it.
  virtual std::optional<std::string> read(std::string_view path) const = 0;
  // Where the daemon is started.
  virtual std::string working_folder() const { return "/root"; }
  // What a file pattern names, in order. One without wildcards names itself, if it is there.
  virtual std::vector<std::string> matches(const std::string& pattern) const {
    return read(pattern) ? std::vector{pattern} : std::vector<std::string>();
  }
  virtual bool is_folder(std::string_view) const { return true; }
  // A regular file that nobody may execute: keepalived reads no other.
  virtual bool can_be_conf(std::string_view) const { return true; }
  virtual bool has_interface(std::string_view name) const = 0;
  virtual bool is_loopback(std::string_view name) const { return name == "lo"; }
  virtual unsigned mtu(std::string_view) const { return 1500; }
  // Programs of scripts, by path, or by name in the usual folders.
  virtual bool exists(std::string_view program) const = 0;
  virtual bool can_execute(std::string_view program) const = 0;
  // Is it one of the usual folders' programs, which are all in /usr?
  virtual bool is_program(std::string_view) const { return false; }
  // Where the search through PATH finds a program.
  virtual std::string path_of(std::string_view program) const { return "/usr/bin/" + std::string(program); }
  // The first address of an interface, for what must know it before it runs.
  virtual std::optional<base::Ipv4Addr> address(std::string_view interface) const = 0;
  // What the machine's own name stands for in /etc/hosts.
  virtual std::string local_name() const { return kNoName; }
};

}  // namespace lvs::keepalived
