// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/kernel/why-ended.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lvs::referee {
namespace {

using testing::HasSubstr;
using testing::Not;

struct EndCase {
  const char* name;
  KernelEnd end;
  std::vector<const char*> says;
};

// The first two are what Linux 6.1.192 wrote.
const EndCase kEnds[] = {
    {"NoPtrace", {{"ptrace: Operation not permitted"}, 1, false}, {"--cap-add=SYS_PTRACE", "kernel.yama.ptrace_scope"}},
    {"Panic",
     {{"lvs: kernel 6.1.192", "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000000",
       "CPU: 0 PID: 1 Comm: true Not tainted 6.1.192 #1"},
      128 + 6,
      true},
     {"Kernel panic - not syncing: Attempted to kill init!", "before its work was done", "--referee package"}},
    {"Killed", {{"lvs: kernel 6.1.192"}, 128 + 9, true}, {"signal 9", "before its work was done", "1 GiB"}},
    {"EndedAlone", {{"some words"}, 1, false}, {"status 1", "before it had booted: some words", "--kernel-image"}},
    {"SaidNothing", {{}, 1, false}, {"it said nothing"}},
};

class WhyEnded : public testing::TestWithParam<EndCase> {};

TEST_P(WhyEnded, IsOneLineWithWhatToDo) {
  const std::string text = why_ended(GetParam().end);
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  for (const char* part : GetParam().says) EXPECT_THAT(text, HasSubstr(part));
}

std::string name_of_end(const testing::TestParamInfo<EndCase>& end) { return end.param.name; }

INSTANTIATE_TEST_SUITE_P(Ends, WhyEnded, testing::ValuesIn(kEnds), name_of_end);

}  // namespace
}  // namespace lvs::referee
