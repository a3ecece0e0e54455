#!/bin/sh
echo "$*" >> /tmp/notify
