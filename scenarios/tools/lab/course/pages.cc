// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/lab/course/pages.h"

#include <fmt/format.h>

#include <utility>

#include "tools/lab/course/chinese.h"
#include "tools/lab/course/markdown.h"

namespace lvs::scenarios {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#14181f;--muted:#55606e;--paper:#fff;--panel:#f4f6f8;--accent:#0065a4;--line:#8a94a0}
@media(prefers-color-scheme:dark){:root{--ink:#f2f5f8;--muted:#a9b4c0;--paper:#12161c;--panel:#1b212a;--accent:#56b4e9;--line:#6b7684}}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 Inter,"Noto Sans CJK SC",sans-serif;color:var(--ink);background:var(--paper)}
header,main,footer{max-width:60rem;margin:0 auto;padding:.8rem 1rem}
header{display:flex;gap:1rem;align-items:baseline;border-bottom:1px solid var(--line)}
header a{flex:1}
a{color:var(--accent)}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .2rem}
h2{font-size:1.2rem;margin:1.6rem 0 .4rem}
h3{font-size:1.05rem;margin:1.2rem 0 .3rem}
.small{color:var(--muted);font-size:.9rem}
pre,code{font-family:"DejaVu Sans Mono",monospace;font-size:.88em}
pre{background:var(--panel);padding:.6rem .8rem;overflow:auto;border-radius:6px}
.wide{overflow:auto}
table{border-collapse:collapse}
td,th{border:1px solid var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top}
.go{display:inline-block;background:var(--accent);color:var(--paper);padding:.45rem .9rem;border-radius:6px;text-decoration:none;font-weight:600;margin:.3rem .5rem .3rem 0}
ul.labs{list-style:none;padding:0}
ul.labs li{padding:.3rem 0;border-bottom:1px solid var(--panel)}
.mark{border:1px solid var(--line);border-radius:4px;padding:0 .35rem;font-size:.8rem;color:var(--muted);margin-right:.4rem}
button{font:inherit;color:var(--accent);background:none;border:1px solid var(--line);border-radius:6px;padding:.1rem .6rem;cursor:pointer}
html.en .zh,html.zh .en{display:none}
@media print{header button,.go{display:none}}
)";

// Chosen once, kept in the address; without scripts both languages stand there.
constexpr std::string_view kScript = R"(
const root=document.documentElement,query=new URLSearchParams(location.search);
function speak(l){root.className=l;root.lang=l;document.title=document.querySelector('h1 .'+l)?.textContent??document.title;
document.querySelectorAll('a[href]').forEach(a=>{const h=a.getAttribute('href');if(/^https?:/.test(h))return;
const [p,f]=h.split('#');a.setAttribute('href',p.split('?')[0]+'?lang='+l+(f?'#'+f:''))});
history.replaceState(null,'','?lang='+l+location.hash)}
speak(query.get('lang')==='zh'||query.get('lang')==='en'?query.get('lang'):navigator.language.startsWith('zh')?'zh':'en');
document.getElementById('language').addEventListener('click',()=>speak(root.className==='zh'?'en':'zh'));
)";

std::string both(std::string_view en, std::string_view zh) {
  return fmt::format("<span class=\"en\" lang=\"en\">{}</span><span class=\"zh\" lang=\"zh\">{}</span>", en, zh);
}

std::string page(const std::string& title, const std::string& main) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n";
  out += "<title>" + title + "</title>\n<style>";
  out += kStyle;
  out += "</style>\n</head>\n<body>\n<header><a href=\"index.html\">" + both("LVS in labs", "LVS 实验课") +
         "</a><button id=\"language\" type=\"button\">" +
         both("<span lang=\"zh\">中文</span>", "<span lang=\"en\">English</span>") + "</button></header>\n<main>\n" +
         main + "</main>\n<script>";
  out += kScript;
  return out + "</script>\n</body>\n</html>\n";
}

// Its answers are for the viewer.
std::string_view without_lesson(std::string_view readme) { return readme.substr(0, readme.find("\n## Lesson")); }

// What paragraphs of READMEs begin with, where the rest of them is in English.
std::string with_leads_in_both(std::string html) {
  static constexpr std::pair<std::string_view, std::string_view> kLeads[]{
      {"Question:", "问题："},
      {"What to see:", "看什么："},
      {"Claim of the texts:", "文中的说法："},
      {"lvs-lab check:", "lvs-lab check："},
      {"Try:", "试试："},
      {"Task:", "任务："},
      {"Hand in:", "提交："},
  };
  for (const auto& [en, zh] : kLeads) {
    const std::string lead = fmt::format("<strong>{}</strong>", en), two = "<strong>" + both(en, zh) + "</strong>";
    for (std::size_t at = 0; (at = html.find(lead, at)) != std::string::npos; at += two.size())
      html.replace(at, lead.size(), two);
  }
  return html;
}

