// SPDX-License-Identifier: GPL-2.0-or-later
// Which server gets what, by hand from the source of ktcpvs 0.0.18; there is no kernel to be asked.
#include "daemons/ktcpvs/table/schedule.h"

#include <gtest/gtest.h>

#include <string>

namespace lvs::ktcpvs {
namespace {

// Servers a, b, c ... in the order added: 10.0.0.1, 10.0.0.2, ...
class Web {
 public:
  Web() { table_.add("web", {}); }
  static host::SocketAddress address(char letter) {
    return {base::Ipv4Addr::of(10, 0, 0, static_cast<std::uint8_t>(letter - 'a' + 1)), 80};
  }
  Web& server(char letter, int weight = 1, unsigned connections = 0) {
    EXPECT_EQ(table_.add_server("web", address(letter), weight), Answer::none);
    service().destinations.front()->connections = connections;
    return *this;
  }
  Web& rule(const std::string& pattern, const std::string& letters, unsigned group = 0) {
    for (const char letter : letters) EXPECT_EQ(table_.add_rule("web", pattern, group, address(letter)), Answer::none);
    return *this;
  }
  Service& service() { return *table_.find("web"); }

 private:
  Table table_;
};

char letter_of(const DestinationPtr& chosen) {
  return chosen ? static_cast<char>('a' + (chosen->address.addr.value & 0xff) - 1) : '-';
}

TEST(KtcpvsWlc, TheFirstOfTheLeastLoadedAndTheNewestIsTheFirst) {
  struct Case {
    int weights[3];
    unsigned connections[3];
    char chosen;
  };
  for (const Case& each :
       {Case{{1, 1, 1}, {0, 0, 0}, 'c'}, Case{{1, 1, 1}, {0, 0, 1}, 'b'}, Case{{1, 1, 1}, {0, 1, 1}, 'a'},
        Case{{2, 1, 1}, {1, 1, 1}, 'a'}, Case{{3, 1, 1}, {3, 1, 1}, 'c'}, Case{{1, 1, 0}, {5, 5, 0}, 'b'},
        Case{{0, 0, 4}, {0, 0, 9}, 'c'}, Case{{0, 0, 0}, {0, 0, 0}, '-'}}) {
    Web web;
    for (int i = 0; i < 3; ++i) web.server(static_cast<char>('a' + i), each.weights[i], each.connections[i]);
    EXPECT_EQ(letter_of(least_loaded(web.service().destinations)), each.chosen)
        << each.weights[0] << each.weights[1] << each.weights[2] << " " << each.connections[0] << each.connections[1]
        << each.connections[2];
  }
}

// EXAMPLES of the source: pictures, pages, the rest.
TEST(KtcpvsRules, TheFirstThatMatches) {
  Web web;
  web.server('a').server('b').server('c').rule("/images/.*", "a").rule("/html/.*", "b").rule(".*", "c");
  struct Case {
    const char* uri;
    char chosen;
  };
  for (const Case& each : {Case{"/images/a.gif", 'a'}, Case{"/html/index.html", 'b'}, Case{"/", 'c'},
                           Case{"/html", 'c'}, Case{"/x/images/", 'a'},
                           // Found anywhere, and the newest rule is asked first.
                           Case{"/images/html/x", 'b'}})
    EXPECT_EQ(letter_of(by_rule(web.service().rules, each.uri)), each.chosen) << each.uri;
}

TEST(KtcpvsRules, WithoutARuleNobody) {
  Web web;
  web.server('a').server('b', 0).rule("^/a$", "a").rule("^/b$", "b");
  EXPECT_EQ(letter_of(by_rule(web.service().rules, "/c")), '-');
  EXPECT_EQ(letter_of(by_rule(web.service().rules, "/b")), '-') << "the rule's only server has weight 0";
}

// What begins with a rule's pattern is put into that rule; ".*" stays the last.
TEST(KtcpvsRules, OrderOfTheList) {
  Web web;
  web.server('a').server('b').server('c').server('d').rule(".*", "a").rule("/a", "b").rule("/ab", "c").rule("/c", "d");
  std::string order;
  for (const Rule& rule : web.service().rules) {
    order += rule.pattern + ":";
    for (const DestinationPtr& each : rule.destinations) order += letter_of(each);
    order += " ";
  }
  EXPECT_EQ(order, "/c:d /a:cb .*:a ");
}

TEST(KtcpvsHash, TheSumOfTheGroupsBytes) {
  Web web;
  web.server('a').server('b').server('c').rule("/users/([^/]+)/.*", "abc", 1);
  struct Case {
    const char* uri;
    char chosen;
  };
  // 97 % 3 is 1, of the list c b a; "ab" is 195.
  for (const Case& each : {Case{"/users/a/x", 'b'}, Case{"/users/ab/x", 'c'}, Case{"/users/b/y", 'a'},
                           Case{"/users/a/other", 'b'}, Case{"/other", '-'}})
    EXPECT_EQ(letter_of(by_hash(web.service().rules, each.uri)), each.chosen) << each.uri;
}

// The source takes a group at the URI's first byte for none: group 0 of what matches from the start finds nobody.
TEST(KtcpvsHash, AGroupAtTheBeginIsNone) {
  Web web;
  web.server('a').rule("/x.*", "a", 0);
  EXPECT_EQ(letter_of(by_hash(web.service().rules, "/x/1")), '-');
  EXPECT_EQ(letter_of(by_hash(web.service().rules, "/y/x/1")), 'a');
}

TEST(KtcpvsRequest, LinesThatHttpReads) {
  struct Case {
    const char* bytes;
    const char* uri;  // empty: no request
  };
  for (const Case& each :
       {Case{"GET / HTTP/1.0\r\n\r\n", "/"}, Case{"HEAD /a?b HTTP/1.1\r\n", "/a?b"}, Case{"POST /p HTTP/1.1\r\n", "/p"},
        Case{"PUT /p HTTP/1.1", "/p"}, Case{"DELETE /p HTTP/1.1\r\n", ""}, Case{"get / HTTP/1.0\r\n", ""},
        Case{"GET /", ""}, Case{"GET / HTTP/2.0\r\n", ""}, Case{"GET / HTTP/1.", ""}, Case{"GET  / HTTP/1.0\r\n", ""},
        Case{"", ""}, Case{"GET", ""}}) {
    const RequestLine line = read_request(each.bytes);
    EXPECT_EQ(line.ok ? std::string(line.uri) : "", each.uri) << each.bytes;
  }
}

TEST(KtcpvsRequest, LinesThatPhttpReads) {
  struct Case {
    const char* line;
    const char* uri;
    unsigned version;
  };
  for (const Case& each : {Case{"GET / HTTP/1.0", "/", 1000}, Case{"GET  /a  HTTP/1.1", "/a", 1001},
                           Case{"DELETE /p http/1.1", "/p", 1001}, Case{"GET / HTTP/x", "/", 1000},
                           Case{"BREW / HTTP/1.1", "", 0}, Case{"GET /", "", 0}, Case{"", "", 0}}) {
    const RequestLine line = read_request_line(each.line);
    EXPECT_EQ(line.ok ? std::string(line.uri) : "", each.uri) << each.line;
    EXPECT_EQ(line.ok ? line.version : 0, each.version) << each.line;
  }
}

}  // namespace
}  // namespace lvs::ktcpvs
