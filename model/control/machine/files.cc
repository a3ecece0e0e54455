// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/files.h"

#include <algorithm>
#include <array>
#include <vector>

#include "control/machine/machine.h"
#include "control/machine/proc-net.h"
#include "control/machine/proc-sys.h"

namespace lvs::control {
namespace {

constexpr auto kFolders = std::to_array<std::string_view>({"/", "/root", "/run", "/tmp"});
constexpr std::string_view kProcSys = "/proc/sys/";
constexpr std::string_view kProcNet = "/proc/net/";

// Absolute and without ".", ".." and double slashes; relative paths begin in /root.
std::string canonical(std::string_view path) {
  std::vector<std::string_view> parts;
  std::string whole = path.starts_with('/') ? std::string(path) : "/root/" + std::string(path);
  std::string_view rest = whole;
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string result;
  for (const std::string_view part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

// The part of `path` behind `folder`, or nothing.
std::optional<std::string_view> below(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return std::nullopt;
  return path.substr(folder.size());
}

bool is_folder(std::string_view path) { return std::ranges::find(kFolders, path) != kFolders.end(); }

}  // namespace

std::string_view text_of(FileError error) {
  switch (error) {
    case FileError::none: return "Success";
    case FileError::no_entry: return "No such file or directory";
    case FileError::is_directory: return "Is a directory";
    case FileError::not_permitted: return "Operation not permitted";
    case FileError::denied: return "Permission denied";
    case FileError::invalid: return "Invalid argument";
  }
  return {};
}

Files::Content Files::read(std::string_view path) {
  const std::string name = canonical(path);
  take_from_writers(name);
  if (name == "/dev/null") return {};
  if (const auto key = below(name, kProcSys)) {
    auto value = read_sysctl(machine_, *key);
    return {value.error, std::move(value.text)};
  }
  if (const auto file = below(name, kProcNet)) {
    if (auto text = read_proc_net(machine_, *file)) return {FileError::none, std::move(*text)};
    return {FileError::no_entry, {}};
  }
  if (is_folder(name)) return {FileError::is_directory, {}};
  const auto file = files_.find(name);
  if (file == files_.end()) return {FileError::no_entry, {}};
  return {FileError::none, file->second};
}

FileError Files::can_write(std::string_view path) const {
  const std::string name = canonical(path);
  if (name == "/dev/null") return FileError::none;
  if (const auto key = below(name, kProcSys)) return read_sysctl(machine_, *key).error;
  if (below(name, kProcNet)) return FileError::denied;
  if (is_folder(name)) return FileError::is_directory;
  const std::string_view folder = std::string_view(name).substr(0, name.rfind('/'));
  return is_folder(folder.empty() ? "/" : folder) ? FileError::none : FileError::no_entry;
}

void Files::truncate(std::string_view path) {
  const std::string name = canonical(path);
  if (name.starts_with("/proc/") || name.starts_with("/dev/")) return;
  take_from_writers(name);
  files_[name].clear();
}

FileError Files::append(std::string_view path, std::string_view text) {
  const std::string name = canonical(path);
  if (name == "/dev/null") return FileError::none;
  if (const auto key = below(name, kProcSys)) return write_sysctl(machine_, *key, text);
  take_from_writers(name);
  files_[name].append(text);
  return FileError::none;
}

void Files::open_writer(std::string_view path, std::string* text) { writers_.push_back({canonical(path), text}); }

FileError Files::close_writer(const std::string* text) {
  const auto writer = std::ranges::find(writers_, text, &Writer::text);
  if (writer == writers_.end()) return FileError::none;
  const Writer last = *writer;
  writers_.erase(writer);
  return last.text->empty() ? FileError::none : append(last.name, *last.text);
}

// Not those of /proc and /dev: they take a program's output as one write.
void Files::take_from_writers(std::string_view name) {
  for (const Writer& writer : writers_) {
    if (writer.name != name || name.starts_with("/proc/") || name.starts_with("/dev/")) continue;
    files_[writer.name].append(*writer.text);
    writer.text->clear();
  }
}

std::optional<std::string> Files::unmodelled(std::string_view path) {
  const std::string name = canonical(path);
  if (name == "/dev/null" || is_folder(name)) return std::nullopt;
  if (const auto key = below(name, kProcSys)) return unmodelled_sysctl(*key);
  if (const auto file = below(name, kProcNet)) return unmodelled_proc_net(*file);
  for (const std::string_view folder : {"/root/", "/run/", "/tmp/"}) {
    if (name.starts_with(folder)) return std::nullopt;
  }
  return "this file is not modelled; files are those of /tmp, /root, /run, /proc/sys/net/ipv4 and /proc/net";
}

}  // namespace lvs::control
