#!/bin/bash
echo $* >> /tmp/notify.txt
