// SPDX-License-Identifier: GPL-2.0-or-later
// lvs-visualizer: steps through what a run recorded.
#include <unistd.h>

#include <QApplication>
#include <QFileInfo>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "command-line.h"
#include "drawing/export.h"
#include "drawing/frames.h"
#include "main-window.h"
#include "screens/walk-screen.h"

namespace {

using namespace lvs::view;

int fail(const QString& text) {
  std::fprintf(stderr, "lvs-visualizer: %s\n", qPrintable(text));
  return 2;
}

// Pictures are made without a display, and so is everything where there is none.
void choosePlatform(bool pictures) {
  const bool display = std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
  if (std::getenv("QT_QPA_PLATFORM") == nullptr && (pictures || !display)) qputenv("QT_QPA_PLATFORM", "offscreen");
}

// lvs-trace writes it: it stands beside this program, or on the path. Comes back only when it cannot be started.
int writePage(const Options& options, const char* self) {
  std::vector<std::string> words{"lvs-trace", options.files.front().toStdString(), "--html",
                                 options.html.toStdString()};
  if (options.language) words.insert(words.end(), {"--language", options.language->toStdString()});
  std::vector<char*> raw;
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  const std::string beside = (QFileInfo("/proc/self/exe").canonicalPath() + "/lvs-trace").toStdString();
  execv(beside.c_str(), raw.data());
  execvp("lvs-trace", raw.data());
  return fail(QString("%1: --html needs lvs-trace, which is not beside it nor on the path").arg(self));
}

// The first file that is not there: what else is wrong does not matter then.
QString missing(const Options& options) {
  for (const QString& file : options.files)
    if (file != "-" && !options.follow && !QFileInfo::exists(file)) return file + ": No such file or directory";
  return {};
}

// Of no use to whoever makes a picture: Qt's remark that nobody has logged in.
void withoutRemarks(QtMsgType type, const QMessageLogContext& context, const QString& text) {
  if (text.startsWith("QStandardPaths: XDG_RUNTIME_DIR not set")) return;
  std::fprintf(stderr, "%s\n", qPrintable(qFormatLogMessage(type, context, text)));
  if (type == QtFatalMsg) std::abort();
}

// What can be done without one, with the file that was to be seen.
QString noDisplay(const Options& options) {
  const QString none = "there is no display; --screenshot FILE writes pictures without one";
  if (options.files.isEmpty()) return none;
  const QString file = options.files.front();
  return QString(
             "no display to show %1 on; without one: lvs-trace %1, lvs-trace %1 --html walk.html for a browser, "
             "--screenshot FILE for a picture")
      .arg(file);
}

int writePictures(MainWindow& window, const Options& options) {
  // Laid out as if it were on a screen, but on none.
  window.setAttribute(Qt::WA_DontShowOnScreen);
  window.show();
  if (options.size) window.resize(*options.size);
  window.showAll();
  QApplication::processEvents();
  // An answer that the lab has to be run for.
  while (window.walkScreen() != nullptr && window.walkScreen()->answering())
    QApplication::processEvents(QEventLoop::WaitForMoreEvents);
  QString error;
  Session* session = window.session();
  if (session != nullptr && session->empty()) {
    return fail(session->error().isEmpty() ? session->path() + ": no packets in it" : session->error());
  }
  if (!window.message().isEmpty()) return fail(window.message());
  if (!window.resultsError().isEmpty()) return fail(window.resultsError());
  if (!options.screenshot.isEmpty() && !exportScreen(window.canvasWidget(), options.screenshot, error))
    return fail(error);
  if (!options.frames.isEmpty()) {
    if (session == nullptr) return fail("--frames needs a trace");
    exportFrames(window.canvasWidget(), *session, options.frames, error);
    if (!error.isEmpty()) return fail(error);
  }
  // What could be read is in the picture; that there was more is no success.
  return session != nullptr && !session->error().isEmpty() ? fail(session->error()) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  QStringList arguments;
  for (int i = 1; i < argc; ++i) arguments += QString::fromLocal8Bit(argv[i]);
  QString error;
  const auto options = parseCommandLine(arguments, error);
  if (!options) return fail(error);
  if (options->help || options->version) {
    std::fputs(options->help ? qPrintable(usage()) : "lvs-visualizer " LVS_VERSION "\n", stdout);
    return 0;
  }
  if (!options->html.isEmpty()) return writePage(*options, argv[0]);
  const bool pictures = !options->screenshot.isEmpty() || !options->frames.isEmpty();
  choosePlatform(pictures);
  if (const QString file = missing(*options); !file.isEmpty()) return fail(file);
  if (!pictures && qgetenv("QT_QPA_PLATFORM") == "offscreen") return fail(noDisplay(*options));
  qInstallMessageHandler(withoutRemarks);
  QApplication app(argc, argv);
  QApplication::setApplicationName("lvs-visualizer");
  QApplication::setOrganizationName("lvs");
  // Pictures look the same whatever was set last.
  MainWindow window(pictures ? nullptr : std::make_unique<QSettings>());
  window.apply(*options);
  if (pictures) return writePictures(window, *options);
  window.show();
  return QApplication::exec();
}
