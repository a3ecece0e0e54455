#!/bin/sh
trap 'echo bye $?' EXIT
trap 'echo stopped; exit 3' INT TERM
trap
set -eu
echo "${NOSUCH:-default}"
set -x
A=1
echo "a $A" 'b c'
set +x
( sleep 1; kill $$ ) &
echo waiting
sleep 3
echo not reached
