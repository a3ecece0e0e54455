// SPDX-License-Identifier: GPL-2.0-or-later
// The words of genhash.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "control/words/long-getopt.h"
#include "control/words/word.h"
#include "host/socket/base/calls.h"

namespace lvs::keepalived {

struct HashRequest {
  host::SocketAddress server;
  std::string url, virtualhost;
  bool tls = false, sni = false, verbose = false;
  int http_minor = 0;
  bool connection_close = false;
  base::Time timeout = std::chrono::microseconds(0xffffffff);  // as long as its number can say
};

struct HashOptions {
  HashRequest request;
  // genhash ends at once: what it says and its status.
  std::optional<int> status;
  std::string err;
};
// An error: what genhash takes and the model does not.
std::optional<control::SyntaxError> parse_hash_options(const std::vector<control::Word>& words, HashOptions& options);

// What genhash, and keepalived itself, say of an option that they do not know or whose value is missing (code '?' or
// ':').
std::string option_mistake(const control::LongGetopt::Option& option);

}  // namespace lvs::keepalived
