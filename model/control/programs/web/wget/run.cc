// SPDX-License-Identifier: GPL-2.0-or-later
// wget at work: one URL after the other, each with its tries and redirections.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "control/machine/alarm.h"
#include "control/machine/machine.h"
#include "control/names/lookup.h"
#include "control/programs/web/wget/text.h"
#include "control/words/addresses.h"

namespace lvs::control {
namespace {

using host::SocketError;

constexpr int kFileFailed = 3, kNetworkFailed = 4, kServerFailed = 8;

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

  void begin() {
    began_all_ = machine_.host().now();
    alarm_.set_at(began_all_);
  }

 private:
  // The connection that waits for another request to its host.
  struct Kept {
    std::string host;
    std::uint16_t port = 0;
    host::TcpPtr socket;
  };
  enum class Phase : std::uint8_t { starting, resolving, connecting, header, body, rest, pausing, over };

  void on_alarm() {
    switch (phase_) {
      case Phase::starting:
      case Phase::pausing: return attempt();
      case Phase::connecting: return connect_failed("Connection timed out", true);
      case Phase::header: return read_failed("Read error (Connection timed out) in headers.\n");
      case Phase::body: return body_ended(false);
      case Phase::rest: return rest_ended(false);
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

  double seconds_since(base::Time then) const {
    return std::chrono::duration<double>(machine_.host().now() - then).count();
  }

  // --- one URL after the other ---

  void next_url() {
    if (++number_ == options_.urls.size()) {
      phase_ = Phase::over;
      kept_ = {};
      if (!options_.quiet && number_ > 1 && bytes_ != 0)
        io_.complain(wget_summary(now(), files_, bytes_, seconds_, seconds_since(began_all_)));
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
    if (options_.spider && !redirected_) say("Spider mode enabled. Check if remote file exists.\n");
    say(try_ == 1 ? fmt::format("--{}--  {}\n", now(), url().whole)
                  : fmt::format("--{}--  (try:{:2})  {}\n", now(), try_, url().whole));
    received_.clear();
    if (reuse()) return ask();
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

  // The connection of the request before, if it is still there.
  bool reuse() {
    if (kept_.socket == nullptr || kept_.host != url().host || kept_.port != url().port) return false;
    socket_ = std::move(kept_.socket);
    if (socket_->state() != host::TcpState::established) {
      socket_.reset();
      return false;
    }
    say(fmt::format("Reusing existing connection to {}:{}.\n", url().host, url().port));
    return true;
  }
  // The answer has come whole: another request may follow it.
  void keep() {
    alarm_.clear();
    if (answer_.stays()) kept_ = {url().host, url().port, std::move(socket_)};
    socket_.reset();
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
      say("connected.\n");
      return ask();
    }
    if (phase_ == Phase::header || phase_ == Phase::body || phase_ == Phase::rest) receive();
  }

  void await_more() {
    if (options_.read_most > base::Time{0}) alarm_.set_after(options_.read_most);
  }

  void ask() {
    SocketError error = SocketError::none;
    socket_->write(wget_request(options_, url()), error);
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
      answer_ = WgetAnswer(received_.substr(0, end + 2));
      received_.erase(0, end + 4);
      read_header();
    }
    if (phase_ != Phase::body && phase_ != Phase::rest) return;
    const WgetAnswer::State state = answer_.take(received_, error != SocketError::again);
    if (state == WgetAnswer::State::more) return;
    const bool whole = state == WgetAnswer::State::whole;
    phase_ == Phase::body ? body_ended(whole) : rest_ended(whole && error == SocketError::again);
  }

  void read_header() {
    if (options_.headers) {
      std::string text = options_.quiet ? "" : "\n";
      const std::string& head = answer_.head();
      for (std::size_t at = 0; at < head.size(); at = head.find("\r\n", at) + 2)
        text += "  " + head.substr(at, head.find("\r\n", at) - at) + "\n";
      io_.complain(text);
    } else {
      say(fmt::format("{} {}\n", answer_.code(), answer_.reason()));
    }
    const std::string to = answer_.location();
    if (!to.empty()) say(fmt::format("Location: {} [following]\n", to));
    const bool kept = answer_.fine() || (options_.content_on_error && !answer_.late());
    if (!to.empty() || !kept) return skip_rest();
    if (answer_.fine()) say(wget_length(answer_));
    if (options_.spider) return skip_rest();
    phase_ = Phase::body;
    file_ = output_file();
    say(fmt::format("Saving to: '{}'\n", file_ == "-" ? "STDOUT" : file_));
    began_ = machine_.host().now();
  }

  // A page that nobody wants is read, so that the connection can be used again, if it is short (skip_short_body()).
  void skip_rest() {
    constexpr std::uint64_t kLongest = 4096;
    phase_ = Phase::rest;
    const bool bounded = answer_.chunked() || (answer_.length() && *answer_.length() <= kLongest);
    if (options_.spider || !answer_.stays() || !bounded) rest_ended(options_.spider);
  }

  void rest_ended(bool whole) {
    whole ? keep() : close();
    if (answer_.late()) return retry();
    if (!answer_.location().empty()) return redirect(answer_.location());
    if (!answer_.fine()) return refused_by_server();
    say(answer_.html() ? "Remote file exists and could contain further links,\n"
                         "but recursion is disabled -- not retrieving.\n\n"
                       : "Remote file exists.\n\n");
    if (options_.brief && !options_.quiet) io_.complain(fmt::format("{} URL: {} 200 OK\n", now(), url().whole));
    next_url();
  }

  void redirect(const std::string& to) {
    WgetUrl next;
    const std::string whole = to.starts_with('/') ? fmt::format("http://{}{}", url().authority(), to) : to;
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
    if (options_.spider) {
      say("Remote file does not exist -- broken link!!!\n\n");
    } else if (!options_.quiet) {
      if (options_.brief) io_.complain(url().whole + ":\n");
      io_.complain(fmt::format("{} ERROR {}: {}.\n{}", now(), answer_.code(),
                               answer_.reason().empty() ? "(no description)" : answer_.reason(),
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
    const double seconds = seconds_since(began_);
    const std::uint64_t size = answer_.body().size();
    const auto& length = answer_.length();
    const std::string rate = wget_rate(size, seconds);
    if (!put_out(wget_dots(size, length, seconds))) {
      close();
      if (!options_.quiet) io_.complain(fmt::format("{}: cannot be written\n", file_));
      return failed(kFileFailed);
    }
    if (!whole) {
      say(fmt::format("{} ({}) - Connection closed at byte {}. ", now(), rate, size));
      return retry();
    }
    seconds_ += seconds;
    keep();
    if (!answer_.fine()) return refused_by_server();
    ++files_;
    bytes_ += size;
    const std::string sizes = length ? fmt::format("[{}/{}]", size, *length) : fmt::format("[{}]", size);
    if (options_.brief && !options_.quiet)
      io_.complain(fmt::format("{} URL:{} {} -> \"{}\" [{}]\n", now(), url().whole, sizes, file_, try_));
    say(file_ == "-" ? fmt::format("{} ({}) - written to stdout {}\n\n", now(), rate, sizes)
                     : fmt::format("{} ({}) - '{}' saved {}\n\n", now(), rate, file_, sizes));
    next_url();
  }

  bool put_out(const std::string& dots) {
    if (file_ == "-") {
      wget_page_with_dots(
          answer_.body(), dots, [this](const std::string& page) { io_.print(page); },
          [this](const std::string& text) { say(text); });
      return true;
    }
    say(dots);
    Files& files = machine_.files();
    if (files.can_write(file_) != FileError::none) return false;
    if (options_.output.empty() || number_ == 0) files.truncate(file_);
    return files.append(file_, answer_.body()) == FileError::none;
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
  std::string received_, file_;
  WgetAnswer answer_;
  int status_ = 0;
  base::Time began_{}, began_all_{};
  unsigned files_ = 0;  // that came whole, as what follows
  std::uint64_t bytes_ = 0;
  double seconds_ = 0;
  Kept kept_;
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
