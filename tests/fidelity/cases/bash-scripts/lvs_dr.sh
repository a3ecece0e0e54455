#!/bin/bash
#
# LVS script for DR
#
. /etc/rc.d/init.d/functions
VIP=172.16.1.200
RIP1=172.16.1.11
RIP2=172.16.1.12
DEV=eth0:0
PORT=80

LOCK=/var/lock/ipvsadm.lock

start() {
    PID=`ipvsadm -Ln | grep ${VIP} | wc -l`
    if [ $PID -gt 0 ];
    then
        echo "The LVS-DR Server is already running !"
    else
        /sbin/ifconfig $DEV $VIP broadcast $VIP netmask 255.255.255.255 up
        /sbin/route add -host $VIP dev $DEV
        /sbin/ipvsadm -C
        /sbin/ipvsadm -At $VIP:$PORT -s wrr
        /sbin/ipvsadm -at $VIP:$PORT -r $RIP1:$PORT -g -w 1
        /sbin/ipvsadm -at $VIP:$PORT -r $RIP2:$PORT -g -w 2
        /bin/touch $LOCK
        echo "starting LVS-DR Server is ok !"
    fi
}

stop()  {
        /sbin/ipvsadm -C
        /sbin/ipvsadm -Z
        /sbin/ifconfig $DEV down >/dev/null 2>&1
        rm -rf $LOCK
        echo "stopping LVS-DR server is ok !"
}

status()  {
    if [ -e $LOCK ];
    then
        echo "The LVS-DR Server is already running !"
    else
        echo "The LVS-DR Server is not running !"
    fi
}

case "$1" in
  start)
        start
        ;;
  stop)
        stop
        ;;
  restart)
        stop
        sleep 1
        start
        ;;
  status)
        status
        ;;
  *)
        echo "Usage: $0 {start|stop|restart|status}"
        exit 1
esac
exit 0
