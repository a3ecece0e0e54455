// SPDX-License-Identifier: GPL-2.0-or-later
// What http.server of Python 3.11 answers. Internal to python-server.cc.
#pragma once

#include <string>
#include <string_view>

#include "control/machine/files.h"

namespace lvs::control {

struct PythonAnswer {
  int status = 200;
  std::string head, body;
  std::string problem{};  // in the log, before the line of the request: "404, message File not found"
  std::string line{};     // of the request
};

// `received`: up to the end of the header; `folder`: what is served; `date`: of the answer, as HTTP has it.
PythonAnswer python_answer(Files& files, std::string_view received, const std::string& folder, base::Time epoch,
                           base::Time now);
// "Sun, 29 Nov 2026 15:58:57 GMT"
std::string http_date(base::Time at);
// "29/Nov/2026 15:58:57"
std::string log_date(base::Time at);

}  // namespace lvs::control
