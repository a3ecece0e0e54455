// SPDX-License-Identifier: GPL-2.0-or-later
// The directives that are modelled, by the part of nginx that they belong to. Internal to the reader.
#pragma once

#include <span>
#include <string_view>

#include "daemons/nginx/conf/reader.h"

namespace lvs::nginx {

std::span<const Handler> main_handlers();
std::span<const Handler> http_handlers();
std::span<const Handler> location_handlers();
std::span<const Handler> limit_handlers();
std::span<const Handler> rewrite_handlers();
std::span<const Handler> proxy_handlers();
std::span<const Handler> upstream_handlers();
std::span<const Handler> log_handlers();
std::span<const Handler> stream_handlers();

// Directives that are read as nginx reads them and change nothing that can be seen in the model.
struct Idle {
  Module module;
  std::string_view names;
  void (*take)(ConfReader& reader);
};
std::span<const Idle> idle_directives();

// Once all is read (nginx: the end of the http and stream blocks).
void complete_http(ConfReader& reader);
void complete_stream(ConfReader& reader);
// What nginx says of a zone that a limit names and nobody has made; nothing, where there is none.
std::string missing_zone(const Conf& conf);
// The group that a proxy_pass means; what is not there gets one of its own.
void find_group(ConfReader& reader, ProxyPass& pass, std::vector<UpstreamConf>& groups);

// Of http and of stream.
void read_listen(ConfReader& reader, std::vector<ListenConf>& to, std::uint16_t default_port);
void read_upstream(ConfReader& reader, std::vector<UpstreamConf>& to, Level level);
void read_upstream_server(ConfReader& reader);
void read_error_log(ConfReader& reader, std::vector<ErrorLogConf>& to);
void read_access_log(ConfReader& reader, std::optional<std::vector<AccessLogConf>>& to,
                     const std::vector<LogFormat>& formats);
void read_log_format(ConfReader& reader, std::vector<LogFormat>& to);
// An extended regular expression out of one of Perl's; nothing, with a refusal or an error, where there is none.
std::shared_ptr<const PerlRegex> read_regex(ConfReader& reader, const std::string& text, bool ignore_case);

}  // namespace lvs::nginx
