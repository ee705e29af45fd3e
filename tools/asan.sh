#!/usr/bin/env bash
# asan.sh — unit tests under AddressSanitizer (with leaks) and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# No --werror: gcc warns of what its own instrumentation does; build-check is the judge of warnings.
tools/build.sh build-asan -Db_sanitize=address,undefined -Db_lundef=false
exec tools/meson-tests.sh build-asan --suite unit --timeout-multiplier 4
