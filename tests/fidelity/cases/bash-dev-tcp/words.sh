#!/bin/bash
HOST=10.0.0.2
PORT=80
</dev/tcp/10.0.0.2/80 && echo up
sleep 0.1
</dev/tcp/10.0.0.2/9
echo "status $?"
sleep 0.1
: < /dev/tcp/$HOST/$PORT && echo variables
sleep 0.1
cat < /dev/null > /dev/tcp/www.example.com/80 && echo name
sleep 0.1
echo x > /dev/tcp/127.0.0.1/9
echo "status $?"
sleep 0.1
echo x 2>/dev/null > /dev/tcp/127.0.0.1/9
sleep 0.1
echo x > /dev/tcp/localhost/80; echo "status $?"
echo x > /nowhere/file
echo "status $?"
exec 4> /nowhere/file
echo "goes on $?"
