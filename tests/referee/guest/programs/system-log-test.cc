// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/system-log.h"

#include <gtest/gtest.h>

#include <string>

namespace lvs::referee {
namespace {

TEST(SystemLog, PutsTheHostBehindTheDate) {
  EXPECT_EQ(SystemLog::line_of("<30>Jan  2 03:04:05 Keepalived[12]: Starting", "lb1"),
            "Jan  2 03:04:05 lb1 Keepalived[12]: Starting\n");
  EXPECT_EQ(SystemLog::line_of("<13>Nov 29 23:00:00 root: two\nlines\n", "lb1"),
            "Nov 29 23:00:00 lb1 root: two#012lines\n");
}

// What a lab sends is a stranger's: any bytes make one line.
TEST(SystemLog, TakesAnyBytes) {
  for (const std::string& message :
       {std::string(), std::string("<"), std::string("<30"), std::string("<30>"), std::string("no date at all"),
        std::string("\0\x1b[2J", 5), std::string(9000, 'x')}) {
    const std::string line = SystemLog::line_of(message, "h");
    EXPECT_EQ(line.find('\n'), line.size() - 1) << message;
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_NE(line.find(" h "), std::string::npos);
  }
}

}  // namespace
}  // namespace lvs::referee
