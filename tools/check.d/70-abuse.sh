#!/usr/bin/env bash
# Hostile and clumsy input at every kind of field: a fixed sample (make prove runs the rest).
set -euo pipefail
[ -d node_modules/big-list-of-naughty-strings ] || npm ci --ignore-scripts --no-audit --no-fund --silent
tools/build.sh build-check --werror
BUILD=build-check exec tools/counted.sh python3 tests/abuse/naughty.py
