// SPDX-License-Identifier: GPL-2.0-or-later
// Random labs of directors: whatever is drawn, the model takes it.
#include <gtest/gtest.h>

#include <string>

#include "control/lab/check.h"
#include "control/lab/model.h"
#include "control/lab/script.h"
#include "daemons/daemons.h"
#include "referee/generate/generate.h"

namespace lvs::test {
namespace {

TEST(DirectorLabs, AreModelledAndElectAMaster) {
  daemons::add_daemons();
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const control::Lab lab = referee::generate_director_lab(seed);
    for (const control::LabMessage& message : control::check_commands(lab)) ADD_FAILURE() << message.text();
    auto script = control::parse_script(lab);
    ASSERT_TRUE(script) << lab.name;
    control::LabModel model(*script);
    model.run();
    bool elected = false;
    for (std::size_t host = 0; host < lab.hosts.size(); ++host) {
      const std::string log = model.machine(host).files().read("/root/ka.log").text;
      EXPECT_EQ(log.find("Unknown keyword"), std::string::npos) << lab.name;
      EXPECT_EQ(log.find("not modelled"), std::string::npos) << lab.name;
      elected |= log.find("Entering MASTER STATE") != std::string::npos;
    }
    EXPECT_TRUE(elected) << lab.name;
  }
}

}  // namespace
}  // namespace lvs::test
