#!/usr/bin/env bash
# fuzz-keep.sh — after a campaign of tools/fuzz.sh: of all that was come upon, what reaches something of its own, packed into
# tests/fuzz/grown.tar.xz, the same bytes for the same files.
set -euo pipefail
cd "$(dirname "$0")/.."
merged=$(mktemp -d)
trap 'rm -rf "$merged"' EXIT

for target in tests/fuzz/*_fuzz.c; do
	target=$(basename "$target" _fuzz.c)
	mkdir -p "$merged/$target" "build-fuzz/corpus/$target" "build-fuzz/grown/$target"
	"build-fuzz/${target}_fuzz" -merge=1 -timeout=10 -rss_limit_mb=2048 "$merged/$target" \
		"build-fuzz/grown/$target" "build-fuzz/corpus/$target" >"build-fuzz/$target.merge.log" 2>&1
	echo "$target: $(find "$merged/$target" -type f | wc -l) kept"
done
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$merged" -cJf tests/fuzz/grown.tar.xz .
