#!/usr/bin/env bash
set -euo pipefail
CLUSTER_CIDR=10.244.0.0/16
declare -a PODS=(10.244.1.2:8080 10.244.1.3:8080)
SVC_IP=10.96.0.10 SVC_PORT=80 NODEPORT=30080
if [[ $EUID -ne 0 ]]; then echo "run me as root" >&2; exit 1; fi
command -v ipset &>/dev/null || { echo "no ipset"; exit 1; }
for mod in ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack; do modprobe -- "$mod"; done
ip link add kube-ipvs0 type dummy
ip addr add ${SVC_IP}/32 dev kube-ipvs0
function mkset() {
  local name=$1 type=$2; shift 2
  ipset create "$name" "$type" "$@" -exist
}
mkset KUBE-CLUSTER-IP hash:ip,port comment
mkset KUBE-LOOP-BACK hash:ip,port,ip
mkset KUBE-NODE-PORT-TCP bitmap:port range 0-65535
ipset add KUBE-CLUSTER-IP ${SVC_IP},tcp:${SVC_PORT} comment "default/web"
while read -r p; do
  ipset add KUBE-LOOP-BACK "${p%:*},tcp:${p##*:},${p%:*}"
done < <(printf '%s\n' "${PODS[@]}")
ipset add KUBE-NODE-PORT-TCP $NODEPORT
iptables-restore --noflush <<RULES
*nat
:KUBE-SERVICES - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODE-PORT - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
-A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN
-A KUBE-SERVICES ! -s $CLUSTER_CIDR -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
-A KUBE-NODE-PORT -p tcp -m comment --comment "Kubernetes nodeport TCP port for masquerade purpose" -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ
-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
COMMIT
*filter
:KUBE-FORWARD - [0:0]
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
RULES
add_vs() {
  local vip=$1; shift
  ipvsadm -A -t "$vip" -s rr
  for rs in "$@"; do ipvsadm -a -t "$vip" -r "$rs" -m -w 1; done
}
add_vs $SVC_IP:$SVC_PORT "${PODS[@]}"
for ip in $(ip -4 -o addr show up scope global | awk '{print $4}' | cut -d/ -f1 | sort -u | grep -v "^${SVC_IP}$"); do
  add_vs $ip:$NODEPORT "${PODS[@]}"
done
printf -v summary '%d services, %d pods' "$(ipvsadm -Ln | grep -cE '^(TCP|UDP)')" "${#PODS[@]}"
echo "$summary"
echo "${PODS[*]}" | tr ' ' '\n' | xargs -n1 -I{} echo "endpoint {}"
