#!/bin/sh
echo "$@" >> /tmp/n.txt
