// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "control/machine/machine.h"
#include "control/machine/path-parts.h"
#include "control/machine/proc-net.h"
#include "control/machine/proc-sys.h"
#include "control/machine/proc/modules.h"
#include "control/machine/proc/recent.h"
#include "control/machine/proc/sys-net.h"
#include "control/machine/tree/node.h"

namespace lvs::control {
namespace {

constexpr std::size_t kNodeBytes = 256;  // what an empty one costs
constexpr std::size_t kDeepest = 64;     // folders in each other
constexpr std::string_view kProcSys = "/proc/sys/";
constexpr std::string_view kProcNet = "/proc/net/";
constexpr std::string_view kSysNet = "/sys/class/net/";
constexpr std::string_view kRecent = "/proc/net/xt_recent/";

// What is there on a fresh machine.
constexpr auto kFolders = std::to_array<std::string_view>({"/etc",
                                                           "/etc/default",
                                                           "/etc/iproute2",
                                                           "/etc/sysconfig",
                                                           "/etc/init.d",
                                                           "/etc/sysctl.d",
                                                           "/etc/modprobe.d",
                                                           "/etc/network",
                                                           "/etc/sysconfig/network-scripts",
                                                           "/etc/rc.d",
                                                           "/etc/systemd/system",
                                                           "/etc/bind",
                                                           "/etc/haproxy",
                                                           "/etc/keepalived",
                                                           "/var/lib/haproxy",
                                                           "/var/lib/nginx",
                                                           "/var/log/nginx",
                                                           "/run/haproxy",
                                                           "/etc/nginx/conf.d",
                                                           "/etc/nginx/modules-enabled",
                                                           "/var/cache/bind",
                                                           "/run/lock/subsys",
                                                           "/home",
                                                           "/lab",
                                                           "/mnt",
                                                           "/opt",
                                                           "/proc",
                                                           "/root",
                                                           "/run",
                                                           "/run/lock",
                                                           "/srv",
                                                           "/tmp",
                                                           "/usr/local/bin",
                                                           "/usr/local/sbin",
                                                           "/var/lib",
                                                           "/var/log",
                                                           "/var/tmp",
                                                           "/var/www",
                                                           "/var/www/html"});

bool is_special(std::string_view name) {
  return name.starts_with("/proc/") || name == "/proc" || name.starts_with("/dev/");
}

}  // namespace

class Files::Regular final : public OutputFile {
 public:
  Regular(Files& files, NodePtr node) : files_(files), node_(std::move(node)) {}
  bool write(std::string_view text) override {
    if (const FileError error = files_.add(*node_, text); error != FileError::none) error_ = error;
    return true;
  }
  FileError close() override { return error_; }

 private:
  Files& files_;
  NodePtr node_;
  FileError error_ = FileError::none;
};

class Files::Special final : public OutputFile {
 public:
  Special(Files& files, std::string name) : files_(files), name_(std::move(name)) {}
  ~Special() override { Special::close(); }
  bool write(std::string_view text) override {
    if (name_ != "/dev/null") text_ += text;
    return true;
  }
  FileError close() override {
    const std::string text = std::exchange(text_, {});
    return text.empty() ? FileError::none : files_.append(name_, text);
  }

