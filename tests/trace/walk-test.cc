// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-trace: its command line, and what it prints of a trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sample-trace.h"
#include "tools/trace/export.h"
#include "tools/trace/options.h"
#include "tools/trace/text.h"

namespace lvs::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string wrong_with(const std::vector<std::string>& words) {
  WalkOptions options;
  bool help = false;
  return parse_walk_options(words, options, help);
}

TEST(WalkOptions, AreParsedOnce) {
  WalkOptions options;
  bool help = false;
  ASSERT_EQ(parse_walk_options({"f.pcapng", "3", "--walk=4", "--host", "director", "--hook", "INPUT", "--drops",
                                "--port", "80", "--address", "10.0.0.0/24", "--arp", "-o", "out"},
                               options, help),
            "");
  EXPECT_EQ(options.what, WalkOptions::What::walks);
  EXPECT_THAT(options.walks, ElementsAre(3, 4));
  EXPECT_THAT(options.hosts, ElementsAre("director"));
  EXPECT_EQ(options.verdict, trace::Verdict::drop);
  EXPECT_EQ(options.port, 80);
  EXPECT_EQ(options.address->text(), "10.0.0.0/24");
  EXPECT_EQ(options.output, "out");
  EXPECT_TRUE(options.arp);
  EXPECT_EQ(parse_walk_options({"--help"}, options, help), "");
  EXPECT_TRUE(help);
}

TEST(WalkOptions, MistakesAreNamedInOneLine) {
  EXPECT_EQ(wrong_with({}), "which file? (lvs-trace --help)");
  EXPECT_EQ(wrong_with({"f", "--nonsense"}), "'--nonsense' is no option (lvs-trace --help)");
  EXPECT_EQ(wrong_with({"f", "x"}), "'x' is no number of a walk (they count from 1)");
  EXPECT_EQ(wrong_with({"f", "0"}), "'0' is no number of a walk (they count from 1)");
  EXPECT_EQ(wrong_with({"f", "--port"}), "--port wants a value");
  EXPECT_EQ(wrong_with({"f", "--port", "65536"}), "--port: '65536' is no port");
  EXPECT_EQ(wrong_with({"f", "--verdict", "no"}), "--verdict: 'no' is no verdict; known: ACCEPT DROP STOLEN QUEUE");
  EXPECT_EQ(wrong_with({"f", "--arp=1"}), "--arp takes no value");
  EXPECT_EQ(wrong_with({"f", "--json", "--pcap"}), "--pcap: only one thing to show at a time");
  EXPECT_EQ(wrong_with({"f", "--at", "1"}), "--at goes with --tables only");
  EXPECT_EQ(wrong_with({"f", "--follow", "--tables"}), "--follow goes with walks and --json only");
  EXPECT_EQ(wrong_with({"--reasons"}), "");
}

class WalkText_ : public testing::Test {
 protected:
  WalkText_() : path_(testing::TempDir() + "walk-" + std::to_string(getpid()) + ".pcapng") {
    std::ofstream(path_, std::ios::binary) << trace::sample_trace();
    index_.open(path_);
    while (index_.update() != 0) {
    }
  }
  ~WalkText_() override { std::filesystem::remove(path_); }

  std::string shown(const std::vector<std::string>& words) {
    std::vector<std::string> all{path_};
    all.insert(all.end(), words.begin(), words.end());
    WalkOptions options;
    bool help = false;
    EXPECT_EQ(parse_walk_options(all, options, help), "");
    const WalkFilter filter(index_, options);
    if (!filter.error().empty()) return filter.error();
    std::string out;
    const Put put = [&](std::string_view text) { out += text; };
    WalkText text(index_, filter, options.colours.value_or(false), put);
    switch (options.what) {
      case WalkOptions::What::list: text.list(); break;
      case WalkOptions::What::walks: text.walk(0); break;
      case WalkOptions::What::journal: text.journal(options); break;
      case WalkOptions::What::tables: text.tables(options); break;
      case WalkOptions::What::connections: text.connections(); break;
      case WalkOptions::What::info: text.info(); break;
      case WalkOptions::What::json: export_json(index_, filter, 0, put); break;
      default: break;
    }
    return out;
  }

  std::string path_;
  trace::TraceIndex index_;
};

