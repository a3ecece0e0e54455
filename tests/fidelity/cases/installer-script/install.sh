#!/bin/bash
set -Eeuo pipefail
trap 'rc=$?; echo "failed in line $LINENO ($rc)" >&2; exit $rc' ERR
trap 'rm -f "$TMP"' EXIT
TMP=$(mktemp)
VIP_web=10.0.0.100; VIP_ssl=10.0.0.100; PORT_web=80; PORT_ssl=443
SERVERS=(192.168.1.11 192.168.1.12)
for svc in web ssl; do
  v="VIP_$svc"; p="PORT_$svc"
  echo "-A -t ${!v}:${!p} -s rr" >> "$TMP"
  printf -- "-a -t ${!v}:${!p} -r %s:${!p} -m -w 1\n" "${SERVERS[@]}" >> "$TMP"
done
ipvsadm -C
ipvsadm-restore < "$TMP"
mkdir -p /etc/lvs
cat > /etc/lvs/lvs.conf <<EOF
# generated for ${SERVERS[*]}
vip = $VIP_web
servers = $(IFS=,; echo "${SERVERS[*]}")
EOF
sed -i -E 's/^(vip) = (.*)$/\1="\2"/; /^#/d' /etc/lvs/lvs.conf
cat /etc/lvs/lvs.conf
n=$(< /proc/sys/net/ipv4/ip_forward); (( n == 1 )) || echo 1 > /proc/sys/net/ipv4/ip_forward
keys=( net.ipv4.vs.conntrack net.ipv4.vs.expire_nodest_conn ); vals=( 1 1 )
for i in "${!keys[@]}"; do sysctl -qw "${keys[i]}=${vals[i]}"; done
sysctl "${keys[@]}"
for rs in "${SERVERS[@]:1}"; do echo "second: $rs"; done
if [[ ${1:-} == bad ]]; then ipvsadm -a -t "$VIP_web:81" -r 192.168.1.11 -m; fi
type -t ipvsadm >/dev/null && echo installed
hash ipvsadm 2>/dev/null || { echo no; exit 1; }
