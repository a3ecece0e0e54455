// SPDX-License-Identifier: GPL-2.0-or-later
// httpd -k keeps connections that the client wants to keep (RFC 9112, 9.3).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../lan.h"
#include "control/programs/web/http-page.h"

namespace lvs::control {
namespace {

using namespace std::chrono_literals;
using test::Lan;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTwo =
    "printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /b HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n' | nc 10.0.0.2 "
    "80";

std::size_t answers(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("200 OK"); at != std::string::npos; at = text.find("200 OK", at + 1)) ++count;
  return count;
}

TEST(KeepAlive, ServesOneRequestAfterTheOther) {
  Lan lan(2);
  lan.run(2, "httpd -k");
  const std::string out = lan.run(1, kTwo).out();
  EXPECT_EQ(answers(out), 2u);
  EXPECT_THAT(out, HasSubstr("Connection: keep-alive"));
  EXPECT_THAT(out, HasSubstr("Connection: close"));
}

TEST(KeepAlive, WithoutTheOptionTheServerCloses) {
  Lan lan(2);
  lan.run(2, "httpd");
  EXPECT_EQ(answers(lan.run(1, kTwo).out()), 1u);
}

TEST(KeepAlive, IdleConnectionIsClosed) {
  Lan lan(2);
  lan.run(2, "httpd -k");
  const LineRun& line = lan.start(1, "( printf 'GET / HTTP/1.1\\r\\n\\r\\n'; sleep 20 ) | nc 10.0.0.2 80; echo closed");
  lan.pass(4s);
  EXPECT_THAT(lan.run(2, "ss -Htn").out(), HasSubstr("ESTAB"));
  lan.pass(2s);
  EXPECT_THAT(lan.run(2, "ss -Htn").out(), Not(HasSubstr("ESTAB")));
  EXPECT_THAT(line.out(), HasSubstr("200 OK"));
}

TEST(KeepAlive, HeadersDecide) {
  EXPECT_TRUE(http_keeps("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_FALSE(http_keeps("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(http_keeps("GET / HTTP/1.0\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(http_keeps("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n"));
  EXPECT_EQ(http_request_size("GET / HTTP/1.1\r\n\r\nrest"), 18u);
}

}  // namespace
}  // namespace lvs::control
