// SPDX-License-Identifier: GPL-2.0-or-later
// The addresses in FTP's commands and answers (RFC 959 section 4.1.2, RFC 2428), read as the kernel reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/addr.h"

namespace lvs::ipvs {

struct FtpAddress {
  std::optional<base::Ipv4Addr> addr;  // nothing where the text gives a port only
  std::uint16_t port = 0;
  std::size_t begin = 0;  // of the text to replace
  std::size_t end = 0;
};

// "PORT h1,h2,h3,h4,p1,p2" and "227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)": `word` at the very start, then an
// address somewhere behind it.
std::optional<FtpAddress> parse_ftp_address(std::string_view text, std::string_view word, char open);
// "EPRT |1|132.235.1.2|6275|" and "229 Entering Extended Passive Mode (|||6446|)". `port_only`: the second form is
// allowed.
std::optional<FtpAddress> parse_ftp_extended(std::string_view text, std::string_view word, char open, bool port_only);
// What a client's segment asks for: "PASV" or "EPSV" anywhere in it.
enum class FtpRequest : std::uint8_t { other, passive, extended_passive };
FtpRequest find_ftp_request(std::string_view text);

}  // namespace lvs::ipvs
