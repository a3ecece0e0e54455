// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/machine/stream.h"

#include "control/machine/alarm.h"

namespace lvs::control {
namespace {

class PipeInput final : public Input {
 public:
  explicit PipeInput(host::Host& host) : alarm_(host, [this] { tell(); }), host_(host) {}
  std::string_view ready() const override { return std::string_view(text_).substr(taken_); }
  void take(std::size_t bytes) override {
    taken_ += bytes;
    if (taken_ < text_.size()) return;
    text_.clear();
    taken_ = 0;
  }
  bool ended() const override { return ended_; }
  void watch(std::function<void()> more) override { more_ = std::move(more); }

  void add(std::string_view text) {
    text_ += text;
    alarm_.set_at(host_.now());
  }
  void end() {
    ended_ = true;
    alarm_.set_at(host_.now());
  }

 private:
  void tell() {
    const auto more = more_;  // who is told may watch no longer
    if (more) more();
  }

  std::string text_;
  std::size_t taken_ = 0;
  bool ended_ = false;
  std::function<void()> more_;
  Alarm alarm_;
  host::Host& host_;
};

class PipeOutput final : public Output {
 public:
  explicit PipeOutput(const std::shared_ptr<PipeInput>& reader) : reader_(reader) {}
  ~PipeOutput() override {
    if (const auto reader = reader_.lock()) reader->end();
  }
  bool write(std::string_view text) override {
    // Linux would let the writer wait; what a stranger's loop prints ends somewhere here.
    constexpr std::size_t kMost = 64 << 20;
    const auto reader = reader_.lock();
    if (reader == nullptr || reader->ready().size() > kMost) return false;
    reader->add(text);
    return true;
  }

 private:
  std::weak_ptr<PipeInput> reader_;
};

}  // namespace

std::string Input::take_all() {
  std::string all(ready());
  take(all.size());
  return all;
}

std::pair<OutputPtr, InputPtr> make_pipe(host::Host& host) {
  auto reader = std::make_shared<PipeInput>(host);
  return {std::make_shared<PipeOutput>(reader), reader};
}

}  // namespace lvs::control
