// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/emu/trace.h"

#include <fcntl.h>

#include <cstdio>
#include <cstring>

namespace lvs::scenarios {

EmuTrace::EmuTrace(std::string file, std::uint64_t size, unsigned keep, const control::Lab& lab,
                   const std::vector<emu::Station*>& stations, base::Time epoch)
    : file_(std::move(file)), size_(size), keep_(keep), lab_(lab), stations_(stations), epoch_(epoch) {
  begin();
}

EmuTrace::~EmuTrace() { end(); }

void EmuTrace::begin() {
  out_ = os::Fd(file_ == "-" ? os::check(::dup(STDOUT_FILENO), "standard output")
                             : os::check(::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), file_));
  written_ = 0;
  trace::RunInfo info;
  info.program = "lvs-emu";
  info.title = lab_.name;
  info.description = lab_.description;
  info.engine = "emulation";
  info.epoch = epoch_;
  for (const auto& segment : lab_.segments) info.segments.push_back({segment.name, segment.rate, segment.delay});
  trace_ = std::make_unique<control::RunTrace>(std::move(info), [this](std::string_view blocks) {
    const std::uint64_t before = written_;
    while (!blocks.empty()) {
      const auto done = ::write(out_.get(), blocks.data(), blocks.size());
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) {
        error_ = (file_ == "-" ? "standard output" : file_) + ": " + std::strerror(errno);
        // What is there stays whole.
        [[maybe_unused]] const int done_or_pipe = ::ftruncate(out_.get(), static_cast<off_t>(before));
        return false;
      }
      written_ += static_cast<std::uint64_t>(done);
      blocks.remove_prefix(static_cast<std::size_t>(done));
    }
    return true;
  });
  for (std::size_t h = 0; h < lab_.hosts.size(); ++h) {
    const control::LabHost& host = lab_.hosts[h];
    if (stations_[h] != nullptr) {
      std::vector<int> segments;
      for (const auto& interface : host.interfaces) segments.push_back(static_cast<int>(interface.segment));
      stations_[h]->host().set_sink(&trace_->add(stations_[h]->machine(), std::move(segments)));
      continue;
    }
    trace::HostInfo real;
    real.id = static_cast<trace::HostId>(lab_.hosts.size() + h + 1);
    real.name = host.name;
    real.role = "host";
    real.modelled = false;
    for (const auto& interface : host.interfaces) {
      real.interfaces.push_back({interface.name(), 0, static_cast<int>(interface.segment), {}, {}});
    }
    trace_->add_real(std::move(real));
  }
  trace_->begin();
  if (timeline_) trace_->mark_timeline(*timeline_);
}

void EmuTrace::end() {
  for (emu::Station* station : stations_) {
    if (station != nullptr) station->host().set_sink(nullptr);
  }
  if (trace_ != nullptr) trace_->finish();
  trace_.reset();
}

void EmuTrace::mark_timeline(base::Time at) {
  timeline_ = at;
  trace_->mark_timeline(at);
}

void EmuTrace::rotate() {
  if (file_ == "-") return;
  end();
  for (unsigned i = keep_ - 1; i > 1; --i) {
    std::rename((file_ + "." + std::to_string(i - 1)).c_str(), (file_ + "." + std::to_string(i)).c_str());
  }
  if (keep_ > 1) std::rename(file_.c_str(), (file_ + ".1").c_str());
  error_.clear();  // what fails from here on is told anew: the disk may have been freed meanwhile
  told_ = false;
  try {
    begin();
  } catch (const std::system_error& error) {
    error_ = error.what();
    trace_.reset();
    size_ = 0;
  }
}

void EmuTrace::flush() {
  if (trace_ != nullptr) trace_->flush();
}

std::optional<std::string> EmuTrace::trouble() {
  if (error_.empty() || told_) return std::nullopt;
  told_ = true;
  return error_ + "; the trace ends here";
}

}  // namespace lvs::scenarios
