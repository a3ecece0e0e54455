#!/bin/bash
VIP=172.16.1.200
DEV=lo:0
LOCK=/var/lock/lvs.lock
start() {
    if [[ -e $LOCK ]]; then
        echo "The LVS-DR-RIP Server is already running !"
    else
        /sbin/ifconfig lo:0 $VIP netmask 255.255.255.255 broadcast $VIP
        /sbin/route add -host $VIP dev lo:0
        echo "1" >/proc/sys/net/ipv4/conf/lo/arp_ignore
        echo "2" >/proc/sys/net/ipv4/conf/lo/arp_announce
        echo "1" >/proc/sys/net/ipv4/conf/all/arp_ignore
        echo "2" >/proc/sys/net/ipv4/conf/all/arp_announce
        sysctl -p >/dev/null 2>&1
        touch $LOCK
        echo "RealServer Start OK"
    fi
}
case "$1" in
start) start ;;
stop)
    /sbin/ifconfig lo:0 down
    /sbin/route del $VIP >/dev/null 2>&1
    echo "0" >/proc/sys/net/ipv4/conf/all/arp_ignore
    rm -f $LOCK
    ;;
*) echo "Usage: $0 {start|stop}"; exit 1 ;;
esac
