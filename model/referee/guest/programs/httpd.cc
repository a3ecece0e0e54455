// SPDX-License-Identifier: GPL-2.0-or-later
#include "referee/guest/programs/httpd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "control/programs/web/service-httpd.h"
#include "os/fd.h"

namespace lvs::referee {
namespace {

namespace fs = std::filesystem;
using control::HttpdOptions;

std::string pid_file(std::uint16_t port) { return fmt::format("/run/httpd-{}.pid", port); }

std::string host_name() {
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  return name;
}

struct Connection {
  os::Fd socket;
  std::string request, answer;
  std::size_t written = 0;
  bool answered = false, keeps = false;
  std::chrono::steady_clock::time_point idle_since{};
};

class Server {
 public:
  Server(HttpdOptions options, os::Fd listener) : options_(std::move(options)), listener_(std::move(listener)) {}

  [[noreturn]] void run() {
    std::vector<pollfd> entries;
    for (;;) {
      entries.assign({{listener_.get(), POLLIN, 0}});
      for (const Connection& each : connections_) {
        const auto wanted = static_cast<short>(each.answered ? POLLOUT : POLLIN);
        entries.push_back({each.socket.get(), wanted, 0});
      }
      if (::poll(entries.data(), entries.size(), patience()) < 0) continue;
      for (std::size_t i = connections_.size(); i-- > 0;) {
        if (entries[i + 1].revents != 0 && !serve(connections_[i])) {
          connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
        }
      }
      if (entries[0].revents != 0) take();
      close_idle();
    }
  }

 private:
  void take() {
    for (;;) {
      os::Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (socket.get() < 0) return;
      Connection connection{std::move(socket), {}, {}, 0, false, false, {}};
      if (serve(connection)) connections_.push_back(std::move(connection));
    }
  }

  // False: it is over.
  bool serve(Connection& connection) {
    for (;;) {
      if (!connection.answered && !take_request(connection)) return errno == EAGAIN || errno == EINTR;
      // The end of the answer travels with its last data, so that it is always the server that closes first.
      const int more = connection.keeps ? 0 : MSG_MORE;
      while (connection.written < connection.answer.size()) {
        const auto size = ::send(connection.socket.get(), connection.answer.data() + connection.written,
                                 connection.answer.size() - connection.written, MSG_NOSIGNAL | more);
        if (size < 0) return errno == EAGAIN || errno == EINTR;
        connection.written += static_cast<std::size_t>(size);
      }
      if (!connection.keeps) return false;
      connection.request.erase(0, control::http_request_size(connection.request));
      connection.written = 0;
      connection.answered = false;
      connection.idle_since = std::chrono::steady_clock::now();
    }
  }

  // Reads until there is a whole request, and makes the answer. False: errno says why not; 0 at the end.
  bool take_request(Connection& connection) {
    char buffer[4096];
    for (;;) {
      const control::HttpRequest request = control::read_http_request(connection.request);
      if (request != control::HttpRequest::incomplete) {
        connection.keeps =
            options_.keep && request != control::HttpRequest::bad && control::http_keeps(connection.request);
        connection.answer = control::http_answer(request, page(), connection.keeps);
        connection.answered = true;
        return true;
      }
      errno = 0;
      const auto size = ::read(connection.socket.get(), buffer, sizeof buffer);
      if (size <= 0) return false;
      connection.request.append(buffer, static_cast<std::size_t>(size));
    }
  }

  static constexpr std::chrono::seconds kIdle{control::kHttpdIdleSeconds};
  static bool idles(const Connection& connection) { return connection.keeps && !connection.answered; }

  // Milliseconds until a kept connection has been idle for too long; -1: none is.
  int patience() const {
    int least = -1;
    const auto now = std::chrono::steady_clock::now();
    for (const Connection& each : connections_) {
      if (!idles(each)) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(each.idle_since + kIdle - now).count();
      const int wait = static_cast<int>(std::max<std::int64_t>(left, 0));
      least = least < 0 ? wait : std::min(least, wait);
    }
    return least;
  }
  void close_idle() {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(connections_, [&](const Connection& each) { return idles(each) && each.idle_since + kIdle <= now; });
  }

  std::optional<std::string> page() const {
    const std::string file = control::wants_index(options_) ? std::string(control::kIndexPage) : options_.file;
    std::error_code error;
    const bool there = !file.empty() && fs::is_regular_file(file, error);
    if (!there && options_.file.empty()) return control::httpd_page(options_, host_name());
    if (!there) return std::nullopt;
    try {
      return os::read_file(file);
    } catch (const std::exception&) {
      return std::nullopt;
    }
  }

