#!/usr/bin/env bash
# run.sh [SPEC…] — the browser tests: all of *.mjs that end in .spec.mjs and the journey, or those named.  Root lends
# nothing to a browser: started as root, everything runs as nobody, from a copy in a temporary folder of its own.
# RIVAGE (build-check/rivage): the program under test.  RIVAGE_BASE: an address already served, instead of it.
# PAGES=full: every page and journey in every language and width, and each role; otherwise a fixed sample.  TELL=1: says what the
# journey saw that was right, too.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath -m "${RIVAGE:-build-check/rivage}")
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

mkdir -p build-check/screenshots "$stage/home" "$stage/screenshots"
cp -r tests/browser assets node_modules locale forms data "$stage/"
[ ! -x "$program" ] || cp "$program" "$stage/rivage"
[ $# -gt 0 ] || set -- tests/browser/*.spec.mjs tests/browser/journey.mjs

as_nobody=()
if [ "$(id -u)" -eq 0 ]; then
	chown -R nobody:nogroup "$stage"
	as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
status=0
"${as_nobody[@]}" env -C "$stage" HOME="$stage/home" TMPDIR="$stage" RIVAGE="$stage/rivage" \
	node browser/run.mjs "${@##*/}" || status=$?
cp "$stage"/screenshots/* build-check/screenshots/ 2>/dev/null || true
exit $status