 private:
  Files& files_;
  std::string name_, text_;
};

Files::Files(Machine& machine) : machine_(machine), root_(std::make_shared<Node>()) {
  root_->folder = true;
  root_->mode = 0755;
  for (const std::string_view folder : kFolders) place(std::string(folder) + "/.", {});
  const std::string& name = machine.host().name();
  place("/etc/hostname", name + "\n");
  place("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 " + name + "\n");  // as Debian's installer leaves it
  place("/etc/resolv.conf", {});
}

Files::Node* Files::find(std::string_view name) const {
  Node* node = root_.get();
  for (std::string_view part = take_part(name); !part.empty(); part = take_part(name)) {
    const auto entry = node->entries.find(part);
    if (entry == node->entries.end()) return nullptr;
    node = entry->second.get();
  }
  return node;
}

Files::Node* Files::folder_of(std::string_view name, FileError& error) const {
  Node* node = root_.get();
  std::string_view rest = name.substr(0, name.rfind('/'));
  for (std::string_view part = take_part(rest); !part.empty(); part = take_part(rest)) {
    const auto entry = node->entries.find(part);
    if (entry == node->entries.end()) {
      error = FileError::no_entry;
      return nullptr;
    }
    node = entry->second.get();
    if (node->folder) continue;
    error = FileError::not_directory;
    return nullptr;
  }
  return node;
}

Files::NodePtr Files::make_node(bool folder, unsigned mode) {
  auto node = std::make_shared<Node>();
  node->folder = folder;
  node->mode = mode;
  node->changed = machine_.host().now();
  return node;
}

Files::NodePtr Files::create(std::string_view name, FileError& error) {
  Node* const folder = folder_of(name, error);
  if (folder == nullptr) return nullptr;
  const std::string last(name.substr(name.rfind('/') + 1));
  const auto entry = folder->entries.find(last);
  if (entry != folder->entries.end()) {
    if (entry->second->folder) error = FileError::is_directory;
    if (entry->second->read_only) error = FileError::read_only;
    if (entry->second->link) error = FileError::loop;
    return error == FileError::none ? entry->second : nullptr;
  }
  if (folder->read_only) error = FileError::read_only;
  if (used_ + kNodeBytes + last.size() > kMostBytes) error = FileError::no_space;
  if (error != FileError::none) return nullptr;
  used_ += kNodeBytes + last.size();
  return folder->entries[last] = make_node(false, 0666 & ~mask_);
}

FileError Files::add(Node& node, std::string_view text) {
  if (used_ + text.size() > kMostBytes) return FileError::no_space;
  used_ += text.size();
  node.text += text;
  node.changed = machine_.host().now();
  return FileError::none;
}

Files::Content Files::read(std::string_view path) {
  const std::string name = real(path);
  if (name == "/dev/null") return {};
  if (const auto key = below(name, kProcSys)) {
    auto value = read_sysctl(machine_, *key);
    return {value.error, std::move(value.text)};
  }
  if (const auto table = below(name, kRecent)) {
    auto text = read_recent(machine_, *table);
    return text ? Content{FileError::none, std::move(*text)} : Content{FileError::no_entry, {}};
  }
  if (const auto file = below(name, kProcNet)) {
    if (auto text = read_proc_net(machine_, *file)) return {FileError::none, std::move(*text)};
    return {FileError::no_entry, {}};
  }
  if (const auto file = below(name, kSysNet)) return read_sys_net(machine_, *file);
  if (is_module_file(name)) return read_module_file(machine_, name);
  FileError error = FileError::none;
  if (name != "/" && folder_of(name, error) == nullptr) return {error, {}};
  const Node* const node = find(name);
  if (node == nullptr) return {FileError::no_entry, {}};
  if (node->link) return {FileError::loop, {}};
  if (node->folder) return {FileError::is_directory, {}};
  return {FileError::none, node->text};
}

FileError Files::can_write(std::string_view path) const {
  const std::string name = real(path);
  if (name == "/dev/null") return FileError::none;
  if (const auto key = below(name, kProcSys)) return read_sysctl(machine_, *key).error;
  if (const auto table = below(name, kRecent))
    return read_recent(machine_, *table) ? FileError::none : FileError::no_entry;
  if (below(name, kProcNet) || below(name, kSysNet) || is_module_file(name)) return FileError::denied;
  FileError error = FileError::none;
  const Node* const folder = name == "/" ? root_.get() : folder_of(name, error);
  if (folder == nullptr) return error;
  const Node* const node = find(name);
  if (node == nullptr) return folder->read_only ? FileError::read_only : FileError::none;
  if (node->folder) return FileError::is_directory;
  if (node->link) return FileError::loop;
  return node->read_only ? FileError::read_only : FileError::none;
}

void Files::truncate(std::string_view path) {
  const std::string name = real(path);
  if (is_special(name)) return;
  FileError error = FileError::none;
  const NodePtr node = create(name, error);
  if (!node) return;
  used_ -= node->text.size();
  node->text.clear();
  node->changed = machine_.host().now();
}

FileError Files::append(std::string_view path, std::string_view text) {
  const std::string name = real(path);
  if (name == "/dev/null") return FileError::none;
  if (const auto key = below(name, kProcSys)) return write_sysctl(machine_, *key, text);
  if (const auto table = below(name, kRecent)) return write_recent(machine_, *table, text);
  FileError error = FileError::none;
  const NodePtr node = create(name, error);
  return node ? add(*node, text) : error;
}

Files::Opened Files::open(std::string_view path, bool append) {
  Opened opened;
  const std::string name = real(path);
  opened.error = path.empty() ? FileError::no_entry : can_write(name);
  if (opened.error != FileError::none) return opened;
  if (is_special(name)) {
    opened.file = std::make_shared<Special>(*this, name);
    return opened;
  }
  if (!append) truncate(name);
  if (NodePtr node = create(name, opened.error)) opened.file = std::make_shared<Regular>(*this, std::move(node));
  return opened;
}

Files::Status Files::status(std::string_view path) {
  const std::string name = real(path);
  if (name == "/dev/null") return {Kind::device, 0666, 0, {}};
  const bool keys = name == "/proc/sys" || (name.starts_with(kProcSys) && !list(name).empty());
  const bool tables = name + "/" == kRecent && !list(name).empty();
  const bool interfaces = kSysNet.starts_with(name + "/");
  const auto interface = below(name, kSysNet);
  const bool one =
      interface && interface->find('/') == interface->npos && machine_.host().device(*interface) != nullptr;
  if (keys || tables || interfaces || one) return {Kind::folder, 0555, 0, machine_.host().now()};
  if (is_special(name) && name != "/proc") {
    if (unmodelled(name)) return {};
    const Content content = read(name);
    return {content.error == FileError::none ? Kind::file : Kind::none, 0644, 0, machine_.host().now()};
  }
  const Node* const node = find(name);
  if (node == nullptr || node->link) return {};
  return {node->folder ? Kind::folder : Kind::file, node->mode, node->text.size(), node->changed};
}

std::vector<std::string> Files::list(std::string_view folder) const {
  std::vector<std::string> names;
  const std::string whole = real(folder);
  if (whole == "/proc/sys") return {"net"};
  if (whole + "/" == kRecent) return recent_names(machine_);
  if (whole + "/" == kSysNet) {
    for (const auto& dev : machine_.host().devices()) names.push_back(dev->name());
    std::ranges::sort(names);
    return names;
  }
  if (const auto key = below(whole, kProcSys)) {
    for (const std::string& path : list_sysctls(machine_, *key)) {
      if (path.size() == key->size()) continue;
      const std::string rest = path.substr(key->size() + 1);
      names.push_back(rest.substr(0, rest.find('/')));
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
  } else if (const Node* const node = find(whole)) {
    for (const auto& [name, entry] : node->entries) names.push_back(name);
  }
  return names;
}

FileError Files::make_folder(std::string_view path) {
  const std::string name = followed(absolute(path), false);
  FileError error = FileError::none;
  if (find(name) != nullptr) return FileError::exists;
  Node* const folder = folder_of(name, error);
  if (folder == nullptr) return error;
  if (folder->read_only) return FileError::read_only;
  if (used_ + kNodeBytes + name.size() > kMostBytes) return FileError::no_space;
  if (std::ranges::count(name, '/') > static_cast<std::ptrdiff_t>(kDeepest)) return FileError::invalid;
  used_ += kNodeBytes + name.size() - name.rfind('/') - 1;
  folder->entries[name.substr(name.rfind('/') + 1)] = make_node(true, 0777 & ~mask_);
  return FileError::none;
}

FileError Files::take_out(std::string_view path, bool folder) {
  const std::string name = followed(absolute(path), false);
  if (name == "/") return FileError::busy;
  if (is_special(name)) return FileError::not_permitted;
  FileError error = FileError::none;
  Node* const parent = folder_of(name, error);
  if (parent == nullptr) return error;
  const auto entry = parent->entries.find(std::string_view(name).substr(name.rfind('/') + 1));
  if (entry == parent->entries.end()) return FileError::no_entry;
  const Node& node = *entry->second;
  if (node.folder != folder) return folder ? FileError::not_directory : FileError::is_directory;
  if (!node.entries.empty()) return FileError::not_empty;
  if (parent->read_only || node.read_only) return FileError::read_only;
  used_ -= kNodeBytes + entry->first.size() + node.text.size();
  parent->entries.erase(entry);
  parent->changed = machine_.host().now();
  return FileError::none;
}

FileError Files::remove(std::string_view path) { return take_out(path, false); }
FileError Files::remove_folder(std::string_view path) { return take_out(path, true); }

FileError Files::rename(std::string_view from, std::string_view to) {
  const std::string old = followed(absolute(from), false), name = followed(absolute(to), false);
  if (is_special(old) || is_special(name)) return FileError::not_permitted;
  if (old == "/" || name == "/" || name.starts_with(old + "/")) return FileError::invalid;
  FileError error = FileError::none;
  Node* const source = folder_of(old, error);
  Node* const target = source == nullptr ? nullptr : folder_of(name, error);
  if (target == nullptr) return error;
  const auto entry = source->entries.find(std::string_view(old).substr(old.rfind('/') + 1));
  if (entry == source->entries.end()) return FileError::no_entry;
  if (source->read_only || target->read_only || entry->second->read_only) return FileError::read_only;
  if (old == name) return FileError::none;
  const NodePtr node = entry->second;
  if (const Node* const there = find(name)) {
    if (there->folder || node->folder) return there->folder ? FileError::is_directory : FileError::not_directory;
    if (const FileError gone = remove(name); gone != FileError::none) return gone;
  }
  source->entries.erase(entry);
  target->entries[name.substr(name.rfind('/') + 1)] = node;
  return FileError::none;
}

FileError Files::set_mode(std::string_view path, unsigned mode) {
  const std::string name = real(path);
  if (is_special(name)) return FileError::not_permitted;
  Node* const node = find(name);
  if (node == nullptr) return FileError::no_entry;
  if (node->read_only) return FileError::read_only;
  node->mode = mode & 07777;
  return FileError::none;
}

FileError Files::touch(std::string_view path) {
  const FileError error = append(path, {});
  if (error == FileError::none || error == FileError::is_directory) {
    if (Node* const node = find(real(path))) node->changed = machine_.host().now();
    return FileError::none;
  }
  return error;
}

void Files::place(std::string_view path, std::string text, unsigned mode, bool read_only) {
  Node* node = root_.get();
  std::string_view rest = path;
  for (std::string_view part = take_part(rest); !part.empty() && part != "."; part = take_part(rest)) {
    NodePtr& next = node->entries[std::string(part)];
    const bool last = rest.empty();
    if (!next) {
      next = make_node(!last, last ? mode : 0755);
      used_ += kNodeBytes + part.size();
    }
    if (last && !next->folder) {
      used_ += text.size();
      used_ -= next->text.size();
      next->text = std::move(text);
      next->mode = mode;
    }
    next->read_only = next->read_only || read_only;
    if (!next->folder) return;
    node = next.get();
  }
}

}  // namespace lvs::control
