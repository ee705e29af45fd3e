#!/usr/bin/env bash
# valgrind.sh [http] — unit tests, or the HTTP scenarios with web and vault, under valgrind: reads of memory never
# written, which the sanitizers do not see, and leaks.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/unfenced.sh
if [ "${1:-}" = http ]; then
	VALGRIND=1 BUILD=build-valgrind exec tools/counted.sh python3 tests/http/scenarios.py sqlite
fi
# Left out: scripts that run the compiler's helpers, and the whole demonstration, whose parts are tests too.
mapfile -t tests < <(meson test -C build-valgrind --no-rebuild --suite unit --list 2>/dev/null | sed 's/.* \/ //' |
	grep -vxE 'ninja: .*|tmplc-.*|embed-refuse|sqlc|demo')
wrap="valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite"
wrap+=" --trace-children=yes --trace-children-skip=/usr/*,/bin/* --suppressions=$PWD/tools/valgrind.supp"
export MUTATIONS=200 # of forged rows: each kind many times; 1500 take minutes here
exec tools/meson-tests.sh build-valgrind --timeout-multiplier 20 --wrap "$wrap" "${tests[@]}"
