// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-lab course: which labs it has, and its pages at work in a browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "os/fd.h"
#include "os/process.h"
#include "tools/lab/course/markdown.h"
#include "tools/lab/course/plan.h"

namespace lvs::scenarios {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path kScenarios = fs::path(LVS_SOURCE_DIR) / "scenarios";

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

TEST(CoursePlan, HasEveryLabAndExerciseOnce) {
  const auto chapters = parse_course(os::read_file((kScenarios / "course.txt").string()), "course.txt");
  ASSERT_TRUE(chapters) << chapters.error();
  std::set<std::string> labs, exercises;
  for (const CourseChapter& chapter : *chapters) {
    for (const CourseEntry& entry : chapter.entries)
      EXPECT_TRUE((entry.exercise ? exercises : labs).insert(entry.name).second) << entry.name;
  }
  EXPECT_EQ(labs, names_in(kScenarios / "labs"));
  EXPECT_EQ(exercises, names_in(kScenarios / "exercises"));
  for (const CourseChapter& chapter : *chapters) {
    for (const CourseEntry& entry : chapter.entries) {
      for (const std::string& each : entry.exercises) EXPECT_TRUE(exercises.contains(each)) << entry.name;
    }
  }
}

TEST(CoursePlan, NamesTheLineThatIsWrong) {
  const auto error = [](const char* text) { return parse_course(text, "c").error(); };
  EXPECT_EQ(error("lab a | b"), "c:1: no chapter has begun");
  EXPECT_EQ(error("\nchapter A | B\nlabel a | b"), "c:3: 'label' is none of chapter, lab, exercise");
  EXPECT_EQ(error("chapter A"), "c:1: a name, a bar and its Chinese are missing");
}

TEST(Markdown, IsWhatReadmesUse) {
  EXPECT_EQ(html_of_markdown("# Title\n\none `a<b` **two**\nthree [x](y.md) [z](https://z/)\n"),
            "<p>one <code>a&lt;b</code> <strong>two</strong>\nthree x <a href=\"https://z/\">z</a></p>\n");
  EXPECT_EQ(html_of_markdown("- a\n  more\n- b\n"), "<ul><li>a more</li>\n<li>b</li>\n</ul>\n");
  EXPECT_EQ(html_of_markdown("    x <\n\n    y\n\nz\n"), "<pre>x &lt;\n\ny\n</pre>\n<p>z</p>\n");
  EXPECT_EQ(html_of_markdown("| a | b |\n|---|---|\n| 1 | 2 |\n"),
            "<div class=\"wide\"><table><tr><th> a </th><th> b </th></tr>\n<tr><td> 1 </td><td> 2 </td></tr>\n"
            "</table></div>\n");
  EXPECT_THAT(html_of_markdown("<script>x</script> `**` [a](javascript:x) ** `"), Not(HasSubstr("<script")));
}

// The lines of a README that are typed, without what is said behind them.
std::vector<std::string> typed_in(const fs::path& readme) {
  std::vector<std::string> lines;
  std::istringstream in(os::read_file(readme.string()));
  for (std::string line; std::getline(in, line) && line != "## Lesson";) {
    if (!line.starts_with("    ")) continue;
    line.resize(std::min(line.size(), line.find(" # ")));
    line.resize(line.find_last_not_of(' ') + 1);
    lines.push_back(line);
  }
  return lines;
}

TEST(CourseReadmes, AreThereInChineseWithTheSameCommands) {
  for (const char* kind : {"labs", "exercises"}) {
    for (const std::string& name : names_in(kScenarios / kind)) {
      const fs::path folder = kScenarios / kind / name;
      ASSERT_TRUE(fs::exists(folder / "README.zh.md")) << name;
      const std::string zh = os::read_file((folder / "README.zh.md").string());
      EXPECT_TRUE(zh.starts_with("# ")) << name;
      EXPECT_THAT(zh, HasSubstr(kind == std::string("labs") ? "**问题：**" : "**任务：**")) << name;
      EXPECT_EQ(typed_in(folder / "README.zh.md"), typed_in(folder / "README.md")) << name;
    }
  }
}

// "(see arp-problem)", "the lab bytes": what READMEs call a lab is one.
TEST(CourseReadmes, NameLabsThatAreThere) {
  for (const std::string& name : names_in(kScenarios / "labs")) {
    for (const char* file : {"README.md", "README.zh.md"}) {
      const std::string text = os::read_file((kScenarios / "labs" / name / file).string());
      for (const std::string lead : {"the lab ", "实验 "}) {
        for (std::size_t at = text.find(lead); at != std::string::npos; at = text.find(lead, at + 1)) {
          std::string word = text.substr(at + lead.size());
          if (word.starts_with('"')) word.erase(0, 1);
          word.resize(std::min(word.size(), word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-")));
          if (word.find('-') == std::string::npos) continue;  // "the lab says"
          EXPECT_TRUE(fs::exists(kScenarios / "labs" / word)) << name << '/' << file << ": " << word;
        }
      }
    }
  }
}

class CourseSite : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "labs");
    fs::create_directories(folder_ / "exercises");
    fs::copy(kScenarios / "labs/nat-walk", folder_ / "labs/nat-walk", fs::copy_options::recursive);
    fs::copy(kScenarios / "exercises/nat-forward", folder_ / "exercises/nat-forward", fs::copy_options::recursive);
    std::ofstream(folder_ / "course.txt")
        << "chapter Ways | 方式\nlab nat-walk | 问题 <b> | nat-forward\nexercise nat-forward | 题目\n";
    ::setenv("LVS_LABS", (folder_ / "labs").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("LVS_LABS");
    fs::remove_all(folder_);
  }
  os::Output course(const std::string& out) {
    return os::run({std::string(LVS_PROGRAM_DIR) + "/lvs-lab", "course", "--out", (folder_ / out).string()});
  }
  std::string page(const std::string& name) { return os::read_file((folder_ / "site" / name).string()); }
  // What the page shows in a window of that width, with `script` run in it.
  std::string in_browser(const std::string& name, const std::string& query, const std::string& script) {
    std::string html = page(name);
    html.insert(html.rfind("</body>"), "<script>" + script + "</script>");
    std::ofstream(folder_ / "site/test.html") << html;
    return os::run({"chromium", "--headless=new", "--no-sandbox", "--disable-gpu",
                    "--user-data-dir=" + (folder_ / "profile").string(), "--dump-dom",
                    "file://" + (folder_ / "site/test.html").string() + query})
        .text;
  }

  const fs::path folder_ = fs::temp_directory_path() / ("lvs-course-test-" + std::to_string(getpid()));
};

TEST_F(CourseSite, HasQuestionWalkAndExercise) {
  const os::Output made = course("site");
  ASSERT_EQ(made.status, 0) << made.text;
  EXPECT_THAT(made.text, HasSubstr("1 labs, 1 exercises"));
  EXPECT_THAT(page("index.html"), HasSubstr("href=\"nat-walk.html\""));
  EXPECT_THAT(page("index.html"), HasSubstr("问题 &lt;b&gt;"));
  const std::string lab = page("nat-walk.html");
  EXPECT_THAT(lab, HasSubstr("href=\"walks/nat-walk.html\""));
  EXPECT_THAT(lab, HasSubstr("href=\"exercise-nat-forward.html\""));
  EXPECT_THAT(lab, HasSubstr("Which addresses does a packet bear"));
  EXPECT_THAT(lab, HasSubstr("报文在两个网络上各带什么地址"));
  EXPECT_THAT(lab, Not(HasSubstr("正文为英文")));
  EXPECT_THAT(lab, Not(HasSubstr("Answer:"))) << "of the lesson";
  const std::string task = page("exercise-nat-forward.html");
  EXPECT_THAT(task, HasSubstr("client can fetch http://10.0.1.100/ from both servers"));
  EXPECT_THAT(task, Not(HasSubstr("ip_forward=1"))) << "the solution stays apart";
  EXPECT_LT(fs::file_size(folder_ / "site/walks/nat-walk.html"), 1'100'000u);
  for (const char* name : {"index.html", "nat-walk.html", "exercise-nat-forward.html"})
    EXPECT_THAT(page(name), Not(HasSubstr("src="))) << "nothing from elsewhere";
  EXPECT_EQ(course("site").status, 2) << "what is there is not written over";
}

TEST_F(CourseSite, SpeaksBothLanguagesAtBothWidths) {
  if (std::system("command -v chromium > /dev/null 2>&1") != 0) GTEST_SKIP() << "no chromium";  // NOLINT: a test
  ASSERT_EQ(course("site").status, 0);
  const std::string tell =
      "const seen=[...document.querySelectorAll('h1 span')].filter(e=>getComputedStyle(e).display!=='none');"
      "document.body.dataset.seen=seen.map(e=>e.lang).join();document.body.dataset.links="
      "[...document.querySelectorAll('main a')].map(a=>a.getAttribute('href')).join(' ');";
  const std::string zh = in_browser("nat-walk.html", "?lang=zh", tell);
  EXPECT_THAT(zh, HasSubstr("data-seen=\"zh\""));
  EXPECT_THAT(zh, HasSubstr("walks/nat-walk.html?lang=zh"));
  EXPECT_THAT(in_browser("nat-walk.html", "?lang=en", tell), HasSubstr("data-seen=\"en\""));
  EXPECT_THAT(in_browser("index.html", "?lang=en", "document.getElementById('language').click();" + tell),
              HasSubstr("data-seen=\"zh\""));
  // No wider than the room, in a frame of that width: a page that scrolls sideways is none to read on a telephone.
  for (const char* width : {"390", "1280"}) {
    for (const char* name : {"index.html", "nat-walk.html", "exercise-nat-forward.html"}) {
      std::string html = page(name);
      html.insert(html.rfind("</body>"),
                  "<script>parent.postMessage(innerWidth+' '+(document.documentElement.scrollWidth<=innerWidth),'*')"
                  "</script>");
      std::ofstream(folder_ / "site/inner.html") << html;
      std::ofstream(folder_ / "site/outer.html") << "<html><body><iframe src=\"inner.html?lang=en\" width=\"" << width
                                                 << "\" height=\"800\"></iframe></body></html>";
      EXPECT_THAT(in_browser("outer.html", "", "onmessage=e=>{document.body.dataset.log=e.data}"),
                  HasSubstr("data-log=\"" + std::string(width) + " true\""))
          << name;
    }
  }
}

}  // namespace
}  // namespace lvs::scenarios
