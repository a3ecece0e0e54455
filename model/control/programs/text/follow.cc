// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/text/follow.h"

#include <fmt/format.h>

#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"

namespace lvs::control {
namespace {

class FollowTask final : public Task {
 public:
  FollowTask(Machine& machine, Io& io, Done done, const std::vector<std::string>& files, bool retry, int status)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        retry_(retry),
        status_(status),
        alarm_(machine.host(), [this] { look(); }) {
    for (const std::string& path : files) {
      const auto file = machine.files().read(path);
      const bool there = file.error == FileError::none;
      if (there) pause_ = kAwake;
      if (there || retry) files_.push_back({machine.files().absolute(path), path, file.text.size(), there});
    }
    shown_ = files_.size() - 1;
    alarm_.set_after(files_.empty() ? base::Time{0} : pause_);
  }

 private:
  // The real one is woken by inotify(7), but where none of the files is there at first it looks once in a second.
  static constexpr base::Time kAwake = std::chrono::milliseconds(10), kAsleep = std::chrono::seconds(1);
  struct Followed {
    std::string path, name;
    std::size_t size;
    bool there;
  };

  void look() {
    if (files_.empty()) {
      io_.complain("tail: no files remaining\n");
      return done_(status_);
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
      Followed& each = files_[i];
      const auto status = machine_.files().status(each.path);
      if (status.kind != Files::Kind::file) {
        if (each.there && retry_)
          io_.complain(fmt::format("tail: '{}' has become inaccessible: No such file or directory\n", each.name));
        each.there = each.there && !retry_;
        continue;
      }
      if (!each.there) {
        io_.complain(fmt::format("tail: '{}' has appeared;  following new file\n", each.name));
        each.there = true;
        each.size = 0;
      }
      if (status.size < each.size) {
        io_.complain(fmt::format("tail: {}: file truncated\n", each.name));
        each.size = 0;
      }
      if (status.size > each.size) print(i);
    }
    alarm_.set_after(pause_);
  }

  void print(std::size_t i) {
    Followed& each = files_[i];
    const std::string text = machine_.files().read(each.path).text;
    if (files_.size() > 1 && shown_ != i) io_.print(fmt::format("\n==> {} <==\n", each.name));
    shown_ = i;
    io_.print(std::string_view(text).substr(each.size));
    each.size = text.size();
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  bool retry_;
  int status_;
  base::Time pause_ = kAsleep;
  std::size_t shown_ = 0;  // whose lines were printed last
  std::vector<Followed> files_;
  Alarm alarm_;
};

}  // namespace

std::unique_ptr<Task> follow_files(Machine& machine, Io& io, Done done, const std::vector<std::string>& files,
                                   bool retry, int status) {
  return std::make_unique<FollowTask>(machine, io, std::move(done), files, retry, status);
}

}  // namespace lvs::control
