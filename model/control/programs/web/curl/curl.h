// SPDX-License-Identifier: GPL-2.0-or-later
// A curl command as a value. Internal to curl.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/time.h"
#include "control/machine/command.h"

namespace lvs::control {

struct CurlUrl {
  std::string typed;               // as in the command, with its patterns put in
  std::size_t word = 0;            // which of the command's URLs
  std::vector<std::string> parts;  // what its patterns stand for
  std::string whole;               // with scheme and path
  std::string host;                // as typed
  std::uint16_t port = 80;
  bool port_given = false;
  std::string path = "/";
  base::Ipv4Addr address;
  bool resolved = false;
};

// --retry and its sisters.
struct CurlRetry {
  unsigned times = 0;
  std::optional<base::Time> delay;  // --retry-delay; nothing: one second, twice as long each time
  base::Time most{};                // --retry-max-time; 0: none
  bool refused = false;             // --retry-connrefused
  bool all = false;                 // --retry-all-errors
};

struct CurlOptions {
  std::vector<CurlUrl> urls;
  bool silent = false, show_error = false, verbose = false, include = false, head = false, fail = false;
  bool http10 = false;
  bool glob = true;                   // not -g
  std::vector<std::string> outputs;   // -o, one a word
  bool remote_name = false;           // -O
  std::string write_out;              // -w
  std::vector<std::string> headers;   // -H
  std::string agent = "curl/7.88.1";  // -A
  std::string method;                 // -X
  std::optional<std::string> data;    // -d
  std::string user;                   // -u: NAME:PASSWORD
  bool follow = false;                // -L
  unsigned redirects = 50;            // --max-redirs
  CurlRetry retry;
  // Without an answer for so long it asks whether the connection lives, and again; nothing: never.
  std::optional<base::Time> keep_alive = std::chrono::seconds(60);
  struct Resolved {
    std::string host;
    std::uint16_t port = 0;
    base::Ipv4Addr address;
  };
  std::vector<Resolved> resolved;                 // --resolve
  base::Time most{}, connect_most{};              // -m, --connect-timeout; 0: none
  std::string interface;                          // --interface
  std::uint16_t local_port = 0, local_ports = 1;  // --local-port, how many
};

// Why it is not modelled; a text of curl's own in `complaint` otherwise.
std::optional<std::string> parse_curl_url(std::string_view text, CurlUrl& url, std::string& complaint);

std::unique_ptr<Task> start_curl(Machine& machine, Io& io, Done done, const CurlOptions& options);

}  // namespace lvs::control
