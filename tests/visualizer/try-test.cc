// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with a lab and what mends it, tried on a copy; and hosts that are asked at a moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTranslator>
#include <QtTest/QTest>
#include <algorithm>

#include "models/lab/lab-copy.h"
#include "models/lab/lab-run.h"
#include "models/session/cure.h"
#include "panes/try-pane.h"
#include "screens/walk-screen.h"
#include "views/console-view.h"
#include "window.h"

namespace lvs::view {
namespace {

using testing::HasSubstr;

constexpr int kPatience = 60'000;  // ms of a crowded machine

std::string joined(const QStringList& lines) { return lines.join('\n').toStdString(); }

TEST(Carried, ATraceHasItsLabAndWhatCheckFound) {
  Session session;
  session.open(traceOf("dr-broken-vip-missing"));
  EXPECT_TRUE(session.carried().whole());
  ASSERT_EQ(session.carried().findings.size(), 1u);
  ASSERT_TRUE(session.nextDrop());
  while (session.step()->silent()) ASSERT_TRUE(session.nextDrop());
  const auto cure = cureOf(session, *session.step());
  ASSERT_TRUE(cure);
  EXPECT_EQ(cure->rule.toStdString(), "vip-missing");
  EXPECT_EQ(cure->host.toStdString(), "rs2");
  EXPECT_EQ(cure->line.toStdString(), "ip addr add 10.0.0.100/32 dev lo") << "not what the drop alone would say";
}

TEST(Carried, WhatToDoIsInTheLanguageOfTheViewer) {
  application();
  Viewer viewer;  // takes the resources
  Session session;
  session.open(traceOf("dr-broken-port-map"));
  const auto& all = session.carried().findings;
  const auto found = std::ranges::find(all, "direct-port-mapping", &trace::CarriedFinding::rule);
  ASSERT_NE(found, all.end());
  EXPECT_EQ(adviceText(*found).toStdString(), found->cure);
  QTranslator reasons;
  ASSERT_TRUE(reasons.load(":/i18n/reasons_zh.qm"));
  QCoreApplication::installTranslator(&reasons);
  EXPECT_EQ(adviceText(*found).toStdString(), "用 -m 代替 -g 或 -i，或者让真实服务器监听端口 80");
  QCoreApplication::removeTranslator(&reasons);
}

TEST(Carried, TheCheckTabLeadsToTheWalk) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-broken-no-forward"));
  viewer.window.walkScreen()->console().setTab(ConsoleView::Tab::check);
  EXPECT_TRUE(viewer.drawn().contains("[nat-no-forward]"));
  for (const Spot& spot : viewer.window.walkScreen()->console().spots()) {
    if (!spot.name.startsWith("director: ")) continue;
    spot.press();
    break;
  }
  EXPECT_TRUE(viewer.session().step()->failed());
  viewer.session().setVeiled(true);
  EXPECT_FALSE(viewer.drawn().contains("[nat-no-forward]")) << "the quiz asks for it";
}

TEST(Ask, OnlyWhatReads) {
  for (const char* line : {"ipvsadm -Ln", "ipvsadm -L -n --stats", "ipvsadm -Lnc", "ip addr", "ip -s link show eth0",
                           "ip route get 10.0.0.1", "sysctl net.ipv4.ip_forward", "ss -tanp", "iptables -t nat -S",
                           "cat /etc/hosts | grep rs1", "arp -n", "route -n"})
    EXPECT_TRUE(onlyReads(line)) << line;
  for (const char* line :
       {"ipvsadm -C", "ipvsadm -L -C", "ip addr add 10.0.0.1/24 dev eth0", "ip route flush cache",
        "sysctl -w net.ipv4.ip_forward=1", "sysctl -p", "ss -K", "cat a > b", "cat a; reboot", "echo $(reboot)",
        "arp -d 10.0.0.1", "iptables -F", "ping 10.0.0.1", "rm -r /", "", "iptables -LZ", "date -s 0"})
    EXPECT_FALSE(onlyReads(line)) << line;
}

TEST(Ask, IsAnsweredAsOfTheMoment) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  WalkScreen& screen = *viewer.window.walkScreen();
  Session& session = viewer.session();
  const auto said = [&] { return joined(screen.console().lines(ConsoleView::Tab::console)); };
  session.selectHost(session.info().host("director")->id);
  screen.asked("ipvsadm -Lnc");
  EXPECT_THAT(said(), HasSubstr("ipvsadm -Lnc        (t = ")) << "the trace has this table";
  EXPECT_THAT(said(), testing::Not(HasSubstr("10.0.1.1:47390"))) << "the SYN has only begun";
  session.go({1, 3});
  session.selectHost(session.info().host("director")->id);
  screen.asked("ipvsadm -Ln --rate");
  EXPECT_TRUE(QTest::qWaitFor([&] { return said().find("CPS") != std::string::npos; }, kPatience)) << said();
  screen.asked("ipvsadm -C");
  EXPECT_THAT(said(), HasSubstr("can be asked, not changed"));
}

