// SPDX-License-Identifier: GPL-2.0-or-later
// A wget command as a value. Internal to wget.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "control/machine/command.h"

namespace lvs::control {

struct WgetUrl {
  std::string whole;  // as wget prints it: with scheme and path
  std::string host;
  std::uint16_t port = 80;
  std::string path = "/";

  // What the request asks for by Host.
  std::string authority() const { return port == 80 ? host : host + ":" + std::to_string(port); }
  // Where nothing says so otherwise, the file.
  std::string file_name() const;
};
// http://HOST[:PORT][/PATH]; the scheme may be missing. The reason where it is not modelled.
std::optional<std::string> parse_wget_url(std::string_view text, WgetUrl& url);

struct WgetOptions {
  std::vector<WgetUrl> urls;
  bool quiet = false, brief = false;  // -q, -nv
  bool headers = false;               // -S
  bool spider = false;
  bool content_on_error = false, retry_refused = false;
  std::string output;  // -O
  std::string agent = "Wget/1.21.3";
  std::vector<std::string> fields;                                   // --header
  base::Time connect_most{}, read_most = std::chrono::seconds(900);  // 0: none
  unsigned tries = 20;                                               // 0: for ever
  unsigned redirects = 20;
  base::Time longest_wait = std::chrono::seconds(10);
};

std::unique_ptr<Task> start_wget(Machine& machine, Io& io, Done done, const WgetOptions& options);

}  // namespace lvs::control
