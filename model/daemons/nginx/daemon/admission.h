// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a request is let in now, later or not (nginx: ngx_http_limit_req_module, ngx_http_limit_conn_module).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/machine/alarm.h"
#include "daemons/nginx/conf/values.h"
#include "daemons/nginx/upstream/limits.h"

namespace lvs::nginx {

class Exchange;

class Admission {
 public:
  // `go_in` is called once the request is let in that was to wait.
  Admission(Exchange& exchange, std::function<void()> go_in);
  ~Admission();
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  enum class Answer : std::uint8_t { come_in, wait, refused };
  // Of a request that has been let in already: it comes in. `status`: of a refusal.
  Answer ask(unsigned& status);
  // The request is over.
  void leave();

  // "PASSED"; empty: it has not been asked.
  std::string_view rate_status() const { return rate_status_; }
  std::string_view connection_status() const { return connection_status_; }

 private:
  struct Asked {
    RateZone* zone = nullptr;
    std::string key;
    RateRule rule;
    const std::string* name = nullptr;
  };
  Answer ask_rates(unsigned& status);
  Answer refuse_rate(std::vector<Asked>& asked, std::uint64_t excess, bool full, unsigned& status);
  Answer settle(std::vector<Asked>& asked, std::uint64_t excess);
  bool ask_connections(unsigned& status);

  Exchange& exchange_;
  control::Alarm delay_;
  std::string_view rate_status_, connection_status_;
  std::vector<std::pair<ConnectionZone*, std::string>> entered_;
};

}  // namespace lvs::nginx
