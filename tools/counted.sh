#!/usr/bin/env bash
# counted.sh CMD… [-- CMD…] — runs test programs that end with «N passed, N failed», shows what failed, and adds their
# counts up into $COUNT.  A program without that line counts as one failure.
set -euo pipefail
passed=0 failed=0

run() {
	local out line
	out=$("$@" 2>&1) || true
	grep -E '^not ok' <<<"$out" || true
	line=$(tail -n 1 <<<"$out")
	echo "$*: $line"
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
	else
		tail -n 20 <<<"$out"
		failed=$((failed + 1))
	fi
}

command=()
for word in "$@" --; do
	if [ "$word" != -- ]; then
		command+=("$word")
	elif [ ${#command[@]} -gt 0 ]; then
		run "${command[@]}"
		command=()
	fi
done
echo "$passed $failed" >"$COUNT"
[ "$failed" -eq 0 ]
