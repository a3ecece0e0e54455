// SPDX-License-Identifier: GPL-2.0-or-later
// The line in front of a connection that says who is at its other end.
#include <gtest/gtest.h>

#include <string>

#include "daemons/nginx/http/request.h"

namespace lvs::nginx {
namespace {

TEST(NginxProxyHeader, IsTakenOffTheFront) {
  std::string in = "PROXY TCP4 10.0.0.1 10.0.0.100 40001 80\r\nGET / HTTP/1.0\r\n";
  const auto header = take_proxy_header(in);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->addr, "10.0.0.1");
  EXPECT_EQ(header->server_addr, "10.0.0.100");
  EXPECT_EQ(header->port, 40001);
  EXPECT_EQ(header->server_port, 80);
  EXPECT_EQ(in, "GET / HTTP/1.0\r\n");
}

TEST(NginxProxyHeader, OfAnUnknownConnectionSaysNothing) {
  std::string in = "PROXY UNKNOWN ffff::1 ::2 1 2\r\nGET";
  const auto header = take_proxy_header(in);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->addr, "");
  EXPECT_EQ(in, "GET");
}

class NginxNoProxyHeader : public testing::TestWithParam<const char*> {};

TEST_P(NginxNoProxyHeader, IsLeftAlone) {
  std::string in = GetParam();
  EXPECT_FALSE(take_proxy_header(in));
  EXPECT_EQ(in, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Bad, NginxNoProxyHeader,
                         testing::Values("", "GET / HTTP/1.0\r\n", "PROXY TCP4 10.0.0.1 10.0.0.100 1 80",
                                         "PROXY TCP4 10.0.0.1 10.0.0.100 x 80\r\n",
                                         "PROXY TCP4 10.0.0.1 10.0.0.100 1\r\n",
                                         "PROXY TCP4 10.0.0.1 10.0.0.100 1 80 9\r\n",
                                         "PROXY TCP4 10.0.0 10.0.0.100 1 80\r\n",
                                         "PROXY TCP4 10.0.0.1 10.0.0.100 1 70000\r\n", "PROXY TCP6 ::1 ::1 1 80\r\n"));

}  // namespace
}  // namespace lvs::nginx
