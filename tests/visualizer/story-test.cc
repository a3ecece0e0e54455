// SPDX-License-Identifier: GPL-2.0-or-later
// What the viewer tells is so, and stands where it happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAccessible>
#include <QtTest/QTest>

#include "models/session/tale.h"
#include "models/walk/arp-round.h"
#include "models/walk/topology.h"
#include "screens/walk-screen.h"
#include "views/packet-list.h"
#include "views/panel.h"
#include "views/quiz-panel.h"
#include "window.h"

namespace lvs::view {
namespace {

using testing::ElementsAre;

// The first stage of this kind on this host.
Moment stageOf(Session& session, const char* host, trace::Stage stage) {
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    const Walk& one = session.walk(walk);
    for (std::size_t i = 0; i < one.steps.size(); ++i) {
      const trace::Record& data = one.steps[i].data;
      if (data.stage == stage && session.hostName(data.host) == host) return {walk, static_cast<int>(i)};
    }
  }
  ADD_FAILURE() << "no such stage on " << host;
  return {};
}

TEST(Causes, TheSchedulersChoiceStandsAtItsStage) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  session.go(stageOf(session, "director", trace::Stage::local_in));
  EXPECT_FALSE(viewer.drawn().contains("next in turn"));
  EXPECT_FALSE(viewer.drawn().contains("TCP 0")) << "there is no connection yet";
  session.go(stageOf(session, "director", trace::Stage::ipvs_in));
  EXPECT_TRUE(viewer.drawn().contains("schedule: "));
  EXPECT_TRUE(viewer.drawn().contains("not its turn"));
  EXPECT_TRUE(viewer.drawn().contains("TCP 0"));
}

TEST(Causes, AnAnswerThatTheCacheRefusesIsToldSo) {
  Viewer viewer;
  viewer.window.open(traceOf("arp-broken-chaos"));
  Session& session = viewer.session();
  const Walk& walk = session.walk(1);
  const ArpRound round = arpRoundOf(walk, 0, static_cast<int>(walk.steps.size()) - 1);
  std::vector<std::string> told;
  for (const ArpRound::Host& host : round.hosts) {
    told.push_back(session.hostName(host.host).toStdString() + " " + std::to_string(host.rank) +
                   (host.taken ? " taken" : ""));
  }
  EXPECT_THAT(told, ElementsAre("rs2 1 taken", "rs1 2", "director 3"));
  session.go({1, round.hosts[1].arrived});
  EXPECT_TRUE(viewer.drawn().contains("comes within the lock time"));
  EXPECT_FALSE(viewer.drawn().contains("made or confirmed"));
}

TEST(Causes, WhatWaitedForAnAnswerLeavesAfterIt) {
  Session session;
  session.open(traceOf("nat-walk"));
  const Walk& walk = session.walk(0);
  bool learned = false;
  for (const Step& step : walk.steps) {
    learned = learned || (step.headers.arp && !step.headers.arpRequest && step.data.stage == trace::Stage::arp_in);
    if (!step.headers.arp && step.data.stage == trace::Stage::wire_out) break;
  }
  EXPECT_TRUE(learned);
}

TEST(Story, ASynInAboutEightBeats) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  std::vector<std::string> told;
  for (const Beat& beat : session.beats()) told.push_back(tellBeat(session, session.walk(), beat).toStdString());
  EXPECT_THAT(
      told,
      ElementsAre("client sends SYN to VIP", "client asks who has VIP: director answers",
                  "client puts it on the wire, to the MAC address of director", "It comes to director",
                  "director picks rs2 (rr: next in turn)", "director writes a new destination: rs2 instead of VIP",
                  "director asks who has rs2: rs2 answers", "director puts it on the wire, to the MAC address of rs2",
                  "rs2 takes it: the packet is for one of its sockets"));
  viewer.press(Qt::Key_Right);
  EXPECT_EQ(session.moment().step, session.beats()[1].at);
  viewer.press(Qt::Key_U);
  viewer.press(Qt::Key_Right);
  EXPECT_EQ(session.moment().step, session.beats()[1].at + 1) << "unfolded: every stage";
}

