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
	[ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" || return 1
	ninja -C "$folder" "${targets[@]}"
}
if ! configure_and_build "$@" >"$log" 2>&1; then
	grep -vE '^(Compiler for|Dependency|Program) |^\[[0-9]+/[0-9]+\] (Comp|Link|Gen)' "$log" | tail -60 >&2
	exit 1
fi
