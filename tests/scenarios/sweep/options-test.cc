// SPDX-License-Identifier: GPL-2.0-or-later
// Command lines of the sweep programs: what they mean, and what they are told when they are wrong.
#include "sweep/options.h"
#include "ipvs/sched/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace lvs::scenarios {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

struct Parsed {
  std::optional<SweepOptions> options;
  int status = -1;
  std::string out, err;
};

Parsed parse(std::vector<const char*> words, bool groups = false) {
  words.insert(words.begin(), "lvs-dr");
  std::ostringstream out, err;
  Parsed parsed;
  parsed.options = parse_options({.name = "lvs-dr", .summary = "", .method = Method::dr, .director_groups = groups},
                                 static_cast<int>(words.size()), words.data(), out, err, parsed.status);
  parsed.out = out.str();
  parsed.err = err.str();
  return parsed;
}

TEST(Options, DefaultsReproduceThePublishedSetting) {
  const auto parsed = parse({"--servers=20"});
  ASSERT_TRUE(parsed.options);
  const SweepOptions& o = *parsed.options;
  EXPECT_EQ(o.servers, 20u);
  EXPECT_EQ(o.sweep.front(), 1u);
  EXPECT_EQ(o.sweep.back(), 25u);
  EXPECT_THAT(o.sweep, testing::Contains(20u));
  EXPECT_THAT(o.server_rates, ElementsAre(800e3, 400e3));
  EXPECT_THAT(o.methods, ElementsAre(Method::nat, Method::dr, Method::tun));
  EXPECT_EQ(o.base.cpu.rewrite, 60us);
  EXPECT_EQ(o.base.request_size, 536u);
  EXPECT_EQ(o.plot, "lvs-dr.svg");
}

TEST(Options, EverySchedulerIsKnown) {
  for (const std::string_view name : ipvs::scheduler_names()) {
    const auto parsed = parse({"--scheduler", std::string(name).c_str()});
    ASSERT_TRUE(parsed.options) << parsed.err;
    EXPECT_EQ(parsed.options->base.scheduler, name);
  }
}

TEST(Options, TheSweepGoesBeyondManyServers) {
  const auto parsed = parse({"--servers=100"});
  ASSERT_TRUE(parsed.options);
  EXPECT_EQ(parsed.options->sweep.back(), 100u);
}

