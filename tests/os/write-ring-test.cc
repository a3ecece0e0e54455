// SPDX-License-Identifier: GPL-2.0-or-later
#include "os/write-ring.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace lvs::os {
namespace {

TEST(WriteRing, WritesInOrderAndSaysWhatBecameOfEach) {
  const auto ring = WriteRing::open(8);
  if (ring == nullptr) GTEST_SKIP() << "no io_uring here";
  const Pipe pipe = make_pipe();
  check(::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK), "fcntl");
  std::string expected;
  for (int round = 0; round < 5; ++round) {  // more than the ring is long
    const std::string first = "first" + std::to_string(round);
    std::string head = "<", tail = "second>";
    const std::array<iovec, 2> parts = {iovec{head.data(), head.size()}, iovec{tail.data(), tail.size()}};
    ring->add(pipe.write.get(), first.data(), first.size());
    ring->add(-1, first.data(), first.size());
    ring->add(pipe.write.get(), parts);
    std::array<int, 3> results{};
    ring->write_all(results);
    EXPECT_EQ(results, (std::array<int, 3>{6, -EBADF, 8}));
    expected += first + "<second>";
  }
  std::string text(200, '\0');
  text.resize(static_cast<std::size_t>(check(::read(pipe.read.get(), text.data(), text.size()), "read")));
  EXPECT_EQ(text, expected);
}

TEST(WriteRing, WhatFindsNoRoomIsSaidAtOnce) {
  const auto ring = WriteRing::open(4);
  if (ring == nullptr) GTEST_SKIP() << "no io_uring here";
  const Pipe pipe = make_pipe();
  check(::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK), "fcntl");
  const std::vector<char> bytes(1 << 20);
  while (::write(pipe.write.get(), bytes.data(), bytes.size()) > 0) {
  }
  ring->add(pipe.write.get(), bytes.data(), 10);
  ring->add(pipe.write.get(), bytes.data(), 10);
  std::array<int, 2> results{};
  ring->write_all(results);
  EXPECT_EQ(results, (std::array<int, 2>{-EAGAIN, -EAGAIN}));
}

}  // namespace
}  // namespace lvs::os
