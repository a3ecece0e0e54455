// SPDX-License-Identifier: GPL-2.0-or-later
// Bodies of requests, in whatever pieces they come.
#include "daemons/nginx/http/request-body.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace lvs::nginx {
namespace {

using State = RequestBody::State;

struct Body {
  const char* name;
  bool chunked;
  std::uint64_t length;  // where it is not chunked
  std::uint64_t most;
  const char* sent;
  State state;
  const char* text;
  const char* left;  // of what was sent
};
std::ostream& operator<<(std::ostream& out, const Body& each) { return out << each.name; }

class NginxRequestBody : public testing::TestWithParam<Body> {};

// Byte by byte, and all at once.
TEST_P(NginxRequestBody, IsReadInAnyPieces) {
  const Body& each = GetParam();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
    RequestHead head;
    head.chunked = each.chunked;
    if (!each.chunked) head.length = each.length;
    RequestBody body(head);
    std::string in, rest = each.sent;
    State state = State::more;
    while (state == State::more && !rest.empty()) {
      in += rest.substr(0, piece);
      rest.erase(0, piece);
      state = body.take(in, each.most);
    }
    EXPECT_EQ(state, each.state);
    EXPECT_EQ(body.text(), each.text);
    if (state == State::whole) {
      EXPECT_EQ(in + rest, each.left);
      EXPECT_EQ(body.bytes(), std::string(each.sent).size() - (in + rest).size());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, NginxRequestBody,
    testing::Values(
        Body{"Length", false, 5, 0, "helloGET /", State::whole, "hello", "GET /"},
        Body{"Short", false, 9, 0, "hello", State::more, "hello", ""},
        Body{"Chunks", true, 0, 0, "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\nGET", State::whole, "hello world", "GET"},
        Body{"Trailer", true, 0, 0, "1\r\na\r\n0\r\nT: t\r\n\r\n", State::whole, "a", ""},
        Body{"JustFits", true, 0, 11, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", State::whole, "hello world", ""},
        Body{"TooLarge", true, 0, 10, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", State::too_large, "hello", ""},
        Body{"HugeChunk", true, 0, 10, "7fffffffffffffff\r\n", State::too_large, "", ""},
        Body{"NoNumber", true, 0, 0, "hello\r\n", State::bad, "", ""},
        Body{"LongerThanItSays", true, 0, 0, "1\r\nab\r\n", State::bad, "a", ""}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(NginxRequestBody, SaysWhatWasTooMuch) {
  RequestHead head;
  head.chunked = true;
  RequestBody body(head);
  std::string in = "5\r\nhello\r\n6\r\n world\r\n";
  ASSERT_EQ(body.take(in, 10), State::too_large);
  EXPECT_EQ(body.before(), 5U);
  EXPECT_EQ(body.refused(), 6U);
}

}  // namespace
}  // namespace lvs::nginx
