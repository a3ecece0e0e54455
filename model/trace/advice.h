// SPDX-License-Identifier: GPL-2.0-or-later
// What to change where something in a lab is wrong: one of these sentences and what it names. Who shows it can so say
// it in another language, and knows which words of it are commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvs::trace {

// {0} is the first argument: commands come first, names behind them. A name of this list stands in traces: never
// rename, never reuse. The Chinese is in visualizer/i18n/reasons_zh.ts (docs/how-to/drop-reason.md); it may use
// arguments that the English needs not, because an English finding has said them before.
#define LVS_ADVICE_IDS(X)                                                                                 \
  X(command, "{0}")                                                                                       \
  X(setting, "{0}")                                                                                       \
  X(vip_on_lo, "the VIP on lo, not {2}: {0}; and {1}")                                                    \
  X(vip_and_quiet, "{0} (with arp_ignore=1 and arp_announce=2)")                                          \
  X(address_once, "the address on one host only, or arp_ignore=1 on the other with the address on lo")    \
  X(gateway_of_director, "{0}, the gateway that the director itself uses")                                \
  X(other_gateway, "another host as the servers' gateway: this one has the address they come from")       \
  X(no_port_mapping, "-m instead of -g or -i, or a server that listens on port {0}")                      \
  X(tunnel_or_segment, "ipvsadm -e ... -i (TUN), or director and server on one segment")                  \
  X(tunnel_mtu, "an MTU of {0} at the client (ip route ... mtu {0}), or {1} between director and server") \
  X(other_client, "a client of its own, or NAT")                                                          \
  X(address_or_forward, "the address that they are for on this host, or {0}")                             \
  X(rp_filter_of_both, "{0}, and the same of the interface")                                              \
  X(route_on, "a route to where they go (ip route add)")                                                  \
  X(route_back, "ip route add for it, by way of the director where that forwards by NAT")                 \
  X(route_or_dr, "{0} (and send_redirects=0 on the director), or DR instead of NAT")                      \
  X(default_via_director, "ip route replace default via the director")                                    \
  X(way_back, "the way back that leads to the client")                                                    \
  X(no_loop, "routes without a loop")                                                                     \
  X(gateway_address, "the right gateway in ip route")                                                     \
  X(host_asked_for, "the host that is asked for on this segment, up and with that address")               \
  X(right_mac, "{0}, or the right MAC address in arp -s")                                                 \
  X(mtu, "a smaller MTU at who sends, or a greater one here")                                             \
  X(rule_or_policy, "a rule that accepts what the lab needs, or {0}")                                     \
  X(program_there, "a program that listens there")                                                        \
  X(program_waits, "what the program here waits for")                                                     \
  X(see_walk, "what the walk of the packet shows")                                                        \
  X(add_destination, "{0}, -g or -i")                                                                     \
  X(threshold, "a higher -x, or more servers")                                                            \
  X(ftp_service, "{0} with the same real servers")                                                        \
  X(service_or_port, "{0}, or the other port at the client")                                              \
  X(service_address, "the address of a service")                                                          \
  X(right_server, "the right address in ipvsadm -r, or ip addr add {0} on the server")                    \
  X(interface_up, "an interface of {0} on segment {1} that is up, and has {2}")                           \
  X(server_port, "the server's program on port {0}, or another port behind ipvsadm -r")                   \
  X(server_port_of, "the server's program on port {0}, of every address or of {1}")                       \
  X(vrrp_priority, "state BACKUP and a lower priority in keepalived.conf of one of them")                 \
  X(vrrp_segment, "the same segment in interface of keepalived.conf")                                     \
  X(vrrp_version, "the same vrrp_version")                                                                \
  X(vrrp_auth, "the same auth_type and auth_pass")                                                        \
  X(vrrp_accept, "iptables -I INPUT -p 112 -j ACCEPT on {0}")                                             \
  X(vrrp_addresses, "the same virtual_ipaddress")                                                         \
  X(vrrp_between, "what is between them")                                                                 \
  X(vrrp_no_strict, "no vrrp_strict in global_defs, and keepalived started again")                        \
  X(proxy_server, "server {0} in nginx.conf")                                                             \
  X(proxy_live_server, "a server that runs, or a backup in the group")                                    \
  X(proxy_live_sooner, "a server that runs, or a backup in the group; a shorter proxy_connect_timeout")   \
  X(proxy_patience, "proxy_read_timeout above {0} s")                                                     \
  X(proxy_pass, "another server in proxy_pass of one of them")                                            \
  X(read_message, "what its message says; the line has no effect")                                        \
  X(end_line, "& at its end, or an option that ends it (ping -c, nc -w)")                                 \
  X(no_director_loop, "the service on the master alone, or a mark for what the other's MAC has not sent") \
  X(nat_ops, "the service without --ops, or by direct routing or a tunnel")

enum class AdviceId : std::uint8_t {
#define LVS_ADVICE_NAME(name, text) name,
  LVS_ADVICE_IDS(LVS_ADVICE_NAME)
#undef LVS_ADVICE_NAME
      count_
};

struct Advice {
  AdviceId id = AdviceId::command;
  std::vector<std::string> commands = {};  // to be typed on the host that it is about, in this order
  std::vector<std::string> names = {};     // addresses, ports, hosts, lines of a configuration

  std::size_t arguments() const { return commands.size() + names.size(); }
  // "ip addr add 10.0.0.100/32 dev lo; sysctl -w ..."; empty: words alone say it.
  std::string line() const;
};

std::string_view name_of(AdviceId id);
// Nothing: of a later version.
std::optional<AdviceId> advice_by_name(std::string_view name);
// The text with its places for arguments.
std::string_view template_of(AdviceId id);
// How many arguments a text has places for.
std::size_t places_of(std::string_view text);
// A text from such a template, English or another language.
std::string filled(std::string_view text, const std::vector<std::string>& arguments);
std::string filled(std::string_view text, const Advice& advice);
// In English.
std::string text_of(const Advice& advice);

}  // namespace lvs::trace
