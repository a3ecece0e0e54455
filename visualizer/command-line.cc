// SPDX-License-Identifier: GPL-2.0-or-later
#include "command-line.h"

#include <algorithm>
#include <iterator>

#include "models/session/links.h"

namespace lvs::view {

namespace {

// "1920x1080"; 100 to 20000 each.
std::optional<QSize> sizeFrom(const QString& text) {
  const QStringList parts = text.split('x');
  if (parts.size() != 2) return {};
  bool w = false, h = false;
  const QSize size(parts[0].toInt(&w), parts[1].toInt(&h));
  if (!w || !h || size.width() < 100 || size.height() < 100 || size.width() > 20000 || size.height() > 20000) return {};
  return size;
}

struct Switch {
  const char* name;
  bool Options::*target;
};
constexpr Switch kSwitches[] = {{"--projector", &Options::projector}, {"--quiz", &Options::quiz},
                                {"--try", &Options::tryIt},           {"--lesson", &Options::lesson},
                                {"--follow", &Options::follow},       {"--help", &Options::help},
                                {"--version", &Options::version}};

QString setFrames(Options& out, const QString& value) {
  out.frames = value;
  return value.contains("%1") ? QString() : "--frames needs %1 in its file name, where the number goes";
}

QString setAt(Options& out, const QString& value) {
  out.at = momentFrom(value);
  return out.at ? QString() : QString("--at takes PACKET or PACKET,STAGE, not %1").arg(value);
}

QString setSize(Options& out, const QString& value) {
  out.size = sizeFrom(value);
  return out.size ? QString() : QString("--size takes WIDTHxHEIGHT, 100 to 20000, not %1").arg(value);
}

QString setTheme(Options& out, const QString& value) {
  if (value != "light" && value != "dark") return QString("--theme is light or dark, not %1").arg(value);
  out.theme = value == "dark" ? ThemeKind::dark : ThemeKind::light;
  return {};
}

QString setLanguage(Options& out, const QString& value) {
  if (value != "en" && value != "zh") return QString("--lang is en or zh, not %1").arg(value);
  out.language = value;
  return {};
}

constexpr const char* kTabs[] = {"ipvs", "stats", "addresses", "neighbours", "sysctls", "console", "events", "check"};

QString setTab(Options& out, const QString& value) {
  const auto at = std::ranges::find(kTabs, value, [](const char* name) { return QString(name); });
  if (at != std::end(kTabs)) {
    out.tab = static_cast<int>(at - std::begin(kTabs));
    return {};
  }
  QStringList known;
  for (const char* name : kTabs) known += name;
  return QString("--tab is one of %1, not %2").arg(known.join(", "), value);
}

QString setScreen(Options& out, const QString& value) {
  if (value == "walk") out.screen = ScreenName::walk;
  if (value == "compare") out.screen = ScreenName::compare;
  if (value == "results") out.screen = ScreenName::results;
  return out.screen ? QString() : QString("--screen is walk, compare or results, not %1").arg(value);
}

template <QString Options::*Target>
QString setText(Options& out, const QString& value) {
  out.*Target = value;
  return {};
}

struct ValueOption {
  const char* name;
  QString (*apply)(Options& out, const QString& value);  // "", or what is wrong
};
constexpr ValueOption kValues[] = {{"--screenshot", setText<&Options::screenshot>},
                                   {"--html", setText<&Options::html>},
                                   {"--frames", setFrames},
                                   {"--at", setAt},
                                   {"--size", setSize},
                                   {"--theme", setTheme},
                                   {"--lang", setLanguage},
                                   {"--screen", setScreen},
                                   {"--filter", setText<&Options::filter>},
                                   {"--find", setText<&Options::find>},
                                   {"--tab", setTab},
                                   {"--ask", setText<&Options::ask>}};

QString takeFile(Options& out, const QString& word) {
  if (word.startsWith('-') && word.size() > 1) return QString("unknown option %1; see --help").arg(word);
  if (word.isEmpty()) return "'': no such file";
  const auto link = linkFrom(word);
  if (!link) return QString("%1 is no link of the form lvs://FILE#PACKET,STAGE").arg(word);
  out.files += link->file;
  if (link->moment) out.at = link->moment;
  return {};
}

// A value that is an option's name has been forgotten.
bool isOption(const QString& word) {
  const QString key = word.section('=', 0, 0);
  const auto named = [&](const auto& option) { return key == option.name; };
  return std::ranges::any_of(kSwitches, named) || std::ranges::any_of(kValues, named);
}

// One word, or two: `i` is moved to the last one taken.
QString takeWord(Options& out, const QStringList& arguments, qsizetype& i) {
  const QString& word = arguments[i];
  if (!word.startsWith("--") || word == "--") return takeFile(out, word);
  const QString key = word.section('=', 0, 0);
  const auto named = [&](const auto& option) { return key == option.name; };
  if (const auto at = std::ranges::find_if(kSwitches, named); at != std::end(kSwitches)) {
    out.*at->target = true;
    return {};
  }
  const auto option = std::ranges::find_if(kValues, named);
  if (option == std::end(kValues)) return QString("unknown option %1; see --help").arg(key);
  QString value;
  if (word.contains('=')) {
    value = word.section('=', 1);
  } else if (i + 1 < arguments.size() && !isOption(arguments[i + 1])) {
    value = arguments[++i];
  }
  return value.isEmpty() ? key + " needs a value" : option->apply(out, value);
}

}  // namespace

std::optional<Options> parseCommandLine(const QStringList& arguments, QString& error) {
  Options out;
  for (qsizetype i = 0; i < arguments.size(); ++i) {
    error = takeWord(out, arguments, i);
    if (!error.isEmpty()) return {};
  }
  if (!out.html.isEmpty() && out.files.size() != 1) {
    error = "--html needs one trace";
    return {};
  }
  if (int(out.quiz) + int(out.tryIt) + int(out.lesson) > 1) {
    error = "--quiz, --try and --lesson exclude each other";
    return {};
  }
  if (int(!out.html.isEmpty()) + int(!out.screenshot.isEmpty()) + int(!out.frames.isEmpty()) > 1) {
    error = "--html, --screenshot and --frames exclude each other";
    return {};
  }
  if ((!out.screenshot.isEmpty() || !out.frames.isEmpty()) && out.files.isEmpty()) {
    error = "a picture needs a file to show";
    return {};
  }
  return out;
}

QString usage() {
  return "Usage: lvs-visualizer [OPTIONS] [FILE...]\n"
         "\n"
         "FILE is a trace (--trace of a scenario or of lvs-lab), - for standard input, a link "
         "lvs://FILE#PACKET,STAGE,\n"
         "or the results of a sweep (--json, --csv). Two or three traces can be compared.\n"
         "\n"
         "  --follow             the file is still being written: show what comes\n"
         "  --at PACKET[,STAGE]  go there, counted from 1\n"
         "  --screen NAME        walk, compare or results\n"
         "  --filter TEXT        show packets that fit, as the filter line does\n"
         "  --find TEXT          go to the first stage that fits, in the filter's words\n"
         "  --tab NAME           of the tables: ipvs, stats, addresses, neighbours, sysctls, console, events,\n"
         "                       check\n"
         "  --theme light|dark\n"
         "  --lang en|zh\n"
         "  --projector          larger type, fewer panels\n"
         "  --quiz               questions about what the trace shows\n"
         "  --ask COMMAND        what it prints on the host at the moment shown, as the key A asks\n"
         "  --try                open the pane that changes a copy of the lab and runs it\n"
         "  --lesson             walk through the lesson of the lab's README\n"
         "  --size WxH           of the window, or of the picture\n"
         "  --html FILE          write a page for browsers, as lvs-trace --html does, and end; needs no display\n"
         "  --screenshot FILE    write the screen as .png, .svg or .pdf and end; needs no display\n"
         "  --frames PATTERN     write every stage of the packet, PATTERN with %1 for the number, and end\n"
         "  --help, --version\n";
}

}  // namespace lvs::view
