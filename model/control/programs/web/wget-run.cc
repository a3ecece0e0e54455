// SPDX-License-Identifier: GPL-2.0-or-later
// wget at work: one URL after the other, each with its tries and redirections.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/numbers.h"
#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/web/wget.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::SocketError;

constexpr int kFileFailed = 3, kNetworkFailed = 4, kServerFailed = 8;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

class Wget final : public Task, private host::SocketUser {
 public:
  Wget(Machine& machine, Io& io, Done done, const WgetOptions& options)
      : machine_(machine),
        io_(io),
        done_(std::move(done)),
        options_(options),
        owner_{io.pid, "wget", 3},
        lookup_(machine, owner_),
        alarm_(machine.host(), [this] { on_alarm(); }) {}

  void begin() { alarm_.set_at(machine_.host().now()); }

 private:
  enum class Phase : std::uint8_t { starting, resolving, connecting, header, body, pausing, over };

  void on_alarm() {
    switch (phase_) {
      case Phase::starting:
      case Phase::pausing: return attempt();
      case Phase::connecting: return connect_failed("Connection timed out", true);
      case Phase::header: return read_failed("Read error (Connection timed out) in headers.\n");
      case Phase::body: return body_ended(false);
      default: return;
    }
  }

  void say(const std::string& text) const {
    if (!options_.quiet && !options_.brief) io_.complain(text);
  }
  std::string now() const {
    const base::Time time = machine_.epoch + machine_.host().now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(seconds)));
  }

  // --- one URL after the other ---

  void next_url() {
    if (++number_ == options_.urls.size()) {
      phase_ = Phase::over;
      return done_(status_);
    }
    try_ = redirects_ = 0;
    redirected_.reset();
    phase_ = Phase::starting;
    alarm_.set_at(machine_.host().now());
  }
  const WgetUrl& url() const { return redirected_ ? *redirected_ : options_.urls[number_]; }

  void failed(int status) {
    close();
    // The first matters most: of several, the lower number.
    status_ = status_ == 0 ? status : std::min(status_, status);
    next_url();
  }

  void attempt() {
    ++try_;
    if (options_.spider && try_ == 1 && !redirected_) say("Spider mode enabled. Check if remote file exists.\n");
    say(try_ == 1 ? fmt::format("--{}--  {}\n", now(), url().whole)
                  : fmt::format("--{}--  (try:{:2})  {}\n", now(), try_, url().whole));
    received_.clear();
    phase_ = Phase::resolving;
    address_ = 0;
    if (const auto address = host_address(url().host)) {
      addresses_ = {*address};
      return connect();
    }
    say(fmt::format("Resolving {0} ({0})... ", url().host));
    lookup_.addresses(url().host, [this](const Found& found) {
      addresses_ = found.addresses;
      if (addresses_.empty()) {
        say(fmt::format("failed: {}.\n", text_of(found.error)));
        if (!options_.quiet) io_.complain(fmt::format("wget: unable to resolve host address '{}'\n", url().host));
        return failed(kNetworkFailed);
      }
      std::string list;
      for (const auto& address : addresses_) list += (list.empty() ? "" : ", ") + address.text();
      say(list + "\n");
      connect();
    });
  }

  void connect() {
    const std::string address = addresses_[address_].text();
    say(url().host == address
            ? fmt::format("Connecting to {}:{}... ", address, url().port)
            : fmt::format("Connecting to {} ({})|{}|:{}... ", url().host, url().host, address, url().port));
    phase_ = Phase::connecting;
    if (options_.connect_most > base::Time{0}) alarm_.set_after(options_.connect_most);
    socket_ = machine_.sockets().tcp(this, owner_);
    const SocketError error = socket_->connect({addresses_[address_], url().port});
    if (error != SocketError::none) connect_failed(text_of(error), false, error);
  }

  void close() {
    alarm_.clear();
    socket_.reset();
  }

  void connect_failed(std::string_view why, bool timed_out, SocketError error = SocketError::none) {
    close();
    say(fmt::format("failed: {}.\n", why));
    if (address_ + 1 < addresses_.size()) {
      ++address_;
      return connect();
    }
    const bool final = !timed_out && error != SocketError::timed_out && !options_.retry_refused;
    if (final) return failed(kNetworkFailed);
    retry();
  }

  // Before each next try one second more, up to --waitretry.
  void retry() {
    close();
    if (options_.tries != 0 && try_ >= options_.tries) {
      say("Giving up.\n\n");
      return failed(kNetworkFailed);
    }
    say("Retrying.\n\n");
    phase_ = Phase::pausing;
    alarm_.set_after(std::min<base::Time>(std::chrono::seconds(try_), options_.longest_wait));
  }

  // --- asking and reading ---

  void socket_ready() override {
    if (phase_ == Phase::connecting) {
      if (socket_->failed()) {
        const SocketError error = socket_->take_error();
        return connect_failed(text_of(error), error == SocketError::timed_out, error);
      }
      const host::TcpState state = socket_->state();
      if (state == host::TcpState::syn_sent || state == host::TcpState::syn_recv) return;
      return ask();
    }
    if (phase_ == Phase::header || phase_ == Phase::body) receive();
  }

  void await_more() {
    if (options_.read_most > base::Time{0}) alarm_.set_after(options_.read_most);
  }

  void ask() {
    say("connected.\n");
    std::string request = fmt::format("{} {} HTTP/1.1\r\n", options_.spider ? "HEAD" : "GET", url().path);
    const auto own = [&](std::string_view name) {
      return std::ranges::any_of(options_.fields,
                                 [&](const std::string& field) { return lower(field).starts_with(lower(name)); });
    };
    const auto add = [&](std::string_view name, std::string_view value) {
      if (!own(name)) request += fmt::format("{}{}\r\n", name, value);
    };
    add("Host: ", url().authority());
    add("User-Agent: ", options_.agent);
    add("Accept: ", "*/*");
    add("Accept-Encoding: ", "identity");
    add("Connection: ", "Keep-Alive");
    for (const std::string& field : options_.fields) request += field + "\r\n";
    request += "\r\n";
    SocketError error = SocketError::none;
    socket_->write(request, error);
    say("HTTP request sent, awaiting response... ");
    phase_ = Phase::header;
    await_more();
    receive();
  }

  void read_failed(const std::string& why) {
    say(why);
    retry();
  }

  void receive() {
    SocketError error = SocketError::none;
    bool any = false;
    while (socket_->read(received_, 8192, error) != 0) any = true;
    if (any) await_more();
    if (phase_ == Phase::header) {
      const std::size_t end = received_.find("\r\n\r\n");
      if (end == std::string::npos) {
        if (error == SocketError::again) return;
        if (received_.empty() && error == SocketError::none) return read_failed("No data received.\n");
        return read_failed(fmt::format("Read error ({}) in headers.\n", text_of(error)));
      }
      header_ = received_.substr(0, end + 2);
      received_.erase(0, end + 4);
      if (!read_header()) return;
    }
    if (phase_ != Phase::body) return;
    if (length_ && received_.size() >= *length_) return body_ended(true);
    if (error == SocketError::again) return;
    body_ended(!length_);
  }

  std::string field(std::string_view name) const {
    for (std::size_t at = header_.find("\r\n"); at != std::string::npos && at + 2 < header_.size();
         at = header_.find("\r\n", at + 2)) {
      const std::string line = header_.substr(at + 2, header_.find("\r\n", at + 2) - at - 2);
      if (!lower(line).starts_with(name)) continue;
      const std::size_t value = line.find_first_not_of(' ', name.size());
      return value == std::string::npos ? std::string() : line.substr(value);
    }
    return {};
  }

  // False: that was all of this attempt.
  bool read_header() {
    const std::string line = header_.substr(0, header_.find("\r\n"));
    const std::size_t blank = line.find(' ');
    std::string_view digits = std::string_view(line).substr(std::min(blank + 1, line.size()));
    code_ = base::take_number<int>(digits).value_or(0);
    reason_ = digits.empty() ? std::string() : std::string(digits.substr(1));
    if (options_.headers) {
      std::string text = options_.quiet ? "" : "\n";
      for (std::size_t at = 0; at < header_.size(); at = header_.find("\r\n", at) + 2)
        text += "  " + header_.substr(at, header_.find("\r\n", at) - at) + "\n";
      io_.complain(text);
    } else {
      say(fmt::format("{} {}\n", code_, reason_));
    }
    length_ = base::number<std::uint64_t>(field("content-length:"));
    if (code_ >= 301 && code_ <= 308 && code_ != 304 && !field("location:").empty()) return redirect(), false;
    if (code_ < 200 || code_ >= 300) return refused_by_server(), false;
    if (code_ == 204) length_ = 0;
    report_length();
    if (options_.spider) {
      say("Remote file exists.\n\n");
      if (options_.brief && !options_.quiet) io_.complain(fmt::format("{} URL: {} 200 OK\n", now(), url().whole));
      close();
      next_url();
      return false;
    }
    phase_ = Phase::body;
    file_ = output_file();
    say(fmt::format("Saving to: '{}'\n", file_ == "-" ? "STDOUT" : file_));
    began_ = machine_.host().now();
    return true;
  }

  void report_length() const {
    std::string text = "Length: unspecified";
    if (length_) {
      text = fmt::format("Length: {}", *length_);
      if (*length_ >= 1024) text += fmt::format(" ({})", human(*length_));
    }
    const std::string type = field("content-type:");
    if (!type.empty()) text += fmt::format(" [{}]", type.substr(0, type.find_first_of("; ")));
    say(text + "\n");
  }
  static std::string human(std::uint64_t bytes) {
    constexpr std::string_view kUnits = "KMGT";
    double value = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
    return fmt::format("{:.{}f}{}", value, value < 10 ? 1 : 0, kUnits[unit]);
  }

  void redirect() {
    const std::string to = field("location:");
    WgetUrl next;
    const std::string whole = to.starts_with('/') ? fmt::format("http://{}{}", url().authority(), to) : to;
    say(fmt::format("Location: {} [following]\n", to));
    close();
    if (++redirects_ > options_.redirects) {
      say(fmt::format("{} redirections exceeded.\n", options_.redirects));
      return failed(kServerFailed);
    }
    if (const auto reason = parse_wget_url(whole, next)) {
      if (!options_.quiet) io_.complain(fmt::format("wget: not modelled: {}: {}\n", whole, *reason));
      return failed(kServerFailed);
    }
    redirected_ = std::move(next);
    try_ = 0;
    phase_ = Phase::starting;
    alarm_.set_at(machine_.host().now());
  }

  void refused_by_server() {
    close();
    if (options_.spider) {
      say("Remote file does not exist -- broken link!!!\n\n");
    } else if (!options_.quiet) {
      if (options_.brief) io_.complain(url().whole + ":\n");
      io_.complain(fmt::format("{} ERROR {}: {}.\n{}", now(), code_, reason_.empty() ? "(no description)" : reason_,
                               options_.brief ? "" : "\n"));
    }
    failed(kServerFailed);
  }

  std::string output_file() const {
    if (!options_.output.empty()) return options_.output;
    const std::string name = options_.urls[number_].file_name();
    std::string free = name;
    for (unsigned n = 1; n < 1000 && machine_.files().read(free).error == FileError::none; ++n)
      free = fmt::format("{}.{}", name, n);
    return free;
  }

  void body_ended(bool whole) {
    alarm_.clear();
    if (length_ && received_.size() > *length_) received_.resize(*length_);
    const double seconds = std::chrono::duration<double>(machine_.host().now() - began_).count();
    const std::string rate = wget_rate(received_.size(), seconds);
    if (!put_out(wget_dots(received_.size(), length_, seconds))) {
      close();
      if (!options_.quiet) io_.complain(fmt::format("{}: cannot be written\n", file_));
      return failed(kFileFailed);
    }
    if (!whole) {
      say(fmt::format("{} ({}) - Connection closed at byte {}. ", now(), rate, received_.size()));
      return retry();
    }
    const std::string size =
        length_ ? fmt::format("[{}/{}]", received_.size(), *length_) : fmt::format("[{}]", received_.size());
    if (options_.brief && !options_.quiet)
      io_.complain(fmt::format("{} URL:{} {} -> \"{}\" [{}]\n", now(), url().whole, size, file_, try_));
    say(file_ == "-" ? fmt::format("{} ({}) - written to stdout {}\n\n", now(), rate, size)
                     : fmt::format("{} ({}) - '{}' saved {}\n\n", now(), rate, file_, size));
    close();
    next_url();
  }

  bool put_out(const std::string& dots) {
    if (file_ == "-") {
      wget_page_with_dots(
          received_, dots, [this](const std::string& page) { io_.print(page); },
          [this](const std::string& text) { say(text); });
      return true;
    }
    say(dots);
    Files& files = machine_.files();
    if (files.can_write(file_) != FileError::none) return false;
    if (options_.output.empty() || number_ == 0) files.truncate(file_);
    return files.append(file_, received_) == FileError::none;
  }

  Machine& machine_;
  Io& io_;
  Done done_;
  WgetOptions options_;
  host::SocketOwner owner_;
  Phase phase_ = Phase::starting;
  std::size_t number_ = 0;
  unsigned try_ = 0, redirects_ = 0;
  std::optional<WgetUrl> redirected_;
  std::vector<base::Ipv4Addr> addresses_;
  std::size_t address_ = 0;
  std::string received_, header_, reason_, file_;
  int code_ = 0, status_ = 0;
  std::optional<std::uint64_t> length_;
  base::Time began_{};
  host::TcpPtr socket_;
  Lookup lookup_;
  Alarm alarm_;
};

}  // namespace

std::unique_ptr<Task> start_wget(Machine& machine, Io& io, Done done, const WgetOptions& options) {
  auto wget = std::make_unique<Wget>(machine, io, std::move(done), options);
  wget->begin();
  return wget;
}

}  // namespace lvs::control
