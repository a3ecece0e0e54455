// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/json-writer.h"

#include <gtest/gtest.h>

namespace lvs::base {
namespace {

std::string quoted(std::string_view text) {
  std::string out;
  json_quote(out, text);
  return out;
}

TEST(JsonQuote, AnyBytesAreValidJson) {
  EXPECT_EQ(quoted("caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x90\xa7"), "\"caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x90\xa7\"");
  EXPECT_EQ(quoted("\x01\x7f\\ \"\r\n\t"), R"("\u0001\u007f\\ \"\r\n\t")");
  EXPECT_EQ(quoted("a\xff\xc3"), R"("a\ufffd\ufffd")");          // no UTF-8, cut-off sequence
  EXPECT_EQ(quoted("\xc0\xaf"), R"("\ufffd\ufffd")");            // overlong
  EXPECT_EQ(quoted("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");  // surrogate
}

TEST(JsonWriter, CommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(out);
  json.open('{').text("a", "x").number("b", 1u).number("c", true).open('[', "d").number({}, -1).text({}, "y");
  json.open('{').close('}').close(']').fixed("e", 1.0 / 3, 3).number("f", 0.5).text_if("g", "").raw("h", "1.5");
  json.line(" ").open('[', "i").line().close(']').close('}');
  EXPECT_EQ(out, "{\"a\":\"x\",\"b\":1,\"c\":true,\"d\":[-1,\"y\",{}],\"e\":0.333,\"f\":0.5,\"h\":1.5, \"i\":[\n]}");
}

}  // namespace
}  // namespace lvs::base