TEST(Story, APacketThatIsTooLargeIsToldWithItsNumbers) {
  Session session;
  session.open(traceOf("tun-mtu"));
  ASSERT_TRUE(session.nextDrop());
  const Beat& beat = session.beats()[static_cast<std::size_t>(session.beat())];
  EXPECT_EQ(tellBeat(session, session.walk(), beat).toStdString(),
            "director drops it: 1500 bytes do not fit into an MTU of 1480");
}

TEST(Story, DirectRoutingRewritesTheMacAddress) {
  Viewer viewer;
  viewer.window.open(traceOf("dr-walk"));
  Session& session = viewer.session();
  bool director = false;
  for (int i = 0; i < 4 && !director; ++i) {
    ASSERT_TRUE(session.nextRewrite());
    director = session.hostName(session.host()) == "director";
  }
  ASSERT_TRUE(director);
  EXPECT_TRUE(session.step()->newMac);
  EXPECT_TRUE(viewer.drawn().contains("✎ MAC"));
}

TEST(Story, NatRewritesWhatFtpSays) {
  Viewer viewer;
  viewer.window.open(traceOf("ftp-nat"));
  Session& session = viewer.session();
  while (session.nextRewrite()) {
    if ((session.step()->diff.bits & changed::payload) != 0) break;
  }
  const TextAudit& drawn = viewer.drawn();
  EXPECT_TRUE(drawn.contains("227 … (192,168,1,11"));
  EXPECT_TRUE(drawn.contains("227 … (10,0,1,100"));
}

TEST(TopologyView, NamesAreAlwaysThere) {
  for (const char* lab : {"dr-walk", "ftp-nat", "nat-walk", "arp-problem", "vrrp-takeover"}) {
    Viewer viewer({1024, 768});
    viewer.window.open(traceOf(lab));
    const TextAudit& drawn = viewer.drawn();
    for (const trace::HostInfo& host : viewer.session().info().hosts) {
      const bool named = std::ranges::any_of(drawn.entries(), [&](const TextAudit::Entry& entry) {
        return entry.panel == "topology" && entry.text == QString::fromStdString(host.name);
      });
      EXPECT_TRUE(named) << lab << ": " << host.name;
    }
  }
}

TEST(TopologyModel, ManyServersAreOneRowButForThoseConcerned) {
  trace::RunInfo info;
  const auto add = [&](const std::string& name, const char* role) {
    trace::HostInfo host;
    host.id = static_cast<trace::HostId>(info.hosts.size());
    host.name = name;
    host.role = role;
    host.interfaces.push_back({"eth0", 1, 0, {}, {}});
    info.hosts.push_back(host);
  };
  add("client", "client");
  add("director", "director");
  for (int i = 1; i <= 60; ++i) add("server" + std::to_string(i), "server");
  const Topology topology = topologyOf(info, {0, 1, 7});
  ASSERT_EQ(topology.rows.size(), 4u);
  EXPECT_THAT(topology.rows[2].hosts, ElementsAre(7));
  EXPECT_EQ(topology.rows[3].hosts.size(), 59u);
  ASSERT_EQ(topology.buses.size(), 1u);
  EXPECT_THAT(topology.buses[0].rows, ElementsAre(0, 1, 2, 3));
}

TEST(ArpView, SaysWhoAnswersAndWhoKeepsSilent) {
  Viewer viewer;
  viewer.window.open(traceOf("arp-broken-chaos"));
  viewer.session().go({1, static_cast<int>(viewer.session().walk(1).steps.size()) - 16});
  const TextAudit& chaos = viewer.drawn();
  EXPECT_TRUE(chaos.contains("client asks all: who has VIP (10.0.0.100)?"));
  EXPECT_TRUE(chaos.contains("too late"));
  EXPECT_TRUE(chaos.contains("ARP cache of client"));
  EXPECT_EQ(chaos.complaints().join("\n").toStdString(), "");
  viewer.window.open(traceOf("dr-walk"));
  Session& session = viewer.session();
  while (session.nextDrop() && !session.step()->silent()) {
  }
  const TextAudit& cured = viewer.drawn();
  EXPECT_TRUE(cured.contains("keeps silent: arp_ignore=1"));
  EXPECT_EQ(cured.complaints().join("\n").toStdString(), "");
}

