// SPDX-License-Identifier: GPL-2.0-or-later
// ls (coreutils) into what is no terminal: one name a line.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "control/machine/usual/parsers.h"
#include "control/programs/coreutils/operands.h"

namespace lvs::control {
namespace {

struct Entry {
  std::string name, path;
};

std::string mode_text(const Files::Status& status, bool link) {
  std::string text(1, link ? 'l' : status.kind == Files::Kind::folder ? 'd' : '-');
  for (int shift = 6; shift >= 0; shift -= 3) {
    const unsigned bits = status.mode >> shift;
    text += (bits & 4) != 0 ? 'r' : '-';
    text += (bits & 2) != 0 ? 'w' : '-';
    text += (bits & 1) != 0 ? 'x' : '-';
  }
  return text;
}

class Listing {
 public:
  Listing(const Operands& operands, Machine& machine, Io& io) : operands_(operands), machine_(machine), io_(io) {}

  int run() {
    std::vector<std::string> paths = operands_.files;
    if (paths.empty()) paths.emplace_back(".");
    std::ranges::sort(paths);
    int status = 0;
    std::vector<Entry> files, folders;
    for (const std::string& path : paths) {
      // A link that is named is what it leads to, but for -l.
      const bool link = machine_.files().link(path) && (operands_.has('l') || operands_.has('d'));
      const auto kind = link ? Files::Kind::file : machine_.files().status(path).kind;
      if (kind == Files::Kind::none && !machine_.files().link(path)) {
        io_.complain(fmt::format("ls: cannot access '{}': No such file or directory\n", path));
        status = 2;
      } else {
        (kind == Files::Kind::folder && !operands_.has('d') ? folders : files).push_back({path, path});
      }
    }
    print(files);
    const bool named = paths.size() > 1;
    for (const Entry& folder : folders) {
      if (named && (!files.empty() || &folder != &folders.front())) io_.print("\n");
      if (named) io_.print(folder.name + ":\n");
      print_folder(folder.path);
    }
    return status;
  }

 private:
  void print_folder(const std::string& path) {
    std::vector<Entry> entries;
    if (operands_.has('a')) entries = {{".", path}, {"..", path + "/.."}};
    for (const std::string& name : machine_.files().list(path))
      if (name[0] != '.' || operands_.has('a') || operands_.has('A')) entries.push_back({name, path + "/" + name});
    if (operands_.has('l')) {
      std::size_t blocks = 0;
      for (const Entry& entry : entries) {
        const auto status = status_of(entry);
        blocks += status.kind == Files::Kind::folder || machine_.files().link(entry.path)
                      ? 0
                      : (status.size + 4095) / 4096 * 4;
      }
      io_.print(fmt::format("total {}\n", blocks));
    }
    print(entries);
  }

  void print(const std::vector<Entry>& entries) {
    std::size_t links = 1, size = 1;
    for (const Entry& entry : entries) {
      const auto status = status_of(entry);
      links = std::max(links, std::to_string(links_of(entry, status)).size());
      size = std::max(size, std::to_string(size_of(entry, status)).size());
    }
    for (const Entry& entry : entries) {
      if (operands_.has('l')) {
        const auto status = status_of(entry);
        const auto at = std::chrono::floor<std::chrono::seconds>(machine_.epoch + status.changed);
        const std::tm date = fmt::gmtime(std::chrono::system_clock::time_point(at));
        io_.print(fmt::format("{} {:>{}} root root {:>{}} {:%b} {:2} {:%H:%M} ",
                              mode_text(status, machine_.files().link(entry.path).has_value()), links_of(entry, status),
                              links, size_of(entry, status), size, date, date.tm_mday, date));
      }
      const auto link = machine_.files().link(entry.path);
      io_.print(entry.name + (link && operands_.has('l') ? " -> " + *link : "") + "\n");
    }
  }

  // lstat(2)
  Files::Status status_of(const Entry& entry) const {
    const auto link = machine_.files().link(entry.path);
    return link ? Files::Status{Files::Kind::file, 0777, link->size(), {}} : machine_.files().status(entry.path);
  }
  // As on a tmpfs, where the machine's files are.
  std::size_t size_of(const Entry& entry, const Files::Status& status) const {
    constexpr std::size_t kEntry = 20;
    if (status.kind != Files::Kind::folder) return status.size;
    return kEntry * (2 + machine_.files().list(entry.path).size());
  }
  std::size_t links_of(const Entry& entry, const Files::Status& status) const {
    if (status.kind != Files::Kind::folder) return 1;
    std::size_t links = 2;
    for (const std::string& name : machine_.files().list(entry.path)) {
      const std::string path = entry.path + "/" + name;
      if (!machine_.files().link(path) && machine_.files().status(path).kind == Files::Kind::folder) ++links;
    }
    return links;
  }

  const Operands& operands_;
  Machine& machine_;
  Io& io_;
};

}  // namespace

CommandResultOrError parse_ls(const std::vector<Word>& words) {
  ReadOperands read = read_operands(
      words, {"ls", "1aAdl", "bBcCDfFgGhHiI:kLmnNopqQrRsStT:uUvw:xXZ", "all=a almost-all=A directory=d color?-", 2});
  if (read.instead) return std::move(*read.instead);
  if (auto error = unmodelled_file(words, read.operands)) return base::Error{std::move(*error)};
  return instant(
      [operands = std::move(read.operands)](Machine& machine, Io& io) { return Listing(operands, machine, io).run(); });
}

}  // namespace lvs::control
