// SPDX-License-Identifier: GPL-2.0-or-later
// The keywords of a keepalived.conf, room by room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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

// lvs_sync_daemon_interface of an instance, as it used to be said.
void take_instance_sync_daemon(ConfReader& reader, const ConfWords& words, const std::string& instance);

// nftables and what belongs to it.
std::span<const Keyword> firewall_keywords();

// Priorities, buffers and limits of the processes.
std::span<const Keyword> tuning_keywords();

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

// May scripts run as `user` and `group` (empty: the user's own)? Root's may; of a user that is not there keepalived
// says so, one that Debian has is refused.
bool set_script_user(ConfReader& reader, const std::string& user, const std::string& group);

// The rest of a line as a command; an empty one where it is not closed or stands there already.
ConfScript read_script(ConfReader& reader);

// A notify script, whose second and third word are no arguments, but a user and a group: "notify_up /x.sh up" is
// ignored. `type`: "notify", "quorum".
ConfScript read_notify_script(ConfReader& reader, std::string_view type);

}  // namespace lvs::keepalived
