// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/trace/main.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "base/printable.h"
#include "common/standard-output.h"
#include "common/trace-file.h"
#include "common/version.h"
#include "tools/trace/export.h"
#include "tools/trace/html/page.h"
#include "tools/trace/options.h"
#include "tools/trace/text.h"
#include "trace/file/carried.h"

namespace lvs::scenarios {
namespace {

using What = WalkOptions::What;

int complain(const std::string& text) {
  std::cerr << "lvs-trace: " << text << '\n';
  return 2;
}

bool wants_colours(const WalkOptions& options) {
  if (options.colours) return *options.colours;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::strcmp(term, "dumb") == 0;
  return options.output.empty() && isatty(STDOUT_FILENO) == 1 && !dumb && std::getenv("NO_COLOR") == nullptr;
}

std::size_t show(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options, const Put& put) {
  WalkText text(index, filter, wants_colours(options), put);
  switch (options.what) {
    case What::list: return text.list();
    case What::walks: {
      std::size_t shown = 0;
      for (std::uint32_t walk = 0; walk < index.walks().size(); ++walk) {
        if (filter.matches_walk(walk)) shown += text.walk(walk);
      }
      return shown;
    }
    case What::json: return export_json(index, filter, 0, put);
    case What::pcapng: return export_pcapng(index, filter, options, put);
    case What::pcap: return export_pcap(index, filter, options, put);
    case What::tables: return text.tables(options);
    case What::journal: return text.journal(options);
    case What::connections: return text.connections();
    case What::info: return text.info();
    case What::html: return export_page(index, filter, options, put);
    case What::lab:
    case What::reasons: break;
  }
  return 0;
}

// Until the pipe ends or somebody stops it.
void follow(trace::TraceIndex& index, const WalkOptions& options, const Put& put, const bool& failed) {
  std::size_t shown = 0;
  do {
    while (index.update(16 << 20) != 0) {
    }
    // A filter knows the hosts and hooks there are; new ones may have come.
    const WalkFilter filter(index, options);
    if (options.what == What::json) {
      export_json(index, filter, shown, put);
    } else {
      WalkText(index, filter, wants_colours(options), put).follow(shown);
    }
    shown = index.size();
  } while (index.error().empty() && !failed && index.wait(200));
}

// Standard input by one of its names, or what a shell puts in the place of `<(command)`: somebody writes there.
bool has_a_writer(const std::string& file) {
  return file == "-" || file.starts_with("/dev/fd/") || file == "/dev/stdin" || file.starts_with("/proc/self/fd/");
}

// Reads the whole trace, unless it is followed. Gives what is wrong with it.
std::string read_trace(trace::TraceIndex& index, const WalkOptions& options) {
  if (!index.open(options.file)) return index.error();
  if (options.follow) return "";
  // A pipe may be slower than we are.
  do {
    while (index.update() != 0) {
    }
  } while (has_a_writer(options.file) && index.error().empty() && index.wait(1000));
  while (index.update() != 0) {
  }
  if (!index.error().empty() && index.size() == 0 && index.journal().empty()) return index.error();
  const bool nothing = index.info().hosts.empty() && index.size() == 0;
  return nothing && index.notice().empty() && index.error().empty() ? options.file + ": is empty" : "";
}

// Gives the program's status.
int write_walks(trace::TraceIndex& index, const WalkFilter& filter, const WalkOptions& options, TraceFile& out) {
  bool failed = false;
  std::string buffer;
  const auto write_out = out.output();
  const auto flush = [&] {
    failed = failed || !write_out(buffer);
    buffer.clear();
  };
  const Put put = [&](std::string_view text) {
    constexpr std::size_t kBuffer = 64 << 10;
    buffer += text;
    if (options.follow || buffer.size() > kBuffer) flush();
  };
  std::size_t shown = 0;
  if (options.follow) {
    follow(index, options, put, failed);
    shown = index.size();
  } else {
    shown = show(index, filter, options, put);
  }
  flush();
  if (failed && errno == EPIPE) return 0;  // the reader had enough
  if (const std::string why = out.close(); !why.empty()) return complain(why);
  if (!index.error().empty()) return complain(index.error());
  if (const std::string notice = index.notice(); !notice.empty()) std::cerr << "lvs-trace: " << notice << '\n';
  if (shown == 0) {
    std::cerr << (index.size() == 0 ? "lvs-trace: there are no packets in it (--journal and --tables show the rest)\n"
                                    : "lvs-trace: nothing matches\n");
  }
  return shown == 0 ? 1 : 0;
}

// A new folder with the files of the lab; gives the program's status.
int take_lab(trace::TraceIndex& index, const std::string& folder) {
  namespace fs = std::filesystem;
  const trace::Carried carried = trace::carried_by(index);
  if (carried.files.empty()) return complain(index.path() + ": carries no lab");
  std::error_code error;
  if (fs::exists(folder, error)) return complain(folder + ": exists already");
  for (const trace::CarriedFile& file : carried.files) {
    const fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    out.close();
    if (!out) return complain("cannot write " + path.string());
    if (file.executable) fs::permissions(path, fs::perms(0755), error);
  }
  for (const std::string& path : carried.left_out)
    std::cerr << "lvs-trace: notice: the trace does not carry " << base::printable_line(path) << '\n';
  std::cout << fmt::format("{0}: {1} files; try: lvs-lab run {0}\n", base::printable_line(folder),
                           carried.files.size());
  return 0;
}

int walk(int argc, const char* const* argv) {
  WalkOptions options;
  bool help = false;
  const std::string wrong = parse_walk_options({argv + 1, argv + argc}, options, help);
  if (help) {
    std::cout << walk_usage();
    return 0;
  }
  if (!wrong.empty()) return complain(wrong);
  if (options.what == What::reasons) {
    std::cout << reasons_text();
    return 0;
  }
  if (options.what == What::html && !has_page()) return complain("--html: this build has no page");
  trace::TraceIndex index;
  if (const std::string why = read_trace(index, options); !why.empty()) return complain(why);
  if (options.what == What::lab) return take_lab(index, options.output);
  const bool binary = options.what == What::pcap || options.what == What::pcapng;
  if (binary && options.output.empty() && isatty(STDOUT_FILENO) == 1) {
    return complain("a capture is nothing for a terminal: --output FILE");
  }
  const WalkFilter filter(index, options);
  if (!options.follow && !filter.error().empty()) return complain(filter.error());

  TraceFile out;
  out.reads(options.file);
  // Who follows wants to see what there is so far.
  const auto kind = options.follow ? TraceFile::Kind::live : TraceFile::Kind::whole;
  if (const std::string why = out.open(options.output.empty() ? "-" : options.output, kind); !why.empty())
    return complain(why);
  return write_walks(index, filter, options, out);
}

}  // namespace

int walk_main(int argc, const char* const* argv) {
  if (shows_version("lvs-trace", argc, argv)) return finish_output("lvs-trace", 0);
  return finish_output("lvs-trace", walk(argc, argv));
}

}  // namespace lvs::scenarios
