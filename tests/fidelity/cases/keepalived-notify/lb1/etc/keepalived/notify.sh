#!/bin/bash
#
contact='root@localhost'
LOG=/var/log/keepalived-notify.log
exec >> $LOG 2>&1

notify() {
    local mailsubject="$(hostname) to be $1, vip floating"
    local mailbody="$(date +'%F %T'): vrrp transition, $(hostname) changed to be $1"
    echo "$mailbody" | mail -s "$mailsubject" $contact
    printf '%s\n' "${mailsubject}" | tee -a /tmp/subjects >/dev/null
    logger -t keepalived-notify "$mailsubject"
}

case $1 in
master)
    notify master
    ;;
backup)
    notify backup
    ;;
fault)
    notify fault
    ;;
*)
    echo $"Usage: $(basename $0) {master|backup|fault}"
    exit 1
    ;;
esac
