// SPDX-License-Identifier: GPL-2.0-or-later
#include "control/programs/web/python-pages.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <optional>
#include <vector>

namespace lvs::control {
namespace {

constexpr std::string_view kServer = "SimpleHTTP/0.6 Python/3.11.2";

std::string dated(const char* format, base::Time at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return fmt::format(fmt::runtime(format), fmt::gmtime(std::chrono::system_clock::time_point(seconds)));
}

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else
      result += c;
  }
  return result;
}

// urllib.parse.quote() and unquote().
std::string url_quoted(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("_.-~/").find(c) != std::string_view::npos;
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}
std::string url_unquoted(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code = text[i] == '%' && i + 2 < text.size() &&
                      std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
                      std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0;
    if (!code) {
      result += text[i];
      continue;
    }
    result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return result;
}

// Of mimetypes, without /etc/mime.types.
std::string_view type_of(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{".html", "text/html"},
                                                                      {".htm", "text/html"},
                                                                      {".txt", "text/plain"},
                                                                      {".css", "text/css"},
                                                                      {".js", "application/javascript"},
                                                                      {".json", "application/json"},
                                                                      {".xml", "text/xml"},
                                                                      {".png", "image/png"},
                                                                      {".jpg", "image/jpeg"},
                                                                      {".jpeg", "image/jpeg"},
                                                                      {".gif", "image/gif"},
                                                                      {".svg", "image/svg+xml"},
                                                                      {".ico", "image/vnd.microsoft.icon"},
                                                                      {".sh", "application/x-sh"},
                                                                      {".gz", "application/gzip"},
                                                                      {".tgz", "application/x-tar"},
                                                                      {".tar", "application/x-tar"},
                                                                      {".zip", "application/zip"},
                                                                      {".pdf", "application/pdf"},
                                                                      {".csv", "text/csv"},
                                                                      {".mp4", "video/mp4"}};
  for (const auto& [end, type] : kTypes)
    if (path.ends_with(end)) return type;
  return "application/octet-stream";
}

class Answering {
 public:
  Answering(Files& files, const std::string& folder, base::Time epoch, base::Time now)
      : files_(files), folder_(folder), epoch_(epoch), now_(now) {}

