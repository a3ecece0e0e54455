// SPDX-License-Identifier: GPL-2.0-or-later
// Further commands of the table, beside those of registry.h.
#pragma once

#include <vector>

#include "control/machine/command.h"

namespace lvs::control {

CommandResultOrError parse_arptables_restore(const std::vector<Word>& words);
CommandResultOrError parse_arptables_save(const std::vector<Word>& words);
CommandResultOrError parse_digest_sum(const std::vector<Word>& words);
CommandResultOrError parse_diff(const std::vector<Word>& words);
CommandResultOrError parse_find(const std::vector<Word>& words);
CommandResultOrError parse_ln(const std::vector<Word>& words);
CommandResultOrError parse_stat(const std::vector<Word>& words);
CommandResultOrError parse_column(const std::vector<Word>& words);
CommandResultOrError parse_getsebool(const std::vector<Word>& words);
CommandResultOrError parse_hostnamectl(const std::vector<Word>& words);
CommandResultOrError parse_expr(const std::vector<Word>& words);
CommandResultOrError parse_mail(const std::vector<Word>& words);
CommandResultOrError parse_mktemp(const std::vector<Word>& words);
CommandResultOrError parse_modinfo(const std::vector<Word>& words);
CommandResultOrError parse_nproc(const std::vector<Word>& words);
CommandResultOrError parse_nl(const std::vector<Word>& words);
CommandResultOrError parse_nslookup(const std::vector<Word>& words);
CommandResultOrError parse_paste(const std::vector<Word>& words);
CommandResultOrError parse_python3(const std::vector<Word>& words);
CommandResultOrError parse_readlink(const std::vector<Word>& words);
CommandResultOrError parse_realpath(const std::vector<Word>& words);
CommandResultOrError parse_restorecon(const std::vector<Word>& words);
CommandResultOrError parse_rev(const std::vector<Word>& words);
CommandResultOrError parse_sendmail(const std::vector<Word>& words);
CommandResultOrError parse_setsebool(const std::vector<Word>& words);
CommandResultOrError parse_tac(const std::vector<Word>& words);
CommandResultOrError parse_traceroute(const std::vector<Word>& words);
CommandResultOrError parse_update_alternatives(const std::vector<Word>& words);
CommandResultOrError parse_xargs(const std::vector<Word>& words);

}  // namespace lvs::control
