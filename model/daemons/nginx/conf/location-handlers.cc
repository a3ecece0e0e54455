// SPDX-License-Identifier: GPL-2.0-or-later
// Files, answers and times of a location.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "daemons/nginx/conf/handlers.h"
#include "daemons/nginx/conf/numbers.h"

namespace lvs::nginx {
namespace {

using Kind = LocationConf::Kind;

std::string full_name(const std::string& path) {
  std::string name = path.starts_with('/') ? path : "/usr/share/nginx/" + path;
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

void take_root(ConfReader& r) {
  Settings& settings = r.settings();
  const bool alias = r.word(0) == "alias";
  if (settings.root) {
    if (settings.alias == alias) return r.fail_directive("is duplicate");
    return r.fail(fmt::format("\"{}\" directive is duplicate, \"{}\" directive was specified earlier", r.word(0),
                              settings.alias ? "alias" : "root"));
  }
  if (r.word(1).find('$') != std::string::npos)
    return r.refuse(r.word(1), "variables in names of files are not modelled");
  if (alias && r.level().location->kind == Kind::regex)
    return r.refuse("alias", "within a location by regular expression it is not modelled");
  settings.alias = alias;
  settings.root = full_name(r.word(1));
  if (alias && r.word(1).ends_with('/')) *settings.root += '/';
}

void take_index(ConfReader& r) {
  auto& to = r.settings().index;
  if (!to) to.emplace();
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    if (r.word(i).empty()) return r.fail("index \"\" in \"index\" directive is invalid");
    if (r.word(i).find('$') != std::string::npos) return r.refuse(r.word(i), "variables in index are not modelled");
    to->push_back(r.word(i));
  }
}

void take_types(ConfReader& r) {
  auto types = std::make_shared<std::map<std::string, std::string>>();
  if (r.settings().types) *types = *r.settings().types;
  r.each_line(
      [](ConfReader& reader, void* to) {
        auto& map = *static_cast<std::map<std::string, std::string>*>(to);
        for (std::size_t i = 1; i < reader.words().size(); ++i) {
          std::string suffix = reader.word(i);
          for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
          auto [at, fresh] = map.emplace(suffix, reader.word(0));
          if (fresh) continue;
          reader.warn(fmt::format("duplicate extension \"{}\", content type: \"{}\", previous content type: \"{}\"",
                                  suffix, reader.word(0), at->second));
          at->second = reader.word(0);
        }
      },
      types.get());
  r.settings().types = std::move(types);
}

void take_keepalive_timeout(ConfReader& r) {
  Settings& settings = r.settings();
  if (settings.keepalive_timeout) return r.fail_directive("is duplicate");
  settings.keepalive_timeout = conf_time(r.word(1));
  if (!settings.keepalive_timeout) return r.fail_directive("invalid value");
  if (r.words().size() == 2) return;
  settings.keepalive_header = conf_time(r.word(2), true);
  if (!settings.keepalive_header) r.fail_directive("invalid value");
}

bool is_url(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://") || text.starts_with("$scheme");
}

void take_return(ConfReader& r) {
  auto& to = r.level().steps != nullptr ? *r.level().steps : r.level().location->steps;
  ReturnConf answer;
  constexpr std::uint64_t kMost = 999;
  const auto code = conf_number(r.word(1));
  std::size_t text = 2;
  if (!code) {
    if (r.words().size() == 3 || !is_url(r.word(1)))
      return r.fail(fmt::format("invalid return code \"{}\"", r.word(1)));
    answer.status = 302;
    text = 1;
  } else {
    if (*code > kMost) return r.fail(fmt::format("invalid return code \"{}\"", r.word(1)));
    answer.status = static_cast<unsigned>(*code);
  }
  if (text < r.words().size()) {
    answer.has_text = true;
    if (!r.complex(r.word(text), answer.text)) return;
  }
  RewriteStep step;
  step.kind = RewriteStep::Kind::answer;
  step.answer = std::move(answer);
  to.push_back(std::move(step));
}

void take_error_page(ConfReader& r) {
  const std::size_t last = r.words().size() - 1;
  std::size_t codes = last;
  int answer = -1;
  if (r.word(last - 1).starts_with('=')) {
    codes = last - 1;
    const std::string text = r.word(last - 1).substr(1);
    const auto number = conf_number(text);
    if (!text.empty() && !number) return r.fail(fmt::format("invalid value \"{}\"", r.word(last - 1)));
    answer = text.empty() ? 0 : static_cast<int>(*number);
    if (codes == 1) return r.fail(fmt::format("invalid value \"{}\"", r.word(last - 1)));
  }
  ComplexText uri;
  if (!r.complex(r.word(last), uri)) return;
  if (is_url(r.word(last))) return r.refuse(r.word(last), "error pages elsewhere are not modelled");
  for (std::size_t i = 1; i < codes; ++i) {
    const auto code = conf_number(r.word(i));
    if (!code) return r.fail(fmt::format("invalid value \"{}\"", r.word(i)));
    if (*code == 499) return r.fail("invalid value \"499\"");
    if (*code < 300 || *code > 599) return r.fail(fmt::format("value \"{}\" must be between 300 and 599", r.word(i)));
    r.settings().error_pages.push_back({static_cast<unsigned>(*code), answer, uri});
  }
}

void take_try_files(ConfReader& r) {
  LocationConf& location = *r.level().location;
  if (!location.try_files.empty()) return r.fail_directive("is duplicate");
  const std::string& last = r.words().back();
  if (last.starts_with('=')) {
    const auto code = conf_number(std::string_view(last).substr(1));
    if (!code || *code > 999) return r.fail(fmt::format("invalid code \"{}\"", last));
    location.try_status = static_cast<int>(*code);
  }
  for (std::size_t i = 1; i < r.words().size(); ++i) {
    ComplexText text;
    if (!r.complex(r.word(i), text)) return;
    location.try_files.push_back(std::move(text));
  }
}

// nginx: ngx_http_parse_expires().
void take_expires(ConfReader& r) {
  if (r.settings().expires) return r.fail("\"expires\" directive is duplicate");
  const std::string& word = r.word(1);
  if (word.find('$') != std::string::npos || word.starts_with('@') || word == "modified")
    return r.refuse(word, "this way to say when a page expires is not modelled");
  ExpiresConf expires;
  if (word == "off" || word == "epoch" || word == "max") {
    expires.kind = word == "off"     ? ExpiresConf::Kind::off
                   : word == "epoch" ? ExpiresConf::Kind::epoch
                                     : ExpiresConf::Kind::max;
  } else {
    const bool negative = word.starts_with('-');
    const auto time = conf_time(std::string_view(word).substr(negative || word.starts_with('+') ? 1 : 0), true);
    if (!time) return r.fail_directive("invalid value");
    expires = {ExpiresConf::Kind::after, negative ? -*time : *time};
  }
  r.settings().expires = expires;
}

void take_add_header(ConfReader& r) {
  HeaderConf header;
  header.name = r.word(1);
  if (r.words().size() == 4) {
    if (r.word(3) != "always") return r.fail(fmt::format("invalid parameter \"{}\"", r.word(3)));
    header.always = true;
  }
  if (r.complex(r.word(2), header.value)) r.settings().add_headers.push_back(std::move(header));
}

void take_tokens(ConfReader& r) {
  auto& to = r.settings().server_tokens;
  if (to) return r.fail_directive("is duplicate");
  const std::string& word = r.word(1);
  if (word != "on" && word != "off" && word != "build") return r.fail(fmt::format("invalid value \"{}\"", word));
  to = word != "off";
}

void take_body_path(ConfReader& r) {
  r.text(r.settings().client_body_temp_path);
  if (r.words().size() > 2) r.refuse(r.word(2), "folders within the folder of bodies are not modelled");
}

void take_default_type(ConfReader& r) { r.text(r.settings().default_type); }

void take_charset(ConfReader& r) {
  if (r.settings().charset) return r.fail_directive("is duplicate");
  if (r.word(1).starts_with('$')) return r.refuse(r.word(1), "a charset that a variable names is not modelled");
  r.settings().charset = r.word(1);
}

constexpr auto kLocation = std::to_array<Handler>({
    {Module::http, "root", take_root},
    {Module::http, "alias", take_root},
    {Module::http, "index", take_index},
    {Module::http, "types", take_types},
    {Module::http, "default_type", take_default_type},
    {Module::http, "charset", take_charset},
    {Module::http, "internal", [](ConfReader& r) { r.level().location->internal = true; }},
    {Module::http, "return", take_return},
    {Module::http, "error_page", take_error_page},
    {Module::http, "try_files", take_try_files},
    {Module::http, "add_header", take_add_header},
    {Module::http, "expires", take_expires},
    {Module::http, "server_tokens", take_tokens},
    {Module::http, "client_max_body_size", [](ConfReader& r) { r.size(r.settings().client_max_body_size, true); }},
    {Module::http, "client_body_buffer_size", [](ConfReader& r) { r.size(r.settings().client_body_buffer_size); }},
    {Module::http, "client_body_temp_path", take_body_path},
    {Module::http, "stub_status", [](ConfReader& r) { r.level().location->status_page = true; }},
    {Module::http, "client_body_timeout", [](ConfReader& r) { r.time(r.settings().client_body_timeout); }},
    {Module::http, "send_timeout", [](ConfReader& r) { r.time(r.settings().send_timeout); }},
    {Module::http, "keepalive_timeout", take_keepalive_timeout, 0x0e000000},
    {Module::http, "keepalive_requests", [](ConfReader& r) { r.number(r.settings().keepalive_requests); }, 0x0e000000},
    {Module::http, "keepalive_time", [](ConfReader& r) { r.time(r.settings().keepalive_time); }, 0x0e000000},
    {Module::http, "log_not_found", [](ConfReader& r) { r.flag(r.settings().log_not_found); }},
    {Module::http, "msie_padding", [](ConfReader& r) { r.flag(r.settings().msie_padding); }},
    {Module::http, "chunked_transfer_encoding", [](ConfReader& r) { r.flag(r.settings().chunked); }},
    {Module::http, "absolute_redirect", [](ConfReader& r) { r.flag(r.settings().absolute_redirect); }},
    {Module::http, "port_in_redirect", [](ConfReader& r) { r.flag(r.settings().port_in_redirect); }},
    {Module::http, "server_name_in_redirect", [](ConfReader& r) { r.flag(r.settings().server_name_in_redirect); }},
    {Module::http, "tcp_nodelay", [](ConfReader& r) { r.flag(r.settings().tcp_nodelay); }},
    {Module::http, "etag", [](ConfReader& r) { r.flag(r.settings().etag); }},
});

}  // namespace

std::span<const Handler> location_handlers() { return kLocation; }

}  // namespace lvs::nginx
