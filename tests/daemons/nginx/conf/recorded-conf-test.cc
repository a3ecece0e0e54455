// SPDX-License-Identifier: GPL-2.0-or-later
// nginx -t: the messages and the status of the real one, recorded by tests/golden/daemons/record-nginx-conf; and what
// is refused, where the real one would go on.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemons/nginx/conf/read.h"

namespace lvs::nginx {
namespace {

class OneFile final : public ConfHost {
 public:
  OneFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {}
  Content read(std::string_view path) const override {
    if (path != "/work/" + name_) return {2, {}};
    return {0, text_};
  }
  std::vector<std::string> list(std::string_view) const override { return {name_}; }

 private:
  std::string name_, text_;
};

// As the recording has it.
std::string test_text(const std::string& name, const ConfReport& report) {
  std::string text;
  const auto before = report.messages().size() - (report.syntax_is_ok() && report.failed() ? 1 : 0);
  const std::string ok = "nginx: the configuration file " + name + " syntax is ok\n";
  for (std::size_t i = 0; i < report.messages().size(); ++i) {
    const ConfMessage& message = report.messages()[i];
    if (i == before) text += ok;
    std::string line = "[" + std::string(name_of(message.level)) + "] " + message.text + "\n";
    for (std::size_t at = 0; (at = line.find("/work/")) != std::string::npos;) line.erase(at, 6);
    text += line;
  }
  if (report.failed()) return text + "nginx: configuration file " + name + " test failed\n";
  return text + ok + "nginx: configuration file " + name + " test is successful\n";
}

struct Recorded {
  std::string name, conf, text;
  int status = 0;
};
std::ostream& operator<<(std::ostream& out, const Recorded& each) { return out << each.name; }

std::vector<Recorded> recorded() {
  std::ifstream file(LVS_SOURCE_DIR "/tests/golden/daemons/nginx-conf.txt");
  std::vector<Recorded> all;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) all.push_back({line.substr(3) + ".conf", {}, {}});
    if (line.starts_with("| ") || line == "|")
      all.back().conf += line.substr(std::min<std::size_t>(2, line.size())) + "\n";
    if (line.starts_with("> ")) all.back().text += line.substr(2) + "\n";
    if (line.starts_with("= ")) all.back().status = std::stoi(line.substr(2));
  }
  return all;
}

class RecordedConf : public testing::TestWithParam<Recorded> {};

TEST_P(RecordedConf, SaysWhatTheRealOneSays) {
  const Recorded& each = GetParam();
  const ConfReading reading = read_conf("/work/" + each.name, {}, OneFile(each.name, each.conf));
  for (const ConfRefusal& refusal : reading.report.refusals()) ADD_FAILURE() << refusal.text();
  EXPECT_EQ(test_text(each.name, reading.report), each.text);
  EXPECT_EQ(reading.report.failed() ? 1 : 0, each.status);
}

INSTANTIATE_TEST_SUITE_P(NginxTest, RecordedConf, testing::ValuesIn(recorded()));

TEST(NginxConf, WasRecorded) { EXPECT_GT(recorded().size(), 100U); }

// Known to nginx, not modelled: the directive, its file and its line, whatever stands behind it.
struct Refused {
  const char* conf;
  const char* text;
};
class RefusedConf : public testing::TestWithParam<Refused> {};

TEST_P(RefusedConf, NamesDirectiveFileAndLine) {
  const ConfReading reading = read_conf("/work/k.conf", {}, OneFile("k.conf", GetParam().conf));
  ASSERT_EQ(reading.report.refusals().size(), 1U);
  EXPECT_EQ(reading.report.refusals().front().text(), GetParam().text);
  EXPECT_FALSE(reading.usable());
}

INSTANTIATE_TEST_SUITE_P(
    Nginx, RefusedConf,
    testing::Values(
        Refused{"events { }\nhttp {\n  split_clients $uri $x { * 1; }\n}\n",
                "/work/k.conf:3: 'split_clients': this directive of nginx is not modelled"},
        Refused{
            "events { }\nhttp { server { listen 80; location / {\n if ($uri) { proxy_pass http://10.0.0.1; } } } }\n",
            "/work/k.conf:3: 'proxy_pass': within \"if\" only set, rewrite, return and break are modelled"},
        Refused{"events { }\nhttp { server {\n listen [::1]:80; } }\n",
                "/work/k.conf:3: '[::1]:80': IPv6 is not modelled"},
        Refused{"events { }\nhttp { server {\n listen 443 ssl; } }\n",
                "/work/k.conf:3: 'ssl': this parameter of listen is not modelled"},
        Refused{"events { }\nhttp { server { location / {\nproxy_pass https://10.0.0.1; } } }\n",
                "/work/k.conf:3: 'https://10.0.0.1': TLS is not modelled"},
        Refused{"events { }\nhttp { log_format a\n '$request_id'; }\n",
                "/work/k.conf:3: '$request_id': this variable of nginx is not modelled"},
        Refused{"load_module /m/ngx_stream_module.so;\nevents { }\nstream { server { listen 127.0.0.1; return x; } }\n",
                "/work/k.conf:3: '127.0.0.1': a port that the kernel chooses is not modelled"},
        Refused{"events { }\nhttp {\n gzip_static on; }\n",
                "/work/k.conf:3: 'gzip_static': only \"off\" is modelled"}));

}  // namespace
}  // namespace lvs::nginx
