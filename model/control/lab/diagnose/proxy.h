// SPDX-License-Identifier: GPL-2.0-or-later
// Proxies, judged by what they ask their servers and answer their clients on the wire. Internal to the diagnosis.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "control/lab/diagnose/diagnose.h"
#include "control/lab/diagnose/record.h"
#include "control/lab/diagnose/story.h"
#include "control/lab/diagnose/view.h"

namespace lvs::control::diagnosis {

// The head of an HTTP message, as it left the host that says it.
struct HttpSaid {
  base::Time at{};
  std::size_t host = 0;
  Tuple tuple;
  unsigned status = 0;   // of an answer; 0: it is a request
  std::string line;      // the request line
  std::string asked_as;  // Host
};
// Of a frame from the destination MAC on; its time and host are not set. Nothing: no head begins there.
std::optional<HttpSaid> read_http(base::ByteView frame);

struct ProxyEvidence {
  const std::vector<HttpSaid>& said;  // in the order sent
  const std::vector<Connection>& connections;
  const View::Listeners& listeners;
  const Lab& lab;
  base::Time zero{};  // of the timeline
  // The status that a URL has for a host at a time of the timeline, if it asks under that name; empty: nobody can say.
  std::function<std::string(base::Time at, std::size_t host, const std::string& url, const std::string& name)> asks;
};
std::vector<LabFinding> find_proxy_mistakes(const ProxyEvidence& evidence);
extern const std::vector<LabRule> kProxyRules;

}  // namespace lvs::control::diagnosis
