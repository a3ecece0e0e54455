// SPDX-License-Identifier: GPL-2.0-or-later
// Traces written and read again; files that are cut off, damaged, foreign, or grow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "trace/file/index.h"
#include "trace/file/writer.h"
#include "trace/flow.h"
#include "trace/pcapng/pcapng.h"
#include "trace/phrases.h"
#include "trace/sample-trace.h"
#include "trace/why.h"

namespace lvs::trace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

class Trace : public testing::Test {
 protected:
  Trace() : path_(testing::TempDir() + "trace-" + std::to_string(getpid()) + ".pcapng") {}
  ~Trace() override { std::filesystem::remove(path_); }

  TraceWriter::Output output() {
    return [this](std::string_view bytes) {
      file_ += bytes;
      return true;
    };
  }

  void write_sample() { file_ = sample_trace(); }

  void save(std::string_view bytes) { std::ofstream(path_, std::ios::binary) << bytes; }
  void append(std::string_view bytes) { std::ofstream(path_, std::ios::binary | std::ios::app) << bytes; }
  static void read_all(TraceIndex& index) {
    while (index.update() != 0) {
    }
  }

  std::string path_, file_;
};

TEST_F(Trace, ReadsBackWhatWasWritten) {
  write_sample();
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  EXPECT_EQ(index.update(), 7u);
  EXPECT_EQ(index.update(), 0u);
  EXPECT_EQ(index.error(), "");
  EXPECT_EQ(index.notice(), "");
  EXPECT_EQ(to_json(index.info()), to_json(sample_info()));
  ASSERT_EQ(index.size(), 4u);
  ASSERT_EQ(index.walks().size(), 1u);
  EXPECT_THAT(index.records_of(0), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(index.find_walk(WalkId{1} << 40 | 1), 0u);
  EXPECT_EQ(index.find_walk(WalkId{1} << 40 | 2), kNoRecord);

  const IndexEntry& nat = index.entry(2);
  EXPECT_EQ(nat.src.text(), "10.0.0.1");
  EXPECT_EQ(nat.dst.text(), "10.0.0.11");
  EXPECT_EQ(nat.sport, 4000);
  EXPECT_EQ(nat.dport, 80);
  EXPECT_EQ(nat.protocol, 6);
  EXPECT_EQ(nat.flags, entry_flag::rewritten);
  EXPECT_EQ(index.hook_names()[nat.hook], "ip_vs_nat_xmit");
  EXPECT_EQ(index.entry(1).flags, entry_flag::wire_out);

  Record record;
  ASSERT_TRUE(index.record(2, record));
  EXPECT_EQ(record.at, 3ms);
  EXPECT_EQ(record.host, 2u);
  EXPECT_EQ(record.step, 3);
  EXPECT_EQ(record.verdict, Verdict::stolen);
  EXPECT_EQ(record.stage, Stage::ipvs_xmit);
  EXPECT_EQ(text_of(record.why), "NAT: destination 10.0.0.100:80 becomes 10.0.0.11:80");
  EXPECT_EQ(record.comment,
            "3 director IPVS_XMIT ip_vs_nat_xmit STOLEN: NAT: destination 10.0.0.100:80 becomes 10.0.0.11:80");
  EXPECT_EQ(record.changes, "IP ttl 64 > 63, IP dst 10.0.0.100 > 10.0.0.11");
  EXPECT_FALSE(record.has_link_header);
  EXPECT_EQ(record.bytes.size(), 54u);
  EXPECT_EQ(record.original_length, 154u);
  EXPECT_EQ(record.packet().size(), 40u);
  ASSERT_TRUE(index.record(3, record));
  EXPECT_EQ(record.drop, Drop::ip_ttl);
  EXPECT_EQ(record.comment, "4 director FORWARD DROP ip_ttl: TTL exceeded");
  // The connection belongs to the walk from the moment IPVS has told of it.
  EXPECT_EQ(record.connection,
            flow_id(6, base::Ipv4Addr::of(10, 0, 0, 100), 80, base::Ipv4Addr::of(10, 0, 0, 1), 4000));
}

TEST_F(Trace, ReadsTheJournal) {
  write_sample();
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  ASSERT_EQ(index.journal().size(), 3u);
  EXPECT_THAT(index.journal_kinds(), ElementsAre("conn", "schedule", "table"));
  JournalRecord entry;
  ASSERT_TRUE(index.journal_record(0, entry));
  EXPECT_EQ(entry.text, "TCP\nwith a \\ and lines");
  EXPECT_EQ(entry.at, 3ms);
  EXPECT_EQ(entry.host, 2u);
  EXPECT_EQ(entry.walk, WalkId{1} << 40 | 1);
  EXPECT_EQ(index.journal()[0].record, 3u);
  EXPECT_THAT(entry.said, IsEmpty());
  EXPECT_EQ(index.journal_subjects()[index.journal()[2].subject], "ip neigh");
  ASSERT_TRUE(index.journal_record(1, entry));
  EXPECT_EQ(entry.text, "10.0.0.11:80: weight 1 < 2\nnot chosen");
  EXPECT_EQ(text_of(entry.said), entry.text);
}

TEST_F(Trace, ACutOffFileShowsWhatCameBefore) {
  write_sample();
  for (std::size_t size = 0; size < file_.size(); ++size) {
    save(file_.substr(0, size));
    TraceIndex index;
    ASSERT_TRUE(index.open(path_));
    read_all(index);
    ASSERT_EQ(index.error(), "") << size;
    ASSERT_LE(index.size(), 4u);
    Record record;
    for (std::size_t i = 0; i < index.size(); ++i) ASSERT_TRUE(index.record(i, record));
  }
  save(file_.substr(0, file_.size() - 1));
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  EXPECT_EQ(index.size(), 4u);
  EXPECT_THAT(index.notice(), HasSubstr("ends within a block"));
}

TEST_F(Trace, FollowsAFileThatGrows) {
  write_sample();
  const std::size_t half = file_.size() / 2;
  save(file_.substr(0, half));
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  const std::size_t before = index.size();
  EXPECT_LT(before, 4u);
  append(file_.substr(half));
  read_all(index);
  EXPECT_EQ(index.size(), 4u);
  EXPECT_THAT(index.notice(), IsEmpty());
}

TEST_F(Trace, AFileThatShrinksIsAnErrorAndNoCrash) {
  write_sample();
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  save(file_.substr(0, 100));
  Record record;
  EXPECT_FALSE(index.record(3, record));
  EXPECT_THAT(index.error(), HasSubstr("has changed"));
  TraceIndex other;
  ASSERT_TRUE(other.open(path_));
}

TEST_F(Trace, DamageIsNamedWithItsByte) {
  write_sample();
  // The length of the block behind the section header.
  std::uint32_t section = 0;
  std::memcpy(&section, file_.data() + 4, sizeof section);
  file_[section + 4] = 7;
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  EXPECT_EQ(index.error(),
            path_ + ": damaged at byte " + std::to_string(section) + ": a block of 7 bytes is impossible");
}

TEST_F(Trace, EveryByteMayBeWrong) {
  write_sample();
  for (std::size_t i = 0; i < file_.size(); ++i) {
    std::string broken = file_;
    broken[i] = static_cast<char>(~broken[i]);
    save(broken);
    TraceIndex index;
    ASSERT_TRUE(index.open(path_));
    read_all(index);
    Record record;
    for (std::size_t n = 0; n < index.size(); ++n) ASSERT_TRUE(index.record(n, record)) << i;
  }
}

TEST_F(Trace, ForeignFilesAreNamed) {
  const auto error_of = [&](std::string_view bytes) {
    save(bytes);
    TraceIndex index;
    index.open(path_);
    read_all(index);
    return index.error();
  };
  std::string foreign;
  pcapng::append(foreign, pcapng::Section{});
  EXPECT_THAT(error_of(foreign), HasSubstr("a pcapng file, but no trace of LVS"));
  EXPECT_THAT(error_of(std::string("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0", 24)),
              HasSubstr("an old pcap capture, not a pcapng file"));
  EXPECT_THAT(error_of("LAB_NAME=nothing of the kind\n"), HasSubstr("no pcapng file"));
  EXPECT_THAT(error_of(""), IsEmpty());
  TraceIndex index;
  EXPECT_FALSE(index.open(path_ + ".not-there"));
  EXPECT_EQ(index.error(), path_ + ".not-there: No such file or directory");
  EXPECT_FALSE(TraceIndex().open(testing::TempDir()));
}

TEST_F(Trace, ALaterFormatIsRefused) {
  RunInfo info = sample_info();
  info.format = kTraceFormat + 1;
  TraceWriter(info, output()).flush();
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  EXPECT_THAT(index.error(), HasSubstr("its format is 2, and this program knows 1 at most"));
}

TEST_F(Trace, NewDescriptionsReplaceTheOldOne) {
  {
    RunInfo info = sample_info();
    TraceWriter writer(info, output());
    writer.describe(info, 1ms);  // the same: not written
    info.hosts[1].role = "router";
    writer.describe(info, 2ms);
  }
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  EXPECT_EQ(index.info_generation(), 2u);
  EXPECT_EQ(index.info().hosts[1].role, "router");
  EXPECT_THAT(index.journal(), IsEmpty());
}

TEST_F(Trace, ADescriptionTooLongForAnOptionIsWhole) {
  RunInfo info = sample_info();
  for (HostId id = 3; id < 3000; ++id) info.hosts.push_back({id, "server" + std::to_string(id), "server", true, {}});
  TraceWriter(info, output()).flush();
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  EXPECT_EQ(index.info().hosts.size(), 2999u);
}

TEST_F(Trace, WhatCannotBeWrittenStopsTheWriter) {
  int calls = 0;
  TraceWriter writer(sample_info(), [&](std::string_view) { return ++calls, false; });
  writer.flush();
  EXPECT_TRUE(writer.failed());
  writer.journal({1ms, 1, 0, "command", "x"});
  writer.flush();
  EXPECT_EQ(calls, 1);
}

// What a writer remembers of walks is a ring: a trace of days must not hold each packet. The steps of a walk are
// counted on while it is among the latest, and whoever gets its place begins anew.
TEST_F(Trace, WalksAreForgottenWhenManyHaveFollowed) {
  constexpr std::uint64_t kMany = std::uint64_t{1} << 17;
  {
    TraceWriter writer(sample_info(), output());
    const std::array<std::uint8_t, 20> head{0x45};
    const auto packet = [&](std::uint64_t number) {
      PacketEvent event{};
      event.host = 1;
      event.walk = WalkId{1} << 40 | number;
      event.stage = Stage::local_out;
      event.head = head;
      writer.packet(event);
    };
    for (const std::uint64_t number : {std::uint64_t{1}, kMany - 1, kMany + 1, std::uint64_t{1}, kMany - 1, 9 * kMany})
      packet(number);
  }
  save(file_);
  TraceIndex index;
  ASSERT_TRUE(index.open(path_));
  read_all(index);
  std::vector<int> steps;
  Record record;
  for (std::size_t i = 0; i < index.size(); ++i)
    if (index.record(i, record)) steps.push_back(record.step);
  EXPECT_THAT(steps, ElementsAre(1, 1, 1, 1, 2, 1));
}

TEST(Why, FillsTemplates) {
  EXPECT_EQ(fill("{a0} {1} {m2} {t3}", {0x0a000001, 7, 0x020000000102, 254}), "10.0.0.1 7 02:00:00:00:01:02 main");
  EXPECT_EQ(fill("{p0}", {why_prefix({base::Ipv4Addr::of(10, 0, 0, 9), 24})}), "10.0.0.0/24");
  EXPECT_EQ(fill("{p0}", {0}), "default");
  EXPECT_EQ(fill("{ {} {x} {9} {", {}), "{ {} {x} {9} {");
}

// The numbers are in files: entries are appended, never moved. The golden file has what was shipped first.
TEST(Why, NumbersStand) {
  std::ifstream golden(std::string(LVS_SOURCE_DIR) + "/tests/golden/trace/reason-ids.txt");
  ASSERT_TRUE(golden);
  std::string kind, name;
  unsigned number = 0, seen = 0;
  while (golden >> kind >> number >> name) {
    ++seen;
    const std::string_view now = kind == "why"       ? name_of(static_cast<WhyId>(number))
                                 : kind == "drop"    ? name_of(static_cast<Drop>(number))
                                 : kind == "stage"   ? name_of(static_cast<Stage>(number))
                                 : kind == "verdict" ? name_of(static_cast<Verdict>(number))
                                                     : "no such kind";
    EXPECT_EQ(now, name) << kind << ' ' << number;
  }
  EXPECT_GT(seen, 100u);
}

}  // namespace
}  // namespace lvs::trace
