// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipvs/proto/sip.h"

#include <algorithm>

#include "wire/udp.h"

namespace lvs::ipvs {
namespace {

constexpr std::size_t kMaxCallId = 255;  // IP_VS_PEDATA_MAXLEN

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// RFC 3261 section 25.1, `word` (kernel: iswordc()).
bool is_word(char c) {
  constexpr std::string_view kOthers = "!\"%()*+,-./:<>?[\\]_`{}~";
  return is_alpha(c) || (c >= '0' && c <= '9') || kOthers.find(c) != kOthers.npos;
}

std::size_t word_length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

// word [ "@" word ]; 0: malformed (kernel: callid_len()).
std::size_t call_id_length(std::string_view text) {
  const std::size_t first = word_length(text);
  if (first == 0 || first == text.size() || text[first] != '@') return first;
  const std::size_t second = word_length(text.substr(first + 1));
  return second == 0 ? 0 : first + 1 + second;
}

bool begins_with(std::string_view text, std::string_view name) {
  return text.size() >= name.size() && std::ranges::equal(text.substr(0, name.size()), name, [](char a, char b) {
           return (is_alpha(a) ? a | 0x20 : a) == b;
         });
}

// The value of the Call-ID header, from where its line begins; nothing when this line is another.
std::string_view value_of_line(std::string_view line) {
  if (begins_with(line, "call-id")) {
    line.remove_prefix(7);
  } else if (line.size() >= 2 && begins_with(line, "i") && !is_alpha(line[1])) {
    line.remove_prefix(1);  // the compact form
  } else {
    return {};
  }
  const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  skip_blanks();
  if (line.empty() || line.front() != ':') return {};
  line.remove_prefix(1);
  skip_blanks();
  return line;
}

}  // namespace

bool sip_call_id(const Packet& packet, const Header& header, std::string& call_id) {
  const std::uint32_t at = header.offset + header.size + wire::Udp::kSize;
  if (header.protocol != IpProto::udp || at >= packet.size()) return false;
  std::string message(packet.size() - at, '\0');
  packet.read(at, {reinterpret_cast<std::uint8_t*>(message.data()), message.size()});
  // The first line is the request or status; headers follow it.
  for (std::size_t end = message.find_first_of("\r\n"); end != message.npos; end = message.find_first_of("\r\n", end)) {
    end += message.compare(end, 2, "\r\n") == 0 ? 2 : 1;
    const std::string_view value = value_of_line(std::string_view(message).substr(std::min(end, message.size())));
    if (value.empty()) continue;
    const std::size_t size = call_id_length(value);
    if (size == 0 || size > kMaxCallId || size == value.size()) return false;
    if (value[size] != '\r' && value[size] != '\n') return false;
    call_id = value.substr(0, size);
    return true;
  }
  return false;
}

Conn* find_sip_template(Core& core, const Tuple& key, const std::string& call_id) {
  return core.conns.find_template_if(key, [&](const Conn& conn) {
    return conn.has(conn_flag::has_extra) && core.extras.at(&conn).pe_data == call_id;
  });
}

// Kernel: ip_vs_new_conn_out().
Conn* sip_conn_out(Core& core, Packet& packet, const Header& header) {
  Destination* dest = core.real_servers.find(header.protocol, header.src, header.sport);
  if (dest == nullptr || dest->service == nullptr) return nullptr;
  VirtualService& service = *dest->service;
  if (service.pe_name != "sip" || service.key.fwmark != 0 || service.key.port == 0 || header.sport == 0) return nullptr;
  const auto protocol = static_cast<std::uint8_t>(header.protocol);

  Conn* found = nullptr;
  if (service.persistent()) {
    std::string call_id;
    if (!sip_call_id(packet, header, call_id)) return nullptr;
    const Tuple key{{header.dst.value & service.netmask}, service.key.addr, 0, service.key.port, protocol};
    found = find_sip_template(core, key, call_id);
    if (found == nullptr || !check_template(core, *found, dest)) {
      found = new_conn(core, key, header.src, header.sport, conn_flag::template_, dest, 0);
      found->timeout = service.timeout;
      ConnExtra& extra = core.extra(*found);
      extra.pe_name = service.pe_name;
      extra.pe_data = call_id;
    }
  }
  Conn* conn = new_conn(core, {header.dst, service.key.addr, header.dport, service.key.port, protocol}, header.src,
                        header.sport, conn_flags_for(service, header.protocol), dest, 0);
  if (found != nullptr) {
    control(*conn, *found);
    put_conn(core, *found);
  }
  count_conn(core, service, *conn);
  return conn;
}

}  // namespace lvs::ipvs
