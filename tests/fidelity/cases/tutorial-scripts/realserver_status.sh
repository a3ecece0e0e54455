#!/bin/sh
VIP=10.0.0.100
start() {
    for i in lo all; do
        echo 1 > /proc/sys/net/ipv4/conf/$i/arp_ignore
        echo 2 > /proc/sys/net/ipv4/conf/$i/arp_announce
    done
    /sbin/ifconfig lo:0 $VIP broadcast $VIP netmask 255.255.255.255 up
    /sbin/route add -host $VIP dev lo:0
    echo "LVS-DR real server starts successfully."
}
stop() {
    /sbin/ifconfig lo:0 down
    for i in lo all; do
        echo 0 > /proc/sys/net/ipv4/conf/$i/arp_ignore
        echo 0 > /proc/sys/net/ipv4/conf/$i/arp_announce
    done
    echo "LVS-DR real server stopped."
}
status() {
    isLoOn=`/sbin/ifconfig lo:0 | grep "$VIP"`
    isRoOn=`/bin/netstat -rn | grep "$VIP"`
    if [ "$isLoOn" = "" -a "$isRoOn" = "" ]; then
        echo "LVS-DR real server has to run yet."
    else
        echo "LVS-DR real server is running."
    fi
}
case "$1" in
    start|Start)
        start
        ;;
    stop)
        stop
        ;;
    status)
        status
        ;;
    restart)
        stop
        start
        ;;
    *)
        echo "Usage: $0 {start|stop|status|restart}"
        exit 1
        ;;
esac
