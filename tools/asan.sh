#!/usr/bin/env bash
# asan.sh [http] — unit tests, or the HTTP scenarios, under AddressSanitizer (with leaks) and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:abort_on_error=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# No --werror: gcc warns of what its own instrumentation does; build-check is the judge of warnings.
tools/build.sh build-asan -Db_sanitize=address,undefined -Db_lundef=false
if [ "${1:-}" = http ]; then
	# The processes forbid that they be traced; the search for leaks traces, and only root may still.
	[ "$(id -u)" -eq 0 ] || ASAN_OPTIONS+=:detect_leaks=0
	BUILD=build-asan ABREAST=2 exec tools/counted.sh python3 tests/http/scenarios.py sqlite -- python3 tests/http/scenarios.py postgresql
fi
exec tools/meson-tests.sh build-asan --suite unit --timeout-multiplier 4
