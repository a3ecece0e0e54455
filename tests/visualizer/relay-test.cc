// SPDX-License-Identifier: GPL-2.0-or-later
// A request that a proxy passes on is told as one walk, over both of its connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/session/relays.h"
#include "models/session/tale.h"
#include "window.h"

namespace lvs::view {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = RelayPart::Kind;

// The first packet that begins with this line of HTTP and has this share in a request.
std::uint32_t packetOf(Session& session, Kind kind, const char* line) {
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk) {
    const RelayPart* part = session.relayPart(walk);
    if (part != nullptr && part->kind == kind && part->line.startsWith(line)) return walk;
  }
  ADD_FAILURE() << "no such packet: " << line;
  return 0;
}

// What is told from here on, up to the end of the story.
std::vector<std::string> told(Session& session) {
  std::vector<std::string> all;
  for (;;) {
    const Session::Place place = session.placeInStory();
    EXPECT_EQ(place.beat, static_cast<int>(all.size()) + 1);
    const auto beat = static_cast<std::size_t>(session.beat());
    const QString sentence = tellBeat(session, session.walk(), session.beats()[beat]);
    all.push_back(sentence.toStdString());
    if (place.beat >= place.all) return all;
    session.nextStage(1);
  }
}

TEST(Relay, ARequestThroughAProxyIsOneStory) {
  Session session;
  ASSERT_TRUE(session.open(traceOf("nginx-upstream")));
  const std::uint32_t first = packetOf(session, Kind::asked, "GET ");
  session.go({first, 0});
  EXPECT_THAT(told(session),
              ElementsAre("client asks px: GET / HTTP/1.1", "px takes the request and reads it: GET / HTTP/1.1",
                          "px opens a connection of its own, to rs1", "px asks who has rs1: rs1 answers",
                          "px puts it on the wire, to the MAC address of rs1",
                          "rs1 takes it: the packet is for one of its sockets",
                          "px asks rs1 in turn, on its own connection: GET / HTTP/1.0",
                          "rs1 takes the request and reads it: GET / HTTP/1.0", "rs1 answers px: HTTP/1.1 200 OK",
                          "px takes the answer: HTTP/1.1 200 OK", "px passes the answer on to client: HTTP/1.1 200 OK",
                          "client takes the answer: HTTP/1.1 200 OK"));
  // Behind the end it goes on with the next packet; back along the story it comes to where it began.
  const std::uint32_t last = session.moment().walk;
  session.nextStage(1);
  EXPECT_EQ(session.moment().walk, last + 1);
  session.nextStage(-1);
  for (int i = 0; i < 11; ++i) session.nextStage(-1);
  EXPECT_EQ(session.moment().walk, first);
  EXPECT_EQ(session.placeInStory().beat, 1);
}

// Every stage, one by one, and packets by the arrow keys: all that lies between the parts is there.
TEST(Relay, UnfoldedEveryPacketIsShown) {
  Session session;
  ASSERT_TRUE(session.open(traceOf("nginx-upstream")));
  session.setStory(false);
  const std::uint32_t first = packetOf(session, Kind::asked, "GET ");
  session.go({first, 0});
  while (session.moment().walk == first) session.nextStage(1);
  EXPECT_EQ(session.moment().walk, first + 1);
}

// The director's share is told within the walk of each packet; the proxy is one of two behind it.
TEST(Relay, BehindADirectorToo) {
  Session session;
  ASSERT_TRUE(session.open(traceOf("nginx-behind-lvs")));
  session.go({packetOf(session, Kind::asked, "GET "), 0});
  std::string all;
  for (const std::string& line : told(session)) all += line + "\n";
  EXPECT_THAT(all, HasSubstr("director knows the connection: it belongs to px"));
  EXPECT_THAT(all, HasSubstr("opens a connection of its own, to web"));
  EXPECT_THAT(all, HasSubstr("in turn, on its own connection: GET / HTTP/1."));
  EXPECT_THAT(all, HasSubstr("passes the answer on to client: HTTP/1.1 200 OK"));
}

// A server that refuses: the attempt is part of the story, and so is the one that answers in its place.
TEST(Relay, AnAttemptThatCameToNothingIsTold) {
  Session session;
  ASSERT_TRUE(session.open(traceOf("nginx-server-dies")));
  bool twice = false;
  for (std::uint32_t walk = 0; walk < session.index().walks().size() && !twice; ++walk) {
    const RelayPart* part = session.relayPart(walk);
    if (part == nullptr || part->kind != Kind::asked) continue;
    session.go({walk, 0});
    std::string all;
    for (const std::string& line : told(session)) all += line + "\n";
    const std::size_t once = all.find("opens a connection of its own");
    twice = once != std::string::npos && all.find("opens a connection of its own", once + 1) != std::string::npos;
  }
  EXPECT_TRUE(twice);
}

TEST(Relay, AWebServerIsNone) {
  Session session;
  ASSERT_TRUE(session.open(traceOf("nat-walk")));
  for (std::uint32_t walk = 0; walk < session.index().walks().size(); ++walk)
    EXPECT_EQ(session.relayPart(walk), nullptr) << walk;
}

}  // namespace
}  // namespace lvs::view
