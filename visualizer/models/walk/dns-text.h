// SPDX-License-Identifier: GPL-2.0-or-later
// What a DNS message asks or answers, in one line and in rows.
#pragma once

#include <QString>
#include <vector>

#include "base/bytes.h"

namespace lvs::view {

struct DnsText {
  QString line;               // "DNS A? www.example.com", "DNS www.example.com A 10.0.0.21"; empty: no message
  std::vector<QString> rows;  // one a record of the answer
};
// `payload`: as much of the datagram's as the trace has kept.
DnsText dnsTextOf(base::ByteView payload);

}  // namespace lvs::view
