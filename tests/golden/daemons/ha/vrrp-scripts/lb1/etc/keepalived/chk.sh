#!/bin/bash
test ! -e /tmp/down
