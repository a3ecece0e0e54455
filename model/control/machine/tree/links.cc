// SPDX-License-Identifier: GPL-2.0-or-later
// Symbolic links of a machine's tree.
#include "control/machine/path-parts.h"
#include "control/machine/tree/node.h"

namespace lvs::control {

std::string Files::followed(std::string name, bool last) const {
  constexpr unsigned kMostLinks = 40;
  for (unsigned links = 0; links < kMostLinks; ++links) {
    const Node* node = root_.get();
    std::string_view rest = name;
    bool again = false;
    for (std::string_view part = take_part(rest); !part.empty() && !again; part = take_part(rest)) {
      const auto entry = node->entries.find(part);
      if (entry == node->entries.end()) return name;
      node = entry->second.get();
      if (!node->link || (rest.empty() && !last)) continue;
      const std::string folder = name.substr(0, static_cast<std::size_t>(part.data() - name.data()));
      name = absolute(node->text + std::string(rest), folder);
      again = true;
      break;
    }
    if (!again) return name;
  }
  return name;
}

FileError Files::make_link(std::string_view path, std::string_view target) {
  const std::string name = followed(absolute(path), false);
  FileError error = FileError::none;
  Node* const folder = folder_of(name, error);
  if (folder == nullptr) return error;
  if (find(name) != nullptr) return FileError::exists;
  const NodePtr node = create(name, error);
  if (!node) return error;
  node->link = true;
  node->mode = 0777;
  return add(*node, target);
}

std::optional<std::string> Files::link(std::string_view path) const {
  const Node* const node = find(followed(absolute(path), false));
  return node != nullptr && node->link ? std::optional(node->text) : std::nullopt;
}

}  // namespace lvs::control
