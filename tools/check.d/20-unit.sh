#!/usr/bin/env bash
# A build in which every warning is an error, and its unit tests, on SQLite and PostgreSQL.
set -euo pipefail
tools/build.sh build-check --werror
exec tools/meson-tests.sh build-check --suite unit
