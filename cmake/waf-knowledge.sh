# SPDX-License-Identifier: GPL-2.0-or-later
# What waf knows of the tree and of Debian: programs, the components that they need, packages (cmake/packages.txt) and how they
# are installed. Sourced by waf, whose variables and say, die it uses.
# shellcheck shell=sh disable=SC2154

# --- what is there ----------------------------------------------------------------------------------------------------

programs() { (cd "$top/scenarios" && for f in lvs-*.cc; do [ -f "$f" ] && echo "${f%.cc}"; done) || true; }
test_programs() { (cd "$top/tests" && for d in */; do ls "$d"*.cc >/dev/null 2>&1 && echo "test-${d%/}"; done) |
    grep -vxE "test-(support|bench|fuzz|install$(has_viewer || echo '|visualizer'))" || true; }
bench_programs() { (cd "$top/tests/bench" 2>/dev/null && for f in *.cc; do [ -f "$f" ] && echo "bench-${f%.cc}"; done) || true; }
has_viewer() { [ "$visualizer" = yes ] && [ -f "$top/visualizer/CMakeLists.txt" ]; }

known_programs() {
    programs
    if has_viewer; then echo lvs-visualizer; fi
    test_programs
    bench_programs
}

# Components of the build (see LVS_COMPONENTS) that a target takes part in.
components_of() {
    case $1 in
    layer-ns3 | layer-helper) echo ns3 ;;
    layer-* | lvs-trace | lvs-emu) ;;
    lvs-visualizer) echo visualizer ;;
    test-visualizer) echo ns3 tests visualizer ;;
    test-*) echo ns3 tests ;;
    bench-viewer) echo bench visualizer ;;
    bench-*) echo ns3 bench ;;
    lvs-tests) echo ns3 tests; if has_viewer; then echo visualizer; fi ;;
    lvs-programs) echo ns3; if has_viewer; then echo visualizer; fi ;;
    *) echo ns3 ;;
    esac
}

# --- packages ---------------------------------------------------------------------------------------------------------

# Whether a probe of the table, or one of those between bars, is met: a command, or a path, which may be a pattern.
is_there() {
    for each in $(echo "$1" | tr '|' ' '); do
        case $each in
        /*) [ -e "$each" ] && return 0 ;;
        *) command -v "$each" >/dev/null 2>&1 && return 0 ;;
        esac
    done
    return 1
}

# Of packages between bars the first that this release of Debian has.
first_known() {
    for each in $(echo "$1" | tr '|' ' '); do
        case $1 in *'|'*) apt-cache show "$each" >/dev/null 2>&1 || continue ;; esac
        echo "$each"
        return
    done
    echo "${1%%|*}"
}

# Lines "PACKAGE WHAT-FOR" of the table whose probe fails, for the purposes given.
missing_packages() {
    while read -r purpose package probe why; do
        case " $* " in *" $purpose "*) ;; *) continue ;; esac
        [ -n "$ns3" ] && [ "$package" = libns3-dev ] && continue
        is_there "$probe" || echo "$(first_known "$package") $why"
    done <"$top/cmake/packages.txt"
}

# Sees to the packages for the purposes given: one line and failure where they are missing, or, asked to, installed.
need() {
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    names=$(echo "$missing" | awk '!seen[$1]++ { printf "%s%s", sep, $1; sep = " " }')
    [ -n "$install_deps" ] || die "missing: $names (run with --install-deps to install, or: apt-get install $names)"
    command -v apt-get >/dev/null 2>&1 || die "missing: $names, and there is no apt-get here to install them"
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "missing: $names; installing needs root or sudo"
        as_root=sudo
    fi
    say "installing with ${as_root:+$as_root }apt-get:"
    echo "$missing" | while read -r package why; do printf '  %-30s %s\n' "$package" "$why" >&2; done
    run_apt update || say "apt-get update failed; trying with the package lists that are there"
    # Which of several packages this release has is known now.
    names=$(missing_packages "$@" | awk '!seen[$1]++ { printf "%s%s", sep, $1; sep = " " }')
    # shellcheck disable=SC2086 # a list of names
    run_apt install -y --no-install-recommends $names || die "apt-get could not install: $names"
    missing=$(missing_packages "$@")
    [ -z "$missing" ] || die "installed, but still not found: $(echo "$missing" | awk '{ printf "%s ", $1 }')"
}

run_apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >&2; }
