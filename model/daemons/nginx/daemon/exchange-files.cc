// SPDX-License-Identifier: GPL-2.0-or-later
// Small files of the machine (nginx: ngx_http_static_module, ngx_http_index_module, ngx_http_try_files_module).
#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <utility>

#include "daemons/nginx/daemon/exchange.h"
#include "daemons/nginx/daemon/http-session.h"
#include "daemons/nginx/daemon/worker.h"
#include "daemons/nginx/http/pages.h"
#include "daemons/nginx/http/ranges.h"
#include "daemons/nginx/log/machine-host.h"

namespace lvs::nginx {
namespace {

using Kind = control::Files::Kind;

const std::map<std::string, std::string>& default_types() {
  static const std::map<std::string, std::string> kTypes{
      {"html", "text/html"}, {"gif", "image/gif"}, {"jpg", "image/jpeg"}};
  return kTypes;
}

}  // namespace

std::string Exchange::type_of(std::string_view uri) const {
  const auto& types = settings().types ? *settings().types : default_types();
  const std::size_t dot = uri.rfind('.'), slash = uri.rfind('/');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) {
    std::string suffix(uri.substr(dot + 1));
    for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (const auto found = types.find(suffix); found != types.end()) return found->second;
  }
  return settings().default_type.value_or("text/plain");
}

std::string Exchange::path_of(std::string_view uri) const {
  const std::string root = settings().root.value_or("/usr/share/nginx/html");
  if (settings().alias && uri.starts_with(location_->name))
    return root + std::string(uri.substr(location_->name.size()));
  return root + std::string(uri);
}

// True: it has been answered, or the URI is another one now.
bool Exchange::try_files() {
  const auto& names = location_->try_files;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    // A name that ends with a slash is a folder's; the slash is none of the new URI.
    const bool folder = names[i].source.ends_with('/');
    std::string uri = value(names[i]);
    if (folder) uri.pop_back();
    const auto status = worker().computer().files().status(path_of(uri));
    if (status.kind != (folder ? Kind::folder : Kind::file)) continue;
    uri_ = std::move(uri);
    return false;
  }
  if (location_->try_status != 0) {
    finish(static_cast<unsigned>(location_->try_status));
  } else {
    redirect(value(names.back()), true);
  }
  return true;
}

void Exchange::serve_file() {
  control::Files& files = worker().computer().files();
  if (uri_.ends_with('/')) {
    for (const std::string& name : settings().index.value_or(std::vector<std::string>{"index.html"})) {
      if (name.starts_with('/')) {
        redirect(name, true);
        return;
      }
      if (files.status(path_of(uri_ + name)).kind == Kind::none) continue;
      redirect(uri_ + name, true);
      return;
    }
    const std::string path = path_of(uri_);
    if (files.status(path).kind == Kind::none) {
      error(LogLevel::error,
            fmt::format("\"{}{}\" is not found ({})", path,
                        settings().index.value_or(std::vector<std::string>{"index.html"}).back(), errno_text(2)));
      return finish(404);
    }
    if (method_ != "GET" && method_ != "HEAD") return finish(405);
    error(LogLevel::error, fmt::format("directory index of \"{}\" is forbidden", path));
    return finish(403);
  }
  serve(path_of(uri_));
}

void Exchange::serve(const std::string& path) {
  if (method_ != "GET" && method_ != "HEAD" && method_ != "POST") return finish(405);
  control::Files& files = worker().computer().files();
  const auto status = files.status(path);
  if (status.kind == Kind::folder) return move(uri_ + "/");
  auto content = files.read(path);
  if (content.error != control::FileError::none) {
    const int number = errno_of(content.error);
    if (number != 2 || settings().log_not_found.value_or(true))
      error(LogLevel::error, fmt::format("open() \"{}\" failed ({})", path, errno_text(number)));
    return finish(number == 13 ? 403 : 404);
  }
  if (method_ == "POST") return finish(405);
  session_.let_go_on();
  const base::Time changed = worker().computer().epoch + status.changed;
  Answer head;
  head.type = type_of(uri_);
  head.length = content.text.size();
  const bool good = error_status_.value_or(200) == 200;  // else it is the page of an error
  if (good) head.last_modified = http_date(changed);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(changed).count();
  if (settings().etag.value_or(true))
    head.headers.push_back({"ETag", fmt::format("\"{:x}-{:x}\"", seconds, content.text.size())});
  const std::string* const since = find_header(head_.headers, "If-Modified-Since");
  if (good && since != nullptr && *since == head.last_modified) {
    head.status = 304;
  } else if (good && !cut(head, content.text)) {
    return;
  }
  send_head(std::move(head));
  last_piece();
  send_body(content.text);
  end(true);
}

// The part, or the parts, of a page that the client wants (nginx: ngx_http_range_filter_module). False: there is no
// such part, and it has been told so.
bool Exchange::cut(Answer& head, std::string& page) {
  head.ranges = true;
  const std::string* const asked = find_header(head_.headers, "Range");
  if (asked == nullptr || head_.version < 10) return true;
  if (const std::string* const condition = find_header(head_.headers, "If-Range")) {
    const std::string* const tag = find_header(head.headers, "ETag");
    const bool by_tag = condition->size() >= 2 && condition->ends_with('"');
    if (by_tag ? tag == nullptr || *tag != *condition : *condition != head.last_modified) return true;
  }
  const AskedRanges ranges = asked_ranges(*asked, page.size());
  if (ranges.answer == AskedRanges::Answer::whole) return true;
  if (ranges.answer == AskedRanges::Answer::none) {
    Answer said;
    add_expiry(said);
    for (const HeaderConf& each : settings().add_headers)
      if (std::string text = value(each.value); !text.empty()) said.headers.push_back({each.name, std::move(text)});
    said.headers.push_back({"Content-Range", fmt::format("bytes */{}", page.size())});
    said_ = std::move(said.headers);
    finish(416);
    return false;
  }
  const auto place_of = [&](const ByteRange& part) {
    return fmt::format("bytes {}-{}/{}", part.begin, part.end - 1, page.size());
  };
  const auto text_of = [&](const ByteRange& part) {
    return std::string_view(page).substr(part.begin, part.end - part.begin);
  };
  head.ranges = false;
  head.status = 206;
  std::string body;
  if (ranges.parts.size() == 1) {
    head.part = place_of(ranges.parts.front());
    body = text_of(ranges.parts.front());
  } else {
    say_charset(settings(), head);
    const std::string boundary = fmt::format("{:020}", worker().next_file());
    for (const ByteRange& part : ranges.parts)
      body += fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n{}", boundary, head.type,
                          place_of(part), text_of(part));
    body += fmt::format("\r\n--{}--\r\n", boundary);
    head.type = "multipart/byteranges; boundary=" + boundary;
  }
  head.length = body.size();
  page = std::move(body);
  return true;
}

}  // namespace lvs::nginx