  PythonAnswer answer(std::string_view received) {
    PythonAnswer result;
    result.line = received.substr(0, received.find_first_of("\r\n"));
    std::vector<std::string_view> words;
    for (std::string_view rest = result.line; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end != 0) words.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    const bool versioned = words.size() == 3 && words[2].starts_with("HTTP/");
    if (words.size() < 2 || words.size() > 3 || (words.size() == 3 && !versioned) ||
        (words.size() == 2 && words[0] != "GET"))
      return error(std::move(result), 400, fmt::format("Bad request syntax ('{}')", result.line),
                   "Bad request syntax or unsupported method", false);
    if (versioned && words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0")
      return error(std::move(result), 505, fmt::format("Invalid HTTP version ({})", words[2].substr(5)),
                   "Cannot fulfill request", false);
    if (words[0] != "GET" && words[0] != "HEAD")
      return error(std::move(result), 501, fmt::format("Unsupported method ('{}')", words[0]),
                   "Server does not support this operation");
    get(std::string(words[1]), result);
    if (words[0] == "HEAD") result.body.clear();
    return result;
  }

 private:
  std::string first_lines(std::string_view status) const {
    return fmt::format("HTTP/1.0 {}\r\nServer: {}\r\nDate: {}\r\n", status, kServer, http_date(epoch_ + now_));
  }
  // `with_head`: a request that says no version gets the page alone.
  PythonAnswer error(PythonAnswer result, int status, std::string_view message, std::string_view explanation,
                     bool with_head = true) const {
    result.status = status;
    result.problem = fmt::format("{}, message {}", status, message);
    result.body = fmt::format(
        "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <head>\n        <meta charset=\"utf-8\">\n"
        "        <title>Error response</title>\n    </head>\n    <body>\n        <h1>Error response</h1>\n"
        "        <p>Error code: {0}</p>\n        <p>Message: {1}.</p>\n"
        "        <p>Error code explanation: {0} - {2}.</p>\n    </body>\n</html>\n",
        status, html_escaped(message), explanation);
    if (with_head)
      result.head =
          first_lines(fmt::format("{} {}", status, message)) +
          fmt::format("Connection: close\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: {}\r\n\r\n",
                      result.body.size());
    return result;
  }

  // Where the path of a request leads; nothing leads out of the folder.
  std::string file_of(std::string_view path) const {
    const std::string plain = url_unquoted(path.substr(0, path.find_first_of("?#")));
    const std::string whole = Files::absolute(plain, "/");
    return (folder_ == "/" ? "" : folder_) + (whole == "/" && folder_ != "/" ? "" : whole);
  }

  void get(const std::string& path, PythonAnswer& result) {
    const std::string_view plain = std::string_view(path).substr(0, path.find_first_of("?#"));
    std::string file = file_of(path);
    if (files_.status(file).kind == Files::Kind::folder) {
      if (!plain.ends_with('/')) {
        result.status = 301;
        result.head = first_lines("301 Moved Permanently") +
                      fmt::format("Location: {}/{}\r\nContent-Length: 0\r\n\r\n", plain, path.substr(plain.size()));
        return;
      }
      std::string index;
      for (const char* const name : {"/index.html", "/index.htm"})
        if (index.empty() && files_.status(file + name).kind == Files::Kind::file) index = file + name;
      if (index.empty()) return list(path, file, result);
      file = index;
    } else if (plain.ends_with('/')) {
      result = error(std::move(result), 404, "File not found", "Nothing matches the given URI");
      return;
    }
    auto content = files_.read(file);
    if (content.error != FileError::none) {
      result = error(std::move(result), 404, "File not found", "Nothing matches the given URI");
      return;
    }
    result.head = first_lines("200 OK") +
                  fmt::format("Content-type: {}\r\nContent-Length: {}\r\nLast-Modified: {}\r\n\r\n", type_of(file),
                              content.text.size(), http_date(epoch_ + files_.status(file).changed));
    result.body = std::move(content.text);
  }

  void list(const std::string& path, const std::string& folder, PythonAnswer& result) {
    const std::string title = "Directory listing for " + html_escaped(url_unquoted(path));
    std::string body = fmt::format(
        "<!DOCTYPE HTML>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{0}</title>\n</head>\n<body>\n"
        "<h1>{0}</h1>\n<hr>\n<ul>\n",
        title);
    const auto lower = [](std::string text) {
      std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return text;
    };
    auto names = files_.list(folder);
    std::ranges::stable_sort(names, {}, lower);
    for (const std::string& name : names) {
      const std::string whole = folder + "/" + name;
      const bool inner = files_.status(whole).kind == Files::Kind::folder;
      const std::string_view mark = files_.link(whole) ? "@" : inner ? "/" : "";
      body += fmt::format("<li><a href=\"{}{}\">{}{}</a></li>\n", url_quoted(name), inner ? "/" : "",
                          html_escaped(name), mark);
    }
    body += "</ul>\n<hr>\n</body>\n</html>\n";
    result.head = first_lines("200 OK") +
                  fmt::format("Content-type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n", body.size());
    result.body = std::move(body);
  }

  Files& files_;
  const std::string& folder_;
  base::Time epoch_, now_;
};

}  // namespace

std::string http_date(base::Time at) { return dated("{:%a, %d %b %Y %H:%M:%S} GMT", at); }
std::string log_date(base::Time at) { return dated("{:%d/%b/%Y %H:%M:%S}", at); }

PythonAnswer python_answer(Files& files, std::string_view received, const std::string& folder, base::Time epoch,
                           base::Time now) {
  return Answering(files, folder, epoch, now).answer(received);
}

}  // namespace lvs::control