TEST(Options, QuantitiesHaveUnits) {
  const auto parsed = parse({"--director-cost=0.8us", "--nic=100Mbps,1Gbps", "--server-rate=1.5MB/s", "--delay=1ms",
                             "--duration=2s", "--sweep=1..3,8", "--tcp", "--method=nat"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  const SweepOptions& o = *parsed.options;
  EXPECT_EQ(o.base.cpu.rewrite, 800ns);
  EXPECT_THAT(o.nics, ElementsAre(100e6, 1e9));
  EXPECT_THAT(o.server_rates, ElementsAre(1.5e6));
  EXPECT_EQ(o.base.delay, 1ms);
  EXPECT_EQ(o.base.duration, 2s);
  EXPECT_THAT(o.sweep, ElementsAre(1, 2, 3, 8));
  EXPECT_EQ(o.base.load, LoadKind::tcp);
  EXPECT_EQ(o.base.request_size, 300u);
  EXPECT_THAT(o.methods, ElementsAre(Method::nat));
}

TEST(Options, HelpNamesUnitsAndPresets) {
  const auto parsed = parse({"--help"});
  EXPECT_FALSE(parsed.options);
  EXPECT_EQ(parsed.status, 0);
  EXPECT_THAT(parsed.out, AllOf(HasSubstr("--server-rate"), HasSubstr("MB = 10^6"), HasSubstr("pentium166-nat")));
}

struct Wrong {
  std::vector<const char*> words;
  const char* says;
};

class WrongOptions : public testing::TestWithParam<Wrong> {};

TEST_P(WrongOptions, OneLineNamesTheOption) {
  const auto parsed = parse(GetParam().words);
  EXPECT_FALSE(parsed.options);
  EXPECT_EQ(parsed.status, 2);
  EXPECT_THAT(parsed.err, AllOf(StartsWith("lvs-dr: "), HasSubstr(GetParam().says)));
  EXPECT_EQ(std::ranges::count(parsed.err, '\n'), 1) << parsed.err;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongOptions,
    testing::Values(
        Wrong{{"--servers=0"}, "--servers: '0'"}, Wrong{{"--servers=10001"}, "1..10000"},
        Wrong{{"--servers=two"}, "--servers: 'two'"}, Wrong{{"--serv=3"}, "serv"}, Wrong{{"--bogus"}, "bogus"},
        Wrong{{"stray"}, "'stray' is no option"}, Wrong{{""}, "'' is no option"}, Wrong{{"--sweep=5..1"}, "--sweep"},
        Wrong{{"--method=fullnat"}, "known: nat, dr, tun"}, Wrong{{"--scheduler=best"}, "--scheduler"},
        Wrong{{"--director-cost=0"}, "--director-cost"}, Wrong{{"--director-cost=-1us"}, "--director-cost"},
        Wrong{{"--preset=cray"}, "--preset: 'cray'"},
        Wrong{{"--preset=pentium166-nat", "--director-cost=1us"}, "exclude each other"},
        Wrong{{"--server-rate=0"}, "--server-rate"}, Wrong{{"--server-rate=9TB/s"}, "--server-rate"},
        Wrong{{"--nic=fast"}, "--nic: 'fast'"}, Wrong{{"--link-rate=0Mbps"}, "--link-rate"},
        Wrong{{"--delay=0"}, "--delay"}, Wrong{{"--duration=1ns"}, "--duration"},
        Wrong{{"--packet-size=40"}, "--packet-size"}, Wrong{{"--packet-size=1501"}, "--packet-size"},
        Wrong{{"--request-size=9000"}, "--request-size"}, Wrong{{"--reply-size=1"}, "--reply-size"},
        Wrong{{"--tcp", "--udp"}, "exclude each other"}, Wrong{{"--seed=0"}, "--seed"}, Wrong{{"--seed=x"}, "--seed"},
        Wrong{{"--seed=-1"}, "--seed: '-1' is no whole number from 0 to 4294967295"},
        Wrong{{"--cdf=a.txt"}, "'a.txt' does not end in .csv, .svg, .pdf or .png"},
        Wrong{{"--jobs=-1"}, "--jobs: '-1'"}, Wrong{{"--request-size=-4294967196"}, "request-size"},
        Wrong{{"--run=4294967296"}, "run"}, Wrong{{"--ns3::LvsNothing::X=1"}, "no type ns3::LvsNothing"},
        Wrong{{"--ns3::LvsEthNetDevice::Bogus=1"}, "no attribute Bogus"},
        Wrong{{"--ns3::LvsEthNetDevice::Mtu=big"}, "'big'"}, Wrong{{"--ns3::LvsEthNetDevice::Mtu"}, "value is missing"},
        Wrong{{"--ns3::LvsLoadClient::Poisson=true"}, "--arrivals"},
        Wrong{{"--ns3::LvsLoadClient::RequestRate=5"}, "--server-rate"},
        Wrong{{"--ns3::LvsEthNetDevice::TxQueueLimit=5"}, "--queue"},
        Wrong{{"--ns3::LvsHost::RewriteCost=1us"}, "--director-cost"},
        Wrong{{"--ns3::LvsEthCable::Delay=1us"}, "--delay"},
        Wrong{{"--ns3::TcpSocket::SegmentSize=1000"}, "makes no ns3::TcpSocket"},
        Wrong{{"--arrivals=often"}, "known: periodic"}, Wrong{{"--arrivals=trace:/none"}, "cannot be read"},
        Wrong{{"--sizes=pareto:1"}, "1.01..100"}, Wrong{{"--service=exponential"}, "--service-time"},
        Wrong{{"--service-time=5ms", "--service=web"}, "known: fixed"}, Wrong{{"--utilisation=0.5"}, "--service-time"},
        Wrong{{"--users=5", "--arrivals=poisson"}, "exclude"}, Wrong{{"--weights=1,-1"}, "--weights: '-1'"},
        Wrong{{"--capacity=0"}, "--capacity"}, Wrong{{"--replications=3"}, "nothing is drawn"},
        Wrong{{"--warm-up=soon"}, "--warm-up"}, Wrong{{"--director-cost=60us..30us"}, "no range"},
        Wrong{{"--plot=a.gif"}, ".png"}, Wrong{{"--cdf=a.txt"}, "--cdf: 'a.txt'"}, Wrong{{"--clients=0"}, "1..1000"},
        Wrong{{"--clients=1001"}, "1..1000"}, Wrong{{"--requests-per-connection=2", "--raw"}, "for --tcp"},
        Wrong{{"--class=many"}, "share above zero"}, Wrong{{"--class=1,size=5"}, "names none of arrivals"},
        Wrong{{"--class=1,sizes=web,sizes=web"}, "said twice"}, Wrong{{"--class=sizes=web"}, "SHARE"},
        Wrong{{"--class=1,arrivals=often"}, "known: periodic"}, Wrong{{"--class=1,reply-size=0"}, "1..10000000"},
        Wrong{{"--class=1,service=pareto"}, "service-time"}, Wrong{{"--users=5", "--class=1"}, "exclude"},
        Wrong{{"--class=1", "--class=1", "--class=1", "--class=1", "--class=1"}, "more than 4"},
        Wrong{{"--raw", "--class=1,requests-per-connection=2"}, "for --tcp"},
        Wrong{{"--neighbours=many"}, "known: auto"}, Wrong{{"--file=/none"}, "cannot be read"}));

TEST(Options, ListsAndRanges) {
  const auto parsed = parse({"--scheduler=rr,wlc,rr", "--director-cost=10us,30us..90us/30us"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_THAT(parsed.options->schedulers, ElementsAre("rr", "wlc"));
  ASSERT_EQ(parsed.options->cpus.size(), 4u);
  EXPECT_EQ(parsed.options->cpus[3].rewrite, 90us);
}

TEST(Options, WhatIsDrawnWarmsUpByARule) {
  EXPECT_FALSE(parse({}).options->base.find_warm_up);
  EXPECT_FALSE(parse({}).options->latencies);
  EXPECT_TRUE(parse({"--arrivals=poisson"}).options->base.find_warm_up);
  EXPECT_FALSE(parse({"--arrivals=poisson", "--warm-up=2s"}).options->base.find_warm_up);
  EXPECT_EQ(parse({"--service-time=5ms"}).options->base.load, LoadKind::tcp);
  EXPECT_EQ(parse({"--users=5"}).options->server_rates.size(), 1u);
}

TEST(Options, Ns3sWordsForProgramsThatDriveIt) {
  const auto parsed = parse({"--RngRun=7", "--RngSeed=3"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_EQ(parsed.options->base.run, 7u);
  EXPECT_EQ(parsed.options->base.seed, 3u);
  const auto help = parse({"--PrintHelp"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("Program Options:\n"), HasSubstr("    --servers:  "), HasSubstr("[20]"),
                              HasSubstr("General Arguments:\n")));
}

// What sem (github.com/signetlabdei/sem, runner.py) makes of --PrintHelp: a parameter is the last "--NAME:" of a line,
// its default the last "[...]".
std::vector<std::pair<std::string, std::string>> parameters_of_sem(const std::string& help) {
  std::vector<std::pair<std::string, std::string>> found;
  const auto begin = help.find("Program Options:");
  std::istringstream lines(help.substr(begin, help.find("General Arguments:") - begin));
  for (std::string line; std::getline(lines, line);) {
    const auto dashes = line.rfind("--"), end = line.find_first_of("?:|=", dashes);
    const auto open = line.rfind('['), close = line.find(']', open);
    if (dashes == std::string::npos || end == std::string::npos) continue;
    found.emplace_back(line.substr(dashes + 2, end - dashes - 2), line.substr(open + 1, close - open - 1));
  }
  return found;
}

// It gives every parameter to every run, whole numbers as Python's floats and flags as Python's words.
TEST(Options, SemDrivesThePrograms) {
  const auto help = parse({"--PrintHelp"});
  const auto found = parameters_of_sem(help.out);
  const std::vector<std::pair<std::string, std::string>> some{
      {"servers", "20"}, {"arrivals", "periodic"}, {"raw", "false"}, {"sizes", "fixed"}, {"csv", ""}};
  EXPECT_THAT(found, testing::IsSupersetOf(some));
  EXPECT_THAT(found, testing::Not(testing::Contains(testing::Pair("walk", testing::_))));
  std::vector<std::string> words{"--RngRun=7"};
  for (const auto& [name, value] : found) {
    const bool whole = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
    words.push_back("--" + name + "=" +
                    (name == "arrivals"      ? "poisson"
                     : name == "tcp"         ? "True"
                     : name == "raw"         ? "False"
                     : name == "utilisation" ? ""
                     : whole                 ? value + ".0"
                                             : value));
  }
  std::vector<const char*> all;
  for (const std::string& word : words) all.push_back(word.c_str());
  const auto parsed = parse(all);
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_EQ(parsed.options->servers, 20u);
  EXPECT_EQ(parsed.options->base.run, 7u);
  EXPECT_EQ(parsed.options->base.load, LoadKind::tcp);
  EXPECT_EQ(parsed.options->base.ask.arrivals, "poisson");
  EXPECT_EQ(parsed.options->csv, "");
  const auto globals = parse({"--PrintGlobals"});
  EXPECT_EQ(globals.status, 0);
  EXPECT_THAT(globals.out, HasSubstr("--RngRun=[1]"));
  // A person's words keep their meaning.
  EXPECT_FALSE(parse({"--servers=20.0"}).options);
}

TEST(Options, ManyServersAndClients) {
  const auto parsed =
      parse({"--servers=10000", "--clients=1000", "--neighbours=raised", "--cdf=a.csv", "--plot=a.pdf"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  EXPECT_EQ(parsed.options->sweep.back(), 10000u);
  EXPECT_LT(parsed.options->sweep.size(), 60u);
  EXPECT_EQ(parsed.options->base.clients, 1000u);
  EXPECT_FALSE(pinned(parsed.options->base));
  EXPECT_TRUE(pinned(parse({"--clients=101"}).options->base));
}

TEST(Options, ClassesOfClientsShareTheRequests) {
  const auto parsed = parse({"--service-time=10ms", "--class=3,arrivals=poisson",
                             "--class=1,sizes=pareto:2,reply-size=20000,service-time=50ms"});
  ASSERT_TRUE(parsed.options) << parsed.err;
  const PointSpec& spec = parsed.options->base;
  ASSERT_EQ(spec.ask.classes.size(), 2u);
  EXPECT_DOUBLE_EQ(spec.ask.classes[0].share, 0.75);
  EXPECT_EQ(spec.ask.classes[0].work.arrivals.GetKind(), ns3::LvsWorkArrivals::POISSON);
  EXPECT_EQ(spec.ask.classes[1].work.arrivals.GetKind(), ns3::LvsWorkArrivals::PERIODIC);
  EXPECT_DOUBLE_EQ(spec.ask.classes[0].work.reply.GetMean(), 8000);
  EXPECT_DOUBLE_EQ(spec.ask.classes[1].work.reply.GetMean(), 20000);
  EXPECT_EQ(spec.reply_size, 11000u);
  EXPECT_DOUBLE_EQ(spec.ask.service_time, 0.02);
  EXPECT_EQ(spec.load, LoadKind::tcp);
}

TEST(Options, DirectorGroupsBelongToTheHybrid) {
  EXPECT_FALSE(parse({"--directors=2"}).options);
  const auto parsed = parse({"--directors=1..3"}, true);
  ASSERT_TRUE(parsed.options);
  EXPECT_THAT(parsed.options->directors, ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace lvs::scenarios
