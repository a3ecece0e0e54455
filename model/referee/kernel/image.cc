// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/image.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "os/fd.h"
#include "os/process.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;

constexpr char kPackageModules[] = "/usr/lib/uml/modules";
constexpr char kBuild[] = "./waf referee-kernel builds one";
constexpr std::uintmax_t kLargestKernel = 256 << 20;

[[noreturn]] void fail(const std::string& text) { throw std::runtime_error(text); }

std::string environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The release in linux_banner, which every kernel holds as text; empty if this is none.
std::string release_in(const std::string& program) {
  constexpr std::string_view kBanner = "Linux version ";
  for (std::size_t at = program.find(kBanner); at != std::string::npos; at = program.find(kBanner, at + 1)) {
    const std::size_t begin = at + kBanner.size();
    const std::size_t end = program.find(' ', begin);
    if (end == std::string::npos || end - begin > 64 || program[begin] < '0' || program[begin] > '9') continue;
    return program.substr(begin, end - begin);
  }
  return {};
}

// The number in recipe/random.patch.
unsigned recipe_in(const std::string& program) {
  constexpr std::string_view kMark = "lvs-referee-recipe=";
  const std::size_t at = program.find(kMark);
  return at == std::string::npos
             ? 0
             : static_cast<unsigned>(std::strtoul(program.c_str() + at + kMark.size(), nullptr, 10));
}

KernelImage look_at(const fs::path& given) {
  std::error_code error;
  fs::path file = fs::absolute(given, error);
  if (fs::is_directory(file, error)) file /= "linux";
  const std::string name = file.string();
  if (!fs::exists(file, error)) fail(fmt::format("{}: no such kernel; {}", name, kBuild));
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > kLargestKernel)
    fail(fmt::format("{}: is no kernel for User Mode Linux", name));
  const std::string bytes = os::read_file(name);
  const auto has = [&](std::string_view text) { return bytes.find(text) != std::string::npos; };
  KernelImage image{.program = name,
                    .modules = {},
                    .release = release_in(bytes),
                    .virtual_time = has("time-travel=inf-cpu"),
                    .security_options = has("cipso_cache_enable"),
                    .recipe = recipe_in(bytes)};
  if (!bytes.starts_with("\x7f"
                         "ELF") ||
      image.release.empty() || !has("umid=")) {
    const bool archive = name.ends_with(".xz") || name.ends_with(".tar");
    fail(fmt::format("{}: is no kernel for User Mode Linux{}", name,
                     archive ? "; unpack it (tar xf) and name the file linux in it" : ""));
  }
  if (::access(name.c_str(), X_OK) != 0) fail(fmt::format("{}: may not be executed (chmod +x)", name));
  for (const fs::path& modules : {file.parent_path() / "lib/modules", fs::path(kPackageModules)})
    if (image.modules.empty() && fs::is_directory(modules / image.release, error)) image.modules = modules.string();
  if (image.modules.empty())
    fail(fmt::format("{}: its modules are missing (lib/modules/{} beside it)", name, image.release));
  return image;
}

std::optional<KernelImage> package() {
  const auto program = os::find_program("linux.uml");
  if (!program) return {};
  return look_at(*program);
}

// Of a family: "6.1" is 6.1.192, and not 6.12.117.
bool of_version(const std::string& release, const std::string& version) { return release.starts_with(version + "."); }

std::vector<unsigned long> numbers(const std::string& release) {
  std::vector<unsigned long> result;
  for (const char* at = release.c_str(); *at >= '0' && *at <= '9';) {
    char* end = nullptr;
    result.push_back(std::strtoul(at, &end, 10));
    at = *end == '.' ? end + 1 : end;
  }
  return result;
}

std::optional<KernelImage> cached(const std::string& version) {
  std::error_code error;
  const std::string cache = kernel_cache();
  std::vector<std::string> releases;
  if (!cache.empty())
    for (const auto& entry : fs::directory_iterator(cache, error))
      if (fs::exists(entry.path() / "linux", error)) releases.push_back(entry.path().filename().string());
  // The wanted version first, then the newest.
  const std::string wanted = version.empty() ? "6.1" : version;
  std::ranges::sort(releases, [&](const std::string& a, const std::string& b) {
    const bool first = of_version(a, wanted), second = of_version(b, wanted);
    return first != second ? first : numbers(a) > numbers(b);
  });
  if (releases.empty() || (!version.empty() && !of_version(releases.front(), version))) return {};
  return look_at(cache + "/" + releases.front());
}

KernelImage choose(const KernelChoice& choice) {
  if (choice.kind == RefereeKind::package && !choice.image.empty())
    fail("--kernel-image names a kernel, --referee package another: one of them");
  if (choice.kind != RefereeKind::package) {
    std::optional<KernelImage> found;
    const std::string named = choice.image.empty() ? environment_value("LVS_REFEREE_KERNEL") : choice.image;
    if (!named.empty())
      found = look_at(named);
    else
      found = cached(choice.version);
    if (found && choice.kind == RefereeKind::virtual_time && !found->virtual_time)
      fail(fmt::format("{}: was built without CONFIG_UML_TIME_TRAVEL_SUPPORT; {}", found->program, kBuild));
    if (found) return *found;
    if (choice.kind == RefereeKind::virtual_time)
      fail(fmt::format("no kernel for virtual time in {}; {}, or name one with --kernel-image FILE",
                       kernel_cache().empty() ? "the cache" : kernel_cache(), kBuild));
  }
  if (const auto found = package()) return *found;
  fail(
      "user-mode-linux is not installed (no linux.uml in PATH): ./waf --install-deps, or apt install "
      "user-mode-linux");
}

}  // namespace

base::Result<RefereeKind, std::string> parse_referee(std::string_view word) {
  if (word == "virtual") return RefereeKind::virtual_time;
  if (word == "package") return RefereeKind::package;
  return base::Error{fmt::format("--referee: '{}' is no referee; known: virtual, package", word)};
}

base::Result<KernelImage, std::string> find_kernel(const KernelChoice& choice) {
  try {
    return choose(choice);
  } catch (const std::exception& e) {
    return base::Error{std::string(e.what())};
  }
}

std::string kernel_cache() {
  const std::string cache = environment_value("XDG_CACHE_HOME"), home = environment_value("HOME");
  if (cache.starts_with('/')) return cache + "/lvs/kernels";
  return home.starts_with('/') ? home + "/.cache/lvs/kernels" : "";
}

}  // namespace lvs::referee
