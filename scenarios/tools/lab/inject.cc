// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/inject.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include "common/output-file.h"

namespace lvs::scenarios {

int rewrite_injects(const control::Lab& lab, const std::filesystem::path& folder, control::InjectForm form,
                    bool write) {
  const std::string name = (folder / "lab.timeline").string();
  std::ifstream in(name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const control::RewrittenTimeline result = control::rewrite_timeline(lab, name, text, form);
  for (const auto& notice : result.notices) std::cerr << "lvs-lab: notice: " << notice.text() << '\n';
  if (!write) {
    std::cout << result.text;
    return 0;
  }
  if (result.text == text) return 0;
  OutputFiles files;
  std::string why = files.open(name);
  if (why.empty()) {
    files.write(name, result.text);
    why = files.commit();
  }
  if (why.empty()) return 0;
  std::cerr << "lvs-lab: cannot write " << name << ": " << why << '\n';
  return 1;
}

}  // namespace lvs::scenarios
