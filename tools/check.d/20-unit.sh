#!/usr/bin/env bash
# A build in which every warning is an error, and its unit tests, on SQLite and PostgreSQL.
set -euo pipefail
[ -f build-check/build.ninja ] || meson setup build-check --werror >/dev/null
ninja -C build-check --quiet
exec tools/meson-tests.sh build-check --suite unit
