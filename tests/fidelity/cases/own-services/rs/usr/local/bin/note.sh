#!/bin/sh
echo "$# $*" >> /tmp/notes