TEST(Cure, IsTheVeryLineToType) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-broken-no-forward"));
  ASSERT_TRUE(viewer.session().nextDrop());
  EXPECT_TRUE(viewer.drawn().contains("director# sysctl -w net.ipv4.ip_forward=1"));
  viewer.window.open(traceOf("arp-broken-chaos"));
  Session& session = viewer.session();
  const Walk& walk = session.walk(1);
  session.go({1, arpRoundOf(walk, 0, static_cast<int>(walk.steps.size()) - 1).hosts.front().step});
  EXPECT_TRUE(
      viewer.drawn().contains("rs2# ip addr add 10.0.0.100/32 dev lo; sysctl -w net.ipv4.conf.all.arp_ignore=1"));
}

TEST(Compare, SaysWhereARefusedReplyEnds) {
  Viewer viewer({1920, 1080});
  for (const char* lab : {"dr-walk", "dr-broken-gateway", "tun-walk"}) viewer.window.open(traceOf(lab));
  ASSERT_TRUE(viewer.window.showScreen(ScreenName::compare));
  EXPECT_FALSE(viewer.drawn().contains("✕ ip_martian_source")) << "it opens at the start";
  viewer.window.showAll();
  EXPECT_TRUE(viewer.drawn().contains("✕ ip_martian_source"));
  EXPECT_TRUE(viewer.drawn().contains("ends on director: ip_martian_source"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
    viewer.press(Qt::Key_Down);
  }
}

// The address goes over with the takeover, and the client's cache follows.
// What a health check takes out is a server all the same, and its lane says that it gets nothing.
TEST(PacketList, WhoWasToldToKeepSilentIsNoFailure) {
  Viewer viewer;
  viewer.window.open(traceOf("dr-walk"));
  EXPECT_FALSE(viewer.drawn().contains("✕ arp_ignored"));
}

// What is too large is dropped, and then the sender is told.
TEST(Story, CauseComesBeforeEffect) {
  Viewer viewer;
  viewer.window.open(traceOf("tun-mtu"));
  Session& session = viewer.session();
  QString error;
  ASSERT_TRUE(session.nextMatch(*parseFilter("drop:pkt_too_big", session.index(), error)));
  const std::uint32_t walk = session.moment().walk;
  const int drop = session.beat();
  ASSERT_GE(drop, 0);
  EXPECT_EQ(tellBeat(session, session.walk(), session.beats()[static_cast<std::size_t>(drop)]).toStdString(),
            "director drops it: 1500 bytes do not fit into an MTU of 1480");
  EXPECT_FALSE(viewer.drawn().contains("✎ payload")) << "a record that is cut is no rewrite";
  viewer.press(Qt::Key_Right);
  EXPECT_EQ(session.moment().walk, walk);
  EXPECT_EQ(session.beat(), drop + 1);
  EXPECT_EQ(tellBeat(session, session.walk(), session.beats()[static_cast<std::size_t>(drop) + 1]).toStdString(),
            "director sends ICMP need to frag to client");
  viewer.press(Qt::Key_Left);
  EXPECT_EQ(session.beat(), drop);
}

// Hosts without an address put frames on the wire and take what comes: nothing is wrong there.
TEST(Story, HostsThatOnlySendDropNothing) {
  Viewer viewer;
  viewer.window.open(traceOf("ftp-nat"));
  EXPECT_FALSE(viewer.session().nextDrop());
  EXPECT_FALSE(viewer.drawn().contains("✕ ip_forwarding_off"));
}

TEST(Story, TheReasonIsThereInChineseToo) {
  Viewer viewer;
  viewer.window.setLanguage("zh");
  viewer.window.open(traceOf("nat-walk"));
  QString error;
  ASSERT_TRUE(viewer.session().nextMatch(*parseFilter("hook:ip_vs_in", viewer.session().index(), error)));
  EXPECT_TRUE(viewer.drawn().contains("director 选中 rs2（rr：按顺序轮到它）"));
}

TEST(PacketList, RequestsAndAnswersAreRead) {
  Viewer viewer;
  viewer.window.open(traceOf("nginx-content"));
  ASSERT_TRUE(viewer.window.applyFilter("addr:10.0.1.100"));
  EXPECT_TRUE(viewer.drawn().contains("ACK PSH  GET /"));
  std::string all;
  for (int row = 0; row < viewer.window.walkScreen()->packets().model().rowCount(); ++row) {
    const auto& model = viewer.window.walkScreen()->packets().model();
    all += model.data(model.index(row, PacketListModel::info), Qt::DisplayRole).toString().toStdString() + "\n";
  }
  EXPECT_THAT(all, testing::HasSubstr("  200 OK\n"));
}

TEST(Tabs, TracesOfOneMethodAreToldApart) {
  Viewer viewer;
  for (const char* lab : {"dr-walk", "dr-broken-gateway"}) viewer.window.open(traceOf(lab));
  EXPECT_TRUE(viewer.drawn().contains("1  dr-walk"));
  EXPECT_TRUE(viewer.drawn().contains("2  dr-broken-gateway"));
}

TEST(Quiz, TellsNoAnswer) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  const Moment asked = stageOf(session, "director", trace::Stage::local_in);
  session.go(asked);
  viewer.press(Qt::Key_Q);
  ASSERT_TRUE(viewer.window.quiz().question());
  ASSERT_EQ(session.moment(), asked) << "the question is which server";
  for (const TextAudit::Entry& entry : viewer.drawn().entries()) {
    if (entry.panel == "topology" || entry.panel == "quiz" || entry.panel == "timeline") continue;
    EXPECT_FALSE(entry.text.contains("rs2") || entry.text.contains("192.168.1.12:47390"))
        << entry.panel.toStdString() << ": " << entry.text.toStdString();
  }
}

