#!/usr/bin/env bash
# Reads of memory never written, which the sanitizers do not see: the libraries' tests under valgrind.
set -euo pipefail
# Left out: scripts, servers with deadlines, and Argon2id (the demonstration too), which would take minutes.
left_out='tmplc-|embed-refuse|sqlc|crypt|http_server|http_tls|postgres|vault|sqlite|^demo$'
mapfile -t tests < <(meson test -C build-check --suite unit --list 2>/dev/null | sed 's/.* \/ //' | grep -vE "$left_out")
exec tools/meson-tests.sh build-check --timeout-multiplier 20 \
	--wrap 'valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite --suppressions='"$PWD"'/tools/valgrind.supp' "${tests[@]}"
