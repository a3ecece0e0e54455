#!/bin/bash
counter=$(ps -C nginx --no-headers | wc -l)
if [ "${counter}" == "0" ]; then
    if (( $(ps -C nginx --no-heading | wc -l) == 0 )); then exit 1; fi
fi
exit 0
