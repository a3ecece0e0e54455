#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# TCP by iperf3 through a modelled director to a real kernel that takes packets out of tunnels: a User Mode Linux guest,
# beside the same guest without a director. Gbit/s, ROUNDS rounds of all cases.
#   emulation-tunnel.sh LVS-EMU [ROUNDS [SECONDS]]
# Needs root, /dev/net/tun, ip, iperf3 and the package user-mode-linux; all traffic stays in two network namespaces.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 LVS-EMU [ROUNDS [SECONDS]]" >&2; exit 2; }
emu=$(readlink -f -- "$1") rounds=${2:-3} seconds=${3:-5}
top=$(cd -- "$(dirname -- "$0")/../.." && pwd)
lab=$top/scenarios/emulation/labs/tun
world=lvstun$$w client=lvstun$$c
work=$(mktemp -d)
pids=
cleanup() {
    touch "$work/stop"
    for pid in $pids; do kill -INT "$pid" 2>/dev/null || true; done
    for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e "$work/halted" ] && break; sleep 1; done
    ip netns del $world 2>/dev/null || true
    ip netns del $client 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

in_world() { ip netns exec $world "$@"; }
in_client() { ip netns exec $client "$@"; }

for name in $world $client; do
    ip netns add "$name"
    ip -n "$name" link set lo up
    ip netns exec "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
for bridge in outside far; do
    ip -n $world link add $bridge type bridge
    ip -n $world link set $bridge up
done
ip -n $world link add to-client type veth peer name eth0 netns $client
ip -n $world link set to-client master outside up
ip -n $client link set eth0 up
# What leaves the bridge for the client has been completed and cut as on a wire.
in_world ethtool -K to-client tx off tso off gso off >/dev/null
in_client sh -c ". $lab/client.startup"
for tap in guestf:far guesto:outside; do
    ip -n $world tuntap add dev ${tap%:*} mode tap
    ip -n $world link set ${tap%:*} master ${tap#*:} up
done
cat >"$work/guest.sh" <<END
. $lab/rs1.startup >/dev/null
iperf3 -s >/dev/null 2>&1 &
touch $work/ready
while ! [ -e $work/stop ]; do sleep 0.2; done
touch $work/halted
END
in_world env MEM=256M "$top/scenarios/emulation/uml-guest" "$work/guest.sh" guestf guesto >/dev/null 2>&1 </dev/null &
for _ in $(seq 120); do [ -e "$work/ready" ] && break; sleep 0.5; done
[ -e "$work/ready" ] || { echo "$0: the guest does not start" >&2; exit 1; }
sleep 1 # until iperf3 listens

# The guest's driver takes no segment larger than its MTU.
for tap in guestf guesto; do in_world ethtool -K $tap tso off gso off tx off >/dev/null 2>&1 || true; done

start_director() { # OPTION...
    "$emu" "$lab" --real client,rs1,rs2 --tap outside=emuo,create,netns=$world --tap far=emuf,create,netns=$world -q \
        "$@" 2>"$work/emu.log" &
    pids=$!
    for _ in $(seq 50); do grep -q running "$work/emu.log" && break; sleep 0.1; done
    ip -n $world link set emuo master outside up
    ip -n $world link set emuf master far up
    sleep 0.5
}
stop_director() {
    kill -INT "$pids"
    wait "$pids" || true
    pids=
}
# Ticks of processor time of lvs-emu so far.
used() { [ -z "$pids" ] || awk '{ print $14 + $15 }' "/proc/$pids/stat"; }
measure() { # WHAT ADDRESS
    before=$(used)
    rate=$(in_client iperf3 -c "$2" -t "$seconds" -f m 2>/dev/null | awk '/receiver/ { print $7 }') || rate=failed
    share=
    [ -z "$before" ] || share="  lvs-emu: $((($(used) - before) * 100 / seconds / $(getconf CLK_TCK))) % of a processor"
    printf '%-34s %8s Mbit/s%s\n' "$1" "${rate:-failed}" "$share"
}
round=0
while [ $round -lt "$rounds" ]; do
    round=$((round + 1))
    measure "the guest, no director" 10.1.0.11
    start_director
    measure "lvs-emu, TUN" 10.1.0.100
    stop_director
    start_director --no-offload
    measure "lvs-emu, TUN, plain frames" 10.1.0.100
    stop_director
done
