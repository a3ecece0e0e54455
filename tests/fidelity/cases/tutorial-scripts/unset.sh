#!/bin/sh
set -u
trap 'echo leaves with $?' 0
trap '' HUP
kill -HUP $$
trap - HUP
trap
echo $NOSUCH
echo not reached
