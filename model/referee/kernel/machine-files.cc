// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/machine-files.h"

#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "os/fd.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

bool of_the_system(const std::string& path) {
  for (const char* folder : {"/usr/", "/lib/", "/lib64/"})
    if (path.starts_with(folder) && !path.starts_with("/usr/local/")) return true;
  return false;
}

std::vector<std::string> own_shared_objects() {
  std::vector<std::string> result;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* list) {
        const std::string name = info->dlpi_name;
        if (name.starts_with('/') && !of_the_system(name))
          static_cast<std::vector<std::string>*>(list)->push_back(name);
        return 0;
      },
      &result);
  return result;
}

// Of "NAME:x:NUMBER:..." lines those of the system's own accounts.
std::string system_accounts(const std::string& text) {
  constexpr unsigned long kFirstOfPeople = 1000, kNobody = 65534;
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const unsigned long number = std::strtoul(line.c_str() + second + 1, nullptr, 10);
    if (number < kFirstOfPeople || number == kNobody) result += line + "\n";
  }
  return result;
}

// A file of the machine's /etc, where it is one that everybody may read.
void copy_of_etc(const std::string& name, const std::string& etc) {
  const fs::path from = fs::path("/etc") / name, to = fs::path(etc) / name;
  std::error_code error;
  const auto mode = fs::status(from, error);
  if (mode.type() != fs::file_type::regular || (mode.permissions() & fs::perms::others_read) == fs::perms::none) return;
  fs::create_directories(to.parent_path());
  os::write_file(to.string(), os::read_file(from.string()));
}

}  // namespace

void copy_agent(const std::string& program, const std::string& folder) {
  std::error_code error;
  if (!fs::copy_file(program, folder + "/agent", error))
    throw std::runtime_error(fmt::format("{}: {}", program, error.message()));
  fs::create_directory(folder + "/lib");
  for (const std::string& object : own_shared_objects())
    fs::copy_file(object, folder + "/lib/" + fs::path(object).filename().string(), fs::copy_options::skip_existing);
}

KernelImage copy_kernel(const KernelImage& image, const std::string& folder) {
  KernelImage result = image;
  const std::string all = folder + "/modules/lib/modules", from = image.modules + "/" + image.release;
  fs::create_directories(all);
  if (of_the_system(image.program)) {
    fs::create_symlink(from, all + "/" + image.release);
    return result;
  }
  fs::copy(from, all + "/" + image.release, fs::copy_options::recursive);
  result.program = folder + "/linux";
  fs::copy_file(image.program, result.program);
  return result;
}

void make_etc(const std::string& folder) {
  const std::string etc = folder + "/etc";
  fs::create_directory(etc);
  os::write_file(etc + "/nsswitch.conf",
                 "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n");
  os::write_file(etc + "/resolv.conf", "");
  os::write_file(etc + "/host.conf", "multi on\n");  // as Debian has it: a name may have several lines in /etc/hosts
  for (const char* accounts : {"/passwd", "/group"})
    os::write_file(etc + accounts, system_accounts(os::read_file(std::string("/etc") + accounts)));
  for (const char* name : {"services", "protocols", "ethertypes", "mime.types", "ld.so.cache", "ssl/openssl.cnf",
                           "nginx/nginx.conf", "nginx/mime.types", "nginx/fastcgi_params", "nginx/fastcgi.conf",
                           "nginx/proxy_params", "nginx/scgi_params", "nginx/uwsgi_params", "haproxy/haproxy.cfg"})
    copy_of_etc(name, etc);
  for (const char* data : {"iproute2", "haproxy/errors"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(std::string("/etc/") + data, error))
      copy_of_etc(fmt::format("{}/{}", data, entry.path().filename().string()), etc);
  }
}

}  // namespace lvs::referee
