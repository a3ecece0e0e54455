// SPDX-License-Identifier: GPL-2.0-or-later
// The keywords of a keepalived.conf, room by room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "daemons/keepalived/conf/reader.h"
#include "daemons/keepalived/conf/values.h"

namespace lvs::keepalived {

// What stands at the top of a file, for the process that wants it.
std::span<const Keyword> global_keywords();
std::span<const Keyword> vrrp_keywords();
std::span<const Keyword> track_file_keywords();
std::span<const Keyword> check_keywords();
std::span<const Keyword> bfd_keywords();

// Mails, inside of global_defs; and smtp_alert of `whose` elsewhere.
std::span<const Keyword> mail_keywords();
void take_smtp_alert(ConfReader& reader, const ConfWords& words, std::optional<bool>& to, std::string_view whose);

// Single blocks of vrrp_keywords().
const Keyword& script_block();
const Keyword& process_block();
const Keyword& instance_block();
const Keyword& group_block();

// lvs_sync_daemon of global_defs.
void take_sync_daemon(ConfReader& reader, const ConfWords& words);

// What the keywords of both a real server's checkers and of virtual servers use.
std::span<const Keyword> checker_keywords();

// HTTP_GET's own, beside those of all checkers, and its end.
std::span<const Keyword> http_keywords();
void end_http_check(ConfReader& reader);
void take_check_retry(ConfReader& reader, const ConfWords& words);

// Blocks of ConfTrack of an instance or a group.
enum class Tracked : std::uint8_t { interfaces, scripts, files, processes };
void read_tracked(ConfReader& reader, const ConfWords& words, const std::string& whose, Tracked what,
                  std::vector<ConfTrack>& tracks);

// False: scripts cannot run as anybody. Says so once that there is no user keepalived_script.
bool has_script_user(ConfReader& reader);

// The rest of a line as a command; an empty one where it is not closed or stands there already.
ConfScript read_script(ConfReader& reader);

}  // namespace lvs::keepalived
