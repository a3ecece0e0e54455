#!/bin/bash
set -u
function active { ipvsadm -ln | grep "$1" | awk '{ print $5 }'; }
function total_conn() { ipvsadm -ln --stats | awk '/^TCP/ {print $3}'; }
discover() {
  printf '{\n\t"data":['
  first=1
  while read -r proto addr rest; do
    [[ $proto =~ ^(TCP|UDP|FWM)$ ]] || continue
    [ $first -eq 1 ] || printf ','
    printf '\n\t\t{"{#PROTO}":"%s","{#VIP}":"%s","{#PORT}":"%s"}' "$proto" "${addr%:*}" "${addr##*:}"
    first=0
  done < <(ipvsadm -ln)
  printf '\n\t]\n}\n'
}
discover
echo "active rs1: $(active 192.168.1.11:80)"
echo "total: $(total_conn)"
awk 'NR==3{print "conns",$1}' /proc/net/ip_vs_stats
cat /proc/net/ip_vs_stats
head -n 1 /proc/net/ip_vs_conn
tail -n +2 /proc/net/ip_vs_conn | awk '{print $1,$2,$4,$6,$8}' | sort
ipvsadm -lnc | grep -c ESTABLISHED
ipvsadm -lnc | awk 'NR>2 {s[$3]++} END {for (k in s) print k, s[k]}' | sort
ipvsadm -ln --rate | tail -n 3 | wc -l
ipvsadm -ln --stats --exact | sed -n '3,$p'
ipvsadm -ln --thresholds; ipvsadm -ln --persistent-conn
ipvsadm -l --timeout; ipvsadm -l --daemon
for s in $(ipvsadm -Sn | awk '$1=="-A"{print $3}'); do
  up=$(ipvsadm -ln -t $s | grep -c -- '->.*Masq'); echo "$s up=$up"
done
ipvsadm -Sn > /etc/ipvsadm.rules; ipvsadm -C; ipvsadm -R < /etc/ipvsadm.rules; ipvsadm -Sn | diff - /etc/ipvsadm.rules && echo same
