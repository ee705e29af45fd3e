#!/usr/bin/env bash
# fuzz.sh [TARGET…] — builds tests/fuzz/TARGET_fuzz.c with clang's libFuzzer against the libraries and runs each for
# $SECONDS_EACH seconds (10) from the kept corpus; 0 runs the kept corpus alone.  What it finds stays in
# build-fuzz/found/TARGET: put it into tests/fuzz/corpus/TARGET when it is mended.  Kept are tests/fuzz/corpus/TARGET, written
# by hand, and tests/fuzz/grown.tar.xz, what earlier campaigns came upon; tools/fuzz-keep.sh packs that anew.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${SECONDS_EACH:-10}
sanitize=address,undefined
passed=0 failed=0

setup=("-Db_sanitize=$sanitize" -Db_lundef=false -Dc_args=-fsanitize=fuzzer-no-link -Dc_link_args=-fsanitize=fuzzer-no-link)
CC=clang-14 TARGETS=build.ninja tools/build.sh build-fuzz "${setup[@]}"
mapfile -t libraries < <(ninja -C build-fuzz -t targets all | sed -n 's/^\(src\/.*\.a\):.*/\1/p')
TARGETS="${libraries[*]}" tools/build.sh build-fuzz
read -ra packages <<<"$(pkg-config --libs libsodium sqlite3 libpq jansson icu-uc icu-i18n libmicrohttpd gnutls \
	liboath libfido2 libcrypto libqrencode pangocairo cairo-pdf libdeflate zlib)"
includes=()
for folder in src/lib/* src/rule src/vault; do includes+=("-I$folder" "-Ibuild-fuzz/$folder"); done

# build TARGET
build() {
	clang-14 -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,$sanitize -fno-sanitize-recover=all "${includes[@]}" \
		"tests/fuzz/$1_fuzz.c" -o "build-fuzz/$1_fuzz" \
		-Wl,--start-group "${libraries[@]/#/build-fuzz/}" -Wl,--end-group "${packages[@]}" -lzxcvbn -lpthread -lm
}

# run TARGET
run() {
	local found=build-fuzz/found/$1 seeds=("tests/fuzz/corpus/$1" "build-fuzz/grown/$1") limit=(-runs=0)
	mkdir -p "$found" "build-fuzz/corpus/$1" "build-fuzz/grown/$1"
	[ "$each" -eq 0 ] || limit=(-max_total_time="$each")
	if [ "$each" -eq 0 ]; then set -- "$1" "${seeds[@]}"; else set -- "$1" "build-fuzz/corpus/$1" "${seeds[@]}"; fi
	"build-fuzz/$1_fuzz" "${limit[@]}" -timeout=10 -rss_limit_mb=1024 -artifact_prefix="$found/" "${@:2}"
}

# all_read TARGET LOG: the kept corpus was run, each file of it.
all_read() {
	local runs kept
	runs=$(sed -nE 's/^#([0-9]+)\s+(INITED|DONE).*/\1/p' "$2" | tail -1)
	kept=$(find "tests/fuzz/corpus/$1" "build-fuzz/grown/$1" -type f | wc -l)
	[ "${runs:-0}" -ge "$kept" ] || { echo "ran ${runs:-0} inputs of $kept" >>"$2" && return 1; }
}

rm -rf build-fuzz/grown
mkdir -p build-fuzz/grown
tar -xJf tests/fuzz/grown.tar.xz -C build-fuzz/grown
[ $# -gt 0 ] || for target in tests/fuzz/*_fuzz.c; do set -- "$@" "$(basename "$target" _fuzz.c)"; done
for target in "$@"; do
	log=build-fuzz/$target.log
	if build "$target" >"$log" 2>&1 && run "$target" >>"$log" 2>&1 && all_read "$target" "$log"; then
		passed=$((passed + 1))
		echo "ok $target: $(grep -E '^#[0-9]+.*(DONE|INITED)' "$log" | tail -1)"
	else
		failed=$((failed + 1))
		echo "FAILED: fuzz target $target"
		tail -25 "$log"
	fi
done
echo "$passed $failed" >"${COUNT:-/dev/null}"
[ $failed -eq 0 ]
