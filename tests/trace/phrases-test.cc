// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of the journal as phrases: their text, and the form they have in a file.
#include "trace/phrases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvs::trace {
namespace {

Why named(WhyId id, std::string_view one, std::string_view two = {}) {
  const WhyWord first = why_word(one), second = why_word(two);
  return {id, {first.first, first.second, second.first, second.second}};
}

TEST(Phrases, FollowEachOther) {
  const Phrases said{{WhyId::sched_goes, {0x0a000001, 4000, 0xc0a80002, 80}},
                     {WhyId::dest_load, {1, 2, 3}},
                     {WhyId::none},
                     {WhyId::loser, {0xc0a80003, 80}},
                     {WhyId::lost_turn}};
  EXPECT_EQ(text_of(said),
            "10.0.0.1:4000 goes to 192.168.0.2:80 (weight 1, 2 active, 3 inactive)\n192.168.0.3:80: not its turn");
}

TEST(Phrases, NamesHaveUpTo16Bytes) {
  EXPECT_EQ(text_of(named(WhyId::conn_state, "NONE", "S-ACK-SENT")), " NONE -> S-ACK-SENT");
  EXPECT_EQ(text_of(named(WhyId::conn_expired, "12345678")), " expired in 12345678");
  EXPECT_EQ(text_of(named(WhyId::conn_expired, "1234567890123456")), " expired in 1234567890123456");
  EXPECT_EQ(text_of(named(WhyId::conn_expired, "12345678901234567")), " expired in 1234567890123456");
  EXPECT_EQ(text_of(named(WhyId::conn_expired, "a\nb\x7f")), " expired in a?b?");
  EXPECT_EQ(text_of(Why{WhyId::icmp_not_sent, {3, 1, 0x0a000001, static_cast<std::uint64_t>(Drop::ip_ttl)}}),
            "error 3/1 to 10.0.0.1 not sent: " + std::string(text_of(Drop::ip_ttl)));
  EXPECT_EQ(text_of(Why{WhyId::icmp_not_sent, {3, 1, 0x0a000001, ~0ull}}), "error 3/1 to 10.0.0.1 not sent: unknown");
}

TEST(Phrases, WordsOfAnyLength) {
  for (const std::size_t length : {0u, 1u, 15u, 16u, 17u, 31u, 32u, 33u, 64u, 100u}) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += static_cast<char>('a' + i % 26);
    Phrases said;
    append_words(said, text);
    EXPECT_EQ(text_of(said), text);
    EXPECT_EQ(said.size(), (length + 31) / 32);
  }
}

TEST(Phrases, ComeBackFromAFile) {
  Phrases said{{WhyId::lost}, {WhyId::none}, {WhyId::lost_weight, {0, 7}}, named(WhyId::words, "", "x")};
  said.push_back({WhyId{65535}, {~0ull, 0, 0, 1}});
  const Phrases back = decoded_phrases(encoded(said));
  ASSERT_EQ(back.size(), said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    EXPECT_EQ(back[i].id, said[i].id);
    EXPECT_EQ(back[i].args, said[i].args);
  }
  EXPECT_EQ(encoded(Phrases{{WhyId{7}}, {WhyId{}}, {WhyId{8}, {0, 5}}}), "7;0;8,0,5");
}

TEST(Phrases, WhatIsNoneInAFile) {
  for (const char* text :
       {"", "x", "-1", "65536", "7,1,2,3,4,5", "7;;8", "7, 1", "18446744073709551616", "7,18446744073709551616"}) {
    EXPECT_THAT(decoded_phrases(text), ::testing::IsEmpty()) << text;
  }
  std::string endless = "0";
  while (endless.size() < 300000) endless += ";0";
  EXPECT_THAT(decoded_phrases(endless), ::testing::IsEmpty());
}

}  // namespace
}  // namespace lvs::trace
