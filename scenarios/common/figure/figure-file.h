// SPDX-License-Identifier: GPL-2.0-or-later
// A figure's file by the end of its name: .svg and .pdf are drawn here, .png is made of the SVG by rsvg-convert.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lvs::scenarios {

// Throws BadOption where the name has none of these ends, or rsvg-convert is wanted and not there. Empty: no figure.
// `also`: other ends that the caller takes, as ".csv, ".
void check_figure(std::string_view option, const std::string& name, std::string_view also = "");

// The bytes of the file; `draw` makes SVG, or PDF. Throws std::runtime_error where rsvg-convert fails.
std::string figure_bytes(const std::string& name, const std::function<std::string(bool pdf)>& draw);

}  // namespace lvs::scenarios
