#!/usr/bin/env bash
# Pages in a real browser: accessible, valid, narrow, light, silent under the strict policies; one person all the way.
set -euo pipefail
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	npm ci --ignore-scripts --no-audit --no-fund --silent
	touch node_modules/.package-lock.json
fi
tools/build.sh build-check --werror
exec tests/browser/run.sh
