// SPDX-License-Identifier: GPL-2.0-or-later
// Screens drawn on no display: every text has its room, and what matters is there.
#include <gtest/gtest.h>

#include <QFile>
#include <QFileInfo>

#include "drawing/export.h"
#include "drawing/frames.h"
#include "models/results-data.h"
#include "models/session/compare-model.h"
#include "models/session/quiz.h"
#include "models/walk/roles.h"
#include "screens/walk-screen.h"
#include "views/console-view.h"
#include "window.h"

namespace lvs::view {
namespace {

std::string complaintsOf(Viewer& viewer) { return viewer.drawn().complaints().join("\n").toStdString(); }

struct Look {
  QSize size;
  ThemeKind theme;
  const char* language;
  bool projector;
};

class Screens : public testing::TestWithParam<Look> {
 protected:
  Viewer& viewer() {
    if (viewer_ == nullptr) {
      viewer_ = std::make_unique<Viewer>(GetParam().size);
      viewer_->window.setTheme(GetParam().theme);
      viewer_->window.setLanguage(GetParam().language);
      viewer_->window.setProjector(GetParam().projector);
    }
    return *viewer_;
  }
  std::unique_ptr<Viewer> viewer_;
};

TEST_P(Screens, EveryStageOfAConnectionHasRoomForItsTexts) {
  for (const char* lab : {"nat-walk", "dr-walk", "tun-walk", "arp-problem"}) {
    viewer().window.open(traceOf(lab));
    ASSERT_FALSE(viewer().session().empty()) << lab;
    Session& session = viewer().session();
    const std::uint32_t first = firstConnection(session);
    for (std::uint32_t walk = first; walk < first + 2 && walk < session.index().walks().size(); ++walk) {
      const int steps = static_cast<int>(session.walk(walk).steps.size());
      for (int step = 0; step < steps; ++step) {
        session.go({walk, step});
        EXPECT_EQ(complaintsOf(viewer()), "") << lab << " packet " << walk + 1 << " stage " << step + 1;
      }
    }
  }
  ASSERT_TRUE(viewer().window.showScreen(ScreenName::compare));
  viewer().window.showAll();
  EXPECT_EQ(complaintsOf(viewer()), "");
}

TEST_P(Screens, HelpAndQuizFit) {
  viewer().window.open(traceOf("nat-walk"));
  viewer().press(Qt::Key_Question, Qt::ShiftModifier);
  EXPECT_EQ(complaintsOf(viewer()), "");
  viewer().press(Qt::Key_Escape);
  viewer().press(Qt::Key_Q);
  EXPECT_EQ(complaintsOf(viewer()), "");
}

INSTANTIATE_TEST_SUITE_P(Looks, Screens,
                         testing::Values(Look{{1280, 800}, ThemeKind::light, "en", false},
                                         Look{{1280, 800}, ThemeKind::dark, "zh", false},
                                         Look{{1920, 1080}, ThemeKind::light, "zh", false},
                                         Look{{1920, 1080}, ThemeKind::dark, "en", true}));

// Labs whose packets are unlike others: fragments, ICMP errors with quotes, packets to oneself, drops.
TEST(WalkScreen, FragmentsErrorsAndLocalPackets) {
  for (const char* lab : {"nat-pmtu", "tun-mtu", "nat-local-client", "arp-redirect", "kube-ipvs"}) {
    Viewer viewer;
    viewer.window.open(traceOf(lab));
    Session& session = viewer.session();
    const auto walks = static_cast<std::uint32_t>(session.index().walks().size());
    for (std::uint32_t walk = 0; walk < walks; walk += 1 + walks / 5) {
      const int steps = static_cast<int>(session.walk(walk).steps.size());
      for (int step = 0; step < steps; ++step) {
        session.go({walk, step});
        EXPECT_EQ(complaintsOf(viewer), "") << lab << " packet " << walk + 1 << " stage " << step + 1;
      }
    }
  }
}

// What IPVS drops, the kernel drops on the hook that IPVS hangs on.
TEST(WalkScreen, ADropOfIpvsIsNamedSo) {
  Viewer viewer;
  viewer.window.open(traceOf("all-down"));
  Session& session = viewer.session();
  QString error;
  ASSERT_TRUE(session.setFilter("drop:ipvs_no_destination", error)) << error.toStdString();
  while (!session.step()->failed()) session.nextStage(1);
  EXPECT_TRUE(viewer.drawn().contains("director · IPVS on INPUT"));
  EXPECT_TRUE(viewer.audit.contains("director drops it, in IPVS"));
  viewer.window.setLanguage("zh");
  EXPECT_TRUE(viewer.drawn().contains("INPUT 上的 IPVS"));
}

TEST(Compare, SaysWhoAnswersAndWhoKeepsSilent) {
  Session chaos, cured;
  chaos.open(traceOf("arp-broken-chaos"));
  cured.open(traceOf("arp-ignore-announce"));
  const auto factsOf = [](Session& session) { return ladderOf(session, firstConnection(session), 1).facts; };
  using Facts = std::vector<std::pair<QString, QString>>;
  EXPECT_EQ(factsOf(chaos),
            (Facts{{"Answers, in this order", "rs2, rs1, director"}, {"Keeps silent (arp_ignore)", "nobody"}}));
  EXPECT_EQ(factsOf(cured), (Facts{{"Answers, in this order", "director"}, {"Keeps silent (arp_ignore)", "rs1"}}));
}

TEST(WalkScreen, RewriteOfNat) {
  Viewer viewer;
  viewer.window.open(traceOf("nat-walk"));
  Session& session = viewer.session();
  ASSERT_TRUE(session.nextRewrite());
  const Step& step = *session.step();
  EXPECT_EQ(step.data.stage, trace::Stage::ipvs_xmit);
  EXPECT_EQ(step.diff.bits & changed::rewritten, changed::destination);
  const TextAudit& drawn = viewer.drawn();
  for (const char* text : {"director · IPVS transmit", "10.0.1.1:", "192.168.1.1", "10.0.1.100", "✎ IP dst", "↷ STOLEN",
                           "ip_vs_nat_xmit"}) {
    EXPECT_TRUE(drawn.contains(text)) << text;
  }
  EXPECT_TRUE(drawn.contains("director# ipvsadm -Ln"));
  EXPECT_TRUE(drawn.contains("SYN_RECV"));
  viewer.window.setLanguage("zh");
  EXPECT_TRUE(viewer.drawn().contains("IPVS 发送"));
  EXPECT_TRUE(viewer.drawn().contains("改为"));
}

TEST(WalkScreen, ArpSuppressionIsSilenceWithItsSysctl) {
  Viewer viewer;
  viewer.window.open(traceOf("arp-problem"));
  Session& session = viewer.session();
  bool found = false;
  while (!found && session.nextDrop())
    found = session.step()->data.drop == trace::Drop::arp_ignored && session.hostName(session.host()) == "rs1";
  ASSERT_TRUE(found);
  EXPECT_TRUE(viewer.drawn().contains("arp_ignore=1"));
  EXPECT_TRUE(viewer.drawn().contains("keeps silent"));
}

TEST(CompareScreen, LaddersTellTheMethods) {
  const auto ladder = [](const char* lab) {
    Session session;
    session.open(traceOf(lab));
    const Ladder all = ladderOf(session, firstConnection(session), 2);
    std::string out = all.title.toStdString() + "\n";
    for (const Rung& rung : all.rungs) {
      const auto name = [&](base::Ipv4Addr address) {
        return shortName(session.info(), address).left(3).toStdString();
      };
      out += session.info().host_name(rung.from) + " > " + session.info().host_name(rung.to) + ": ";
      if (rung.headers.outerSrc)
        out += name(rung.headers.outerSrc->address) + " > " + name(rung.headers.outerDst->address) + " [";
      out += name(rung.headers.src->address) + " > " + name(rung.headers.dst->address);
      out += rung.headers.outerSrc ? "]\n" : "\n";
    }
    return out;
  };
  EXPECT_EQ(ladder("nat-walk"),
            "VS/NAT\nclient > director: CIP > VIP\ndirector > rs2: CIP > RIP\nrs2 > director: RIP > CIP\n"
            "director > client: VIP > CIP\n");
  EXPECT_EQ(ladder("dr-walk"),
            "VS/DR\nclient > router: CIP > VIP\nrouter > director: CIP > VIP\ndirector > rs2: CIP > VIP\n"
            "rs2 > router: VIP > CIP\nrouter > client: VIP > CIP\n");
  EXPECT_EQ(ladder("tun-walk"),
            "VS/TUN\nclient > director: CIP > VIP\ndirector > router: DIP > RIP [CIP > VIP]\n"
            "router > rs2: DIP > RIP [CIP > VIP]\nrs2 > router: VIP > CIP\nrouter > client: VIP > CIP\n");
}

TEST(Quiz, TheRightAnswerIsWhatThePacketDoes) {
  Session session;
  session.open(traceOf("nat-walk"));
  Moment at{firstConnection(session), 0};
  int asked = 0;
  for (; asked < 40; ++asked) {
    const auto question = questionAfter(session, at);
    if (!question) break;
    ASSERT_GE(question->choices.size(), 2);
    QStringList once = question->choices;
    EXPECT_EQ(once.removeDuplicates(), 0);
    const Step& answer = session.walk(question->answerAt.walk).steps[static_cast<std::size_t>(question->answerAt.step)];
    const QString right = question->choices[question->right];
    if (question->text.startsWith("Which hook")) {
      EXPECT_EQ(right, stageTitle(answer.data.stage));
    }
    if (question->text.startsWith("Whose MAC")) {
      EXPECT_EQ(right, session.hostName(answer.data.host));
    }
    at = question->answerAt;
  }
  EXPECT_GE(asked, 10);
}

TEST(Results, JsonAndCsv) {
  QFile json(temporary("sweep.json"));
  ASSERT_TRUE(json.open(QIODevice::WriteOnly));
  json.write(
      R"({"points":[{"method":"nat","server_rate":800000,"servers":1,"director_bytes_per_s":788992,)"
      R"("reply_bytes_per_s":739680,"cpu":0.088,"request_bytes_per_s":49312,"nic":1e9,"directors":1},)"
      R"({"method":"nat","server_rate":800000,"servers":12,"director_bytes_per_s":8934048,"reply_bytes_per_s":8357312,)"
      R"("cpu":1,"request_bytes_per_s":576736,"nic":1e9,"directors":1}],)"
      R"("published":{"nat_bytes_per_s":8930000,"nat_servers":[{"server_rate":800000,"servers":10}]}})");
  json.close();
  Viewer viewer;
  viewer.window.open(json.fileName());
  EXPECT_EQ(complaintsOf(viewer), "");
  EXPECT_TRUE(viewer.audit.contains("published: 8.93 MB/s"));
  EXPECT_TRUE(viewer.audit.contains("published: 10 servers"));

  QFile csv(temporary("bad.csv"));
  ASSERT_TRUE(csv.open(QIODevice::WriteOnly));
  csv.write("method,server_rate,servers\nnat,800000,x\n");
  csv.close();
  QString error;
  EXPECT_FALSE(readResults(csv.fileName(), error));
  EXPECT_TRUE(error.endsWith("line 2 is no line of results")) << error.toStdString();
  QFile large(temporary("large.csv"));
  ASSERT_TRUE(large.open(QIODevice::WriteOnly) && large.resize((64 << 20) + 1));
  EXPECT_FALSE(readResults(large.fileName(), error));
  EXPECT_TRUE(error.endsWith("results have 64 MiB at most")) << error.toStdString();
}

TEST(Export, PngSvgPdfAndFrames) {
  Viewer viewer;
  viewer.window.open(traceOf("dr-walk"));
  QString error;
  for (const auto& [name, magic] :
       {std::pair("walk.png", "\x89PNG"), std::pair("walk.svg", "<?xml"), std::pair("walk.pdf", "%PDF")}) {
    ASSERT_TRUE(exportScreen(viewer.window.canvasWidget(), temporary(name), error)) << error.toStdString();
    QFile file(temporary(name));
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(file.readAll().startsWith(magic)) << name;
  }
  EXPECT_FALSE(exportScreen(viewer.window.canvasWidget(), temporary("walk.gif"), error));
  EXPECT_FALSE(exportScreen(viewer.window.canvasWidget(), "/no/such/folder/walk.png", error));
  error.clear();
  const int written = exportFrames(viewer.window.canvasWidget(), viewer.session(), temporary("frame-%1.png"), error);
  EXPECT_EQ(written, static_cast<int>(viewer.session().walk().steps.size()));
  EXPECT_TRUE(QFileInfo::exists(temporary("frame-001.png")));
}

}  // namespace
}  // namespace lvs::view
