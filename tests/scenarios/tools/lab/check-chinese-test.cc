// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes and cures in Chinese: each has its text, and the text of a cure is Chinese.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "control/lab/diagnose/diagnose.h"
#include "tools/trace/html/embedded.h"
#include "trace/advice.h"

namespace lvs::scenarios {
namespace {

// What has no Chinese: protocols and methods, files, commands, and what stands in configurations.
constexpr std::string_view kNames =
    " ACCEPT BACKUP DR INPUT MAC MTU NAT ROUTER TUN VIP add addr arp arp_announce arp_ignore auth_pass auth_type "
    "backup "
    "conf default global_defs interface ip iptables ipvsadm keepalived lo mtu nc nginx ping priority "
    "proxy_connect_timeout proxy_pass proxy_read_timeout replace route rp_filter send_redirects server state via "
    "virtual_ipaddress vrrp_strict vrrp_version ";

// Words of Latin letters, without options ("-m").
std::vector<std::string> latin_words(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && letter(text[i])) {
      word += text[i];
    } else if (!word.empty()) {
      if (i == word.size() || text[i - word.size() - 1] != '-') words.push_back(word);
      word.clear();
    }
  }
  return words;
}

TEST(CheckInChinese, EachMistakeHasItsText) {
  const Chinese chinese;
  for (const control::LabRule& rule : control::lab_rules()) EXPECT_FALSE(chinese.of(rule.summary).empty()) << rule.name;
}

TEST(CheckInChinese, EachCureHasItsText) {
  const Chinese chinese;
  for (unsigned i = 0; i < static_cast<unsigned>(trace::AdviceId::count_); ++i) {
    const auto id = static_cast<trace::AdviceId>(i);
    const std::string english(trace::template_of(id));
    const std::string& text = chinese.of(english);
    ASSERT_FALSE(text.empty()) << trace::name_of(id);
    // Places: all of the English ones; more where an English finding has said it before (trace/advice.h).
    for (char place = '0'; place <= '9'; ++place) {
      const std::string mark = {'{', place, '}'};
      EXPECT_TRUE(english.find(mark) == english.npos || text.find(mark) != text.npos) << text << ": " << mark;
    }
    for (const std::string& word : latin_words(text))
      EXPECT_NE(kNames.find(" " + word + " "), kNames.npos) << word << " in " << text;
    const auto is_chinese = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    EXPECT_EQ(english != "{0}", std::ranges::any_of(text, is_chinese)) << text;
  }
}

}  // namespace
}  // namespace lvs::scenarios
