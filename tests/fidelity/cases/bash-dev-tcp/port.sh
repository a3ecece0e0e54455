#!/bin/bash
# port.sh HOST PORT
if (echo > /dev/tcp/$1/$2) >/dev/null 2>&1; then
    echo "$1 $2 open"
else
    echo "$1 $2 closed"
fi