TEST(Accessibility, EveryPanelAndSpotHasAName) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  viewer.drawn();
  QApplication::processEvents();
  int spots = 0;
  for (Panel* panel : viewer.window.findChildren<Panel*>()) {
    if (!panel->isVisible()) continue;
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(panel);
    ASSERT_NE(interface, nullptr);
    EXPECT_FALSE(interface->text(QAccessible::Name).isEmpty()) << panel->objectName().toStdString();
    for (int i = 0; i < interface->childCount(); ++i) {
      QAccessibleInterface* child = interface->child(i);
      ASSERT_NE(child, nullptr);
      if (child->object() != nullptr) continue;
      ++spots;
      EXPECT_FALSE(child->text(QAccessible::Name).isEmpty()) << panel->objectName().toStdString() << " " << i;
      EXPECT_NE(child->role(), QAccessible::NoRole);
    }
  }
  EXPECT_GT(spots, 20);
}

TEST(Accessibility, TheKeyboardReachesHosts) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  viewer.drawn();
  Session& session = viewer.session();
  auto* topology = viewer.window.findChild<Panel*>("topology");
  for (int i = 0; i < 20 && topology->chosenSpot() < 0; ++i) viewer.press(Qt::Key_F6);
  ASSERT_GE(topology->chosenSpot(), 0);
  for (int i = 0; i < 20 && !viewer.window.message().startsWith("rs1"); ++i) viewer.press(Qt::Key_Period);
  viewer.press(Qt::Key_Return);
  EXPECT_EQ(session.hostName(session.host()), "rs1");
}

}  // namespace
}  // namespace lvs::view
