#!/usr/bin/env bash
# coverage.sh — how many lines of src/lib and src/vault the unit tests run: fails below 90 %.  Wants lcov.
set -euo pipefail
cd "$(dirname "$0")/.."
build="build-coverage"
tools/packages.sh build coverage
tools/build.sh $build -Db_coverage=true
find $build -name '*.gcda' -delete
meson test -C $build --suite unit --quiet >/dev/null || echo "coverage: some tests failed; what they ran is counted" >&2
# Tests, and sources that are written by the build, do not count.
lcov --quiet --capture --directory $build --base-directory $build --output-file $build/all 2>$build/lcov.log
lcov --quiet --extract $build/all "$PWD/src/lib/*" "$PWD/src/vault/*" --output-file $build/ours
lcov --quiet --remove $build/ours '*_test.[ch]' '*_bench.c' '*_fixture.*' '*_world.*' '*_hello.c' '*_stub.c' --output-file $build/counted
lcov --list $build/counted
covered=$(lcov --summary $build/counted 2>&1 | sed -n 's/^ *lines\.*: \([0-9]*\)\..*/\1/p')
[ "${covered:-0}" -ge 90 ]
