#!/usr/bin/env bash
# Pages in a real browser: accessible, valid, narrow, light, silent under the strict policies; one person all the way.
set -euo pipefail
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	npm ci --ignore-scripts --no-audit --no-fund --silent
	touch node_modules/.package-lock.json
fi
tools/build.sh build-check --werror
# The many pages beside the rest: each has a house and a browser of its own.
rest=()
for spec in tests/browser/*.spec.mjs tests/browser/journey.mjs; do
	[[ $spec == */pages.spec.mjs ]] || rest+=("$spec")
done
ABREAST=2 exec tools/counted.sh tests/browser/run.sh tests/browser/pages.spec.mjs -- tests/browser/run.sh "${rest[@]}"
