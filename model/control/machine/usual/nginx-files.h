// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of /etc/nginx. Internal to usual-files.cc.
#pragma once

#include <string_view>

namespace lvs::control {

// What `systemctl start nginx` finds on a fresh Debian, without TLS, in both engines.
inline constexpr std::string_view kNginx = R"(user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
include /etc/nginx/modules-enabled/*.conf;

events {
	worker_connections 768;
}

http {
	sendfile on;
	tcp_nopush on;
	types_hash_max_size 2048;

	include /etc/nginx/mime.types;
	default_type application/octet-stream;

	access_log /var/log/nginx/access.log;

	gzip on;

	include /etc/nginx/conf.d/*.conf;
	include /etc/nginx/sites-enabled/*;
}
)";
inline constexpr std::string_view kMimeTypes = R"(types {
	text/html html htm shtml;
	text/css css;
	text/xml xml;
	text/plain txt;
	application/javascript js;
	application/json json;
	application/pdf pdf;
	application/zip zip;
	application/octet-stream bin exe dll deb iso img;
	image/gif gif;
	image/jpeg jpeg jpg;
	image/png png;
	image/svg+xml svg svgz;
	image/x-icon ico;
}
)";
inline constexpr std::string_view kNginxSite = R"(server {
	listen 80 default_server;
	listen [::]:80 default_server;

	root /var/www/html;
	index index.html index.htm index.nginx-debian.html;
	server_name _;

	location / {
		try_files $uri $uri/ =404;
	}
}
)";
inline constexpr std::string_view kNginxPage = R"(<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
)";

inline constexpr std::string_view kNginxStream = "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n";
inline constexpr std::string_view kNginxProxy = R"(proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $scheme;
)";

}  // namespace lvs::control
