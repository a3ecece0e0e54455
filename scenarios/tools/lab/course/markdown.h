// SPDX-License-Identifier: GPL-2.0-or-later
// A lab's README as HTML: what these files use of Markdown - headings, paragraphs, lists, tables, code, strong, links.
#pragma once

#include <string>
#include <string_view>

namespace lvs::scenarios {

std::string html_escaped(std::string_view text);
// Nothing in `text` becomes HTML of its own. The first heading is left out: the page has it as its title.
std::string html_of_markdown(std::string_view text);

}  // namespace lvs::scenarios
