#!/bin/bash
mapfile -t L < <(printf '1\n2 b\n3\n'); echo "${#L[@]} ${L[1]}"
readarray -t R <<< "a
b"; echo "${R[1]} ${R[@]}"
printf 'q\nr\n' > /tmp/f; mapfile F < /tmp/f; printf '%s' "${F[@]}"; mapfile -t -s 1 -n 1 G < /tmp/f; echo "${G[@]}"
declare -A UP
mapfile -t SERVERS < <(ipvsadm -Sn 2>/dev/null | awk '/^-a/ {print $5}'); echo "${#SERVERS[@]}"
for s in 10.0.0.1 10.0.0.2 10.0.0.9; do if ping -c 1 -W 1 $s > /dev/null; then UP[$s]=yes; else UP[$s]=no; fi; done
for s in $(printf '%s\n' "${!UP[@]}" | sort); do echo "$s ${UP[$s]}"; done
