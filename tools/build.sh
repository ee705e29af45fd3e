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
{ [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@"; } >"$log" 2>&1 &&
	ninja -C "$folder" "${targets[@]}" >"$log" 2>&1 || {
	grep -vE '^(Compiler for|Dependency|Program) ' "$log" | tail -60 >&2
	exit 1
}
