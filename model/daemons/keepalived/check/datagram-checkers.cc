// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/keepalived/check/datagram-checkers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "daemons/keepalived/conf/names.h"

namespace lvs::keepalived {
namespace {

using host::SocketError;

constexpr std::size_t kProbe = 32;                        // keepalived: UDP_BUFSIZE
constexpr std::size_t kDnsHeader = 12, kDnsShortest = 8;  // it compares with the size of a pointer

struct ErrorText {
  int number;
  const char* text;
};
ErrorText text_of_error(SocketError error) {
  switch (error) {
    case SocketError::host_unreachable: return {113, "No route to host"};
    case SocketError::net_unreachable: return {101, "Network is unreachable"};
    case SocketError::no_protocol: return {92, "Protocol not available"};
    default: return {111, "Connection refused"};
  }
}

void append16(std::string& bytes, std::uint16_t value) {
  bytes += static_cast<char>(value >> 8);
  bytes += static_cast<char>(value & 0xff);
}

}  // namespace

std::string probe_bytes(std::size_t size) {
  constexpr std::string_view kText = "keepalived check - ";
  std::string bytes;
  while (bytes.size() < size) bytes += kText.substr(0, size - bytes.size());
  return bytes;
}

void ProbeChecker::epilog(bool success, const Words& words) {
  base::Time delay = *conf_.delay_loop;
  if (success || ((up_ || !has_run_) && tries_ >= *conf_.retry)) {
    tries_ = 0;
    if (success && (!up_ || !has_run_)) {
      log(fmt::format("{} {} success.", words.success, name()));
      says(true, fmt::format("{} CHECK succeed on service", words.protocol));
    } else if (!success && (up_ || !has_run_)) {
      const unsigned retry = *conf_.retry;
      if (retry == 0 || !has_run_) {
        log(fmt::format(fmt::runtime(words.failed), name()));
      } else if (words.names_service) {
        log(fmt::format(fmt::runtime(words.failed_after), name(), name_of(*real_.service->conf), retry));
      } else {
        log(fmt::format(fmt::runtime(words.failed_after), name(), retry));
      }
      says(false, fmt::format("{} CHECK failed on service", words.protocol));
    }
  } else if (up_) {
    delay = *conf_.delay_before_retry;
    ++tries_;
  }
  has_run_ = true;
  again(delay);
}

Question::Question(CheckWorld& world, Tell tell)
    : world_(world),
      tell_(std::move(tell)),
      timeout_(world.computer().host(), [this] { outcome(Outcome::timed_out); }) {}

SocketError Question::ask(host::SocketAddress from, host::SocketAddress to, const std::string& data,
                          base::Time timeout) {
  close();
  socket_ = world_.computer().sockets().udp(this, {world_.process(), "keepalived", 13});
  error_ = SocketError::none;
  if (!from.addr.is_any() || from.port != 0) error_ = socket_->bind(from);
  if (error_ == SocketError::none) error_ = socket_->connect(to);
  if (error_ == SocketError::none) error_ = socket_->send(data);
  if (error_ == SocketError::none) {
    timeout_.set_after(timeout);
  } else {
    socket_.reset();
  }
  return error_;
}

void Question::close() {
  timeout_.clear();
  socket_.reset();
}

void Question::socket_ready() {
  while (socket_ && socket_->readable()) {
    error_ = socket_->receive(answer_);
    if (error_ != SocketError::none) return outcome(Outcome::failed);
    waiting_ = false;
    tell_(Outcome::answered);
    if (!waiting_) return;
  }
}

void Question::outcome(Outcome what) {
  close();
  tell_(what);
}

// --- UDP_CHECK ---

namespace {
constexpr const char* kUdpSuccess = "UDP connection to";
}

UdpChecker::UdpChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : ProbeChecker(conf, real, services, world),
      question_(world, [this](Question::Outcome outcome) { ended(outcome); }) {}

void UdpChecker::check() {
  const SocketError error = question_.ask(conf_.from, conf_.to, conf_.has_payload ? conf_.payload : probe_bytes(kProbe),
                                          *conf_.connect_timeout);
  if (error == SocketError::none) return;
  if (error != std::exchange(last_error_, error) && world_.detail())
    log(fmt::format("UDP connect error {} - {}", text_of_error(error).number, text_of_error(error).text));
  epilog(false,
         {kUdpSuccess, "UDP_CHECK on service {} failed.", "UDP_CHECK on service {} failed after {} retries.", "UDP"});
}

bool UdpChecker::is_wanted(const std::string& reply) const {
  // The buffer has one byte more than is wanted at most.
  const std::size_t size = std::min<std::size_t>(reply.size(), conf_.max_reply + 1);
  if (size < conf_.min_reply || size > conf_.max_reply) return false;
  for (std::size_t i = 0; i < std::min(size, conf_.reply.size()); ++i) {
    const int any = conf_.reply_mask.empty() ? 0 : static_cast<std::uint8_t>(conf_.reply_mask[i]);
    if (((reply[i] ^ conf_.reply[i]) & ~any & 0xff) != 0) return false;
  }
  return true;
}

// Silence is good, unless an answer is required: there was no ICMP error.
void UdpChecker::ended(Question::Outcome outcome) {
  const bool good =
      outcome == Question::Outcome::answered || (outcome == Question::Outcome::timed_out && !conf_.require_reply);
  const bool matches = !good || !conf_.reply_given || is_wanted(question_.answer());
  question_.close();
  if (!(good && matches) && up_ && conf_.log_all_failures)
    log(good ? fmt::format("UDP check to {} reply data mismatch.", name())
             : fmt::format("UDP connection to {} failed.", name()));
  epilog(good && matches,
         {kUdpSuccess, "UDP_CHECK on service {} failed.", "UDP_CHECK on service {} failed after {} retries.", "UDP"});
}

// --- DNS_CHECK ---

DnsChecker::DnsChecker(const CheckerConf& conf, RealServer& real, Services& services, CheckWorld& world)
    : Checker(conf, real, services, world), question_(world, [this](Question::Outcome outcome) { ended(outcome); }) {}

std::string DnsChecker::query() {
  constexpr std::uint16_t kRecursionDesired = 0x0100, kInternet = 1;
  id_ = static_cast<std::uint16_t>(world_.computer().host().rng.next());
  std::string bytes;
  append16(bytes, id_);
  append16(bytes, kRecursionDesired);
  append16(bytes, 1);
  bytes.append(6, '\0');
  std::string_view rest = conf_.dns_name == "." ? std::string_view() : std::string_view(conf_.dns_name);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    bytes += static_cast<char>(end);
    bytes += rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  bytes += '\0';
  append16(bytes, conf_.dns_type);
  append16(bytes, kInternet);
  return bytes;
}

void DnsChecker::check() {
  const SocketError error = question_.ask(conf_.from, conf_.to, query(), *conf_.connect_timeout);
  if (error == SocketError::none) return;
  failure(error == SocketError::net_unreachable
              ? fmt::format("network unreachable for [{}]:{}", conf_.to.addr.text(), conf_.to.port)
              : "failed to write socket.");
}

void DnsChecker::ended(Question::Outcome outcome) {
  if (outcome == Question::Outcome::timed_out) return failure("read timeout from socket");
  if (outcome == Question::Outcome::failed) {
    const ErrorText error = text_of_error(question_.error());
    return failure(fmt::format("failed to read socket; errno {} ({})", error.number, error.text));
  }
  const std::string& answer = question_.answer();
  // What is not the answer is passed over, and waited on.
  if (answer.size() < kDnsShortest) return question_.wait();
  std::string header = answer.substr(0, kDnsHeader);
  header.resize(kDnsHeader);
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(header.data());
  const std::uint16_t flags = base::load_be16(bytes + 2);
  if (base::load_be16(bytes) != id_ || (flags & 0x8000) == 0) return question_.wait();
  question_.close();
  if ((flags & 15) != 0) return failure(fmt::format("read error occurred. (rcode = {})", flags & 15));
  if (!up_ || !has_run_) says(true, "DNS_CHECK: succeed on service");
  has_run_ = true;
  tries_ = 0;
  again(*conf_.delay_loop);
}

void DnsChecker::failure(const std::string& what) {
  question_.close();
  if (up_ || !has_run_) {
    const bool last = tries_ >= *conf_.retry;
    if (last || conf_.log_all_failures)
      log(fmt::format("DNS_CHECK ({}) {}{}", name(), what,
                      has_run_ && last ? fmt::format(" after {} retries", *conf_.retry) : ""));
    if (!last) {
      ++tries_;
      has_run_ = true;
      return again(*conf_.delay_before_retry);
    }
    says(false, "DNS_CHECK: failed on service");
  }
  has_run_ = true;
  tries_ = 0;
  again(*conf_.delay_loop);
}

}  // namespace lvs::keepalived
