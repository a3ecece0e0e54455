// SPDX-License-Identifier: GPL-2.0-or-later
// Which server a connection or a request goes to (ktcpvs 0.0.18: tcp_vs_wlc.c, tcp_vs_http.c, tcp_vs_hhttp.c).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

// Weighted least connection: of the same load, the first. Servers of weight 0 get nothing; nullptr: there is no other.
DestinationPtr least_loaded(std::span<const DestinationPtr> destinations);

// The first rule whose expression is found in the URI, and of its servers the least loaded.
DestinationPtr by_rule(std::span<const Rule> rules, std::string_view uri);
// The same, and of its servers the one that the sum of the group's bytes points to. A group that begins with the URI
// counts as none, as in the source.
DestinationPtr by_hash(std::span<const Rule> rules, std::string_view uri);

struct RequestLine {
  bool ok = false;
  std::string_view method, uri;
  unsigned version = 0;  // 1000 * major + minor
};
// As http and hhttp read what has come so far: GET, HEAD, POST and PUT of HTTP/1.0 and 1.1, with single blanks.
RequestLine read_request(std::string_view bytes);
// As phttp reads a line.
RequestLine read_request_line(std::string_view line);

struct StatusLine {
  bool ok = false;
  int status = 0;
};
StatusLine read_status_line(std::string_view line);

// What of a message's head says how long it is.
struct MessageHead {
  long content_length = 0;
  bool chunked = false, close = false;
};
void read_header(std::string_view line, MessageHead& head);
// Of a line "1a;...": -1 when it is too large.
long chunk_size(std::string_view line);

}  // namespace lvs::ktcpvs
