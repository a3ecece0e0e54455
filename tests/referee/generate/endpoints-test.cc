// SPDX-License-Identifier: GPL-2.0-or-later
// Random labs of TCP endpoints: whatever is drawn, the model takes it, and timers of all kinds run in it.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "control/lab/check.h"
#include "control/lab/model.h"
#include "control/lab/script.h"
#include "referee/generate/generate.h"

namespace lvs::test {
namespace {

TEST(EndpointLabs, AreModelledAndShowEachTimer) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const control::Lab lab = referee::generate_endpoint_lab(seed);
    for (const control::LabMessage& message : control::check_commands(lab)) ADD_FAILURE() << message.text();
    auto script = control::parse_script(lab);
    ASSERT_TRUE(script) << lab.name;
    control::LabModel model(*script);
    model.on_result = [&](const control::CommandResult& result) {
      for (const char* timer : {"timer:(on,", "timer:(keepalive,", "timer:(timewait,", "SYN-RECV", "FIN-WAIT-2"})
        if (result.out.find(timer) != std::string::npos) seen.insert(timer);
    };
    model.run();
  }
  EXPECT_EQ(seen.size(), 5u);
}

}  // namespace
}  // namespace lvs::test
