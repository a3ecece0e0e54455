#!/bin/bash
# chkconfig: 2345 35 65
# description: Start realserver
VIP=192.168.98.77
. /etc/rc.d/init.d/functions

case "$1" in
    start)
        echo " start LVS of REALServer"
        /sbin/ifconfig lo:0 $VIP broadcast $VIP netmask 255.255.255.255 up
        /sbin/route add -host $VIP dev lo:0
        echo "1" >/proc/sys/net/ipv4/conf/lo/arp_ignore
        echo "2" >/proc/sys/net/ipv4/conf/lo/arp_announce
        echo "1" >/proc/sys/net/ipv4/conf/all/arp_ignore
        echo "2" >/proc/sys/net/ipv4/conf/all/arp_announce
        sysctl -p >/dev/null 2>&1
        action "RealServer Start" /bin/true
        ;;
    stop)
        /sbin/ifconfig lo:0 down
        /sbin/route del -host $VIP dev lo:0 >/dev/null 2>&1
        for f in lo all; do
            echo "0" > /proc/sys/net/ipv4/conf/$f/arp_ignore
            echo "0" > /proc/sys/net/ipv4/conf/$f/arp_announce
        done
        action $"RealServer Stopped" true
        ;;
    status)
        islothere=$(/sbin/ifconfig lo:0 | grep $VIP | wc -l)
        isrothere=`netstat -rn | grep "lo" | grep $VIP | wc -l`
        if [ "$islothere" == "0" -o "$isrothere" == "0" ]; then
            echo "LVS-DR real server Stopped."
        else
            echo "LVS-DR real server Running."
        fi
        ;;
    *)
        echo "$0: Usage: $0 {start|status|stop}"
        exit 1
        ;;
esac
