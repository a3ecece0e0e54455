// SPDX-License-Identifier: GPL-2.0-or-later
// tcpvsadm on a machine: words in, text out, as its source (ktcpvs 0.0.18, userspace/) has them.
#include <gtest/gtest.h>

#include <string>

#include "control/machine/machine.h"
#include "daemons/daemons.h"
#include "daemons/ktcpvs/admin/options.h"
#include "support/lan.h"

namespace lvs::ktcpvs {
namespace {

class Tcpvsadm : public testing::Test {
 protected:
  static void SetUpTestSuite() { daemons::add_daemons(); }
  // Output, errors and, where it is not 0, the status of a line.
  std::string run(std::string_view line) {
    const control::LineRun& done = lan_.run(1, line);
    std::string text = done.out() + done.err();
    if (done.status() != 0) text += "[" + std::to_string(done.status()) + "]";
    return text;
  }
  void file(std::string_view text) {
    lan_[1].files().truncate("/k");
    lan_[1].files().append("/k", text);
  }
  test::Lan lan_{1};
};

TEST_F(Tcpvsadm, TheTutorialIsListedTheNewestFirst) {
  for (const char* line : {"tcpvsadm -A -i http -s http", "tcpvsadm -a -i http -r 192.168.0.1:80",
                           "tcpvsadm -a -i http -r 192.168.0.2:80", "tcpvsadm -a -i http -r 192.168.0.3:80 -w 5",
                           "tcpvsadm --add-rule -i http --pattern='/images/.*' -r 192.168.0.1:80",
                           "tcpvsadm --add-rule -i http --pattern='/html/.*' -r 192.168.0.2:80",
                           "tcpvsadm --add-rule -i http --pattern='.*' -r 192.168.0.3:80"})
    EXPECT_EQ(run(line), "") << line;
  EXPECT_EQ(run("tcpvsadm -L -n"),
            "TCP Virtual Server version 0.0.18\n"
            "Virtual http {\n"
            "    listen = 0.0.0.0:8080\n"
            "    scheduler = http\n"
            "    startservers = 8\n"
            "    maxclients = 256\n"
            "    minspareservers = 6\n"
            "    maxspareservers = 18\n"
            "    server = 192.168.0.3:80 5\n"
            "    server = 192.168.0.2:80 1\n"
            "    server = 192.168.0.1:80 1\n"
            "    rule = pattern \"/html/.*\" use server 192.168.0.2:80\n"
            "    rule = pattern \"/images/.*\" use server 192.168.0.1:80\n"
            "    rule = pattern \".*\" use server 192.168.0.3:80\n"
            "}\n");
  EXPECT_EQ(run("tcpvsadm").substr(0, 34), "TCP Virtual Server version 0.0.18\n");
}

TEST_F(Tcpvsadm, NamesOfPortsAndTheGroupOfHhttp) {
  run("tcpvsadm -A -i web -s hhttp -l 127.0.0.1:80");
  run("tcpvsadm -a -i web -r 192.168.0.12:http");
  run("tcpvsadm --add-rule -i web -p '/users/([^/]+)/.*' -m 1 -r 192.168.0.12:80");
  EXPECT_EQ(run("tcpvsadm -L -i web | grep -E 'listen|rule'"),
            "    listen = localhost:http\n"
            "    rule = pattern \"/users/([^/]+)/.*\" match 1 use server 192.168.0.12:http\n");
}

// The kernel's answers: one line, and status 0.
TEST_F(Tcpvsadm, WhatTheKernelRefuses) {
  run("tcpvsadm -A -i a");
  run("tcpvsadm -a -i a -r 10.0.0.1:80");
  run("tcpvsadm -a -i a -r 10.0.0.2:80");
  run("tcpvsadm --add-rule -i a -p /x -r 10.0.0.1:80");
  struct Case {
    const char* line;
    const char* text;
  };
  for (const Case& each :
       {Case{"tcpvsadm -A -i a", "Service already exists\n"}, Case{"tcpvsadm -A -i b -s rr", "Scheduler not found\n"},
        Case{"tcpvsadm -E -i b", "No such process\n"}, Case{"tcpvsadm -E -i a -s lc", "No such file or directory\n"},
        Case{"tcpvsadm -D -i b", "No such service\n"}, Case{"tcpvsadm -a -i b -r 10.0.0.1:80", "Service not defined\n"},
        Case{"tcpvsadm -a -i a -r 10.0.0.1:80", "Destination already exists\n"},
        Case{"tcpvsadm -e -i a -r 10.0.0.9:80", "No such destination\n"},
        Case{"tcpvsadm -d -i a -r 10.0.0.9:80", "No such destination\n"},
        Case{"tcpvsadm -d -i a -r 10.0.0.1:80", "Destination is busy\n"},
        Case{"tcpvsadm --add-rule -i a -p /y -r 10.0.0.1:80", "Device or resource busy\n"},
        Case{"tcpvsadm --add-rule -i a -p /y -r 10.0.0.9:80", "No such file or directory\n"},
        Case{"tcpvsadm --add-rule -i a -p '(' -r 10.0.0.2:80", "Bad address\n"},
        Case{"tcpvsadm --del-rule -i a -p /z -r 10.0.0.1:80", "File exists\n"},
        Case{"tcpvsadm --del-rule -i a -p /x -r 10.0.0.2:80", ""}, Case{"tcpvsadm -L -i b", "No such process\n"},
        Case{"tcpvsadm --start -i b", "No such process\n"}})
    EXPECT_EQ(run(each.line), each.text) << each.line;
}

TEST_F(Tcpvsadm, WhatItsOwnRulesRefuse) {
  struct Case {
    const char* words;
    const char* text;
  };
  constexpr const char* kTry = "Try `tcpvsadm -h' or 'tcpvsadm --help' for more information.\n[255]";
  for (const Case& each :
       {Case{"-A", "You need to supply the 'ident' option for the 'add-service' command\n[2]"},
        Case{"-D -i x -s wlc", "Illegal 'scheduler' option with the 'delele-service' command\n[2]"},
        Case{"-a -i x", "You need to supply the 'real-server' option for the 'add-server' command\n[2]"},
        // Its table has the rows of these two the wrong way round.
        Case{"-e -i x -r 10.0.0.1 -w 2", "Illegal 'weight' option with the 'delete-server' command\n[2]"},
        Case{"-d -i x", "You need to supply the 'real-server' option for the 'edit-server' command\n[2]"},
        Case{"-F -n", "Illegal 'numeric' option with the 'flush' command\n[2]"},
        Case{"--add-rule -i x -r 10.0.0.1", "You need to supply the 'pattern' option for the 'add-rule' command\n[2]"},
        Case{"-A -i x -i y", "multiple 'ident' options specified\n[2]"},
        Case{"-A -i x -P 0", "illegal server port specified\n[2]"},
        Case{"-A -i x -P 65535", "illegal server port specified\n[2]"},
        Case{"-A -i x -l nowhere:80", "illegal address:port specified\n[2]"},
        Case{"-a -i x -r 10.0.0.1:nothing", "illegal address:port specified\n[2]"},
        Case{"-a -i x -r 10.0.0.1 -w 65536", "illegal weight specified\n[2]"},
        Case{"--add-rule -i x -r 10.0.0.1 -p a -m 11", "illegal match number specified\n[2]"},
        Case{"-A -i x -E", "invalid option\n[2]"}, Case{"-A -i x word", "unknown arguments found in command line\n[2]"},
        Case{"-A -i x -q", "tcpvsadm: invalid option -- 'q'\ninvalid option\n[2]"},
        Case{"-A -i", "tcpvsadm: option requires an argument -- 'i'\ninvalid option\n[2]"},
        Case{"-A --idents x", "tcpvsadm: unrecognized option '--idents'\ninvalid option\n[2]"}})
    EXPECT_EQ(run(std::string("tcpvsadm ") + each.words), each.text) << each.words;
  EXPECT_EQ(run("tcpvsadm -i x -A"), kTry);
  EXPECT_EQ(run("tcpvsadm word"), kTry);
  EXPECT_EQ(run("tcpvsadm -q"), std::string("tcpvsadm: invalid option -- 'q'\n") + kTry);
}

TEST_F(Tcpvsadm, AFileAndItsListingAreTheSameTurnedRound) {
  file(
      "# two\nVirtual one {\n listen = 0.0.0.0:80\n scheduler = wlc\n startservers = 3\n maxclients = 9\n"
      " minspareservers = 1\n maxspareservers = 4\n server = 10.0.0.1:80 2\n server = 10.0.0.2:80 1\n}\n"
      "virtual two { scheduler = http server = 10.0.0.3:81 1 rule = pattern \"a b\" use server 10.0.0.3:81 }\n");
  EXPECT_EQ(run("tcpvsadm -f /k"), "");
  EXPECT_EQ(run("tcpvsadm -L -n"),
            "TCP Virtual Server version 0.0.18\n"
            "Virtual two {\n    listen = 0.0.0.0:0\n    scheduler = http\n    startservers = 0\n    maxclients = 0\n"
            "    minspareservers = 0\n    maxspareservers = 0\n    server = 10.0.0.3:81 1\n"
            "    rule = pattern \"a b\" use server 10.0.0.3:81\n}\n"
            "Virtual one {\n    listen = 0.0.0.0:80\n    scheduler = wlc\n    startservers = 3\n    maxclients = 9\n"
            "    minspareservers = 1\n    maxspareservers = 4\n    server = 10.0.0.2:80 1\n    server = 10.0.0.1:80 2\n"
            "}\n");
}

// The source counts lines from 2 on, and has flushed the table before it looks at the file.
TEST_F(Tcpvsadm, FilesThatAreWrong) {
  struct Case {
    const char* text;
    const char* answer;
  };
  for (const Case& each :
       {Case{"Virtual a {\n listen = here\n}\n",
             "Syntax error in the config file /k (line 3): parsing listen address error\n[1]"},
        Case{"Virtual a {\n server = 10.0.0.1:80\n}\n",
             "Syntax error in the config file /k (line 4): parsing server error\n[1]"},
        Case{"Virtual a {\n maxclients 3\n}\n",
             "Syntax error in the config file /k (line 3): parsing maxclients error\n[1]"},
        Case{"Virtual a {\n wrong = 3\n}\n", "Syntax error in the config file /k (line 3): parse_service error\n[1]"},
        Case{"Virtual a {\n", "Syntax error in the config file /k (line 2): parse_service error\n[1]"},
        Case{"service a {\n}\n", "invalid command service\n[1]"},
        Case{"Virtual a {\n scheduler = rr\n}\n", "Scheduler not found\n"},
        Case{"Virtual a {\n}\n", "Scheduler not found\n"}}) {
    file(each.text);
    EXPECT_EQ(run("tcpvsadm -f /k"), each.answer) << each.text;
  }
  run("tcpvsadm -A -i gone");
  EXPECT_EQ(run("tcpvsadm -f /nowhere"), "config file /nowhere opening error\n[1]");
  EXPECT_EQ(run("tcpvsadm -L"), "TCP Virtual Server version 0.0.18\n");
}

TEST_F(Tcpvsadm, WhatIsNotModelledIsRefusedByName) {
  struct Case {
    std::vector<control::Word> words;
    const char* reason;
  };
  for (const Case& each :
       {Case{{{"tcpvsadm", 1}, {"-A", 10}, {"-s", 13}, {"chttp", 16}}, "the scheduler chttp is not modelled"},
        Case{{{"tcpvsadm", 1}, {"-A", 10}, {"--listen", 13}},
             "--listen (the source's tcpvsadm falls over it; -l ADDRESS:PORT works) is not modelled"},
        Case{{{"tcpvsadm", 1}, {"-D", 10}, {"-i", 13}, {"sixteen-letters!", 16}},
             "a name of more than 15 characters is not modelled"}}) {
    const auto parsed = parse_options(each.words);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().reason, each.reason);
  }
  file("Virtual a {\n scheduler = wlc\n redirect = localhost:80\n}\n");
  run("tcpvsadm -A -i stays");
  EXPECT_EQ(run("tcpvsadm -f /k"), "tcpvsadm: /k: line 3: redirect is not modelled\n[2]");
  EXPECT_NE(run("tcpvsadm -L").find("Virtual stays"), std::string::npos) << "nothing has happened";
}

}  // namespace
}  // namespace lvs::ktcpvs
