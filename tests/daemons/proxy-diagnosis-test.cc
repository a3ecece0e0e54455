// SPDX-License-Identifier: GPL-2.0-or-later
// Usual mistakes of a proxy are named by what it asks and answers on the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "control/lab/check.h"
#include "control/lab/diagnose/diagnose.h"
#include "daemons/daemons.h"

namespace lvs::control {
namespace {

struct Bench {
  const char* rule;
  const char* server = "server { listen 80; location / { proxy_pass http://192.168.1.2; } }";
  const char* web = "httpd -t web";
  const char* other = "";  // of another proxy behind it
};
void PrintTo(const Bench& bench, std::ostream* out) { *out << bench.rule; }

std::vector<std::string> found(const Bench& bench) {
  daemons::add_daemons();
  const auto conf = [](const std::string& server) {
    return "mkdir -p /etc/nginx; printf '%s' 'events { } http { access_log off; " + server +
           " }' > /etc/nginx/nginx.conf\n";
  };
  const LabReading reading = parse_lab(
      {{"lab.conf", "client[0]=net\npx[0]=net\npx[1]=inside\nweb[0]=inside\n"},
       {"client.startup", "ip addr add 10.0.0.1/24 dev eth0\n"},
       {"px.startup", "ip addr add 10.0.0.100/24 dev eth0\nip addr add 192.168.1.1/24 dev eth1\n" + conf(bench.server)},
       {"web.startup", "ip addr add 192.168.1.2/24 dev eth0\n" + conf(bench.other)},
       {"lab.timeline",
        std::string("0 web ") + bench.web + "\n1 px nginx\n2 client curl -s http://10.0.0.100/a\n12 - end\n"}});
  for (const LabMessage& error : reading.errors) ADD_FAILURE() << error.text();
  for (const LabMessage& error : check_commands(reading.lab)) ADD_FAILURE() << error.text();
  std::vector<std::string> rules;
  for (const LabFinding& finding : diagnose(reading.lab).findings) {
    EXPECT_GE(finding.cure.arguments(), trace::places_of(trace::template_of(finding.cure.id))) << finding.sentence();
    rules.push_back(finding.rule);
  }
  return rules;
}

class ProxyMistakes : public testing::TestWithParam<Bench> {};

TEST_P(ProxyMistakes, AreNamed) {
  const Bench& bench = GetParam();
  if (std::string_view(bench.rule) == "none") {
    EXPECT_THAT(found(bench), testing::IsEmpty());
  } else {
    EXPECT_THAT(found(bench), testing::Contains(bench.rule));
  }
}

constexpr const char* kSilentPage = "true";

INSTANTIATE_TEST_SUITE_P(
    All, ProxyMistakes,
    testing::Values(
        Bench{"none"},
        // The page is not there under any name.
        Bench{"none",
              "upstream pool { server 192.168.1.2; } server { listen 80; location / { proxy_pass http://pool; } }",
              "nginx", "server { listen 80; location / { return 404; } }"},
        Bench{"proxy-upstream-down", Bench{}.server, kSilentPage},
        Bench{"proxy-wrong-port", "server { listen 80; location / { proxy_pass http://192.168.1.2:8080; } }"},
        Bench{"proxy-timeout-short",
              "server { listen 80; location / { proxy_read_timeout 2s; proxy_pass http://192.168.1.2; } }", "nginx",
              "server { listen 80; location / { proxy_ignore_client_abort on; proxy_pass http://192.168.1.99; } }"},
        Bench{"proxy-loop", Bench{}.server, "nginx",
              "server { listen 80; location / { proxy_pass http://192.168.1.1; } }"},
        Bench{"proxy-host-header",
              "upstream pool { server 192.168.1.2; } server { listen 80; location / { proxy_pass http://pool; } }",
              "nginx",
              "server { listen 80 default_server; return 404; } server { listen 80; server_name 10.0.0.100; return 200 "
              "yes; }"}),
    [](const testing::TestParamInfo<Bench>& each) {
      std::string name = each.param.rule;
      std::ranges::replace(name, '-', '_');
      return name + std::to_string(each.index);
    });

}  // namespace
}  // namespace lvs::control
