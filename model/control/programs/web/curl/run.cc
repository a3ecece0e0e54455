// SPDX-License-Identifier: GPL-2.0-or-later
// curl at work: one URL after the other, each again as --retry says, and what is printed of them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/numbers.h"
#include "control/programs/web/curl/glob.h"
#include "control/programs/web/curl/transfer.h"

namespace lvs::control {
namespace {

// curl: tool_msgs.c, voutf(). Lines of 79 columns, broken behind a blank.
std::string curl_warning(std::string_view text) {
  constexpr std::string_view kPrefix = "Warning: ";
  constexpr std::size_t kWidth = 79 - kPrefix.size();
  std::string result;
  while (text.size() + 1 > kWidth) {  // its line's end counts
    const std::size_t blank = text.rfind(' ', kWidth - 1);
    const std::size_t size = blank == std::string_view::npos || blank == 0 ? kWidth : blank + 1;
    result += fmt::format("{}{}\n", kPrefix, text.substr(0, size));
    text.remove_prefix(size);
  }
  return result + fmt::format("{}{}\n", kPrefix, text);
}

constexpr std::string_view kHttpProblem = ": HTTP error";

class Curl final : public Task {
 public:
  Curl(Machine& machine, Io& io, Done done, const CurlOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        transfer_(machine, io, options_, [this] { ended(); }),
        again_(machine.host(), [this] { attempt(); }) {}

  void begin() { go_on(); }

 private:
  // One URL after the other, as long as they end at once: a thousand refused ones are no thousand calls within each
  // other.
  void go_on() {
    next_ = true;
    if (within_) return;
    within_ = true;
    while (std::exchange(next_, false)) {
      if (number_ == options_.urls.size()) {
        transfer_.close();
        return done_(status_);
      }
      begin_url();
    }
    within_ = false;
  }

  void begin_url() {
    retries_ = options_.retry.times;
    pause_ = options_.retry.delay.value_or(std::chrono::seconds(1));
    began_ = machine_.host().now();
    if (!options_.silent) io_.complain(std::string(kCurlMeterHead));
    attempt();
  }

  void attempt() {
    if (!options_.silent) io_.complain(std::string(kCurlMeterBegin));
    transfer_.begin(options_.urls[number_]);
  }

  // What was received goes out; then once more, or the summary and the next URL.
  void ended() {
    CurlResult& result = transfer_.result();
    if (transfer_.has_header() && !options_.head && result.size != 0) note_of_data(result.size);
    if (transfer_.has_header() && result.code != kCurlHttpError) {
      std::string text;
      if (options_.head || options_.include) text = transfer_.earlier() + transfer_.header();
      if (!options_.head) text += transfer_.body().text();
      if (!put_out(text) && result.code == kCurlOk) {
        result.code = kCurlWrite;
        result.message = "Failure writing output to destination";
      }
    }
    if (result.code != kCurlOk) transfer_.note(result.message);
    if (!options_.silent) io_.complain(curl_meter(transfer_.body().length().value_or(result.size), result));
    transfer_.note(transfer_.farewell());
    if (result.code != kCurlOk && (!options_.silent || options_.show_error))
      io_.complain(fmt::format("curl: ({}) {}\n", result.code, result.message));
    io_.print(std::exchange(kept_, {}));
    status_ = result.code;
    if (const std::string_view problem = reason_to_retry(); !problem.empty()) return retry(problem);
    const CurlWriteOut written = curl_write_out(options_.write_out, result);
    io_.print(written.out);
    io_.complain(written.err);
    ++number_;
    go_on();
  }

  void note_of_data(std::uint64_t size) {
    if (options_.verbose) io_.complain(fmt::format("{{ [{} bytes data]\n", size));
  }

  // curl: tool_operate.c, post_per_transfer(). Empty: there is none, or no time or number is left.
  std::string_view reason_to_retry() {
    const CurlRetry& retry = options_.retry;
    const CurlResult& result = transfer_.result();
    if (retries_ == 0) return {};
    if (retry.most > base::Time{0} && machine_.host().now() - began_ >= retry.most) return {};
    if (result.code == kCurlTimeout || result.code == kCurlResolve) return ": timeout";
    if (retry.refused && result.code == kCurlConnect && result.refused) return ": connection refused";
    if (result.code == kCurlOk || result.code == kCurlHttpError) {
      constexpr int kPassing[] = {408, 429, 500, 502, 503, 504};
      if (std::ranges::find(kPassing, result.status) != std::end(kPassing)) return kHttpProblem;
    }
    return retry.all && result.code != kCurlOk ? "(retrying all errors)" : std::string_view();
  }

  void retry(std::string_view problem) {
    base::Time pause = pause_;
    const std::string asked = http_field(transfer_.header(), "retry-after:");
    if (const auto seconds = base::number<unsigned>(asked); seconds && problem == kHttpProblem)
      pause = std::max<base::Time>(pause, std::chrono::seconds(*seconds));
    if (!options_.silent) {
      io_.complain(curl_warning(fmt::format("Problem {}. Will retry in {} seconds. {} retries left.", problem,
                                            pause / std::chrono::seconds(1), retries_)));
    }
    --retries_;
    constexpr base::Time kLongest = std::chrono::minutes(10);
    if (!options_.retry.delay) pause_ = std::min(2 * pause_, kLongest);
    again_.set_after(pause);
  }

  bool put_out(const std::string& text) {
    std::string file;
    const CurlUrl& url = options_.urls[number_];
    if (url.word < options_.outputs.size()) {
      file = with_glob_parts(options_.outputs[url.word], url.parts);
    } else if (options_.remote_name) {
      const std::string& path = url.path;
      file = path.substr(path.rfind('/') + 1);
      if (file.empty()) return text.empty();
    }
    if (file.empty() || file == "-") {
      // stdio writes what fills its buffer at once, and the rest when curl has done with the URL.
      constexpr std::size_t kBuffer = 4096;
      const std::size_t full = text.size() - text.size() % kBuffer;
      io_.print(text.substr(0, full));
      kept_ = text.substr(full);
      return true;
    }
    Files& files = machine_.files();
    if (files.can_write(file) != FileError::none) return false;
    files.truncate(file);
    return files.append(file, text) == FileError::none;
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  CurlOptions options_;
  CurlTransfer transfer_;
  std::size_t number_ = 0;              // of the URL
  bool next_ = false, within_ = false;  // of go_on()
  unsigned retries_ = 0;                // left
  base::Time pause_{}, began_{};        // before the next try; when the URL's first began
  std::string kept_;                    // of the output, in the buffer of stdio
  int status_ = 0;
  Alarm again_;
};

}  // namespace

std::unique_ptr<Task> start_curl(Machine& machine, Io& io, Done done, const CurlOptions& options) {
  auto curl = std::make_unique<Curl>(machine, io, std::move(done), options);
  curl->begin();
  return curl;
}

}  // namespace lvs::control
