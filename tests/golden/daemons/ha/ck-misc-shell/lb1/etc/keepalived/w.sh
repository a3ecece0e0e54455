#!/bin/bash
n=$(cat /tmp/w 2>/dev/null)
exit ${n:-5}