TEST_F(WalkText_, AWalkIsOneLineAStage) {
  EXPECT_EQ(shown({"1"}),
            "walk 1: 10.0.0.1.4000 > 10.0.0.100.80: Flags [S], seq 1, win 65535, length 0\n"
            "   1    0.000000  client    OUTPUT                    ACCEPT\n"
            "   2    0.001000  client    WIRE_OUT                  ACCEPT   eth0\n"
            "   3    0.002000  director  IPVS_XMIT ip_vs_nat_xmit  STOLEN   NAT: destination 10.0.0.100:80 becomes "
            "10.0.0.11:80  [IP ttl 64 > 63, IP dst 10.0.0.100 > 10.0.0.11]\n"
            "   4    0.003000  director  FORWARD                   DROP     ip_ttl: TTL exceeded\n"
            "\n");
}

TEST_F(WalkText_, FiltersLeaveWhatMatches) {
  EXPECT_THAT(shown({"1", "--drops"}), HasSubstr("walk 1: 10.0.0.1.4000 > 10.0.0.11.80"));
  EXPECT_EQ(shown({"1", "--drops", "--host", "client"}), "");
  EXPECT_THAT(shown({"1", "--hook", "ip_vs_nat_xmit"}), HasSubstr("   3 "));
  EXPECT_THAT(shown({"1", "--address", "10.0.0.11"}), HasSubstr("   4 "));
  EXPECT_EQ(shown({"1", "--arp"}), "");
  EXPECT_EQ(shown({"--host", "nobody"}), "--host: no host 'nobody'; there are: client director");
  EXPECT_EQ(shown({"--hook", "x"}), "--hook: no hook or stage 'x'; of functions there are: ip_vs_nat_xmit");
  EXPECT_EQ(shown({"7"}), "no walk 7; there are 1");
  EXPECT_EQ(shown({"--connection", "2"}), "--connection: there are 1");
  EXPECT_EQ(shown({"1", "--filter", "host:client verdict:drop"}), "");
  EXPECT_THAT(shown({"1", "--filter", "host:director verdict:drop"}), HasSubstr("   4 "));
  EXPECT_EQ(shown({"1", "--filter", "port:http"}), "--filter: http is no port");
}

TEST_F(WalkText_, ListsWalksAndConnections) {
  EXPECT_EQ(shown({}),
            "     1    0.000000    4 steps  10.0.0.1.4000 > 10.0.0.100.80: Flags [S], seq 1, win 65535, length 0  "
            "(client > director)  DROP\n");
  EXPECT_EQ(shown({"--rewritten", "--arp"}), "");
  EXPECT_THAT(shown({"--connections"}), HasSubstr("     1    0.000000     1 walks  10.0.0.1.4000 > 10.0.0.100.80"));
}

TEST_F(WalkText_, PrintsJournalTablesAndInfo) {
  EXPECT_EQ(shown({"--journal"}),
            "   0.002000  director conn: TCP\n                 with a \\ and lines  (walk 1)\n"
            "   0.003000  director schedule: 10.0.0.11:80: weight 1 < 2\n                 not chosen  (walk 1)\n");
  EXPECT_EQ(shown({"--tables"}), "client# ip neigh\n10.0.0.2 dev eth0\n");
  EXPECT_EQ(shown({"--tables", "--at", "0.001"}), "");
  EXPECT_THAT(shown({"--info"}), HasSubstr("director     director, a real machine"));
}

TEST_F(WalkText_, JsonIsOneRecordALine) {
  const std::string text = shown({"--json", "--hook", "IPVS_XMIT"});
  EXPECT_THAT(text,
              HasSubstr("\"walk\":1,\"step\":3,\"time\":0.002000000,\"host\":\"director\",\"stage\":\"IPVS_XMIT\","
                        "\"hook\":\"ip_vs_nat_xmit\",\"verdict\":\"STOLEN\""));
  EXPECT_THAT(text, HasSubstr("\"why_id\":\"ipvs_masq\",\"why_args\":[167772260,80,167772171,80]"));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST_F(WalkText_, ColoursOnlyWhenAskedFor) {
  EXPECT_EQ(shown({"1"}).find('\x1b'), std::string::npos);
  EXPECT_NE(shown({"1", "--colour", "always"}).find("\x1b[31mDROP"), std::string::npos);
}

}  // namespace
}  // namespace lvs::scenarios
