#!/bin/bash
# director of LVS-DR
echo 1 > /proc/sys/net/ipv4/ip_forward
ipv=/sbin/ipvsadm
vip=10.0.0.100
rs1=10.0.0.11
rs2=10.0.0.12
ifconfig eth0:0 $vip broadcast $vip netmask 255.255.255.255 up
route add -host $vip dev eth0:0
$ipv -C
$ipv -A -t $vip:80 -s wrr
$ipv -a -t $vip:80 -r $rs1:80 -g -w 1
$ipv -a -t $vip:80 -r $rs2:80 -g -w 1
if [ $? -eq 0 ]; then
  echo "ipvsadm: ok"
else
  echo "ipvsadm: failed"
fi
