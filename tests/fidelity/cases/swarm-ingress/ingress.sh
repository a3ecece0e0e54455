#!/bin/sh
# what swarm's ingress sandbox does for published port 8080
set -e
PUBLISHED=8080
MARK=0x100
exec 9>/run/lock/ingress.lock
log() { logger -t ingress -- "$*"; echo "ingress: $*" >&2; }
trap 'rc=$?; [ $rc -eq 0 ] || log "failed with $rc"' EXIT
echo 1 > /proc/sys/net/ipv4/ip_forward
sysctl -w net.ipv4.vs.conntrack=1 net.ipv4.vs.expire_nodest_conn=1 net.ipv4.vs.expire_quiescent_template=1 >/dev/null
iptables -t nat -N DOCKER-INGRESS 2>/dev/null || true
iptables -t nat -C PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS 2>/dev/null || \
  iptables -t nat -I PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS
iptables -t nat -A DOCKER-INGRESS -j RETURN
iptables -t mangle -A PREROUTING -p tcp -m tcp --dport $PUBLISHED -j MARK --set-xmark $MARK/0xffffffff
iptables -t mangle -A INPUT -d 10.255.0.2/32 -j MARK --set-xmark $MARK/0xffffffff
iptables -t nat -A POSTROUTING -d 10.255.0.0/16 -m ipvs --ipvs -j SNAT --to-source 10.255.0.2
ipvsadm -A -f $(printf '%d' $MARK) -s rr
for rip in 10.255.0.4 10.255.0.5; do
  ipvsadm -a -f 256 -r $rip:0 -m -w 1
done
exec 9>&-
{ ipvsadm -Sn; iptables-save -t mangle | grep -v '^#'; } > /tmp/state 2>&1
sed -i.bak -e 's/^/  /' /tmp/state
log "ready: $(grep -c . /tmp/state) lines"
