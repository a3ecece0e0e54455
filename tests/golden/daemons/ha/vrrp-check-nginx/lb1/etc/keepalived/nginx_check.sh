#!/bin/bash
#检查nginx是否存活
if [ $(ps -C nginx --no-header | wc -l) -eq 0 ]; then
    nginx
    sleep 1
    if [ $(ps -C nginx --no-header | wc -l) -eq 0 ]; then
        killall keepalived
    fi
fi
