// SPDX-License-Identifier: GPL-2.0-or-later
// Random labs of directors: whatever is drawn, the model takes it.
#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
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

// Enough of them tell the other director of something.
TEST(SyncLabs, AreModelledAndSpeakOfConnections) {
  unsigned told = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const control::Lab lab = referee::generate_sync_lab(seed);
    for (const control::LabMessage& message : control::check_commands(lab)) ADD_FAILURE() << message.text();
    auto script = control::parse_script(lab);
    ASSERT_TRUE(script) << lab.name;
    control::LabModel model(*script);
    bool tells = false;
    model.on_frame = [&](const control::LabModel::SentFrame& frame) {
      constexpr std::size_t kDestinationPort = 36;
      constexpr std::uint16_t kSync = 8848;
      tells |= frame.bytes.size() > kDestinationPort + 2 && frame.bytes[23] == 17 &&
               base::load_be16(frame.bytes.data() + kDestinationPort) == kSync;
    };
    model.run();
    told += tells ? 1 : 0;
  }
  EXPECT_GT(told, 30u);
}

}  // namespace
}  // namespace lvs::test
