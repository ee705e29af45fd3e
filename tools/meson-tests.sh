#!/usr/bin/env bash
# meson-tests.sh BUILD [MESON TEST OPTIONS…] — runs meson's tests of a build folder, prints the failures in full
# and writes what was counted into $COUNT.
set -euo pipefail
build=$1
shift
meson test -C "$build" --no-rebuild --print-errorlogs "$@" >"$build/meson-logs/console.txt" 2>&1 || true
log=$build/meson-logs/testlog.json
for name in "$build"/meson-logs/testlog-*.json; do # with --wrap, --setup or --logbase the name says so
	[ -e "$name" ] && [ "$name" -nt "$log" ] && log=$name
done
python3 tools/count.py "$log" >"${COUNT:-/dev/stdout}"