TEST(LabCopy, SwitchesAreLinesOfTheStartup) {
  Session session;
  session.open(traceOf("nat-broken-no-forward"));
  LabCopy copy(session.carried());
  EXPECT_FALSE(copy.changed());
  const auto known = switchesOf(session, session.info().host("director")->id);
  const auto named = [&](const QString& name) {
    const auto at = std::ranges::find(known, name, &LabSwitch::name);
    EXPECT_NE(at, known.end()) << name.toStdString();
    return at == known.end() ? LabSwitch{} : *at;
  };
  const LabSwitch forward = named("ip_forward");
  EXPECT_EQ(forward.now, "0");
  copy.turn("director", forward, "1");
  copy.turn("director", named("10.0.1.100:80"), "wrr");
  copy.turn("director", named("weight 192.168.1.11:80"), "3");
  copy.turn("director", named("mtu eth0"), "1400");
  EXPECT_EQ(copy.turned("director", forward), "1");
  copy.turn("director", forward, "0");
  EXPECT_THAT(copy.text("director.startup").toStdString(),
              testing::EndsWith("ipvsadm -E -t 10.0.1.100:80 -s wrr  # tried\n"
                                "ipvsadm -e -t 10.0.1.100:80 -r 192.168.1.11:80 -m -w 3  # tried\n"
                                "ip link set eth0 mtu 1400  # tried\n"
                                "sysctl -w net.ipv4.ip_forward=0  # tried\n"));
  copy.turn("director", forward, "");
  EXPECT_EQ(copy.turned("director", forward), "");
}

TEST(TryPane, RunsACopyAndComparesAtTheSameStage) {
  Viewer viewer({1920, 1080});
  viewer.window.open(traceOf("nat-broken-no-forward"));
  Session& before = viewer.session();
  ASSERT_TRUE(before.nextDrop());
  viewer.press(Qt::Key_Y);
  TryPane& pane = viewer.window.tryPane();
  ASSERT_TRUE(pane.isOpen());
  QSignalSpy ran(&pane, &TryPane::ran);
  pane.turn("director", "ip_forward", "1");
  EXPECT_EQ(viewer.drawn().complaints().join("\n").toStdString(), "");
  pane.run();
  ASSERT_TRUE(ran.wait(kPatience));
  EXPECT_EQ(viewer.window.session(), nullptr) << "the comparison is in front";
  const TextAudit& drawn = viewer.drawn();
  EXPECT_TRUE(drawn.contains("✕ ip_forwarding_off"));
  EXPECT_EQ(drawn.complaints().join("\n").toStdString(), "");
  viewer.window.setTab(1);
  EXPECT_TRUE(viewer.session().carried().checked);
  EXPECT_TRUE(viewer.session().carried().findings.empty()) << "mended";
  const QString folder = temporary("saved");
  EXPECT_EQ(pane.save(folder).toStdString(), "");
  QFile file(folder + "/director.startup");
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_THAT(file.readAll().toStdString(), HasSubstr("ip_forward=1  # tried\n"));
}

}  // namespace
}  // namespace lvs::view
