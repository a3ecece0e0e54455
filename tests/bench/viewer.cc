// SPDX-License-Identifier: GPL-2.0-or-later
// The viewer on a large trace: opening it, scrolling its list, filtering, jumping; and the memory that takes.
//   bench-viewer [--records=N] [--file=NAME]
#include <fmt/format.h>
#include <sys/resource.h>

#include <QApplication>
#include <QImage>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "main-window.h"
#include "screens/walk-screen.h"
#include "trace/file/writer.h"
#include "trace/why.h"
#include "views/packet-list.h"

namespace {

using namespace lvs;

// NAT requests, twelve records each: client, director, server.
void write_trace(const std::string& name, std::uint64_t records) {
  using trace::Stage;
  constexpr std::array kStages{Stage::local_out,   Stage::post_routing, Stage::wire_out, Stage::wire_in,
                               Stage::pre_routing, Stage::routing,      Stage::local_in, Stage::ipvs_in,
                               Stage::ipvs_xmit,   Stage::post_routing, Stage::wire_out, Stage::wire_in};
  std::FILE* file = std::fopen(name.c_str(), "wb");
  if (file == nullptr) std::exit((std::perror(name.c_str()), 2));
  trace::RunInfo info;
  for (const auto& [id, host, role] :
       {std::tuple(1u, "client", "client"), std::tuple(2u, "director", "director"), std::tuple(3u, "rs1", "server")}) {
    info.hosts.push_back({id, host, role, true, {{"eth0", 2, 0, {}, {}}}});
  }
  trace::TraceWriter writer(
      info, [&](std::string_view bytes) { return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size(); });
  std::array<std::uint8_t, 54> frame{2, 0,    0, 0,  2, 0, 2, 0,  0, 0, 1, 0,  8, 0, 0x45, 0,    0,    40, 0,
                                     1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 100,  0x0f, 0xa0, 0,  80};
  frame[46] = 0x50;
  frame[47] = 2;
  for (std::uint64_t i = 0; i < records; ++i) {
    const std::uint64_t step = i % kStages.size();
    const std::uint64_t walk = i / kStages.size() + 1;
    const bool wire = kStages[step] == Stage::wire_in || kStages[step] == Stage::wire_out;
    frame[33] = step >= 8 ? 11 : 100;
    frame[34] = static_cast<std::uint8_t>(walk >> 8 | 4);
    frame[35] = static_cast<std::uint8_t>(walk);
    trace::PacketEvent event{};
    event.at = base::Time(static_cast<std::int64_t>(i) * 1000);
    event.host = step < 3 ? 1 : step < 11 ? 2 : 3;
    event.walk = trace::WalkId{1} << 40 | walk;
    event.stage = kStages[step];
    event.has_link_header = wire;
    event.head = base::ByteView(frame).subspan(wire ? 0 : 14);
    event.ifindex = 2;
    writer.packet(event);
  }
  writer.flush();
  std::fclose(file);
}

// Of this thread: what others do on the machine does not count.
double now_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

template <class Work>
double timed(Work work) {
  const double start = now_ms();
  work();
  return now_ms() - start;
}

void report(std::string_view what, std::vector<double> times) {
  std::ranges::sort(times);
  fmt::print("{:<42} median {:8.2f} ms   p99 {:8.2f} ms\n", what, times[times.size() / 2],
             times[times.size() * 99 / 100]);
}

long memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t records = 1'000'000;
  std::string name = std::filesystem::temp_directory_path() / "bench-viewer.pcapng";
  bool made = true;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word.starts_with("--records=")) records = std::strtoull(argv[i] + 10, nullptr, 10);
    if (word.starts_with("--file=")) name = word.substr(7), made = false;
  }
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  if (made) write_trace(name, records);

  view::MainWindow window(nullptr);
  window.setAttribute(Qt::WA_DontShowOnScreen);
  window.resize(1920, 1080);
  window.show();
  const long before = memory_mb();
  const double open = timed([&] { window.open(QString::fromStdString(name)); });
  view::Session& session = *window.session();
  const std::size_t rows = session.rows();
  if (rows == 0) return std::fprintf(stderr, "bench-viewer: %s\n", session.error().toUtf8().constData()), 1;
  fmt::print("{} records, {} packets, {} MB of file\n", session.index().size(), rows,
             std::filesystem::file_size(name) >> 20);
  fmt::print("{:<42} {:15.2f} ms\n", "open", open);
  fmt::print("{:<42} {:15} MB\n", "memory for it", memory_mb() - before);

  QImage image(1920, 1080, QImage::Format_RGB32);
  const auto draw = [&](QWidget& widget) { widget.render(&image, {}, {}, QWidget::DrawChildren); };
  std::vector<double> list, all;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto walk = static_cast<std::uint32_t>(i * 7919 % rows);
    session.go({walk, static_cast<int>(i % 12)});
    list.push_back(timed([&] { draw(window.walkScreen()->packets()); }));
    all.push_back(timed([&] { draw(window.canvasWidget()); }));
  }
  report("a frame of the list, anywhere in the trace", list);
  report("a frame of the whole window", all);
  QString error;
  fmt::print("{:<42} {:15.2f} ms\n", "filter host:rs1 verdict:accept",
             timed([&] { session.setFilter("host:rs1 verdict:accept", error); }));
  session.setFilter({}, error);
  session.go({0, 0});
  fmt::print("{:<42} {:15.2f} ms\n", "search for a drop that is not there", timed([&] { session.nextDrop(); }));
  if (made) std::filesystem::remove(name);
  return 0;
}