std::string body_of(const CourseReadme& readme) {
  const std::string en = html_of_markdown(without_lesson(readme.en));
  if (readme.zh.empty()) return "<p class=\"small zh\" lang=\"zh\">正文为英文。</p>\n" + with_leads_in_both(en);
  return fmt::format("<div class=\"en\" lang=\"en\">\n{}</div>\n<div class=\"zh\" lang=\"zh\">\n{}</div>\n", en,
                     html_of_markdown(without_lesson(readme.zh)));
}

std::string link(const CourseEntry& entry, const std::string& title) {
  const std::string mark = entry.exercise ? "<span class=\"mark\">" + both("exercise", "练习") + "</span>" : "";
  return fmt::format("<li>{}<a href=\"{}{}.html\">{}</a> <span class=\"small\">{}</span></li>\n", mark,
                     entry.exercise ? "exercise-" : "", entry.name, both(html_escaped(title), html_escaped(entry.zh)),
                     html_escaped(entry.name));
}

}  // namespace

std::string CoursePages::title_of(const CourseEntry& entry) const {
  const auto known = titles_.find(entry.name);
  return known == titles_.end() ? entry.name : known->second;
}

const CourseEntry* CoursePages::find_exercise(const std::string& name) const {
  for (const CourseChapter& chapter : chapters_) {
    for (const CourseEntry& entry : chapter.entries)
      if (entry.exercise && entry.name == name) return &entry;
  }
  return nullptr;
}

std::string CoursePages::index() const {
  std::string main =
      "<h1>" + both("LVS in labs: a course", "LVS 实验课") + "</h1>\n<p>" +
      both(
          "Each lab is a few seconds long and asks a question. Read it, guess, look at the walk of its "
          "packets, run it. Exercises are labs to repair; <code>lvs-lab grade</code> says how far one has come.",
          "每个实验只有几秒钟，提一个问题。先读、先猜，再看报文走过的路，然后自己运行。练习是有待修好的实验，"
          "<code>lvs-lab grade</code> 会评分。") +
      "</p>\n";
  for (const CourseChapter& chapter : chapters_) {
    main += "<h2>" + both(html_escaped(chapter.en), html_escaped(chapter.zh)) + "</h2>\n<ul class=\"labs\">\n";
    for (const CourseEntry& entry : chapter.entries) main += link(entry, title_of(entry));
    main += "</ul>\n";
  }
  return page("LVS in labs", main);
}

std::string CoursePages::lab(const CourseEntry& entry, const control::Lab& lab, const CourseReadme& readme,
                             bool walk) const {
  const std::string name = html_escaped(entry.name);
  std::string main = "<h1>" + both(html_escaped(lab.description), html_escaped(entry.zh)) + "</h1>\n";
  main += "<p class=\"small\">" + name + "</p>\n<p>";
  if (walk)
    main += "<a class=\"go\" href=\"walks/" + name + ".html\">" + both("The walk of its packets", "报文之旅") + "</a>";
  main += "</p>\n" + body_of(readme);
  main += "<h2>" + both("Run it", "自己运行") + "</h2>\n<pre>lvs-lab run " + name + "\nlvs-lab run " + name +
          " --view\nlvs-lab shell " + name + "</pre>\n";
  if (entry.exercises.empty()) return page(html_escaped(lab.description), main);
  main += "<h2>" + both("Exercise", "练习") + "</h2>\n<ul class=\"labs\">\n";
  for (const std::string& each : entry.exercises) {
    const CourseEntry* const exercise = find_exercise(each);
    if (exercise != nullptr) main += link(*exercise, title_of(*exercise));
  }
  return page(html_escaped(lab.description), main + "</ul>\n");
}

std::string CoursePages::exercise(const CourseEntry& entry, const control::Lab& lab, const control::Exercise& task,
                                  const CourseReadme& readme) const {
  std::string main = "<h1>" + both(html_escaped(task.title), html_escaped(entry.zh)) + "</h1>\n<p class=\"small\">" +
                     both("exercise", "练习") + " · " + html_escaped(entry.name) + " · " +
                     both(fmt::format("{} points", task.points()), fmt::format("{} 分", task.points())) + "</p>\n" +
                     body_of(readme);
  main += "<h2>" + both("What is asked for", "评分项") + "</h2>\n<ul>\n";
  for (const control::Check& check : task.checks) {
    main += "<li>" + both(html_escaped(check.text), html_escaped(in_chinese(check, lab))) + " <span class=\"small\">(" +
            std::to_string(check.points) + ")</span>";
    const std::string& hint_zh = check.hint_zh.empty() ? check.hint : check.hint_zh;
    if (!check.hint.empty())
      main += "<details><summary>" + both("a hint", "提示") + "</summary>" +
              both(html_escaped(check.hint), html_escaped(hint_zh)) + "</details>";
    main += "</li>\n";
  }
  return page(html_escaped(task.title), main + "</ul>\n");
}

}  // namespace lvs::scenarios
