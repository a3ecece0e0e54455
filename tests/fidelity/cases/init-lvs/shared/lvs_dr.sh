#!/bin/sh
# chkconfig: - 28 72
# description: Initialise the Linux Virtual Server for DR
#
[ -f /etc/sysconfig/network ] && . /etc/sysconfig/network
. /etc/rc.d/init.d/functions

prog="LVS-DR"
VIP=192.168.98.77
RS="192.168.98.76 192.168.98.77"
RS1=192.168.98.76
RS2=192.168.98.77
GW=192.168.98.1
DEV=eth0
LOCKFILE=/var/lock/subsys/lvsdr
RETVAL=0

[ `id -u` -eq 0 ] || exit 4
type ipvsadm >/dev/null 2>&1 || { echo "ipvsadm is missing"; exit 5; }

start() {
        echo -n $"Starting $prog: "
        /sbin/ifconfig ${DEV}:0 $VIP broadcast $VIP netmask 255.255.255.255 up
        /sbin/route add -host $VIP dev ${DEV}:0
        echo "1" >/proc/sys/net/ipv4/ip_forward
        /sbin/ipvsadm -C
        /sbin/ipvsadm -A -t $VIP:80 -s rr -p 600
        for rs in 192.168.98.76 192.168.98.78; do
                /sbin/ipvsadm -a -t $VIP:80 -r $rs:80 -g -w `expr 1 + 0`
        done
        RETVAL=$?
        [ $RETVAL -eq 0 ] && touch $LOCKFILE
        [ $RETVAL -eq 0 ] && success || failure
        echo
        return $RETVAL
}
stop() {
        echo -n $"Stopping $prog: "
        /sbin/ipvsadm -C && /sbin/ifconfig ${DEV}:0 down
        RETVAL=$?
        rm -f $LOCKFILE
        [ $RETVAL -eq 0 ] && success || failure
        echo
}
rhstatus() {
        if [ ! -e $LOCKFILE ]; then
                echo "$prog is stopped"; return 3
        fi
        n=`ipvsadm -Ln | grep -A 10 $VIP | grep -c Route`
        echo "$prog is running with $n real servers"
        ipvsadm -Ln | sed -n '/TCP/,$p' | awk '{print $1, $2}'
}
case "$1" in
start)  start ;;
stop)   stop ;;
restart) $0 stop; $0 start ;;
condrestart) [ -e $LOCKFILE ] && $0 restart ;;
status) rhstatus ;;
*)      echo $"Usage: $0 {start|stop|restart|condrestart|status}"; exit 1 ;;
esac
exit $RETVAL
