#!/bin/sh
# refuse.sh EMBED FOLDER — what embed cannot do it says, and exits with 1 (2 for a wrong command line).
set -u
embed=$(realpath "$1") work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$2" || exit 1
passed=0 failed=0

# refused CODE SENTENCE ARGUMENTS…
refused() {
	code=$1 sentence=$2
	shift 2
	actual=$("$embed" "$@" 2>&1)
	if [ $? -eq "$code" ] && [ "${actual%%...*}" = "$sentence" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $*: $actual"
	fi
}

out="$work/x.c $work/x.h"
# shellcheck disable=SC2086
{
	refused 2 "usage: embed [--root DIR] SETNAME OUT.c OUT.h FILE" set $out
	refused 1 "embed: files/absent: cannot be read" set $out files/absent
	refused 1 "embed: files/absent: cannot be read" --root . set $out files/absent
	refused 1 "embed: files/app.css: does not stand under --root" --root /usr set $out files/app.css
	refused 1 "embed: files/app.css: is given twice" set $out files/app.css files/app.css
	refused 1 "embed: $work/absent/x.c: cannot be written" set "$work/absent/x.c" "$work/x.h" files/app.css
}
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
