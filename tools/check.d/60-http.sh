#!/usr/bin/env bash
# The pages as people and others meet them: scenarios on SQLite and on PostgreSQL.
set -euo pipefail
tools/build.sh build-check --werror
export BUILD=build-check
passed=0 failed=0
for database in sqlite postgresql; do
	out=$(python3 tests/http/scenarios.py "$database" 2>&1) || true
	grep -E '^not ok' <<<"$out" || true
	line=$(tail -n 1 <<<"$out")
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
	else
		tail -n 20 <<<"$out"
		failed=$((failed + 1))
	fi
	echo "$database: $line"
done
echo "$passed $failed" >"$COUNT"
[ "$failed" -eq 0 ]
