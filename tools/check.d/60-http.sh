#!/usr/bin/env bash
# The pages as people and others meet them: scenarios on SQLite and on PostgreSQL.
set -euo pipefail
tools/build.sh build-check --werror
BUILD=build-check exec tools/counted.sh python3 tests/http/scenarios.py sqlite -- python3 tests/http/scenarios.py postgresql
