// SPDX-License-Identifier: GPL-2.0-or-later
// One request and its answer (nginx: ngx_http_request_t).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/nginx/conf/values.h"
#include "daemons/nginx/daemon/admission.h"
#include "daemons/nginx/http/request-body.h"
#include "daemons/nginx/http/request.h"
#include "daemons/nginx/upstream/peers.h"

namespace lvs::nginx {

class HttpSession;
class Proxying;
class Worker;

// What a server that was asked had to say, for the log.
struct Asked {
  std::string address;
  unsigned status = 0;  // 0: none
  std::optional<base::Time> connect, header, response;
  std::uint64_t received = 0, sent = 0, length = 0;
};

struct Answer {
  unsigned status = 200;
  std::string status_line;  // empty: nginx's own
  std::string type;
  std::optional<std::uint64_t> length;
  std::string last_modified, location;
  std::string server, date;  // of the server behind; empty: nginx's own
  Headers headers;
  bool ranges = false;  // Accept-Ranges, behind all others
  std::string part;     // Content-Range, there too
};
// Adds the charset to its type, where there is one for it.
void say_charset(const Settings& settings, Answer& answer);

class Exchange {
 public:
  Exchange(HttpSession& session, RequestHead head, base::Time since);
  ~Exchange();

  const RequestHead& head() const { return head_; }
  void run();
  // The body that HttpSession::want_body() was asked for.
  void with_body(std::string body, bool in_file) {
    body_ = std::move(body);
    body_in_file_ = in_file;
  }
  // The body is whole, or there is none: a server is asked.
  void pass_on();
  // Answers a body that is none, or is too large.
  void refuse_body(const RequestBody& body, RequestBody::State why);
  // It does not fit into the buffer: nginx says so, and puts it into a file.
  bool write_body();
  // Answers with nginx's own page, or that of error_page.
  void finish(unsigned status);
  // Closes the connection; the log has this status.
  void abort(unsigned status);
  void client_gone();
  void sent();
  void log();

  bool no_delay() const { return settings().tcp_nodelay.value_or(true); }
  base::Time keepalive() const;
  base::Time body_timeout() const;
  base::Time send_timeout() const;
  std::uint64_t most_body() const;    // 0: of any size
  std::uint64_t body_buffer() const;  // bytes

  // --- for the proxy ---
  HttpSession& session() { return session_; }
  // Who asked: the connection's other end, or whom a trusted proxy names.
  const host::SocketAddress& client() const;
  Worker& worker() const;
  const LocationConf& location() const { return *location_; }
  const ProxyPass& pass() const { return pass_ ? *pass_ : *location_->pass; }
  const Settings& settings() const { return location_->settings; }
  const std::string& body() const { return body_; }
  bool body_in_file() const { return body_in_file_; }
  Group& group();
  const std::string& uri() const { return uri_; }
  const std::string& args() const { return args_; }
  bool uri_as_sent() const { return !internal_ && !error_page_ && !rewritten_; }
  bool rewritten() const { return rewritten_; }
  const std::string& method() const { return method_; }
  std::vector<Asked>& asked() { return asked_; }
  std::string value(const ComplexText& text) const;
  std::string variable(const Piece& piece) const;
  void send_head(Answer answer);
  void add_expiry(Answer& answer) const;
  bool head_sent() const { return head_sent_; }
  bool header_only() const { return header_only_; }
  void send_body(std::string_view bytes);
  // What is sent from now on leaves together with the end.
  void last_piece() { last_piece_ = true; }
  // All has been sent on. `whole`: else the connection is closed.
  void end(bool whole);
  // "*1 TEXT while ..., client: ..."
  void error(LogLevel level, std::string_view text, std::string_view doing = {});
  bool redirect(const std::string& uri, bool intern);
  bool has_error_page(unsigned status) const;

 private:
  void find_server();
  bool enter();
  const LocationConf* find(const LocationConf& outer, bool& moves);
  const LocationConf* find_regex(const LocationConf& outer);
  void handle();
  // What a block's rewriting came to.
  enum class Rewritten : std::uint8_t { go_on, find_again, answered };
  Rewritten rewrite(const std::vector<RewriteStep>& steps);
  enum class Stepped : std::uint8_t { go_on, stop, answered };
  Stepped run_steps(const std::vector<RewriteStep>& steps, bool& changed, bool& find_again);
  Stepped rewrite_uri(const RewriteStep& step, bool& changed, bool& find_again);
  bool holds(const Condition& condition);
  bool match(const PerlRegex& regex, const std::string& text) const;
  std::string user_value(const std::string& name) const;
  void find_client();
  bool may_enter();
  // Goes on behind the limits, which may have held it back.
  void go_in();
  void serve_status();
  bool find_pass();
  void answer_with(unsigned status, std::string type, std::string_view text);
  void answer_return(const ReturnConf& answer);
  bool try_files();
  void serve_file();
  void serve(const std::string& path);
  bool cut(Answer& head, std::string& page);
  void move(const std::string& uri);
  std::string path_of(std::string_view uri) const;
  bool to_error_page(unsigned status);
  void own_page(unsigned status);
  std::string absolute(const std::string& uri) const;
  bool may_keep() const;
  std::string type_of(std::string_view uri) const;
  std::string asked_values(const Piece& piece) const;
  std::string request_value(const Piece& piece) const;
  std::string connection_value(const Piece& piece) const;
  std::string body_length() const;

  HttpSession& session_;
  RequestHead head_;
  base::Time since_;
  std::string method_, body_, uri_, args_;
  const ServerConf* server_;
  const LocationConf* location_;
  mutable std::vector<std::string> captures_;
  mutable std::map<std::string, std::string> set_;  // by "set", and by groups with a name
  mutable unsigned map_depth_ = 0;
  std::optional<host::SocketAddress> client_;  // as a proxy names it
  std::optional<ProxyPass> pass_;              // that of a URL with variables
  // Of a server whose address a variable brought.
  std::unique_ptr<OwnGroup> own_group_;
  Admission admission_;
  std::vector<Asked> asked_;
  std::unique_ptr<Proxying> proxying_;
  std::string moved_to_, pending_;  // pending_: is sent with what comes next
  Headers said_;                    // of the answer that a 416 takes the place of: nginx lets them stand
  Answer answer_;
  Headers answer_headers_;  // as sent
  unsigned status_ = 0, changes_ = 0;
  std::optional<unsigned> error_status_;  // overrides that of an error page
  std::uint64_t body_sent_ = 0, sent_before_ = 0, head_size_ = 0;
  bool internal_ = false, rewritten_ = false, server_rewritten_ = false, error_page_ = false, keep_ = false,
       body_in_file_ = false, body_refused_ = false, body_failed_ = false;
  bool last_piece_ = false, head_sent_ = false, header_only_ = false, chunked_ = false, over_ = false;
};

}  // namespace lvs::nginx
