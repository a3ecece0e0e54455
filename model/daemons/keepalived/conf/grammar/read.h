// SPDX-License-Identifier: GPL-2.0-or-later
// Reads a keepalived.conf as one of keepalived's processes does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemons/keepalived/conf/conf.h"
#include "daemons/keepalived/conf/host.h"
#include "daemons/keepalived/conf/reader.h"
#include "daemons/keepalived/conf/report.h"

namespace lvs::keepalived {

struct ConfReading {
  Conf conf;
  ConfReport report{false};
  bool opened = false;  // there is such a file
  bool usable = false;  // keepalived goes on with it
};

struct ConfRequest {
  std::string path;
  std::string id;        // keepalived -i
  bool testing = false;  // keepalived -t
  // A child that starts has its parent's global block; one that reads again takes its own.
  const GlobalConf* inherited = nullptr;
  bool detail = false;  // keepalived -D: the parent tells which files it opens, the VRRP child of its addresses
  // What the VRRP child does when all is read and nothing is completed yet.
  std::function<void(const Conf& conf, ConfReport& report)> before_completion = {};
};

ConfReading read_conf(const ConfRequest& request, ConfReaderKind kind, const ConfHost& host);

// All of what is known to keepalived and not modelled, each thing once.
std::vector<ConfRefusal> refused_of(const ConfRequest& request, const ConfHost& host);

// keepalived -t: what it prints on standard error, and its status.
struct ConfTest {
  std::string err;
  int status = 0;
};
ConfTest test_conf(const ConfRequest& request, const ConfHost& host);

}  // namespace lvs::keepalived
