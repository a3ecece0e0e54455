#!/bin/bash
# health check of the director, two rounds
VIP=10.0.0.100
PORT=80
add() { ipvsadm -a -t $VIP:$PORT -r $1:$PORT -g -w 1; }
del() { ipvsadm -d -t $VIP:$PORT -r $1:$PORT; }
n=0
while [ $n -lt 2 ]; do
  for rs in 10.0.0.11 10.0.0.12; do
    code=$(curl -s -o /dev/null -m 1 -w '%{http_code}' http://$rs/)
    listed=$(ipvsadm -Ln | grep -c "$rs:$PORT ")
    if [ "$code" = 200 ]; then
      [ $listed -eq 0 ] && { add $rs; echo "$rs is back"; }
    elif [ $listed -ne 0 ]; then
      del $rs
      echo "$rs is gone ($code)"
    fi
  done
  n=$((n + 1))
  sleep 1
done
