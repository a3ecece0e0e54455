#!/bin/bash
set -euo pipefail
v=10.0.0.11:80
echo "${v//./-}" "${v/./-}" "${v/#10/ten}" "${v/%80/443}" "${v//[0-9]/}" "${v/nothing/x}"
echo "${v:0:4}" "${v:3}" "${v: -2}" "${v:(-5):3}" "${v:1+1:2}" "<${v:20}>"
w=hello; echo "${w^}" "${w^^}" "${w^^}" "$(W=ABC; echo "${W,,} ${W,}")"
for i in {1..3} {a..c} {03..01} {1..9..4}; do printf '%s ' "$i"; done; echo
echo 10.0.0.{11,12,2{1,2}}:80 {x}y {} "{1,2}" rs{1..2}
read -r a b <<< "one two three"; echo "$b/$a"
IFS=: read -r host port <<< "$v"; echo "$host $port"
while IFS= read -r line; do echo "[$line]"; done <<< "  two  blanks "
x=a,b,,c; IFS=,; for each in $x; do echo "<$each>"; done; set -- 1 2; echo "$*"
unset IFS
list=(10 20 30); n=2; echo "${list[$((n-1))]} ${#list[@]}"
false | true && echo not here || echo pipefail
set +o pipefail; false | true && echo here
[ "$RANDOM" -ge 0 ] && echo random
for f in /proc/sys/net/ipv4/conf/*/arp_ignore; do echo "$f"; done
[ -d /proc/sys/net/ipv4/vs ] && echo folder
