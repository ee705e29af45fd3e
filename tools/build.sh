#!/usr/bin/env bash
# build.sh FOLDER [MESON SETUP OPTIONS…] — builds into FOLDER (set up at need), says nothing unless it fails.
# $TARGETS: what to build; everything by default.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
shift
read -ra targets <<<"${TARGETS:-}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

configure_and_build() {
	if [ ! -f "$folder/build.ninja" ]; then
		meson setup "$folder" "$@" || return 1
	elif [ -n "$(find forms data programmes assets schema -type d -newer "$folder/build.ninja")" ]; then
		meson setup --reconfigure "$folder" "$@" || return 1 # a built-in file came or went
	fi
	ninja -C "$folder" "${targets[@]}"
}
if ! configure_and_build "$@" >"$log" 2>&1; then
	grep -vE '^(Compiler for|Dependency|Program) |^\[[0-9]+/[0-9]+\] (Comp|Link|Gen)' "$log" | tail -60 >&2
	exit 1
fi
