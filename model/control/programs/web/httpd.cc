// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/httpd.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/machine/machine.h"
#include "control/machine/usual/parsers.h"

namespace lvs::control {

using host::SocketError;

Httpd::Httpd(Machine& machine, HttpdOptions options, std::vector<std::string> arguments)
    : Process(machine, kInit, std::move(arguments)),
      options_(std::move(options)),
      idle_(machine.host(), [this] { close_idle(); }) {}

Httpd::~Httpd() = default;

void Httpd::ended(ExitStatus) {
  idle_.clear();
  connections_.clear();
  listener_.reset();
}

std::string Httpd::start() {
  base::Ipv4Addr address;
  if (!options_.address.empty()) {
    const auto parsed = base::Ipv4Addr::parse(options_.address);
    if (!parsed) return fmt::format("httpd: {}: not an address\n", options_.address);
    address = *parsed;
  }
  listener_ = machine().sockets().tcp(this, {pid(), "httpd", 3});
  listener_->set_reuse(true, false);
  SocketError error = listener_->bind({address, options_.port});
  if (error == SocketError::none) error = listener_->listen(kHttpdBacklog);
  if (error == SocketError::none) return {};
  return fmt::format("httpd: cannot listen on {}:{}: {}\n", address.text(), options_.port, text_of(error));
}

std::optional<std::string> Httpd::page() {
  if (wants_index(options_))
    if (auto index = machine().files().read(kIndexPage); index.error == FileError::none) return std::move(index.text);
  if (options_.file.empty()) return httpd_page(options_, machine().host().name());
  auto file = machine().files().read(options_.file);
  if (file.error != FileError::none) return std::nullopt;
  return std::move(file.text);
}

void Httpd::socket_ready() {
  while (host::TcpPtr socket = listener_->accept()) {
    socket->user = this;
    socket->owner = {pid(), "httpd", static_cast<unsigned>(4 + connections_.size())};
    connections_.push_back({std::move(socket), {}, {}, 0, false, false, machine().host().now()});
  }
  for (std::size_t i = 0; i < connections_.size();) {
    if (serve(connections_[i])) {
      ++i;
    } else {
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

bool Httpd::serve(Connection& connection) {
  host::TcpSocket& socket = *connection.socket;
  SocketError error = SocketError::none;
  for (;;) {
    while (!connection.answered) {
      const HttpRequest request = read_http_request(connection.request);
      if (request == HttpRequest::incomplete) {
        if (socket.read(connection.request, 4096, error) == 0) return error == SocketError::again;
        continue;
      }
      connection.keeps = options_.keep && request != HttpRequest::bad && http_keeps(connection.request);
      connection.answer = http_answer(request, page(), connection.keeps);
      connection.answered = true;
    }
    while (connection.written < connection.answer.size()) {
      // The end of the answer travels with its last data, so that it is always the server that closes first.
      const std::size_t size =
          socket.write(std::string_view(connection.answer).substr(connection.written), error, !connection.keeps);
      if (size == 0) return error == SocketError::again;
      connection.written += size;
    }
    if (!connection.keeps) return false;
    connection.request.erase(0, http_request_size(connection.request));
    connection.written = 0;
    connection.answered = false;
    connection.idle_since = machine().host().now();
    if (!idle_.is_set()) idle_.set_after(std::chrono::seconds(kHttpdIdleSeconds));
  }
}

void Httpd::close_idle() {
  const base::Time now = machine().host().now();
  constexpr base::Time kLongest = std::chrono::seconds(kHttpdIdleSeconds);
  base::Time next = base::kNever;
  for (auto at = connections_.begin(); at != connections_.end();) {
    const bool kept = at->keeps && !at->answered;
    if (kept && at->idle_since + kLongest <= now) {
      at = connections_.erase(at);
      continue;
    }
    if (kept) next = std::min(next, at->idle_since + kLongest);
    ++at;
  }
  if (next != base::kNever) idle_.set_at(next);
}

int start_httpd(Machine& machine, const HttpdOptions& options, std::vector<std::string> arguments, std::string& error) {
  auto httpd = std::make_unique<Httpd>(machine, options, std::move(arguments));
  error = httpd->start();
  if (!error.empty()) return 1;
  machine.processes().adopt(std::move(httpd));
  return 0;
}

CommandResultOrError parse_httpd(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (std::size_t i = 1; i < words.size(); ++i) texts.push_back(words[i].text);
  HttpdOptions options;
  if (auto refused = parse_httpd(texts, options)) return refusal(2, std::move(*refused));
  if (!options.file.empty()) {
    if (auto reason = Files::unmodelled(options.file)) {
      return base::Error{SyntaxError{words.front().column, options.file, std::move(*reason), {}}};
    }
  }
  texts.insert(texts.begin(), words.front().text);
  return instant([options, texts](Machine& machine, Io& io) {
    std::string error;
    const int status = start_httpd(machine, options, texts, error);
    io.complain(error);
    return status;
  });
}

}  // namespace lvs::control
