// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/daemon/mail.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <utility>

#include "control/machine/alarm.h"
#include "host/socket/sockets.h"

namespace lvs::keepalived {
namespace {

using host::SocketError;
constexpr std::size_t kMostSubject = 255, kMostBody = 511;  // keepalived: MAX_HEADERS_LENGTH, MAX_BODY_LENGTH
constexpr int kFirstDescriptor = 9;                         // as that of a checker child often is
constexpr std::size_t kMostAnswer = 1024;                   // SMTP_BUFFER_MAX, of commands too

// "Mon, 01 Mar 2021 09:44:08 +0000"
std::string mail_date(base::Time since_epoch) {
  const std::time_t seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts)};
}

}  // namespace

// The stages are those of the answers that are awaited.
class Mailer::Mail final : private host::SocketUser {
 public:
  Mail(Mailer& mailer, const MailConf& conf, std::string subject, std::string body, int descriptor)
      : mailer_(mailer),
        conf_(conf),
        subject_(std::move(subject)),
        body_(std::move(body)),
        descriptor_(descriptor),
        timeout_(mailer.machine_.host(), [this] { timed_out(); }) {}

  // False: it has ended at once, without a word.
  bool begin() {
    socket_ = mailer_.machine_.sockets().tcp(this, {mailer_.process_, "keepalived", 13});
    timeout_.set_after(conf_.timeout);
    return socket_->connect({conf_.server->addr, conf_.server->port}) == SocketError::none;
  }

 private:
  enum class Stage : std::uint8_t { connecting, connected, helo, mail, rcpt, data, body, quit };

  void line(std::string_view before, std::string_view behind) const {
    mailer_.line_(fmt::format("{} [{}]:{}{}", before, conf_.server->addr.text(), conf_.server->port, behind));
  }
  void end() {
    timeout_.clear();
    socket_.reset();
    mailer_.ended(*this);
  }

  // Whatever the reason is, epoll(7) tells of it first.
  void broken(const char* call) {
    mailer_.line_(fmt::format("smtp fd {} returned {} error", descriptor_, call));
    end();
  }

  void timed_out() {
    if (stage_ == Stage::connecting) {
      line("Timeout opening connection to remote SMTP server", ".");
      return end();
    }
    line("Timeout reading data to remote SMTP server", ".");
    if (stage_ == Stage::quit) return end();
    stage_ = Stage::quit;
    say();
  }

  void socket_ready() override {
    if (!socket_ || mailer_.stopping_) return;
    if (stage_ == Stage::connecting) {
      if (socket_->failed()) return broken("write");
      if (!socket_->writable()) return;
      if (mailer_.detail_) line("Remote SMTP server", " connected.");
      stage_ = Stage::connected;
      timeout_.set_after(conf_.timeout);
    }
    while (socket_ && socket_->readable()) read();
  }

  void read() {
    SocketError error = SocketError::none;
    const std::size_t read = socket_->read(answer_, kMostAnswer - answer_.size(), error);
    if (read == 0 && error == SocketError::again) return timeout_.set_after(conf_.timeout);
    if (read == 0 && error == SocketError::none) {
      line("Remote SMTP server", " has closed the connection.");
      return end();
    }
    if (read == 0) return broken("read");
    if (answer_.size() >= kMostAnswer) {
      line("Received buffer from remote SMTP server", " overflow our get read buffer length.");
      answer_.clear();
      stage_ = Stage::quit;
      return say();
    }
    timeout_.set_after(conf_.timeout);
    take_answer();
  }

  // The last line of an answer has no - behind its number.
  void take_answer() {
    for (std::size_t end; (end = answer_.find("\r\n")) != std::string::npos;) {
      const std::string reply = answer_.substr(0, end) + std::string(4, '\0');
      answer_.erase(0, end + 2);
      if (reply[3] == '-') continue;
      return take_status((reply[0] - '0') * 100 + (reply[1] - '0') * 10 + (reply[2] - '0'));
    }
  }

  void take_status(int status) {
    struct Expected {
      int status;
      const char* name;
    };
    static constexpr std::array<Expected, 8> kExpected{{{-1, ""},
                                                        {220, "(E)SMTP"},
                                                        {250, "HELO"},
                                                        {250, "MAIL"},
                                                        {250, "RCPT"},
                                                        {354, "DATA"},
                                                        {250, "BODY"},
                                                        {221, "QUIT"}}};
    const Expected& expected = kExpected[static_cast<std::size_t>(stage_)];
    if (status != expected.status) {
      line(fmt::format("Error processing {} cmd on SMTP server", expected.name),
           fmt::format(". SMTP status code = {}", status));
      stage_ = Stage::quit;
      return say();
    }
    if (stage_ == Stage::quit) return end();
    if (stage_ == Stage::body && mailer_.detail_) mailer_.line_("SMTP alert successfully sent.");
    // Each who is written to has a line of his own.
    if (stage_ != Stage::rcpt || told_ == conf_.to.size())
      stage_ = static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1);
    say();
  }

  std::string command() {
    switch (stage_) {
      case Stage::helo: return fmt::format("HELO {}\r\n", conf_.helo.empty() ? "localhost" : conf_.helo);
      case Stage::mail: return fmt::format("MAIL FROM:<{}>\r\n", conf_.from.empty() ? "(null)" : conf_.from);
      case Stage::rcpt: return fmt::format("RCPT TO:<{}>\r\n", conf_.to[told_++]);
      case Stage::data: return "DATA\r\n";
      case Stage::body:
        return fmt::format(
            "Date: {}\r\nFrom: {}\r\nSubject: {}\r\nX-Mailer: Keepalived\r\nTo: {}\r\n\r\n{}\r\n\r\n.\r\n",
            mail_date(mailer_.machine_.epoch + mailer_.machine_.host().now()),
            conf_.from.empty() ? "(null)" : conf_.from, subject_, fmt::join(conf_.to, ", "), body_);
      default: return "QUIT\r\n";
    }
  }

  void say() {
    const std::string text = command().substr(0, kMostAnswer - 1);
    SocketError error = SocketError::none;
    if (socket_->write(text, error) == 0) {
      line("Cannot send data to remote SMTP server", ".");
      return end();
    }
    timeout_.set_after(conf_.timeout);
  }

  Mailer& mailer_;
  const MailConf conf_;
  std::string subject_, body_, answer_;
  std::size_t told_ = 0;  // of conf_.to
  int descriptor_;
  Stage stage_ = Stage::connecting;
  host::TcpPtr socket_;
  control::Alarm timeout_;
};

Mailer::Mailer(control::Machine& machine, control::Pid process, bool detail, Line line)
    : machine_(machine), process_(process), detail_(detail), line_(std::move(line)) {}
Mailer::~Mailer() = default;

void Mailer::drop() { sending_.clear(); }

void Mailer::send(const GlobalConf& conf, const std::string& subject, const std::string& body) {
  gone_.clear();
  if (conf.mail.to.empty() || !conf.mail.server) return;
  const std::string whole = fmt::format("[{}] {}", conf.router_id, subject);
  const int descriptor = kFirstDescriptor + static_cast<int>(sending_.size());
  auto mail =
      std::make_unique<Mail>(*this, conf.mail, whole.substr(0, kMostSubject), body.substr(0, kMostBody), descriptor);
  if (mail->begin()) sending_.push_back(std::move(mail));
}

// It is still in a call of its own.
void Mailer::ended(Mail& mail) {
  for (auto each = sending_.begin(); each != sending_.end(); ++each) {
    if (each->get() == &mail) return gone_.splice(gone_.end(), sending_, each);
  }
}

}  // namespace lvs::keepalived
