#!/bin/bash
# health check
declare -a SERVERS=(10.0.0.11 10.0.0.12)
VIP=10.0.0.100:80
for s in "${SERVERS[@]}"; do
  if curl -s -o /dev/null -m 1 http://$s/; then
    ipvsadm -a -t $VIP -r $s -m 2>/dev/null
  else
    ipvsadm -d -t $VIP -r $s 2>/dev/null
  fi
done
