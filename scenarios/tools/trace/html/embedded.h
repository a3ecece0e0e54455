// SPDX-License-Identifier: GPL-2.0-or-later
// Files that are part of the program: the page, and the translations of the viewer.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "trace/advice.h"
#include "trace/why.h"

namespace lvs::scenarios {

// Empty where the build has none.
std::string_view page_template();

// The Chinese text for an English one, from the viewer's own table; empty where there is none.
class Chinese {
 public:
  Chinese();
  const std::string& of(std::string_view english) const;
  // With its arguments; in English where there is none.
  std::string of(const trace::Why& why) const;
  std::string of(const trace::Advice& advice) const;

 private:
  std::unordered_map<std::string, std::string> texts_;
};

}  // namespace lvs::scenarios
