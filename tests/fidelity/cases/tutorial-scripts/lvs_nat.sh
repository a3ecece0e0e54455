#!/bin/sh
# NAT, and the servers go out by way of it
set -e
IPVSADM='/sbin/ipvsadm'
VIP=10.0.0.102
echo 1 > /proc/sys/net/ipv4/ip_forward
for each in all default eth0 eth1; do
  echo 0 > /proc/sys/net/ipv4/conf/$each/send_redirects
done
iptables -t nat -F
iptables -t nat -X
iptables -t nat -A POSTROUTING -s 192.168.1.0/24 -o eth0 -j MASQUERADE
ip addr add $VIP/32 dev eth0
${IPVSADM} -A -t ${VIP}:80 -s rr
${IPVSADM} -a -t ${VIP}:80 -r 192.168.1.13:80 -m -w 1
${IPVSADM} -Ln -t ${VIP}:80 | grep -c Masq
