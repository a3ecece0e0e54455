#!/bin/bash
cat < /dev/tcp/10.0.0.2/7000
sleep 0.4
printf 'GET /none HTTP/1.0\r\n\r\n' > /dev/tcp/10.0.0.2/7001
sleep 0.4
exec 3> /dev/tcp/10.0.0.2/7002
echo one >&3
sleep 0.5
echo two >&3
exec 3>&-
echo done
