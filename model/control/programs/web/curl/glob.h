// SPDX-License-Identifier: GPL-2.0-or-later
// Several URLs in one word: "http://10.0.0.1/{a,b}[1-3]" (curl 7.88.1: tool_urlglob.c). Internal to curl.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::control {

struct CurlGlobbed {
  std::string url;
  std::vector<std::string> parts;  // what each pattern stands for in it, in order: #1, #2 ... of -o
};

struct CurlGlob {
  static constexpr std::size_t kMost = 100'000;
  static constexpr std::size_t kMostBytes = 64u << 20;  // of all of them, each as long as the word at most

  std::vector<CurlGlobbed> urls;
  std::string complaint;  // curl's own, without its number; then there are no URLs
  bool too_many = false;  // more than kMost, or longer than kMostBytes together
};

CurlGlob expand_curl_glob(std::string_view text);

// "#1" in the name of an output.
std::string with_glob_parts(std::string_view name, const std::vector<std::string>& parts);

}  // namespace lvs::control