  HttpdOptions options_;
  os::Fd listener_;
  std::vector<Connection> connections_;
};

int start(HttpdOptions options) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (!options.address.empty() && ::inet_pton(AF_INET, options.address.c_str(), &address.sin_addr) != 1) {
    fmt::print(stderr, "httpd: {}: not an address\n", options.address);
    return 1;
  }
  os::Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener.get(), control::kHttpdBacklog) != 0) {
    fmt::print(stderr, "httpd: cannot listen on {}:{}: {}\n", options.address.empty() ? "0.0.0.0" : options.address,
               options.port, std::strerror(errno));
    return 1;
  }
  if (options.file.size() > 1 && options.file[0] != '/') options.file = fs::absolute(options.file);
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) {
    std::perror("httpd");
    return 1;
  }
  if (pid > 0) {
    os::write_file(pid_file(options.port), fmt::format("{}\n", pid));
    return 0;
  }
  ::setsid();
  const os::Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int standard : {0, 1, 2}) ::dup2(null.get(), standard);
  Server(std::move(options), std::move(listener)).run();
}

int httpd(const std::vector<std::string>& words) {
  HttpdOptions options;
  if (const auto refused = control::parse_httpd(words, options)) {
    std::fputs(refused->c_str(), stderr);
    return 2;
  }
  return start(std::move(options));
}

// The process ids of every httpd of this host that lives.
std::vector<pid_t> running() {
  std::vector<pid_t> pids;
  for (const auto& entry : fs::directory_iterator("/run")) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("httpd-") || !name.ends_with(".pid")) continue;
    const pid_t pid = std::atoi(os::read_file(entry.path()).c_str());
    if (pid > 1 && ::kill(pid, 0) == 0) pids.push_back(pid);
  }
  return pids;
}

// A process of its own name, for listings.
int become_httpd(const HttpdOptions& options) {
  std::vector<std::string> words{"httpd", "-p", std::to_string(options.port)};
  const auto add = [&](const char* option, const std::string& value) { words.insert(words.end(), {option, value}); };
  if (!options.address.empty()) add("-a", options.address);
  if (options.text) add("-t", *options.text);
  if (!options.file.empty()) add("-f", options.file);
  if (options.size != 0) add("-s", std::to_string(options.size));
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp("httpd", argv.data());
  std::perror("service: httpd");
  return 1;
}

int service(const std::vector<std::string>& words) {
  using namespace std::chrono_literals;
  const std::string action =
      words.size() == 2 && (words[0] == "httpd" || words[0] == "apache2") ? words[1] : std::string();
  if (action != "start" && action != "stop" && action != "restart" && action != "status") {
    std::fputs(std::string(control::kServiceUsage).c_str(), stderr);
    return 1;
  }
  const std::vector<pid_t> pids = running();
  if (action == "status") {
    std::fputs(std::string(pids.empty() ? control::kHttpdIsStopped : control::kHttpdIsRunning).c_str(), stdout);
    return pids.empty() ? 3 : 0;
  }
  if (action != "start") {
    for (const pid_t pid : pids) {
      ::kill(pid, SIGKILL);
      for (int i = 0; i < 100 && ::kill(pid, 0) == 0; ++i) std::this_thread::sleep_for(10ms);
    }
  }
  if (action == "stop" || (action == "start" && !pids.empty())) return 0;
  std::error_code error;
  const bool configured = fs::exists(control::kHttpdService, error);
  HttpdOptions options;
  if (const auto refused =
          control::read_httpd_conf(configured ? os::read_file(std::string(control::kHttpdService)) : "", options)) {
    std::fputs(refused->c_str(), stderr);
    return 1;
  }
  return become_httpd(options);
}

// Listings show by what name a program was started; what `service` starts is httpd.
void become_httpd(char* name) {
  constexpr std::string_view kName = "httpd";
  const std::size_t size = std::strlen(name);
  if (size >= kName.size()) {
    std::memset(name, 0, size);
    std::memcpy(name, kName.data(), kName.size());
  }
  ::prctl(PR_SET_NAME, kName.data());
}

}  // namespace

std::optional<int> guest_httpd(int argc, char** argv) {
  if (argc < 1) return {};
  std::string_view name = argv[0];
  name = name.substr(name.rfind('/') + 1);
  if (name != "httpd" && name != "service") return {};
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool is_httpd = name == "httpd";
  if (!is_httpd) become_httpd(argv[0]);  // `name` is no more
  try {
    return is_httpd ? httpd(words) : service(words);
  } catch (const std::exception& e) {
    fmt::print(stderr, "{}: {}\n", is_httpd ? "httpd" : "service", e.what());
    return 1;
  }
}

}  // namespace lvs::referee
