// SPDX-License-Identifier: GPL-2.0-or-later
// Each term of the filter language, on the sample trace: client OUTPUT, client WIRE_OUT, director IPVS_XMIT (NAT),
// director FORWARD (dropped).
#include "trace/file/filter.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "trace/sample-trace.h"

namespace lvs::trace {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FilterTest : public testing::Test {
 protected:
  FilterTest() : path_(testing::TempDir() + "filter-" + std::to_string(getpid()) + ".pcapng") {
    std::ofstream(path_, std::ios::binary) << sample_trace();
    index_.open(path_);
    while (index_.update() != 0) {
    }
  }
  ~FilterTest() override { std::filesystem::remove(path_); }

  // Numbers of the records that fit, from 1.
  std::vector<int> fitting(std::string_view text, const Filter::StageTitle& title = {}) {
    const auto filter = Filter::parse(text, index_, title);
    if (!filter) {
      ADD_FAILURE() << text << ": " << filter.error().text();
      return {};
    }
    std::vector<int> out;
    for (std::size_t i = 0; i < index_.size(); ++i)
      if (filter->matches(index_.entry(i))) out.push_back(static_cast<int>(i) + 1);
    return out;
  }
  std::string error(std::string_view text) {
    const auto filter = Filter::parse(text, index_);
    return filter ? "" : filter.error().text();
  }

  std::string path_;
  TraceIndex index_;
};

TEST_F(FilterTest, ATermOfEachKind) {
  EXPECT_THAT(fitting("host:client"), ElementsAre(1, 2));
  EXPECT_THAT(fitting("host:DIRECT"), ElementsAre(3, 4)) << "parts, in any case of letters";
  EXPECT_THAT(fitting("hook:forward"), ElementsAre(4));
  EXPECT_THAT(fitting("hook:ip_vs_nat"), ElementsAre(3)) << "functions, too";
  EXPECT_THAT(fitting("stage:WIRE"), ElementsAre(2));
  EXPECT_THAT(fitting("verdict:stolen"), ElementsAre(3));
  EXPECT_THAT(fitting("verdict:drop"), ElementsAre(4));
  EXPECT_THAT(fitting("drop:ttl"), ElementsAre(4));
  EXPECT_THAT(fitting("addr:10.0.0.11"), ElementsAre(3, 4));
  EXPECT_THAT(fitting("addr:vip"), ElementsAre(1, 2));
  EXPECT_THAT(fitting("addr:10.0.0.0/24"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(fitting("addr:10.0.1.0/24"), IsEmpty());
  EXPECT_THAT(fitting("port:80"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(fitting("port:4000"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(fitting("port:81"), IsEmpty());
  EXPECT_THAT(fitting("conn:1"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(fitting("arp"), IsEmpty());
  EXPECT_THAT(fitting("rewrite"), ElementsAre(3));
}

TEST_F(FilterTest, AllTermsHoldForOneRecord) {
  EXPECT_THAT(fitting("host:director verdict:drop"), ElementsAre(4));
  EXPECT_THAT(fitting("host:client verdict:drop"), IsEmpty());
  EXPECT_THAT(fitting("  "), ElementsAre(1, 2, 3, 4));
}

TEST_F(FilterTest, AWordAloneIsLookedForEverywhere) {
  EXPECT_THAT(fitting("client"), ElementsAre(1, 2));
  EXPECT_THAT(fitting("ip_vs_nat_xmit"), ElementsAre(3));
  EXPECT_THAT(fitting("ip_ttl"), ElementsAre(4));
  EXPECT_THAT(fitting("VIP"), ElementsAre(1, 2));
  EXPECT_THAT(fitting("4000"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(fitting("4001"), IsEmpty());
  EXPECT_THAT(fitting("drop"), ElementsAre(4));
}

TEST_F(FilterTest, StagesHaveTitlesInTheReadersLanguage) {
  const auto title = [](Stage stage) { return std::string(stage == Stage::forward ? "转发" : ""); };
  EXPECT_THAT(fitting("hook:转发", title), ElementsAre(4));
  EXPECT_THAT(fitting("转发", title), ElementsAre(4));
}

// The index keeps an ICMP message's type and code where ports would be: 8 << 8 is no port 2048.
TEST_F(FilterTest, AnIcmpTypeIsNoPort) {
  Filter filter;
  filter.with_port(2048);
  IndexEntry entry;
  entry.protocol = 1;
  entry.sport = 2048;
  EXPECT_FALSE(filter.matches(entry));
  entry.protocol = 17;
  EXPECT_TRUE(filter.matches(entry));
}

TEST_F(FilterTest, SaysWhatIsWrong) {
  EXPECT_EQ(error("color:red"),
            "unknown word color:; known are host, addr, port, hook, verdict, drop, conn, arp, rewrite");
  EXPECT_EQ(error("host:"), "host: needs a value");
  EXPECT_EQ(error("port:http"), "http is no port");
  EXPECT_EQ(error("port:65536"), "65536 is no port");
  EXPECT_EQ(error("addr:nobody"), "nobody is no address and no role");
  EXPECT_EQ(error("conn:0"), "there is no packet 0");
  EXPECT_EQ(error("conn:2"), "there is no packet 2");
}

TEST_F(FilterTest, WalksWithARecordThatFits) {
  EXPECT_THAT(walks_that(Filter::parse("verdict:drop", index_).value(), index_), ElementsAre(0u));
  EXPECT_THAT(walks_that(Filter::parse("arp", index_).value(), index_), IsEmpty());
}

}  // namespace
}  // namespace lvs::trace
