// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/nginx/daemon/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace lvs::nginx {
namespace {

constexpr std::string_view kVersionLine = "nginx version: nginx/1.22.1\n";
// nginx -V of Debian 12.
constexpr std::string_view kBuild =
    "built with OpenSSL 3.0.22 25 Aug 2026 (running with OpenSSL 3.0.19 27 Jan 2026)\n"
    "TLS SNI support enabled\n"
    "configure arguments: --with-cc-opt='-g -O2 -ffile-prefix-map=/build/reproducible-path/nginx-1.22.1=. "
    "-fstack-protector-strong -Wformat -Werror=format-security -fPIC -Wdate-time -D_FORTIFY_SOURCE=2' "
    "--with-ld-opt='-Wl,-z,relro -Wl,-z,now -fPIC' --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf "
    "--http-log-path=/var/log/nginx/access.log --error-log-path=stderr --lock-path=/var/lock/nginx.lock "
    "--pid-path=/run/nginx.pid --modules-path=/usr/lib/nginx/modules "
    "--http-client-body-temp-path=/var/lib/nginx/body --http-fastcgi-temp-path=/var/lib/nginx/fastcgi "
    "--http-proxy-temp-path=/var/lib/nginx/proxy --http-scgi-temp-path=/var/lib/nginx/scgi "
    "--http-uwsgi-temp-path=/var/lib/nginx/uwsgi --with-compat --with-debug --with-pcre-jit "
    "--with-http_ssl_module --with-http_stub_status_module --with-http_realip_module "
    "--with-http_auth_request_module --with-http_v2_module --with-http_dav_module --with-http_slice_module "
    "--with-threads --with-http_addition_module --with-http_flv_module --with-http_gunzip_module "
    "--with-http_gzip_static_module --with-http_mp4_module --with-http_random_index_module "
    "--with-http_secure_link_module --with-http_sub_module --with-mail_ssl_module --with-stream_ssl_module "
    "--with-stream_ssl_preread_module --with-stream_realip_module --with-http_geoip_module=dynamic "
    "--with-http_image_filter_module=dynamic --with-http_perl_module=dynamic --with-http_xslt_module=dynamic "
    "--with-mail=dynamic --with-stream=dynamic --with-stream_geoip_module=dynamic\n";
constexpr std::string_view kHelp = R"(Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /usr/share/nginx/)
  -e filename   : set error log file (default: stderr)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

)";

// "-c FILE", "-cFILE".
class Reader {
 public:
  Reader(const std::vector<control::Word>& words, Options& options) : words_(words), options_(options) {}

  std::optional<control::SyntaxError> run() {
    for (at_ = 1; at_ < words_.size() && !options_.status; ++at_) {
      const std::string& word = words_[at_].text;
      if (!word.starts_with('-')) return refuse(fmt::format("invalid option: \"{}\"", word));
      for (std::size_t i = 1; i < word.size() && !options_.status; ++i) {
        bool taken = false;
        if (auto error = letter(word, i, taken)) return error;
        if (taken) break;
      }
    }
    if (options_.status || !show_) return std::nullopt;
    options_.err = std::string(kVersionLine) + options_.err;
    if (!options_.test) options_.status = 0;
    return std::nullopt;
  }

 private:
  std::optional<control::SyntaxError> refuse(const std::string& text) {
    options_.err = "nginx: " + text + "\n";
    options_.status = 1;
    return std::nullopt;
  }

  // False: there is no word.
  bool value(const std::string& word, std::size_t i, std::string& to) {
    if (i + 1 < word.size()) {
      to = word.substr(i + 1);
    } else if (at_ + 1 < words_.size()) {
      to = words_[++at_].text;
    } else {
      return false;
    }
    return !to.empty();
  }

  std::optional<control::SyntaxError> letter(const std::string& word, std::size_t i, bool& taken) {
    switch (word[i]) {
      case '?':
      case 'h':
        show_ = true;
        options_.err += kHelp;
        return std::nullopt;
      case 'v': show_ = true; return std::nullopt;
      case 'V':
        show_ = true;
        options_.err += kBuild;
        return std::nullopt;
      case 't': options_.test = true; return std::nullopt;
      case 'T': options_.test = options_.dump = true; return std::nullopt;
      case 'q': options_.quiet = true; return std::nullopt;
      case 'p':
      case 'e':
        return control::SyntaxError{words_[at_].column, word, "this option of nginx is not modelled",
                                    "-? -h -v -V -t -T -q -s -c -g"};
      case 'c':
        taken = true;
        if (!value(word, i, options_.conf)) return refuse("option \"-c\" requires file name");
        if (!options_.conf.starts_with('/')) options_.conf = "/usr/share/nginx/" + options_.conf;
        return std::nullopt;
      case 'g':
        taken = true;
        if (!value(word, i, options_.directives)) return refuse("option \"-g\" requires parameter");
        return std::nullopt;
      case 's': {
        taken = true;
        if (!value(word, i, options_.signal)) return refuse("option \"-s\" requires parameter");
        constexpr auto kSignals = std::to_array<std::string_view>({"stop", "quit", "reopen", "reload"});
        if (std::ranges::find(kSignals, options_.signal) == kSignals.end())
          return refuse(fmt::format("invalid option: \"-s {}\"", options_.signal));
        return std::nullopt;
      }
      default: return refuse(fmt::format("invalid option: \"{}\"", word[i]));
    }
  }

  const std::vector<control::Word>& words_;
  Options& options_;
  std::size_t at_ = 1;
  bool show_ = false;
};

}  // namespace

std::optional<control::SyntaxError> parse_options(const std::vector<control::Word>& words, Options& options) {
  for (const control::Word& word : words) options.arguments.push_back(word.text);
  return Reader(words, options).run();
}

}  // namespace lvs::nginx
