#!/usr/bin/env bash
# counted.sh CMD… [-- CMD…] — runs test programs that end with «N passed, N failed», shows what failed, and adds their
# counts up into $COUNT.  A program without that line counts as one failure.  $ABREAST (1): how many run at a time; what
# they say is shown in their order all the same.
set -euo pipefail
passed=0 failed=0
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
# Each program in a group of its own: else, behind `&`, it would not hear Ctrl-C, and run on with its servers.
set -m
trap stop INT TERM

stop() {
	trap - INT TERM
	for group in $(jobs -rp); do
		kill -INT -- "-$group" 2>/dev/null || true
	done
	wait
	exit 130
}

# show N COMMAND: what the Nth program said
show() {
	local line
	awk '/^not ok/ { print; told = 1; next } /^  / && told { print; next } { told = 0 }' "$said/$1" # with what it says of it
	line=$(tail -n 1 "$said/$1")
	echo "$2: $line"
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
		passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
	else
		tail -n 20 "$said/$1"
		failed=$((failed + 1))
	fi
}

command=() names=() running=()
for word in "$@" --; do
	if [ "$word" != -- ]; then
		command+=("$word")
	elif [ ${#command[@]} -gt 0 ]; then
		[ "$(jobs -rp | wc -l)" -lt "${ABREAST:-1}" ] || wait -n || true
		"${command[@]}" >"$said/${#names[@]}" 2>&1 </dev/null &
		running+=($!)
		names+=("${command[*]}")
		command=()
	fi
done
for n in "${!names[@]}"; do
	wait "${running[$n]}" 2>/dev/null || true # waited for already, some
	show "$n" "${names[$n]}"
done
echo "$passed $failed" >"$COUNT"
[ "$failed" -eq 0 ]
