#!/usr/bin/env bash
# bench.sh [OPTION…] — the four operations of docs/performance.md on 10,000 cases; options are those of tests/bench/bench.py.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/packages.sh build bench
tools/build.sh build --werror
exec python3 tests/bench/bench.py "$@"
