// SPDX-License-Identifier: GPL-2.0-or-later
// Files that set-ups of real servers find on any system: the functions of init scripts, as Red Hat's initscripts and
// Debian's lsb-base have them where there is neither a terminal nor systemd, Red Hat's ifcfg-lo,
// nginx with the site of a fresh package, sysctl.conf, and what names the release, Debian 12. A lab's machines have
// them from the start.
#pragma once

#include <span>
#include <string_view>

namespace lvs::control {

struct UsualFile {
  std::string_view path;
  std::string_view text;
};
std::span<const UsualFile> usual_files();

// Is it the name of a function in one of them?
bool is_usual_function(std::string_view name);
// Functions that a text may call because it reads files with ".".
class ReadFunctions {
 public:
  // "" for one that is not known: of files that are not looked into any name may be a function.
  void read(std::string_view path);
  bool may_be(std::string_view name) const;

 private:
  bool usual_ = false, others_ = false;
};

inline constexpr std::string_view kLsbFunctions = "/lib/lsb/init-functions";

}  // namespace lvs::control
