// SPDX-License-Identifier: GPL-2.0-or-later
// A first run of a lab: who talks to whom between two looks, and what became of it. Internal to the diagnosis.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "control/lab/diagnose/proxy.h"
#include "control/lab/diagnose/record.h"
#include "control/lab/diagnose/view.h"
#include "control/lab/diagnose/vrrp.h"

namespace lvs::control::diagnosis {

// Does the line put packets on the wire? All others set up, look or wait.
bool sends(const LabEvent& event);
// The addresses behind curl, nc and the like.
std::vector<base::Ipv4Addr> asked_addresses(std::string_view text);

class Listener {
 public:
  // Runs the lab.
  explicit Listener(const LabScript& script);

  // Between the lines that send something; the first one: before any of them.
  std::vector<std::vector<Flow>> windows() const;
  const View::Speakers& speakers() const { return speakers_; }
  const View::Listeners& listeners() const { return listeners_; }
  // Some machine runs keepalived.
  bool has_guards() const { return has_guards_; }
  const std::vector<Advert>& adverts() const { return adverts_; }
  const std::vector<HttpSaid>& http() const { return http_; }
  const Record& record() const { return *record_; }
  base::Time zero() const { return zero_; }
  base::Time end() const { return end_; }
  // Lines of the timeline that ended with a status other than 0: their host, time and text.
  bool has_failed(const LabEvent& event) const;

 private:
  void see(LabModel& model, const LabModel::SentFrame& frame);
  void note_listeners(LabModel& model);

  const Lab& lab_;
  std::unique_ptr<Record> record_;
  std::vector<std::map<decltype(Flow{}.key()), Flow>> windows_{1};
  std::vector<Advert> adverts_;
  std::vector<HttpSaid> http_;
  View::Speakers speakers_;
  View::Listeners listeners_;
  std::set<Tuple> sent_;                                  // by anybody
  std::set<std::pair<std::string, std::string>> failed_;  // host, text
  base::Time zero_{}, end_{};
  bool has_guards_ = false;
};

}  // namespace lvs::control::diagnosis
