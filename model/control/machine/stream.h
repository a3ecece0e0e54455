// SPDX-License-Identifier: GPL-2.0-or-later
// What programs read from and print to: texts, files, and pipes whose two ends run side by side.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lvs::host {
class Host;
}

namespace lvs::control {

// Open as long as somebody holds it.
class Output {
 public:
  Output() = default;
  virtual ~Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  // False: nobody reads there any more (EPIPE).
  virtual bool write(std::string_view text) = 0;
};
using OutputPtr = std::shared_ptr<Output>;

class Input {
 public:
  Input() = default;
  virtual ~Input() = default;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  // What has come and nobody has taken.
  virtual std::string_view ready() const = 0;
  virtual void take(std::size_t bytes) = 0;
  // Nothing more will come.
  virtual bool ended() const = 0;
  // `more` is called when something has come, or the end; soon, and never from within a call on a stream. One at a
  // time.
  virtual void watch(std::function<void()> more) = 0;

  // All of it; meaningful once it has ended.
  std::string take_all();
};
using InputPtr = std::shared_ptr<Input>;

class TextOutput final : public Output {
 public:
  bool write(std::string_view text) override {
    text_ += text;
    return true;
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

class TextInput final : public Input {
 public:
  explicit TextInput(std::string text = {}) : text_(std::move(text)) {}
  std::string_view ready() const override { return std::string_view(text_).substr(taken_); }
  void take(std::size_t bytes) override { taken_ += bytes; }
  bool ended() const override { return true; }
  void watch(std::function<void()>) override {}

 private:
  std::string text_;
  std::size_t taken_ = 0;
};

// What is written to the first can be read from the second. It ends when nobody holds the first any more.
std::pair<OutputPtr, InputPtr> make_pipe(host::Host& host);

}  // namespace lvs::control
