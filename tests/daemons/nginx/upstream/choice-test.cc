// SPDX-License-Identifier: GPL-2.0-or-later
// Which server comes next, by method and weights. aabacaa was seen with nginx 1.22.1 (lab nginx-upstream); times and
// backups follow ngx_http_upstream_round_robin.c, the check value of crc32 is the known one.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "daemons/nginx/conf/read.h"
#include "daemons/nginx/upstream/peers.h"

namespace lvs::nginx {
namespace {

class OneFile final : public ConfHost {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}
  Content read(std::string_view) const override { return {0, text_}; }
  std::vector<std::string> list(std::string_view) const override { return {}; }

 private:
  std::string text_;
};

// A group of servers 10.0.0.1, 10.0.0.2 ...: "a", "b" ...
class Servers {
 public:
  explicit Servers(const std::string& lines)
      : reading_(read_conf("/n.conf", {}, OneFile("events { }\nhttp { upstream web {\n" + lines + "} }\n"))),
        group_(reading_.conf.http->upstreams.front()) {}

  // One request after the other, each done with before the next one comes; those named in `dead` fail.
  std::string order(unsigned requests, const std::string& dead = {}, const std::string& key = {}) {
    std::string order;
    for (unsigned i = 0; i < requests; ++i) {
      Choice choice(group_, base::Ipv4Addr::of(10, 0, 1, 1), key, 0, rng_);
      for (;;) {
        const UpstreamServer* const server = choice.next(now);
        if (server == nullptr) {
          order += '-';
          break;
        }
        const char letter = static_cast<char>('a' + (server->address.addr.value & 0xff) - 1);
        order += letter;
        const bool fails = dead.find(letter) != std::string::npos;
        choice.release(fails ? Choice::Verdict::failed : Choice::Verdict::good, now);
        if (!fails || choice.tries() == 0) break;
      }
    }
    return order;
  }

  std::int64_t now = 1000;

 private:
  ConfReading reading_;
  Group group_;
  base::Rng rng_{1};
};

TEST(NginxChoice, IsSmoothRoundRobin) {
  Servers servers("server 10.0.0.1 weight=5; server 10.0.0.2; server 10.0.0.3;");
  EXPECT_EQ(servers.order(14), "aabacaaaabacaa");
}

TEST(NginxChoice, LeavesOutWhoFailedForAWhile) {
  Servers servers("server 10.0.0.1; server 10.0.0.2 fail_timeout=5s;");
  EXPECT_EQ(servers.order(4, "b"), "abaaa");  // b is asked once, a in its place
  servers.now += 5;
  EXPECT_EQ(servers.order(2, "b"), "aa");  // not yet
  servers.now += 1;
  EXPECT_NE(servers.order(3, "b").find('b'), std::string::npos);  // and once more
}

TEST(NginxChoice, TakesTheBackupWhenNobodyElseIsLeft) {
  Servers servers("server 10.0.0.1; server 10.0.0.2; server 10.0.0.3 backup;");
  EXPECT_EQ(servers.order(1, "ab"), "abc");
  EXPECT_EQ(servers.order(2, "ab"), "cc");
}

TEST(NginxChoice, NeverLeavesOutTheOnlyOne) {
  Servers servers("server 10.0.0.1;");
  EXPECT_EQ(servers.order(3, "a"), "aaa");
}

TEST(NginxChoice, HasNobodyWhenAllFailed) {
  Servers servers("server 10.0.0.1; server 10.0.0.2 down;");
  EXPECT_EQ(servers.order(1), "a");
  Servers two("server 10.0.0.1; server 10.0.0.2;");
  two.order(2, "ab");
  EXPECT_EQ(two.order(1), "-");
}

TEST(NginxChoice, HashesTheSameKeyToTheSameServer) {
  for (const char* const method : {"hash $uri;", "hash $uri consistent;"}) {
    Servers servers(std::string(method) + "server 10.0.0.1; server 10.0.0.2; server 10.0.0.3;");
    const std::string first = servers.order(1, {}, "/x");
    EXPECT_EQ(servers.order(3, {}, "/x"), first + first + first);
  }
}

TEST(NginxChoice, Crc32IsThatOfZlib) {
  EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
  EXPECT_EQ(crc32("6789", crc32("12345")), 0xcbf43926U);
}

}  // namespace
}  // namespace lvs::nginx
