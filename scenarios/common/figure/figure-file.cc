// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/figure/figure-file.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "common/option-values.h"
#include "os/process.h"
#include "os/temporary-folder.h"

namespace lvs::scenarios {

void check_figure(std::string_view option, const std::string& name, std::string_view also) {
  if (name.empty() || name.ends_with(".svg") || name.ends_with(".pdf")) return;
  if (!name.ends_with(".png")) bad(option, name, fmt::format("does not end in {}.svg, .pdf or .png", also));
  if (!os::find_program("rsvg-convert"))
    bad(option, name, "needs rsvg-convert, which is not installed (apt-get install librsvg2-bin)");
}

std::string figure_bytes(const std::string& name, const std::function<std::string(bool pdf)>& draw) {
  if (!name.ends_with(".png")) return draw(name.ends_with(".pdf"));
  const os::TemporaryFolder folder((std::filesystem::temp_directory_path() / "lvs-figure-").string());
  const std::string svg = folder.path() + "/figure.svg", png = folder.path() + "/figure.png";
  std::ofstream(svg) << draw(false);
  // Twice the size in points, as for a screen of 192 dots an inch.
  const os::Output made = os::run({os::find_program("rsvg-convert").value_or("rsvg-convert"), "--format=png",
                                   "--zoom=2", "--background-color=white", "--output=" + png, svg});
  std::ifstream in(png, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (made.status != 0 || bytes.empty()) throw std::runtime_error("rsvg-convert: " + made.text);
  return bytes;
}

}  // namespace lvs::scenarios
