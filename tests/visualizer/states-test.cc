// SPDX-License-Identifier: GPL-2.0-or-later
// Which director is master and which servers get connections, over time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/session/addresses.h"
#include "models/session/rotation.h"
#include "models/session/tale.h"
#include "models/session/vrrp.h"
#include "models/walk/roles.h"
#include "window.h"

namespace lvs::view {
namespace {

TEST(Vrrp, TheTakeoverIsOneBeatWithItsMilliseconds) {
  Viewer viewer;
  viewer.window.open(traceOf("vrrp-takeover"));
  Session& session = viewer.session();
  std::vector<std::string> told;
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    session.go({walk, 0});
    const std::string text = tellBeat(session, session.walk(), session.beats().front()).toStdString();
    if (text.find("takes VIP over") != std::string::npos) told.push_back(text);
  }
  ASSERT_EQ(told.size(), 1u) << "it is told five times, and is one takeover";
  EXPECT_THAT(told.front(), testing::StartsWith("lb2 takes VIP over, 3609."));
  const trace::HostInfo* lb2 = session.info().host("lb2");
  const std::vector<VrrpState> states = vrrpStatesOf(session, lb2->id);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states.back().kind, VrrpState::Kind::master);
  EXPECT_EQ(vrrpStatesOf(session, session.info().host("lb1")->id).back().kind, VrrpState::Kind::fault);
}

TEST(Vrrp, TheVipStandsWhereItIs) {
  Viewer viewer;
  viewer.window.open(traceOf("vrrp-takeover"));
  Session& session = viewer.session();
  const auto holders = [&] {
    std::string out;
    for (const trace::HostInfo& host : session.info().hosts) {
      for (const HeldAddress& held : addressesAt(session, host.id, session.step()->record)) {
        if (roleOf(session.info(), held.address).name == "VIP") out += host.name + " ";
      }
    }
    return out;
  };
  EXPECT_EQ(holders(), "") << "before the first advert";
  QString error;
  ASSERT_TRUE(session.nextMatch(*parseFilter("host:client arp", session.index(), error)));
  EXPECT_EQ(holders(), "lb1 ");
  session.go({static_cast<std::uint32_t>(session.index().walks().size() - 1), 0});
  EXPECT_EQ(holders(), "lb2 ");
  bool learned = false;
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    session.go({walk, 0});
    learned = learned ||
              tellBeat(session, session.walk(), session.beats().back()) == "The cache of client learns where VIP is";
  }
  EXPECT_TRUE(learned) << "who says where he is is not refused";
}

TEST(Rotation, IsThatOfTheDirectorsTables) {
  Viewer viewer;
  viewer.window.open(traceOf("check-delay-loop"));
  Session& session = viewer.session();
  const trace::HostInfo* rs1 = session.info().host("rs1");
  ASSERT_NE(rs1, nullptr);
  EXPECT_EQ(rs1->role, "server");
  Rotation rotation;
  const auto last = static_cast<std::uint32_t>(session.index().size() - 1);
  EXPECT_EQ(rotation.of(session, rs1->id, last), Rotation::State::out);
  EXPECT_EQ(rotation.of(session, session.info().host("rs2")->id, last), Rotation::State::in);
  bool served = false;
  for (std::uint32_t record = 0; record < last && !served; record += 20)
    served = rotation.of(session, rs1->id, record) == Rotation::State::in;
  EXPECT_TRUE(served) << "it was in before";
  session.go({static_cast<std::uint32_t>(session.index().walks().size() - 1), 0});
  viewer.drawn();
  EXPECT_TRUE(viewer.drawn().contains("failed, or gets nothing")) << "the legend";
  EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
}

TEST(Vrrp, SyncMessagesAreDecoded) {
  Session session;
  session.open(traceOf("sync-failover"));
  bool sync = false;
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    const Headers& headers = session.walk(walk).steps.front().headers;
    sync = sync || headers.info.startsWith("IPVS sync: version 1");
  }
  EXPECT_TRUE(sync);
}

}  // namespace
}  // namespace lvs::view
