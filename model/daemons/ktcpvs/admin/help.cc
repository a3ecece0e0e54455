// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemons/ktcpvs/admin/help.h"

#include <fmt/format.h>

#include "daemons/ktcpvs/table/service.h"

namespace lvs::ktcpvs {

std::string help_text(std::string_view program) {
  return fmt::format(
      "{0} 0.0.18, 21-May-2007\n"
      "Usage:\n"
      "  {0} -A|E -i ident [-s scheduler] [-P port] [-l address[:port]]\n"
      "  {0} -D -i ident\n"
      "  {0} -F\n"
      "  {0} -a|e -i ident -r server-address [-w weight]\n"
      "  {0} -d -i ident -r server-address\n"
      "  {0} --add-rule -i ident -p pattern -r server-address [-m match-num]\n"
      "  {0} --del-rule -i ident -p pattern -r server-address\n"
      "  {0} -L [-n]\n"
      "  {0} -f config-file\n"
      "  {0} --start|stop [-i ident]\n"
      "  {0} -h\n\n"
      "Commands:\n"
      "Either long or short options are allowed.\n"
      "  --add-service     -A        add virtual service with options\n"
      "  --edit-service    -E        edit virtual service with options\n"
      "  --delete-service  -D        delete virtual service\n"
      "  --flush           -F        flush the whole table\n"
      "  --add-server      -a        add real server with options\n"
      "  --edit-server     -e        edit real server with options\n"
      "  --delete-server   -d        delete real server\n"
      "  --add-rule                  add rule into virtual service\n"
      "  --del-rule                  del rule into virtual service\n"
      "  --list            -L        list the table\n"
      "  --load-configfile -f        load a config file\n"
      "  --start                     start the virtual services\n"
      "  --stop                      stop the virtual services\n"
      "  --help            -h        display this help message\n\n"
      "Options:\n"
      "  --ident        -i identity          service identity\n"
      "  --scheduler    -s scheduler         one of {1}\n"
      "                                      the default scheduler is http.\n"
      "  --port         -p port              service port number\n"
      "  --match        -m match-num         match number to hash (hhttp only)\n"
      "  --real-server  -r server-address    server-address is host (and port)\n"
      "  --listen       -l server-address    server-address is host (and port)\n"
      "  --weight       -w weight            capacity of real server\n"
      "  --numeric      -n                   numeric output of addresses and ports\n",
      program, kSchedulers);
}

}  // namespace lvs::ktcpvs
