#!/bin/sh
set -u
mkdir -p /etc/sysctl.d
cat > /etc/sysctl.d/90-lvs.conf <<END
# of the real server
net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.all.arp_announce = ${ANNOUNCE:-2}
END
cat >> /etc/sysctl.conf <<'END'
net.ipv4.ip_forward=1
END
sysctl -p
sysctl -p /etc/sysctl.d/90-lvs.conf
sysctl -n net.ipv4.conf.all.arp_ignore net.ipv4.ip_forward
