// SPDX-License-Identifier: GPL-2.0-or-later
// tcpvsadm: any bytes as its command line, as its file, and as what phttp and http read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "daemons/ktcpvs/admin/config-file.h"
#include "daemons/ktcpvs/admin/list.h"
#include "daemons/ktcpvs/admin/options.h"
#include "daemons/ktcpvs/kernel/body.h"
#include "daemons/ktcpvs/table/schedule.h"

using namespace lvs::ktcpvs;

namespace {

void command_line(std::string_view text) {
  std::vector<lvs::control::Word> words{{"tcpvsadm", 1}};
  while (!text.empty() && words.size() < 64) {
    const std::size_t end = text.find('\n');
    words.push_back({std::string(text.substr(0, end)), 1});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  const auto parsed = parse_options(words);
  if (!parsed) return;
  const Refusal* const refusal = std::get_if<Refusal>(&*parsed);
  if (refusal != nullptr && refusal->status != 0 && refusal->err.empty()) std::abort();
}

// What a table of it lists, reads back without a complaint.
void file(std::string_view text) {
  const FileReading reading = read_config(text, "/k");
  if (!reading.error.empty() || !reading.unmodelled.empty()) return;
  Table table;
  for (const FileService& service : reading.services) {
    if (table.add(service.name, service.config) != Answer::none) return;
    for (const FileServer& each : service.servers) table.add_server(service.name, each.address, each.weight);
    for (const FileRule& each : service.rules) table.add_rule(service.name, each.pattern, each.group, each.server);
    for (const Rule& rule : table.find(service.name)->rules) {
      if (rule.destinations.empty()) std::abort();
      by_hash(table.find(service.name)->rules, "/users/a/b");
    }
  }
  list_all(table, true);
}

void messages(std::string_view text) {
  read_request(text);
  MessageHead head;
  read_header(text, head);
  read_status_line(text);
  if (const RequestLine line = read_request_line(text); line.ok && line.uri.data() < text.data()) std::abort();
  Body body;
  head.chunked = true;
  body.begin(head);
  std::string from(text), to;
  body.take(from, to);
  if (from.size() + to.size() != text.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0: command_line(text); break;
    case 1: file(text); break;
    default: messages(text);
  }
  return 0;
}
