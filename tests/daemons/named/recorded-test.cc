// SPDX-License-Identifier: GPL-2.0-or-later
// named-checkzone and named-checkconf: the words and the status of the real ones, recorded by
// tests/golden/daemons/record-named; and what is refused, where the real ones would go on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "daemons/daemons.h"
#include "support/lan.h"

namespace lvs::named {
namespace {

struct RecordedCase {
  std::string kind, name, file, text;
  int status = 0;
};
std::ostream& operator<<(std::ostream& out, const RecordedCase& each) { return out << each.kind << ' ' << each.name; }

std::vector<RecordedCase> recorded_cases() {
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/daemons/named.txt");
  std::vector<RecordedCase> all;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) all.push_back({line.substr(3, 4), line.substr(8), {}, {}});
    if (line.starts_with("| ") || line == "|")
      all.back().file += line.substr(std::min<std::size_t>(2, line.size())) + "\n";
    if (line.starts_with("> ")) all.back().text += line.substr(2) + "\n";
    if (line.starts_with("= ")) all.back().status = std::stoi(line.substr(2));
  }
  return all;
}

class RecordedNamed : public testing::TestWithParam<RecordedCase> {};

TEST_P(RecordedNamed, SaysWhatTheRealOneSays) {
  daemons::add_daemons();
  const RecordedCase& each = GetParam();
  const bool zone = each.kind == "zone";
  const std::string file = each.name + (zone ? ".db" : ".conf");
  test::Lan lan(1);
  lan[1].files().place("/root/" + file, each.file);
  const std::string line = (zone ? "named-checkzone example.com " : "named-checkconf ") + file;
  const auto outcome = lan[1].run_script(line);
  EXPECT_EQ(outcome.out, each.text);
  EXPECT_EQ(outcome.err, each.status == 0 ? "" : line + ": status 1\n");
  EXPECT_EQ(outcome.status, each.status);
}

INSTANTIATE_TEST_SUITE_P(Named, RecordedNamed, testing::ValuesIn(recorded_cases()));

TEST(NamedRecording, IsThere) { EXPECT_GT(recorded_cases().size(), 50U); }

// Known to BIND, not modelled: file, line and word, and nothing is started.
struct Refused {
  const char* conf;
  const char* text;
};
class RefusedNamed : public testing::TestWithParam<Refused> {};

TEST_P(RefusedNamed, NamesFileAndLine) {
  daemons::add_daemons();
  test::Lan lan(1);
  lan[1].files().place("/etc/bind/named.conf", GetParam().conf);
  lan[1].files().place("/root/a.db",
                       "$TTL 60\n@ SOA ns1 a 1 2 3 4 5\n@ NS ns1\nns1 A 10.0.0.1\n$GENERATE 1-3 w$ A 10.0.0.$\n");
  const auto outcome = lan[1].run_script("named");
  EXPECT_EQ(outcome.err, std::string("named: not modelled: ") + GetParam().text + "\nnamed: status 2\n");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(lan[1].run_script("pidof named").status, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Named, RefusedNamed,
    testing::Values(
        Refused{"view \"x\" { };\n", "/etc/bind/named.conf:1: 'view' is not modelled"},
        Refused{"options {\n rate-limit { };\n};\n", "/etc/bind/named.conf:2: 'rate-limit' is not modelled"},
        Refused{"zone \"a\" { type slave; file \"x\"; masters { 10.0.0.1; }; };\n",
                "/etc/bind/named.conf:1: zones of type slave are not modelled\n"
                "named: not modelled: /etc/bind/named.conf:1: 'masters' is not modelled"},
        Refused{
            "options { forwarders { 10.0.0.1; }; };\n",
            "forwarders whose answers are validated are not modelled: 'dnssec-validation no;' is needed in 'options'"},
        Refused{"zone \"a\" { type master; file \"/root/a.db\"; };\n", "/root/a.db:5: '$GENERATE' is not modelled"}));

}  // namespace
}  // namespace lvs::named
