// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/new.h"

#include <fmt/format.h>

#include <fstream>
#include <map>

#include "control/lab/lab.h"

namespace lvs::scenarios {

namespace fs = std::filesystem;

namespace {

control::LabFiles template_files(const std::string& name) {
  return {{"lab.conf", fmt::format("LAB_NAME=\"{}\"\n"
                                   "LAB_DESCRIPTION=\"LVS/DR: a client, a director, two real servers on one segment\"\n"
                                   "# lvs: segment lan rate=1Gbps delay=10us\n"
                                   "client[0]=\"lan\"\n"
                                   "director[0]=\"lan\"\n"
                                   "rs1[0]=\"lan\"\n"
                                   "rs2[0]=\"lan\"\n",
                                   name)},
          {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
          {"director.startup",
           "ip addr add 10.0.0.2/24 dev eth0\n"
           "ip addr add 10.0.0.100/32 dev eth0\n"
           "ipvsadm -A -u 10.0.0.100:5000 -s rr\n"
           "ipvsadm -a -u 10.0.0.100:5000 -r 10.0.0.11 -g\n"
           "ipvsadm -a -u 10.0.0.100:5000 -r 10.0.0.12 -g\n"},
          {"rs1.startup",
           "sysctl -w net.ipv4.conf.all.arp_ignore=1\n"
           "sysctl -w net.ipv4.conf.all.arp_announce=2\n"
           "ip addr add 10.0.0.11/24 dev eth0\n"
           "ip addr add 10.0.0.100/32 dev lo\n"},
          {"rs2.startup",
           "sysctl -w net.ipv4.conf.all.arp_ignore=1\n"
           "sysctl -w net.ipv4.conf.all.arp_announce=2\n"
           "ip addr add 10.0.0.12/24 dev eth0\n"
           "ip addr add 10.0.0.100/32 dev lo\n"},
          {"lab.timeline",
           "0.2 client arping -c 1 -I eth0 10.0.0.100\n"
           "1.5 client ping -c 1 10.0.0.100\n"
           "2.0 director ipvsadm -Ln\n"},
          {"README.md", fmt::format("# {}\n\nWhat the lab shows, and what to look for.\n", name)}};
}

std::string write_file(const fs::path& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  out.flush();
  return out ? std::string() : fmt::format("cannot write {}", path.string());
}

}  // namespace

std::string make_lab(const fs::path& folder, const std::optional<fs::path>& from) {
  std::error_code error;
  if (fs::exists(folder, error)) return fmt::format("{}: exists already", folder.string());
  if (from) {
    // A link stays a link: what it points to may be no business of the lab's.
    fs::copy(*from, folder, fs::copy_options::recursive | fs::copy_options::copy_symlinks, error);
    if (!error) return {};
    const std::string why = fmt::format("{}: {}", folder.string(), error.message());
    fs::remove_all(folder, error);
    return why;
  }
  fs::create_directories(folder, error);
  if (error) return fmt::format("{}: {}", folder.string(), error.message());
  for (const auto& [name, content] : template_files(folder.filename().string())) {
    const std::string why = write_file(folder / name, content);
    if (why.empty()) continue;
    fs::remove_all(folder, error);
    return why;
  }
  return {};
}

}  // namespace lvs::scenarios
