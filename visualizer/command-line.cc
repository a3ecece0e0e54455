// SPDX-License-Identifier: GPL-2.0-or-later
#include "command-line.h"

#include "models/links.h"

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

}  // namespace

std::optional<Options> parseCommandLine(const QStringList& arguments, QString& error) {
  Options out;
  const auto fail = [&](const QString& text) -> std::optional<Options> {
    error = text;
    return {};
  };
  for (qsizetype i = 0; i < arguments.size(); ++i) {
    const QString& word = arguments[i];
    if (!word.startsWith("--") || word == "--") {
      if (word.startsWith('-') && word.size() > 1) return fail(QString("unknown option %1; see --help").arg(word));
      const auto link = linkFrom(word);
      if (!link) return fail(QString("%1 is no link of the form lvs://FILE#PACKET,STAGE").arg(word));
      out.files += link->file;
      if (link->moment) out.at = link->moment;
      continue;
    }
    const QString key = word.section('=', 0, 0);
    if (key == "--projector") {
      out.projector = true;
      continue;
    }
    if (key == "--quiz") {
      out.quiz = true;
      continue;
    }
    if (key == "--follow") {
      out.follow = true;
      continue;
    }
    if (key == "--help") {
      out.help = true;
      continue;
    }
    if (key == "--version") {
      out.version = true;
      continue;
    }
    static const QStringList known{"--screenshot", "--frames", "--at",     "--size", "--theme",
                                   "--lang",       "--screen", "--filter", "--find", "--tab"};
    if (!known.contains(key)) return fail(QString("unknown option %1; see --help").arg(key));
    QString value;
    if (word.contains('=')) {
      value = word.section('=', 1);
    } else if (i + 1 < arguments.size()) {
      value = arguments[++i];
    }
    if (value.isEmpty()) return fail(key + " needs a value");
    if (key == "--screenshot") {
      out.screenshot = value;
    } else if (key == "--frames") {
      if (!value.contains("%1")) return fail("--frames needs %1 in its file name, where the number goes");
      out.frames = value;
    } else if (key == "--at") {
      out.at = momentFrom(value);
      if (!out.at) return fail(QString("--at takes PACKET or PACKET,STAGE, not %1").arg(value));
    } else if (key == "--size") {
      out.size = sizeFrom(value);
      if (!out.size) return fail(QString("--size takes WIDTHxHEIGHT, 100 to 20000, not %1").arg(value));
    } else if (key == "--theme") {
      if (value != "light" && value != "dark") return fail(QString("--theme is light or dark, not %1").arg(value));
      out.theme = value == "dark" ? ThemeKind::dark : ThemeKind::light;
    } else if (key == "--lang") {
      if (value != "en" && value != "zh") return fail(QString("--lang is en or zh, not %1").arg(value));
      out.language = value;
    } else if (key == "--screen") {
      if (value == "walk") out.screen = ScreenName::walk;
      if (value == "compare") out.screen = ScreenName::compare;
      if (value == "results") out.screen = ScreenName::results;
      if (!out.screen) return fail(QString("--screen is walk, compare or results, not %1").arg(value));
    } else if (key == "--filter") {
      out.filter = value;
    } else if (key == "--find") {
      out.find = value;
    } else if (key == "--tab") {
      out.tab = value;
    }
  }
  if ((!out.screenshot.isEmpty() || !out.frames.isEmpty()) && out.files.isEmpty()) {
    return fail("a picture needs a file to show");
  }
  return out;
}

QString usage() {
  return "Usage: lvs-visualizer [OPTIONS] [FILE...]\n"
         "\n"
         "FILE is a trace (--trace of a scenario or of lvs-lab), - for standard input, a link "
         "lvs://FILE#PACKET,STAGE,\n"
         "or the results of a sweep (--json, --csv). Several traces can be compared.\n"
         "\n"
         "  --follow             the file is still being written: show what comes\n"
         "  --at PACKET[,STAGE]  go there, counted from 1\n"
         "  --screen NAME        walk, compare or results\n"
         "  --filter TEXT        show packets that fit, as the filter line does\n"
         "  --find TEXT          go to the first stage that fits, in the filter's words\n"
         "  --tab NAME           of the tables: ipvs, stats, addresses, neighbours, sysctls, console, events\n"
         "  --theme light|dark\n"
         "  --lang en|zh\n"
         "  --projector          larger type, fewer panels\n"
         "  --quiz               questions about what the trace shows\n"
         "  --size WxH           of the window, or of the picture\n"
         "  --screenshot FILE    write the screen as .png, .svg or .pdf and end; needs no display\n"
         "  --frames PATTERN     write every stage of the packet, PATTERN with %1 for the number, and end\n"
         "  --help, --version\n";
}

}  // namespace lvs::view
