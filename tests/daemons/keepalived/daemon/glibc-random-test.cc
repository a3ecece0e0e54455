// SPDX-License-Identifier: GPL-2.0-or-later
// The generator that keepalived draws from, against the library's own.
#include "daemons/keepalived/daemon/glibc-random.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lvs::keepalived {
namespace {

TEST(GlibcRandom, DrawsWhatTheLibraryDraws) {
  for (const std::uint32_t seed : {0u, 1u, 946684800u, 1790000300u, 2147483648u, 4294967295u}) {
    ::srandom(seed);
    GlibcRandom random(seed);
    for (int i = 0; i < 500; ++i) ASSERT_EQ(random.next(), ::random()) << seed << ", " << i;
  }
}

}  // namespace
}  // namespace lvs::keepalived
