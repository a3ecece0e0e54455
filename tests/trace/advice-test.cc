// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/advice.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lvs::trace {
namespace {

const Advice kOnLo{AdviceId::vip_on_lo, {"ip addr add 10.0.0.100/32 dev lo", "sysctl -w a=1 b=2"}, {"eth0"}};

TEST(Advice, IsASentenceWithItsArguments) {
  EXPECT_EQ(text_of(kOnLo), "the VIP on lo, not eth0: ip addr add 10.0.0.100/32 dev lo; and sysctl -w a=1 b=2");
  EXPECT_EQ(filled("{2}：{0}，{1}", kOnLo), "eth0：ip addr add 10.0.0.100/32 dev lo，sysctl -w a=1 b=2");
  EXPECT_EQ(text_of({AdviceId::setting, {}, {"a {0} b"}}), "a {0} b") << "what is put in is left as it is";
  EXPECT_EQ(filled("{x} {} {12} {", Advice{}), "{x} {} {12} {") << "no places";
  EXPECT_EQ(filled("{3}.", kOnLo), ".");
}

TEST(Advice, ItsCommandsAreALine) {
  EXPECT_EQ(kOnLo.line(), "ip addr add 10.0.0.100/32 dev lo; sysctl -w a=1 b=2");
  EXPECT_EQ((Advice{AdviceId::no_port_mapping, {}, {"80"}}).line(), "");
}

TEST(Advice, PlacesAreCountedToTheLast) {
  EXPECT_EQ(places_of("a client of its own, or NAT"), 0U);
  EXPECT_EQ(places_of("{2}: {0}; and {1}"), 3U);
  EXPECT_EQ(places_of("{0} {0}"), 1U);
}

TEST(Advice, NamesLeadBackToTheirSentence) {
  std::set<std::string> names;
  for (unsigned i = 0; i < static_cast<unsigned>(AdviceId::count_); ++i) {
    const auto id = static_cast<AdviceId>(i);
    names.emplace(name_of(id));
    EXPECT_EQ(advice_by_name(name_of(id)), id);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(AdviceId::count_));
  EXPECT_FALSE(advice_by_name("of_a_later_version"));
}

}  // namespace
}  // namespace lvs::trace
