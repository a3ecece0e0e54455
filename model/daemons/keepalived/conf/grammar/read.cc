// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/conf/grammar/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "daemons/keepalived/conf/complete/complete.h"
#include "daemons/keepalived/conf/grammar/grammar.h"

namespace lvs::keepalived {
namespace {

using Kind = ConfReaderKind;

struct Sides {
  std::vector<Keyword> ours, theirs;
};

// Keywords that a process takes, and those that it passes over.
Sides sides_of(Kind kind, bool global) {
  Sides sides;
  const auto add = [&](std::span<const Keyword> list, bool ours) {
    auto& to = ours ? sides.ours : sides.theirs;
    to.insert(to.end(), list.begin(), list.end());
  };
  add(global_keywords(), global);
  add(vrrp_keywords(), kind == Kind::vrrp);
  add(track_file_keywords(), kind == Kind::vrrp || kind == Kind::checker);
  add(check_keywords(), kind == Kind::checker);
  add(bfd_keywords(), kind == Kind::bfd);
  return sides;
}

int status_of(ConfStatus status) {
  switch (status) {
    case ConfStatus::ok: return 0;
    case ConfStatus::file_not_found:
    case ConfStatus::bad_interface:
    case ConfStatus::fatal: return 4;
    case ConfStatus::security_error: return 6;
    default: return 5;
  }
}

// Where no name is given, the machine's own is used, if it has one (keepalived: init_global_data()).
void name_itself(GlobalConf& global, const std::string& local_name) {
  if (global.router_id.empty()) global.router_id = local_name;
  if (!global.mail.server || local_name == kNoName) return;
  if (global.mail.from.empty()) global.mail.from = "root@" + local_name;
  if (global.mail.helo.empty()) global.mail.helo = local_name;
}

}  // namespace

ConfReading read_conf(const ConfRequest& request, ConfReaderKind kind, const ConfHost& host) {
  ConfReading reading;
  reading.report = ConfReport(kind != Kind::parent);
  if (request.inherited != nullptr) reading.conf.global = *request.inherited;
  // Children read the parent's copy, which has no comments any more.
  ConfReader reader(host, reading.report, reading.conf,
                    {request.id, kind != Kind::parent, kind == Kind::parent && request.detail}, request.testing);
  reading.opened = reader.open(request.path);
  // A child that reads again has the parent's copy, which is empty then.
  const bool copied = kind != Kind::parent && !request.testing && request.inherited == nullptr;
  if (!reading.opened && !copied) {
    reading.report.error(ConfStatus::ok, fmt::format("Config files missing '{}'.", request.path));
    return reading;
  }
  if (kind == Kind::parent) reading.report.log(fmt::format("Configuration file {}", request.path));
  const Sides sides = sides_of(kind, request.inherited == nullptr);
  if (reading.opened)
    reader.read(sides.ours, sides.theirs, [&](std::string_view block) {
      reading.conf.has_vrrp |= block == "vrrp_instance" || block.starts_with("static_");
      reading.conf.has_checkers |= block == "virtual_server";
      reading.conf.has_bfd |= block == "bfd_instance";
    });
  reading.report.place = {};
  if (reading.report.stopped()) return reading;
  reading.usable = true;
  name_itself(reading.conf.global, host.local_name());
  if (kind == Kind::vrrp) {
    if (reading.conf.missing_interface) {
      reading.report.error(ConfStatus::bad_interface, "Non-existent interface specified in configuration");
      reading.usable = false;
      return reading;
    }
    if (request.before_completion) request.before_completion(reading.conf, reading.report);
    reading.usable = complete_vrrp(reading.conf, host, reading.report, request.detail);
  }
  if (kind == Kind::checker) complete_check(reading.conf, host, reading.report);
  return reading;
}

std::vector<ConfRefusal> refused_of(const ConfRequest& request, const ConfHost& host) {
  std::vector<ConfRefusal> all;
  for (const Kind kind : {Kind::parent, Kind::checker, Kind::vrrp, Kind::bfd}) {
    const ConfReading reading = read_conf(request, kind, host);
    for (const ConfRefusal& each : reading.report.refusals()) {
      const auto same = [&](const ConfRefusal& other) { return other.text() == each.text(); };
      if (std::ranges::none_of(all, same)) all.push_back(each);
    }
  }
  std::ranges::stable_sort(all, {}, [](const ConfRefusal& each) { return each.place.line; });
  return all;
}

ConfTest test_conf(const ConfRequest& request, const ConfHost& host) {
  ConfTest test;
  ConfStatus worst = ConfStatus::ok;
  const auto take = [&](const ConfReport& report) {
    for (const ConfReport::Message& message : report.messages()) {
      if (message.error) test.err.append(message.text).append("\n");
    }
    worst = std::max(worst, report.status());
  };
  ConfRequest each = request;
  each.testing = true;
  ConfReading parent = read_conf(each, Kind::parent, host);
  take(parent.report);
  if (parent.report.misses_file()) {
    test.status = 6;
    return test;
  }
  each.inherited = &parent.conf.global;
  bool stopped = parent.report.stopped();
  for (const Kind kind : {Kind::checker, Kind::vrrp, Kind::bfd}) {
    if (!parent.opened || stopped) break;
    const ConfReading child = read_conf(each, kind, host);
    take(child.report);
    stopped = child.report.stopped();
  }
  // A word that is missing ends all of it at once.
  test.status = stopped ? 2 : status_of(worst);
  return test;
}

}  // namespace lvs::keepalived
