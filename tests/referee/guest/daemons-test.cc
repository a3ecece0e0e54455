// SPDX-License-Identifier: GPL-2.0-or-later
// keepalived, nginx and haproxy as daemons of a lab's host, with their configuration in the lab's folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "referee/kernel/linux-run.h"

namespace lvs::referee {
namespace {

using testing::HasSubstr;

constexpr char kNginx[] = R"(events { }
http {
  access_log /var/log/nginx/access.log;
  server {
    listen 8081;
    location / { return 200 "from nginx\n"; }
  }
}
)";

constexpr char kHaproxy[] = R"(defaults
  mode http
  timeout connect 2s
  timeout client 2s
  timeout server 2s
frontend front
  bind *:8082
  default_backend pages
backend pages
  server one 127.0.0.1:8081 check inter 300
)";

constexpr char kKeepalived[] = R"(vrrp_instance one {
  state MASTER
  interface eth0
  virtual_router_id 51
  priority 100
  advert_int 1
  virtual_ipaddress {
    10.0.0.100/24
  }
}
virtual_server 10.0.0.100 80 {
  delay_loop 1
  lb_algo rr
  lb_kind NAT
  protocol TCP
  real_server 127.0.0.1 8081 {
    TCP_CHECK {
      connect_timeout 1
    }
  }
}
)";

const std::vector<control::CommandResult>& commands() {
  static const base::Result<LinuxRuns, std::string> result = [] {
    control::LabReading reading = control::parse_lab(
        {{"lab.conf", "client[0]=lan\nserver[0]=lan\n"},
         {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
         {"server.startup",
          "ip addr add 10.0.0.2/24 dev eth0\nnginx\nhaproxy -D -f /etc/haproxy/haproxy.cfg\nkeepalived\n"},
         {"lab.timeline",
          "6 client curl -s http://10.0.0.2:8081/\n6.5 client curl -s http://10.0.0.2:8082/\n"
          "9 server ip addr show dev eth0\n9 server ipvsadm -Ln\n9 server cat /var/log/nginx/access.log\n"}});
    for (const control::LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
    reading.lab.files = std::make_shared<const std::vector<control::LabFile>>(
        std::vector<control::LabFile>{{"server/etc/haproxy/haproxy.cfg", kHaproxy, 0644},
                                      {"server/etc/keepalived/keepalived.conf", kKeepalived, 0644},
                                      {"server/etc/nginx/nginx.conf", kNginx, 0644}});
    LinuxOptions options;
    options.kernel.kind = RefereeKind::package;
    return run_on_linux({&reading.lab, 1}, options);
  }();
  static const std::vector<control::CommandResult> none(10);
  if (!result || !result->labs.front()) {
    ADD_FAILURE() << (result ? result->labs.front().error() : result.error());
    return none;
  }
  return result->labs.front()->commands;
}

TEST(Daemons, AllStart) {
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(commands()[i].status, 0) << commands()[i].command << commands()[i].err;
}

TEST(Daemons, NginxAnswers) {
  EXPECT_EQ(commands()[5].out, "from nginx\n") << commands()[5].err;
  EXPECT_THAT(commands()[9].out, HasSubstr("10.0.0.1 - - ["));
}

TEST(Daemons, HaproxyHandsOn) { EXPECT_EQ(commands()[6].out, "from nginx\n") << commands()[6].err; }

TEST(Daemons, KeepalivedHasTheAddressAndTheService) {
  EXPECT_THAT(commands()[7].out, HasSubstr("inet 10.0.0.100/24"));
  EXPECT_THAT(commands()[8].out, HasSubstr("TCP  10.0.0.100:80 rr"));
  EXPECT_THAT(commands()[8].out, HasSubstr("-> 127.0.0.1:8081"));
}

}  // namespace
}  // namespace lvs::referee
