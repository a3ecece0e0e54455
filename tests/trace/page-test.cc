// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-trace --html: what is in the page, and the page at work in a browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sample-trace.h"
#include "tools/trace/html/page.h"
#include "trace/file/writer.h"
#include "trace/json.h"

namespace lvs::trace {
namespace {

namespace fs = std::filesystem;
using scenarios::WalkOptions;
using testing::HasSubstr;
using testing::Not;

class WalkPage : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  std::string page(const std::string& trace, const WalkOptions& options = {}) {
    const std::string file = (folder_ / "walk.pcapng").string();
    std::ofstream(file, std::ios::binary) << trace;
    TraceIndex index;
    EXPECT_TRUE(index.open(file)) << index.error();
    while (index.update() != 0) {
    }
    std::string text;
    const scenarios::WalkFilter filter(index, options);
    shown_ = scenarios::export_page(index, filter, options, [&](std::string_view piece) { text += piece; });
    return text;
  }
  static std::string data_of(const std::string& page) {
    const std::string_view begin = "id=\"data\">";
    const std::size_t at = page.find(begin) + begin.size();
    return page.substr(at, page.find("</script>", at) - at);
  }
  // What the page shows once `script` has run in it; empty without a browser.
  std::string in_browser(std::string html, const std::string& script, const std::string& anchor) {
    html.insert(html.rfind("</body>"), "<script>" + script + "</script>");
    std::ofstream(folder_ / "page.html") << html;
    std::string text;
    const std::string command =
        "chromium --headless=new --no-sandbox --disable-gpu --user-data-dir=" + (folder_ / "profile").string() +
        " --dump-dom 'file://" + (folder_ / "page.html").string() + anchor + "' 2>/dev/null";
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    char buffer[4096];
    for (std::size_t got; pipe && (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
    if (pipe) ::pclose(pipe);
    return text;
  }
  static bool has_browser() { return std::system("command -v chromium > /dev/null 2>&1") == 0; }  // NOLINT: a test

  const fs::path folder_ = fs::path(testing::TempDir()) / ("walk-page-" + std::to_string(::getpid()));
  std::size_t shown_ = 0;
};

TEST_F(WalkPage, HoldsEachStageInBothLanguages) {
  const std::string html = page(sample_trace());
  EXPECT_GT(shown_, 0u);
  std::string error;
  const auto data = Json::parse(data_of(html), error);
  ASSERT_TRUE(data) << error;
  EXPECT_EQ((*data)["packets"].items().size(), shown_);
  EXPECT_EQ((*data)["packets"].items()[0]["steps"].items().size(), 4u);
  bool chinese = false;
  for (const Json& text : (*data)["texts"].items()) chinese = chinese || !text.items()[1].string().empty();
  EXPECT_TRUE(chinese);
  EXPECT_THAT(html, Not(HasSubstr("http://")));  // nothing is loaded from anywhere
  EXPECT_THAT(html, Not(HasSubstr("https://")));
}

// The line to type against a drop stands beside it.
TEST_F(WalkPage, SaysWhatToDo) {
  std::string trace;
  {
    TraceWriter writer(sample_info(), [&](std::string_view bytes) { return trace += bytes, true; });
    const std::array<std::uint8_t, 20> head{0x45, 0, 0, 20, 0, 1, 0, 0, 64, 99, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
    PacketEvent event{};
    event.host = 1;
    event.walk = WalkId{1} << 40 | 1;
    event.stage = Stage::routing;
    event.verdict = Verdict::drop;
    event.drop = Drop::ip_forwarding_off;
    event.head = head;
    writer.packet(event);
  }
  const std::string html = page(trace);
  EXPECT_THAT(data_of(html), HasSubstr("#\",\"sysctl -w net.ipv4.ip_forward=1\",\"\"]"));
  if (!has_browser()) return;
  EXPECT_THAT(in_browser(html, "", "#1,1"), HasSubstr("What to do: <code"));
}

TEST_F(WalkPage, TextOfATraceIsNoHtml) {
  constexpr const char* kEvil =
      "</script><script>document.body.dataset.log='evil'</script><img src=x onerror=alert(2)>";
  RunInfo info = sample_info();
  info.title = info.description = info.hosts.front().name = kEvil;
  std::string trace;
  {
    TraceWriter writer(info, [&](std::string_view bytes) { return trace += bytes, true; });
    const std::array<std::uint8_t, 20> head{0x45, 0, 0, 20, 0, 1, 0, 0, 64, 99, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
    PacketEvent event{};
    event.host = 1;
    event.walk = WalkId{1} << 40 | 1;
    event.stage = Stage::local_out;
    event.head = head;
    event.hook_name = "<i>\x1b[31m";
    writer.packet(event);
    writer.journal({base::Time{}, 1, event.walk, "conn", kEvil});
    writer.packet(event);
  }
  const std::string html = page(trace);
  EXPECT_THAT(data_of(html), Not(HasSubstr("<")));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  if (!has_browser()) return;
  EXPECT_THAT(in_browser(html, "", "#1,1"), Not(HasSubstr("data-log")));
}

TEST_F(WalkPage, AFilterChoosesWalks) {
  WalkOptions options;
  options.walks = {99};
  EXPECT_EQ(page(sample_trace(), options), "");
  EXPECT_EQ(shown_, 0u);
}

constexpr const char* kPress =
    "const press = (key, more) => dispatchEvent(new KeyboardEvent('keydown', Object.assign({ key, cancelable: true }, "
    "more)));"
    "const now = () => location.hash + ' ' + document.querySelector('#card h2').firstChild.textContent;"
    "const log = [];";
constexpr const char* kReport = "document.body.dataset.log = log.join(' | ');";

TEST_F(WalkPage, KeysWalk) {
  if (!has_browser()) GTEST_SKIP() << "chromium is not installed";
  const std::string dom = in_browser(
      page(sample_trace()),
      std::string(kPress) +
          "log.push(now()); press('ArrowRight'); log.push(now()); press('ArrowLeft'); log.push(now());"
          "press('r'); log.push(document.querySelector('.swap') ? 'rewrite' : 'none');"
          "press('d'); log.push(document.querySelector('#card .badge').textContent);"
          "press('End'); const last = location.hash; press('ArrowRight'); log.push(location.hash === last);"
          "press('Home'); log.push(location.hash);"
          "press('l'); log.push(document.documentElement.lang + ' ' + document.querySelector('#unfold').textContent);"
          "press('t'); log.push(document.documentElement.dataset.theme !== '');"
          "press('?'); log.push(document.querySelector('#keys').open);" +
          kReport,
      "?lang=en#1,1");
  EXPECT_THAT(dom, HasSubstr("data-log=\"#1,1 "));
  EXPECT_THAT(dom, HasSubstr("| rewrite | DROP | true | #1,1 | zh-CN 全部展开 U | true | true\""));
}

TEST_F(WalkPage, ASpoilerHidesWhatIsToCome) {
  if (!has_browser()) GTEST_SKIP() << "chromium is not installed";
  WalkOptions options;
  options.spoiler = true;
  const std::string script = std::string(kPress) +
                             "const rows = () => document.querySelectorAll('.row').length;"
                             "log.push(rows()); press('ArrowRight'); log.push(rows()); press('d'); log.push(rows());"
                             "press('End'); log.push(rows()); log.push(document.querySelector('#veil').textContent);" +
                             kReport;
  EXPECT_THAT(in_browser(page(sample_trace(), options), script, "?lang=en#1,1"),
              HasSubstr("data-log=\"1 | 2 | 2 | 2 | What comes next is hidden."));
}

// In a frame of that width, for browsers have a least one of their own.
TEST_F(WalkPage, FitsEachWidthAndSpeaks) {
  if (!has_browser()) GTEST_SKIP() << "chromium is not installed";
  for (const char* width : {"390", "1280"}) {
    std::string html = page(sample_trace());
    const std::string script =
        std::string(kPress) +
        "log.push(innerWidth, document.documentElement.scrollWidth <= innerWidth);"
        "log.push(getComputedStyle(document.querySelector('main')).gridTemplateColumns.split(' ').length);"
        "log.push(document.querySelector('#live').getAttribute('aria-live'));"
        "log.push(document.querySelector('#live').textContent.startsWith('Stage 1 of'));"
        "log.push([...document.querySelectorAll('button')].every((b) => b.textContent.trim() || b.ariaLabel));"
        "log.push(document.querySelector('[role=option][aria-selected=true]').id);"
        "parent.postMessage(log.join(' | '), '*');";
    html.insert(html.rfind("</body>"), "<script>" + script + "</script>");
    std::ofstream(folder_ / "inner.html") << html;
    const std::string outer = "<html><body><iframe src=\"inner.html?lang=en#1,1\" width=\"" + std::string(width) +
                              "\" height=\"800\"></iframe></body></html>";
    EXPECT_THAT(in_browser(outer, "onmessage = (e) => { document.body.dataset.log = e.data; };", ""),
                HasSubstr("data-log=\"" + std::string(width) + " | true | " + (width[0] == '3' ? "1" : "2") +
                          " | polite | true | true | row0\""));
  }
}

}  // namespace
}  // namespace lvs::trace
