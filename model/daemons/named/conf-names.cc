// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/named/conf-names.h"

#include <algorithm>
#include <array>

namespace lvs::named {
namespace {

constexpr auto kIdleOptions =
    std::to_array<std::string_view>({"allow-transfer",  "allow-update",           "allow-notify",
                                     "auth-nxdomain",   "bindkeys-file",          "check-names",
                                     "dump-file",       "edns-udp-size",          "geoip-directory",
                                     "hostname",        "interface-interval",     "key-directory",
                                     "listen-on-v6",    "managed-keys-directory", "masterfile-format",
                                     "max-cache-size",  "max-udp-size",           "memstatistics-file",
                                     "notify",          "query-source",           "query-source-v6",
                                     "recursing-file",  "secroots-file",          "server-id",
                                     "session-keyfile", "statistics-file",        "tcp-clients",
                                     "transfer-format", "transfers-in",           "transfers-out",
                                     "version",         "zone-statistics",        "qname-minimization",
                                     "prefetch",        "allow-query-on",         "recursive-clients",
                                     "transfer-source", "notify-source",          "avoid-v4-udp-ports"});
constexpr auto kKnownOptions = std::to_array<std::string_view>({"acache-enable",
                                                                "also-notify",
                                                                "attach-cache",
                                                                "blackhole",
                                                                "catalog-zones",
                                                                "clients-per-query",
                                                                "cookie-algorithm",
                                                                "cookie-secret",
                                                                "deny-answer-addresses",
                                                                "dns64",
                                                                "dnssec-policy",
                                                                "dnstap",
                                                                "fetches-per-server",
                                                                "fetches-per-zone",
                                                                "inline-signing",
                                                                "lame-ttl",
                                                                "min-cache-ttl",
                                                                "min-ncache-ttl",
                                                                "minimal-any",
                                                                "no-case-compress",
                                                                "nta-lifetime",
                                                                "querylog",
                                                                "rate-limit",
                                                                "resolver-query-timeout",
                                                                "response-policy",
                                                                "root-delegation-only",
                                                                "send-cookie",
                                                                "sortlist",
                                                                "stale-answer-enable",
                                                                "tcp-idle-timeout",
                                                                "tkey-gssapi-keytab",
                                                                "update-policy",
                                                                "use-alt-transfer-source",
                                                                "validate-except",
                                                                "servfail-ttl",
                                                                "synth-from-dnssec",
                                                                "max-records",
                                                                "allow-recursion-on",
                                                                "allow-query-cache-on",
                                                                "allow-update-forwarding",
                                                                "primaries",
                                                                "masters",
                                                                "journal",
                                                                "max-journal-size",
                                                                "serial-update-method",
                                                                "ixfr-from-differences",
                                                                "provide-ixfr",
                                                                "request-ixfr",
                                                                "dialup",
                                                                "delegation-only"});
constexpr auto kKnownStatements = std::to_array<std::string_view>(
    {"controls", "dlz", "dyndb", "http", "key", "managed-keys", "masters", "parental-agents", "plugin", "primaries",
     "server", "statistics-channels", "tls", "trusted-keys", "trust-anchors", "view", "dnssec-policy"});

}  // namespace

bool is_idle_option(std::string_view name) { return std::ranges::find(kIdleOptions, name) != kIdleOptions.end(); }
bool is_known_option(std::string_view name) { return std::ranges::find(kKnownOptions, name) != kKnownOptions.end(); }
bool is_known_statement(std::string_view name) {
  return std::ranges::find(kKnownStatements, name) != kKnownStatements.end();
}

}  // namespace lvs::named
