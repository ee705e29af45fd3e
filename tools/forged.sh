#!/usr/bin/env bash
# forged.sh [MUTATIONS [SEED]] — changes of the database by who writes it and holds no key (src/app/case/forged_test.c):
# the long campaign; ./check runs a sample among the unit tests.
set -euo pipefail
cd "$(dirname "$0")/.."
mutations=${1:-100000}
[ -f build/build.ninja ] || meson setup build --werror >/dev/null
ninja -C build src/app/forged_test >/dev/null
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=$mutations failed=0
build/src/app/forged_test "$mutations" "${2:-$RANDOM}" 2>"$log" | tail -3 || {
	grep -v 'rivage error' "$log" | tail -30
	passed=0 failed=1
}
echo "$passed passed, $failed failed"
[ -z "${COUNT:-}" ] || echo "$passed $failed" >"$COUNT"
[ $failed -eq 0 ]
